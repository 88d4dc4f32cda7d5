"""What every client may rely on, asked of the service one sentence at a time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.conformance.ground import Ground

BEHAVIOURS: dict[str, Callable[[Ground], None]] = {}


def behaviour(ask: Callable[[Ground], None]) -> Callable[[Ground], None]:
    """Register a check under its name read as a sentence; it raises AssertionError."""
    BEHAVIOURS[ask.__name__.replace("_", " ")] = ask
    return ask


@behaviour
def an_update_that_changes_nothing_raises_no_sync_token(ground: Ground) -> None:
    account = ground.service.read("account", ground.bank)
    again = ground.service.update("account", account, Name=account["Name"])
    assert again["SyncToken"] == account["SyncToken"]


@behaviour
def a_full_update_clears_what_it_omits_and_a_sparse_one_keeps_it(ground: Ground) -> None:
    service = ground.service
    made = service.create("customer", {"DisplayName": service.name(), "Notes": "kept"})
    kept = service.update("customer", made, CompanyName="Sparse")
    assert kept["Notes"] == "kept"
    head = {name: kept[name] for name in ("Id", "SyncToken", "DisplayName")}
    assert "Notes" not in service.post("customer", head).object


@behaviour
def a_sparse_update_replaces_all_lines(ground: Ground) -> None:
    made = ground.invoice(Line=[ground.line(10), ground.line(20)])
    updated = ground.service.update("invoice", made, Line=[made["Line"][0]])
    assert Decimal(updated["TotalAmt"]) == 10


@behaviour
def items_of_a_batch_fail_by_themselves(ground: Ground) -> None:
    service = ground.service
    good = {"bId": "1", "operation": "create", "Customer": {"DisplayName": service.name()}}
    bad = {"bId": "2", "operation": "create", "Invoice": {}}
    asked = {"bId": "3", "Query": "select count(*) from Customer"}
    one, two, three = service.batch(good, bad, asked)
    assert one["Customer"]["Id"]
    assert two["Fault"]["type"] == "ValidationFault"
    assert three["QueryResponse"]["totalCount"] > 0


@behaviour
def a_request_id_repeats_the_answer_to_the_letter(ground: Ground) -> None:
    body = {"DisplayName": ground.service.name()}
    request = ground.service.name().replace(" ", "-")
    first, second = (ground.service.post("customer", body, requestid=request) for _ in range(2))
    assert first.text == second.text


@behaviour
def a_payment_settles_the_invoice_and_is_linked_to_it(ground: Ground) -> None:
    invoice = ground.invoice(25)
    payment = ground.service.create("payment", ground.payment(invoice, amount=25))
    paid = ground.service.read("invoice", invoice["Id"])
    assert Decimal(paid["Balance"]) == 0
    assert {"TxnId": payment["Id"], "TxnType": "Payment"} in paid["LinkedTxn"]


@behaviour
def a_void_takes_the_amounts_and_keeps_the_invoice(ground: Ground) -> None:
    made = ground.invoice()
    head = {"Id": made["Id"], "SyncToken": made["SyncToken"]}
    voided = ground.service.call("POST", "invoice", head, operation="void").object
    assert Decimal(voided["TotalAmt"]) == 0
    assert voided["PrivateNote"] == "Voided"
    assert voided["SyncToken"] == "1"


@behaviour
def a_deletion_answers_a_stub_and_changes_tell_of_it(ground: Ground) -> None:
    made = ground.invoice()
    gone = ground.service.delete("invoice", made).object
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}
    since = (datetime.now(UTC) - timedelta(minutes=10)).isoformat(timespec="seconds")
    answer = ground.service.call("GET", "cdc", entities="Invoice", changedSince=since)
    changed = _captured(answer.body, "Invoice")
    assert changed[made["Id"]]["status"] == "Deleted"


@behaviour
def a_journal_entry_cannot_be_voided_and_says_nothing(ground: Ground) -> None:
    made = ground.service.create("journalentry", ground.journal(ground.bank, ground.expense))
    head = {"Id": made["Id"], "SyncToken": made["SyncToken"]}
    answer = ground.service.call("POST", "journalentry", head, operation="void")
    assert (answer.status, answer.body.get("BatchItemResponse")) == (200, [])
    assert ground.service.read("journalentry", made["Id"])["SyncToken"] == made["SyncToken"]


@behaviour
def an_inactive_name_is_marked_and_found_only_when_asked_for(ground: Ground) -> None:
    service = ground.service
    made = service.create("customer", {"DisplayName": service.name()})
    ended = service.update("customer", made, Active=False)
    assert ended["DisplayName"] == f"{made['DisplayName']} (deleted)"
    found = f"select * from Customer where Id = '{made['Id']}'"
    assert service.query(found) == {}
    assert len(service.query(f"{found} and Active in (true, false)")["Customer"]) == 1


@behaviour
def transactions_come_newest_first(ground: Ground) -> None:
    older, newer = ground.invoice(), ground.invoice()
    ids = f"('{older['Id']}', '{newer['Id']}')"
    found = ground.service.query(f"select * from Invoice where Id in {ids}")["Invoice"]
    assert [each["Id"] for each in found] == [newer["Id"], older["Id"]]


@behaviour
def the_trial_balance_balances(ground: Ground) -> None:
    ground.service.create("journalentry", ground.journal(ground.bank, ground.expense))
    report = ground.service.call("GET", "reports/TrialBalance").body
    total = report["Rows"]["Row"][-1]["Summary"]["ColData"]
    assert total[1]["value"] == total[2]["value"] != ""


@behaviour
def an_answer_is_xml_unless_json_is_accepted(ground: Ground) -> None:
    keys = ground.service.keys
    headers = {"Accept": "*/*", "Authorization": f"Bearer {keys.access_token}"}
    answer = ground.service.call("GET", f"customer/{ground.customer}", None, headers)
    assert "xml" in answer.content_type
    assert "<IntuitResponse" in answer.text


def _captured(body: dict[str, Any], entity: str) -> dict[str, Any]:
    blocks = body["CDCResponse"][0]["QueryResponse"]
    return {each["Id"]: each for block in blocks for each in block.get(entity, [])}
