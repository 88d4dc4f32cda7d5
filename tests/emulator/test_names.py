"""Customers, vendors, accounts, items and small lists: names, references, deactivation."""

from decimal import Decimal

import pytest

from local.qbo import Emulator
from tests.emulator.conftest import Api, sale


def test_a_customer_gets_the_defaults_of_quickbooks(api: Api) -> None:
    customer = api.save("customer", {"DisplayName": "Doe5, Jane"})

    assert customer["Taxable"] is True
    assert customer["Job"] is False
    assert customer["Balance"] == 0
    assert customer["PrintOnCheckName"] == "Doe5, Jane"
    assert customer["FullyQualifiedName"] == "Doe5, Jane"
    assert customer["PreferredDeliveryMethod"] == "Print"
    assert customer["SyncToken"] == "0"
    assert customer["MetaData"]["CreateTime"] == "2026-10-01T09:00:00-07:00"


def test_a_display_name_is_made_of_the_name_parts(api: Api) -> None:
    customer = api.save("customer", {"GivenName": "Jane", "FamilyName": "Doe"})

    assert customer["DisplayName"] == "Jane Doe"


def test_a_customer_without_any_name_is_refused(api: Api) -> None:
    assert api.refusal("customer", {"Notes": "who?"})["code"] == "6080"


def test_a_name_is_taken_without_regard_to_case(api: Api) -> None:
    api.customer("Jane Doe")

    refusal = api.refusal("customer", {"DisplayName": "JANE DOE"})

    assert refusal["code"] == "6240"
    assert refusal["Detail"] == (
        "The name supplied already exists. : Another customer is already using this name. "
        "Please use a different name."
    )


def test_a_vendor_blocks_the_name_for_a_customer(api: Api) -> None:
    api.save("vendor", {"DisplayName": "Hicks Hardware"})

    refusal = api.refusal("customer", {"DisplayName": "Hicks Hardware"})

    assert refusal["code"] == "6240"
    assert "Another customer, vendor or employee is already using this" in refusal["Detail"]


@pytest.mark.parametrize("name", ["a:b", "a\tb", "a\nb"])
def test_a_name_with_a_colon_tab_or_newline_is_refused(api: Api, name: str) -> None:
    refusal = api.refusal("customer", {"DisplayName": name})

    assert refusal["code"] == "2180"
    assert refusal["Message"] == "Invalid Enumeration"
    assert refusal["Detail"] == (
        "Names must have at least one character, must be on one line, and cannot include colons "
        "or tabbing."
    )


def test_a_text_that_is_too_long_is_refused_in_quickbooks_words(api: Api) -> None:
    refusal = api.refusal("customer", {"DisplayName": "x", "Notes": "n" * 2001})

    assert refusal == {
        "Message": "String length is either shorter or longer than supported by specification",
        "Detail": "String length specified does not match the supported length. Min:0 Max:2,000 "
        "supported. Supplied length:2,001",
        "code": "2050",
        "element": "Notes",
    }


def test_an_address_as_a_whole_and_a_way_of_shipping_can_be_too_long(api: Api) -> None:
    lines = {f"Line{n}": "x" * 400 for n in range(1, 6)}
    customer = api.customer(BillAddr=lines)

    longer = {"DisplayName": "Far Away", "BillAddr": {**lines, "Line1": "x" * 401}}
    assert api.refusal("customer", longer)["element"] == "BillAddr"
    shipped = api.invoice(customer, ShipMethodRef={"value": "x" * 31})
    assert shipped["ShipMethodRef"]["value"] == "x" * 31
    by_hand = sale(customer, ShipMethodRef={"value": "x" * 32})
    assert api.refusal("invoice", by_hand)["code"] == "2050"


def test_an_account_for_undeposited_funds_lies_under_no_other(api: Api) -> None:
    body = {"Name": "Till", "AccountType": "Other Current Asset", "SubAccount": True}
    funds = {**body, "AccountSubType": "UndepositedFunds", "ParentRef": {"value": "32"}}

    assert api.refusal("account", funds)["code"] == "6000"
    assert api.refusal("account", {**body, "ParentRef": {"value": "4"}})["code"] == "6000"


