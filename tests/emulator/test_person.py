"""A person works in QuickBooks itself: what clients then find, and what they are told."""

from typing import Any

import pytest

from local.qbo import Company, Emulator
from local.qbo.jsonio import loads
from tests.emulator.conftest import Api, line, pay, sale


def do(api: Api, action: str, entity: str, **given: Any) -> Any:
    answer = api.http.post(
        f"/_emulator/companies/{api.realm}/edits",
        json={"action": action, "entity": entity, "object": given, "by": "Jane Roe"},
    )
    assert answer.status_code == 200, answer.text
    return next(iter(loads(answer.content).values()))


def refused(api: Api, action: str, entity: str, **given: Any) -> str:
    answer = api.http.post(
        f"/_emulator/companies/{api.realm}/edits",
        json={"action": action, "entity": entity, "object": given},
    )
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"])


@pytest.fixture
def told(api: Api, emulator: Emulator) -> list[dict[str, Any]]:
    """Every event that an app is told, as they come."""
    events: list[dict[str, Any]] = []

    def listen(url: str, body: bytes, headers: dict[str, str]) -> int:
        events.extend(loads(body))
        return 200

    emulator.webhooks.sender = listen
    answer = api.http.post("/_emulator/webhooks", json={"url": "https://app.example/"})
    assert answer.status_code == 200
    return events


def types(emulator: Emulator, told: list[dict[str, Any]]) -> list[str]:
    emulator.webhooks.deliver()
    return [f"{each['type'][4:-3]} {each['intuitentityid']}" for each in told]


def changed(api: Api, entity: str) -> list[Any]:
    answer = loads(api.get("cdc", entities=entity, changedSince="2026-10-01").content)
    rows: list[Any] = answer["CDCResponse"][0]["QueryResponse"][0].get(entity, [])
    return rows


def test_every_edit_is_told_and_listed_among_the_changes(
    api: Api, emulator: Emulator, told: list[dict[str, Any]]
) -> None:
    customer = do(api, "create", "Customer", DisplayName="Jane")["Id"]
    first = do(api, "create", "Invoice", **sale_json(customer))["Id"]
    second = do(api, "create", "Invoice", **sale_json(customer))["Id"]
    do(api, "update", "Invoice", Id=first, PrivateNote="seen")
    do(api, "void", "Invoice", Id=first)
    do(api, "delete", "Invoice", Id=second)
    do(api, "deactivate", "Customer", Id=customer)

    assert types(emulator, told) == [
        f"customer.created {customer}",
        f"invoice.created {first}",
        f"invoice.created {second}",
        f"invoice.updated {first}",
        f"invoice.void {first}",
        f"invoice.deleted {second}",
        f"customer.updated {customer}",
    ]
    assert [each.get("status") for each in changed(api, "Invoice")] == [None, "Deleted"]
    assert changed(api, "Customer")[0]["Active"] is False


def test_a_person_voids_what_the_api_cannot(api: Api, company: Company) -> None:
    memo = api.save("creditmemo", sale(api.customer(), "30"))

    voided = do(api, "void", "CreditMemo", Id=memo["Id"])

    assert (voided["TotalAmt"], voided["PrivateNote"]) == (0, "Voided")
    assert company.balance("Accounts Receivable (A/R)") == 0


def test_a_rename_makes_the_client_stale_and_frees_the_old_name(api: Api) -> None:
    id = api.customer("Jane Doe")

    do(api, "rename", "Customer", Id=id, name="Jane Roe-Doe")

    assert api.read(f"customer/{id}")["FullyQualifiedName"] == "Jane Roe-Doe"
    assert api.refusal("customer", {"Id": id, "SyncToken": "0", "sparse": True})["code"] == "5010"
    assert api.customer("Jane Doe") != id


def test_merged_customers_take_their_documents_along(
    api: Api, company: Company, emulator: Emulator, told: list[dict[str, Any]]
) -> None:
    kept, gone = api.customer("Jane Doe"), api.customer("Doe, Jane")
    invoice = api.invoice(gone, "100")
    api.save("payment", pay(gone, "40", ("Invoice", invoice["Id"], "40")))

    do(api, "merge", "Customer", Id=gone, into=kept)

    assert api.read(f"invoice/{invoice['Id']}")["CustomerRef"] == {
        "value": kept,
        "name": "Jane Doe",
    }
    assert api.read(f"customer/{kept}")["Balance"] == 60
    assert api.read(f"customer/{gone}")["Balance"] == 0
    assert types(emulator, told)[-1] == f"customer.merged {kept}"
    assert told[-1]["data"] == {"deletedid": gone}
    by_customer = api.query(f"select * from Invoice where CustomerRef = '{kept}'")
    assert by_customer["maxResults"] == 1
    api.save("payment", pay(kept, "60", ("Invoice", invoice["Id"], "60")))
    assert company.balance("Accounts Receivable (A/R)") == 0


def test_who_changes_a_merged_customer_is_told_so(api: Api) -> None:
    kept, gone = api.customer("Jane Doe"), api.customer("Doe, Jane")
    do(api, "merge", "Customer", Id=gone, into=kept)

    update = {"Id": gone, "SyncToken": "1", "sparse": True, "Notes": "x"}
    refusal = api.refusal("customer", update)

    assert refusal["code"] == "6000"
    assert refusal["Detail"] == (
        "Business Validation Error: You cannot modify a list element that has been deleted."
    )
    assert api.refusal("invoice", sale(gone))["code"] == "2500"
    assert api.query("select * from Customer")["maxResults"] == 1


