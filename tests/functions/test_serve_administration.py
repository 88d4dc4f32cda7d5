"""Connections, settings and channels through the routes, and what is wrong with their input."""

import json
from typing import Any

import pytest

from tests.functions.api import Api, HttpAnswer, claims
from tests.world import World
from tillbook.quickbooks.company import Account, Company, TaxCode
from tillbook.store import company as companies
from tillbook.store.company import Import

ADMIN = claims()
COMPANY = Company(
    realm_id="1",
    name="Shop Ltd",
    country="US",
    home_currency="USD",
    accounts={
        "1": Account(id="1", name="Checking", type="Bank"),
        "4": Account(id="4", name="Undeposited Funds", type="Other Current Asset"),
        "79": Account(id="79", name="Sales", type="Income", subtype="SalesOfProductIncome"),
        "80": Account(id="80", name="Old sales", type="Income", active=False),
        "82": Account(id="82", name="Other sales", type="Income"),
    },
    tax_codes={"3": TaxCode(id="3", name="California")},
)


@pytest.fixture
def api() -> Api:
    api = Api(World())
    api.world.connection()
    return api


def call(api: Api, method: str, path: str, body: object = None) -> HttpAnswer:
    return api.call(method, path, body, claims=ADMIN)


def put_settings(api: Api, settings: dict[str, Any]) -> HttpAnswer:
    return call(api, "PUT", "/connections/c1/settings", settings)


def errors_of(answer: HttpAnswer) -> dict[str, str]:
    assert answer.status == 422, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(error["cure"] for error in answer.body["errors"])
    return {error["field"]: error["message"] for error in answer.body["errors"]}


def test_a_connection_is_created_listed_and_renamed(api: Api) -> None:
    created = call(api, "POST", "/connections", {"name": "  Shop   two "})

    assert created.status == 201
    assert (created.body["name"], created.body["state"]) == ("Shop two", "created")
    renamed = call(api, "PATCH", f"/connections/{created.body['id']}", {"name": "Shop 2"})
    assert renamed.body["name"] == "Shop 2"
    names = [one["name"] for one in call(api, "GET", "/connections").body["items"]]
    assert sorted(names) == ["Shop", "Shop 2"]


def test_connections_are_listed_page_by_page(api: Api) -> None:
    for number in range(4):
        call(api, "POST", "/connections", {"name": f"Shop {number}"})
    seen: list[str] = []
    query = "?limit=2"

    while True:
        page = call(api, "GET", f"/connections{query}").body
        seen += [one["id"] for one in page["items"]]
        if page["cursor"] is None:
            break
        query = f"?limit=2&cursor={page['cursor']}"

    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=many"])
def test_a_page_of_no_sensible_size_is_refused(api: Api, query: str) -> None:
    assert errors_of(call(api, "GET", f"/connections?{query}")).keys() == {"limit"}


def test_a_made_up_cursor_is_refused(api: Api) -> None:
    answer = call(api, "GET", "/connections?cursor=abc")

    assert errors_of(answer) == {"cursor": "is no cursor of this list."}
    assert answer.body["detail"] == "cursor: is no cursor of this list."


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"limits": {"batch_size": 31}}, "limits.batch_size: is more than 30."),
        ({"limits": {"batch_size": "many"}}, "limits.batch_size: is no whole number."),
        ({"export_from": "yesterday"}, "export_from: is no date such as 2026-03-14."),
        ({"number_prefix": "much-too-long"}, "number_prefix: is longer than 8 characters."),
        ({"number_prefix": "A\n"}, "number_prefix: does not have the form that it needs."),
        ({"colour": "blue"}, "colour: is no field that is known here."),
        (
            {"time_zone": "Mars/Phobos"},
            "time_zone: is refused: unknown time zone: use an IANA name such as Europe/Berlin.",
        ),
        ([], "body: is no object with named fields."),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_plain_words(
    api: Api, settings: Any, said: str
) -> None:
    assert put_settings(api, settings).body["detail"] == said