def test_deactivating_marks_the_name_and_frees_it(api: Api) -> None:
    first = api.save("customer", {"DisplayName": "Jane Doe", "GivenName": "Jane"})

    gone = api.save(
        "customer", {"Id": first["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    )

    assert gone["Active"] is False
    assert gone["DisplayName"] == "Jane Doe (deleted)"
    assert gone["GivenName"] == "Jane"
    assert api.customer("Jane Doe") != first["Id"]


def test_reactivating_takes_the_mark_away(api: Api) -> None:
    id = api.customer("Jane Doe")
    api.save("customer", {"Id": id, "SyncToken": "0", "sparse": True, "Active": False})

    back = api.save("customer", {"Id": id, "SyncToken": "1", "sparse": True, "Active": True})

    assert back["DisplayName"] == "Jane Doe"


def test_an_inactive_twin_can_block_the_name(api: Api, emulator: Emulator) -> None:
    emulator.switches.inactive_names_block = True
    id = api.customer("Jane Doe")
    api.save("customer", {"Id": id, "SyncToken": "0", "sparse": True, "Active": False})

    refusal = api.refusal("customer", {"DisplayName": "Jane Doe"})

    assert refusal["Detail"] == "The name supplied already exists. : null"


def test_an_inactive_customer_cannot_be_used(api: Api) -> None:
    id = api.customer("Jane Doe")
    api.save("customer", {"Id": id, "SyncToken": "0", "sparse": True, "Active": False})

    refusal = api.refusal("invoice", sale(id))

    assert refusal["code"] == "2500"
    assert refusal["Detail"].startswith("Invalid Reference Id : Something you're trying to use")


def test_a_sub_customer_carries_the_path_and_follows_a_rename(api: Api) -> None:
    parent = api.customer("Acme")
    child = api.save(
        "customer", {"DisplayName": "Acme Berlin", "Job": True, "ParentRef": {"value": parent}}
    )

    api.save(
        "customer", {"Id": parent, "SyncToken": "0", "sparse": True, "DisplayName": "Acme Ltd"}
    )

    assert child["FullyQualifiedName"] == "Acme:Acme Berlin"
    assert api.read(f"customer/{child['Id']}")["FullyQualifiedName"] == "Acme Ltd:Acme Berlin"


def test_a_stale_token_is_refused_naming_the_last_editor(api: Api) -> None:
    id = api.customer("Jane Doe")
    api.save("customer", {"Id": id, "SyncToken": "0", "sparse": True, "Notes": "one"})

    refusal = api.refusal("customer", {"Id": id, "SyncToken": "0", "sparse": True, "Notes": "two"})

    assert refusal["code"] == "5010"
    assert refusal["Detail"] == (
        "Stale Object Error : You and Olivia Owner were working on this at the same time. Olivia "
        "Owner finished before you did, so your work was not saved."
    )


def test_an_update_that_changes_nothing_leaves_token_and_time(api: Api, emulator: Emulator) -> None:
    id = api.customer("Jane Doe")
    emulator.clock.advance(60)

    same = api.save(
        "customer", {"Id": id, "SyncToken": "0", "sparse": True, "DisplayName": "Jane Doe"}
    )

    assert same["SyncToken"] == "0"
    assert same["MetaData"]["LastUpdatedTime"] == "2026-10-01T09:00:00-07:00"


def test_a_full_update_clears_what_it_omits_and_a_sparse_one_keeps_it(api: Api) -> None:
    id = api.customer("Jane Doe", Notes="likes blue", CompanyName="Doe Ltd")

    sparse = api.save("customer", {"Id": id, "SyncToken": "0", "sparse": True, "Notes": "red"})
    full = api.save("customer", {"Id": id, "SyncToken": "1", "DisplayName": "Jane Doe"})

    assert sparse["CompanyName"] == "Doe Ltd"
    assert "CompanyName" not in full
    assert "Notes" not in full
    assert full["Active"] is True


def test_name_lists_cannot_be_deleted(api: Api) -> None:
    id = api.customer("Jane Doe")

    refusal = api.refusal("customer", {"Id": id, "SyncToken": "0"}, operation="delete")

    assert refusal["code"] == "500"
    assert refusal["Detail"] == "Operation Delete is not supported."


def test_an_account_takes_the_first_subtype_and_a_large_id(api: Api) -> None:
    account = api.save("account", {"Name": "Etsy clearing", "AccountType": "Bank"})

    assert account["AccountSubType"] == "CashOnHand"
    assert account["Classification"] == "Asset"
    assert account["Id"] == "1150040000"
    assert "LastUpdatedTime" not in account["MetaData"]


def test_an_account_without_type_or_with_a_taken_number_is_refused(api: Api) -> None:
    api.save("account", {"Name": "One", "AccountType": "Bank", "AcctNum": "1000"})

    assert api.refusal("account", {"Name": "Two"})["code"] == "6010"
    taken = api.refusal("account", {"Name": "Two", "AccountType": "Bank", "AcctNum": "1000"})
    assert taken["Detail"] == (
        "Business Validation Error: Another account is already using this number.  Please use a "
        "different number."
    )


def test_an_item_needs_an_income_account_of_an_income_type(api: Api) -> None:
    assert api.refusal("item", {"Name": "Box", "Type": "NonInventory"})["code"] == "2020"
    wrong = api.refusal(
        "item", {"Name": "Box", "Type": "NonInventory", "IncomeAccountRef": {"value": "35"}}
    )
    assert wrong["code"] == "6430"


def test_what_is_owed_when_sold_such_as_gift_cards_is_an_item_on_a_liability_account(
    api: Api,
) -> None:
    card = {"Name": "Gift card", "Type": "Service", "IncomeAccountRef": {"value": "95"}}

    assert api.save("item", card)["IncomeAccountRef"]["value"] == "95"


def test_an_item_keeps_price_decimals(api: Api) -> None:
    item = api.save(
        "item",
        {
            "Name": "Bolt",
            "Type": "NonInventory",
            "Sku": "B-1",
            "UnitPrice": Decimal("0.12345"),
            "IncomeAccountRef": {"value": "79"},
        },
    )

    assert item["UnitPrice"] == Decimal("0.12345")
    assert item["IncomeAccountRef"]["name"] == "Sales of Product Income"


def test_a_category_is_no_product(api: Api) -> None:
    category = api.save("item", {"Name": "Garden", "Type": "Category"})
    body = sale(api.customer())
    body["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] = category["Id"]

    refusal = api.refusal("invoice", body)

    assert refusal["code"] == "2500"
    assert "set up as a category" in refusal["Detail"]


def test_small_lists_can_be_made_and_read(api: Api) -> None:
    term = api.save("term", {"Name": "Term120", "DueDays": 120})
    method = api.save("paymentmethod", {"Name": "Shop Pay", "Type": "NON_CREDIT_CARD"})
    place = api.save("class", {"Name": "France"})

    assert term["Type"] == "STANDARD"
    assert method["Active"] is True
    assert place["Id"] == "5000000000000007280"
    assert api.refusal("term", {"Name": "TERM120", "DueDays": 1})["code"] == "6240"