def test_merged_accounts_add_up(api: Api, company: Company) -> None:
    def income(name: str) -> tuple[str, str]:
        account = api.save("account", {"Name": name, "AccountType": "Income"})["Id"]
        item = {"Name": name, "Type": "Service", "IncomeAccountRef": {"value": account}}
        return account, api.save("item", item)["Id"]

    (kept, _), (gone, item) = income("Shop"), income("Store")
    api.save("salesreceipt", {"Line": [line("25", item=item)]})

    do(api, "merge", "Account", Id=gone, into=kept)

    assert company.balance(kept) == -25
    assert company.balance(gone) == 0
    assert api.read(f"item/{item}")["IncomeAccountRef"] == {"value": kept, "name": "Shop"}
    api.save("salesreceipt", {"Line": [line("5", item=item)]})
    assert company.balance(kept) == -30


def test_merged_items_are_one_on_every_line(api: Api) -> None:
    def made(name: str) -> str:
        item = {"Name": name, "Type": "Service", "IncomeAccountRef": {"value": "79"}}
        return str(api.save("item", item)["Id"])

    kept, gone = made("Mug"), made("Cup")
    receipt = api.save("salesreceipt", {"Line": [line("5", item=gone)]})["Id"]

    do(api, "merge", "Item", Id=gone, into=kept)

    first = api.read(f"salesreceipt/{receipt}")["Line"][0]
    assert first["SalesItemLineDetail"]["ItemRef"] == {"value": kept, "name": "Mug"}


def test_what_cannot_be_merged_is_refused_with_its_reason(api: Api) -> None:
    jane = api.customer("Jane")
    api.save("customer", {"DisplayName": "Job", "Job": True, "ParentRef": {"value": jane}})
    other = api.customer("Joe")

    assert "has others below it" in refused(api, "merge", "Customer", Id=jane, into=other)
    assert "AccountType differs" in refused(api, "merge", "Account", Id="35", into="79")
    assert "another object" in refused(api, "merge", "Customer", Id=other, into=other)
    assert "can be merged" in refused(api, "merge", "Invoice", Id="1", into="2")


def test_a_deposited_payment_is_beyond_the_client(api: Api, company: Company) -> None:
    customer = api.customer()
    payment = api.save("payment", pay(customer, "40"))

    deposit = do(api, "deposit", "Payment", Id=payment["Id"])

    assert deposit["TotalAmt"] == 40
    assert company.balance("Undeposited Funds") == 0
    assert company.balance("Checking") == 40
    stale = api.read(f"payment/{payment['Id']}")
    update = {"Id": stale["Id"], "SyncToken": stale["SyncToken"], "sparse": True}
    refusal = api.refusal("payment", {**update, "PrivateNote": "x"})
    assert refusal["code"] == "6540"
    assert refusal["Detail"] == (
        "This transaction has been deposited. If you want to change or delete it, you must edit "
        "the deposit it appears on and remove it first."
    )


def test_a_matched_transaction_is_beyond_the_client_until_unmatched(api: Api) -> None:
    receipt = api.save("salesreceipt", sale(None, "10"))
    named = {"Id": receipt["Id"], "SyncToken": "0"}
    do(api, "match", "SalesReceipt", Id=receipt["Id"])

    change = api.refusal("salesreceipt", {**named, "sparse": True, "PrivateNote": "x"})
    removal = api.refusal("salesreceipt", named, operation="delete")
    do(api, "unmatch", "SalesReceipt", Id=receipt["Id"])

    assert change["code"] == "6000"
    assert "matched to a downloaded transaction" in change["Detail"]
    assert removal["code"] == "6480"
    assert api.save("salesreceipt", named, operation="delete")["status"] == "Deleted"


def test_closed_books_take_nothing_until_they_are_opened(
    api: Api, emulator: Emulator, told: list[dict[str, Any]]
) -> None:
    def close(day: str | None) -> int:
        path = f"/_emulator/companies/{api.realm}/close-books"
        return api.http.post(path, json={"date": day}).status_code

    assert close("2026-09-30") == 200
    old = sale(None, "10", TxnDate="2026-09-30")
    refusal = api.refusal("salesreceipt", old)
    assert api.read("preferences")["AccountingInfoPrefs"]["BookCloseDate"] == "2026-09-30"
    assert close(None) == 200

    assert refusal["code"] == "6210"
    assert api.save("salesreceipt", old)["TxnDate"] == "2026-09-30"
    assert types(emulator, told)[0] == "preferences.updated 1"
    assert close("soon") == 400


def test_an_unknown_action_or_entity_names_what_there_is(api: Api) -> None:
    assert "use one of create, update" in refused(api, "shred", "Invoice")
    assert "use one of CompanyInfo" in refused(api, "create", "Nonsense")
    assert "name: give" in refused(api, "rename", "Invoice", Id="1", name="x")


def sale_json(customer: str) -> dict[str, Any]:
    body = sale(customer, "10")
    body["Line"][0]["Amount"] = 10
    return body