@pytest.mark.parametrize(
    "body, field",
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": 7}, "name"),
        ({"name": "Shop", "nmae": "Shop"}, "nmae"),
        ([], "body"),
        ("name", "body"),
        (None, "body"),
    ],
)
def test_a_connection_needs_a_name(api: Api, body: object, field: str) -> None:
    assert errors_of(call(api, "POST", "/connections", body)).keys() == {field}


@pytest.mark.parametrize(
    "raw",
    [
        b'{"name": "Shop"',
        b"name=Shop",
        b'{"name": NaN}',
        b"[" * 100_000,
        b"1" * 5000,
    ],
    ids=["cut", "no JSON", "NaN", "too deep", "a number of 5000 digits"],
)
def test_a_body_that_is_not_json_is_400(api: Api, raw: bytes) -> None:
    answer = api.call("POST", "/connections", raw=raw, claims=ADMIN)

    assert answer.status == 400
    assert answer.body["type"] == "urn:tillbook:problem:not-json"
    assert answer.body["errors"][0]["field"] == "body"


def test_a_body_that_is_not_utf_8_is_400(api: Api) -> None:
    answer = api.call(
        "POST", "/connections", raw=b'{"name": "\xff"}', claims=ADMIN, base64_body=True
    )

    assert answer.status == 400


def test_a_body_of_another_type_is_415(api: Api) -> None:
    headers = {"content-type": "text/csv"}
    answer = api.call("POST", "/connections", raw=b"name", claims=ADMIN, headers=headers)

    assert answer.status == 415


def test_a_body_over_four_megabytes_is_413(api: Api) -> None:
    body = {"name": "x" * (4 * 1024 * 1024)}

    assert call(api, "POST", "/connections", body).status == 413


def test_what_a_person_sends_is_not_repeated_in_a_refusal(api: Api) -> None:
    answer = call(api, "POST", "/connections", {"name": ["ana@example.com"]})

    assert "ana@example.com" not in json.dumps(answer.body)


# Settings


def test_settings_start_with_their_defaults(api: Api) -> None:
    answer = call(api, "GET", "/connections/c1/settings")

    assert answer.status == 200
    assert answer.body["limits"]["batches_per_minute"] == 38
    assert answer.body["export_from"] is None


def test_settings_are_replaced_whole(api: Api) -> None:
    put_settings(api, {"number_prefix": "W-", "time_zone": "Europe/Berlin"})
    put_settings(api, {"number_prefix": "X-"})

    saved = call(api, "GET", "/connections/c1/settings").body

    assert (saved["number_prefix"], saved["time_zone"]) == ("X-", "UTC")


@pytest.mark.parametrize(
    "settings, field",
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"export_from": "yesterday"}, "export_from"),
        ({"limits": {"batches_per_minute": 41}}, "limits.batches_per_minute"),
        ({"accounts": {"income": "Sales"}}, "accounts.income"),
        ({"acounts": {}}, "acounts"),
        ({"trust_window_seconds": -1}, "trust_window_seconds"),
    ],
)
def test_settings_of_a_wrong_form_are_refused_by_field(
    api: Api, settings: dict[str, Any], field: str
) -> None:
    assert errors_of(put_settings(api, settings)).keys() == {field}


