"""Who connects which company, and how."""

from urllib.parse import parse_qs, urlsplit

import pytest

from local.qbo import DEFAULT_REALM
from tests.features import samples as make
from tests.features.desk import ADMIN, SECOND, Desk
from tests.functions.api import claims
from tests.workbench import HOST


@pytest.mark.feature(
    "DEAR-015",
    "INF-006",
    "ZOHO-008",
    "INV-005",
    note="One call answers the address; there is no menu to go through.",
)
def test_connecting_begins_at_intuit_with_a_state_and_the_accounting_scope(desk: Desk) -> None:
    new = desk.api.call("POST", "/connections", {"name": "Second shop"}, claims=ADMIN).body["id"]

    answer = desk.api.call("POST", f"/connections/{new}/authorize", claims=ADMIN)

    address = answer.body["authorize_url"]
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{HOST}/connect/oauth2?")
    assert asked["scope"] == ["com.intuit.quickbooks.accounting"]
    assert len(asked["state"][0]) >= 43  # 32 random bytes
    assert "Connect to QuickBooks" in desk.browse(address).text


@pytest.mark.feature("INF-007", "ZOHO-009")
def test_of_several_companies_the_one_that_the_person_chooses_is_connected(desk: Desk) -> None:
    desk.bench.emulator.seed("us", realm=SECOND, name="Second Books Inc")
    new = desk.api.call("POST", "/connections", {"name": "Second shop"}, claims=ADMIN).body["id"]
    address = desk.api.call("POST", f"/connections/{new}/authorize", claims=ADMIN).body
    assert "Second Books Inc" in desk.browse(address["authorize_url"]).text

    answer = desk.consent(SECOND, new)

    assert (answer.status, answer.body["state"]) == (200, "connected")
    assert (answer.body["realm_id"], answer.body["company_name"]) == (SECOND, "Second Books Inc")
    assert desk.see()["realm_id"] == DEFAULT_REALM


@pytest.mark.feature(
    "ZOHO-005", note="A connection has one company; an organisation may have several connections."
)
def test_a_connection_has_one_company_and_a_company_one_connection(desk: Desk) -> None:
    desk.bench.emulator.seed("us", realm=SECOND, name="Second Books Inc")
    new = desk.api.call("POST", "/connections", {"name": "Second shop"}, claims=ADMIN).body["id"]

    taken = desk.consent(DEFAULT_REALM, new)
    other = desk.consent(SECOND)

    assert (taken.status, "connected already" in taken.body["detail"]) == (409, True)
    assert (other.status, "belongs to" in other.body["detail"]) == (409, True)
    assert desk.see()["realm_id"] == DEFAULT_REALM


@pytest.mark.parametrize(
    "offering",
    [
        pytest.param("QuickBooks Online Essentials", marks=pytest.mark.feature("DEAR-006")),
        pytest.param("QuickBooks Online Plus", marks=pytest.mark.feature("DEAR-007")),
    ],
)
def test_a_company_of_this_edition_connects_and_takes_sales(desk: Desk, offering: str) -> None:
    info = {"NameValue": [{"Name": "OfferingSku", "Value": offering}]}
    desk.in_quickbooks("settings", info=info)

    answer = desk.consent(DEFAULT_REALM)
    desk.send(*make.sale(), make.refund(), make.credit_note())

    assert (answer.status, answer.body["state"]) == (200, "connected")
    assert desk.sync_proven()["status"] == "completed"


@pytest.mark.feature("INF-005")
@pytest.mark.parametrize("scope", ["read", "operate"])
def test_only_an_administrator_sets_up_the_connection(desk: Desk, scope: str) -> None:
    caller = claims(scope)

    answers = [
        desk.api.call("POST", "/connections", {"name": "Mine"}, claims=caller),
        desk.call("POST", "/authorize", caller=caller),
        desk.call("POST", "/authorize/complete", {"state": "x"}, caller=caller),
        desk.call("PUT", "/settings", {}, caller=caller),
        desk.call("POST", "/channels", {"kind": "feed"}, caller=caller),
        desk.call("POST", "/disconnect", caller=caller),
        desk.call("DELETE", caller=caller),
    ]

    assert [answer.status for answer in answers] == [403] * len(answers)
    assert "admin" in answers[0].body["detail"]
    assert desk.see()["state"] == "connected"


@pytest.mark.feature(
    "ZOHO-088", "DEAR-004", note="A connection of its own does it: nothing has to be wiped."
)
def test_for_another_company_the_connection_is_deleted_and_a_new_one_begins_clean(
    desk: Desk,
) -> None:
    desk.bench.emulator.seed("us", realm=SECOND, name="Second Books Inc")
    desk.send(*make.sale())
    desk.sync_proven()
    assert desk.consent(SECOND).status == 409

    desk.do("DELETE", "")
    new = desk.api.call("POST", "/connections", {"name": "Second shop"}, claims=ADMIN).body["id"]
    answer = desk.consent(SECOND, new)

    assert (answer.status, answer.body["company_name"]) == (200, "Second Books Inc")
    records = desk.api.call("GET", f"/connections/{new}/records", claims=ADMIN)
    assert records.body["items"] == []