@pytest.mark.parametrize(
    "settings, field, told",
    [
        ({"accounts": {"income": "999"}}, "accounts.income", "'999' is no account"),
        ({"accounts": {"income": "1"}}, "accounts.income", "Checking is of type Bank"),
        ({"accounts": {"income": "80"}}, "accounts.income", "inactive"),
        ({"accounts": {"gateways": {"paypal": "79"}}}, "accounts.gateways.paypal", "Income"),
        ({"tax_code": "9"}, "tax_code", "no tax code"),
        ({"tax_codes": {"20": "9"}}, "tax_codes.20", "no tax code"),
    ],
)
def test_an_account_that_the_company_does_not_have_is_refused_with_the_choices(
    api: Api, settings: dict[str, Any], field: str, told: str
) -> None:
    companies.save(api.world.database, "c1", COMPANY, Import())

    answer = put_settings(api, settings)

    assert told in errors_of(answer)[field]
    assert "Choose one of" in answer.body["errors"][0]["cure"]
    assert call(api, "GET", "/connections/c1/settings").body["accounts"]["income"] is None


def test_the_choices_are_the_active_accounts_that_fit(api: Api) -> None:
    companies.save(api.world.database, "c1", COMPANY, Import())

    answer = put_settings(api, {"accounts": {"income": "999"}})

    cure = answer.body["errors"][0]["cure"]
    assert cure == "Choose one of 82 (Other sales), 79 (Sales). Type: Income or Other Income."


def test_accounts_of_the_company_are_accepted(api: Api) -> None:
    companies.save(api.world.database, "c1", COMPANY, Import())
    chosen = {"accounts": {"income": "79", "gateways": {"paypal": "4"}}, "tax_code": "3"}

    assert put_settings(api, chosen).status == 200


# Channels


@pytest.mark.parametrize(
    "channel, field",
    [
        ({"kind": "shopify"}, "secret"),
        ({"kind": "shopify", "secret": "   "}, "secret"),
        ({"kind": "shopify", "secret": "s", "shop": "shop.example"}, "shop"),
        ({"kind": "feed", "secret": "whsec_short"}, "secret"),
        ({"kind": "feed", "secret": "bm8gcHJlZml4IG5vIHByZWZpeCBubyBwcmVmaXg="}, "secret"),
        ({"kind": "feed", "shop": "acme.myshopify.com"}, "shop"),
        ({"kind": "feed", "name": "\t"}, "name"),
        ({"kind": "etsy"}, "kind"),
        ({}, "kind"),
    ],
)
def test_a_channel_of_a_wrong_form_is_refused_by_field(
    api: Api, channel: dict[str, str], field: str
) -> None:
    answer = call(api, "POST", "/connections/c1/channels", channel)

    assert errors_of(answer).keys() == {field}
    assert call(api, "GET", "/connections/c1/channels").body["items"] == []


def test_a_given_secret_is_not_shown_again(api: Api) -> None:
    new = {"kind": "shopify", "secret": "shpss_1", "name": "Web", "shop": "acme.myshopify.com"}

    answer = call(api, "POST", "/connections/c1/channels", new)

    assert answer.status == 201
    assert answer.body["secret"] is None
    assert answer.body["source"] == "shopify/acme.myshopify.com"
    assert answer.body["webhook_url"] == (
        f"https://api.tillbook.example/channels/{answer.body['id']}/events"
    )


def test_without_a_public_address_webhook_urls_are_under_the_address_called(api: Api) -> None:
    api.world.public_url = None

    answer = call(api, "POST", "/connections/c1/channels", {"kind": "feed"})

    assert answer.body["webhook_url"].startswith(
        "https://abc123.execute-api.eu-west-1.amazonaws.com/channels/"
    )


def test_a_connection_has_a_limited_number_of_channels(api: Api) -> None:
    for _ in range(40):
        call(api, "POST", "/connections/c1/channels", {"kind": "feed"})

    answer = call(api, "POST", "/connections/c1/channels", {"kind": "feed"})

    assert answer.status == 409
    assert call(api, "DELETE", "/connections/c1").status == 200


def test_removing_a_channel_twice_is_404(api: Api) -> None:
    channel = call(api, "POST", "/connections/c1/channels", {"kind": "feed"}).body["id"]

    answers = [call(api, "DELETE", f"/connections/c1/channels/{channel}").status for _ in range(2)]

    assert answers == [204, 404]
