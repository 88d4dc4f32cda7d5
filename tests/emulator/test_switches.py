"""What public sources leave open, in the position that is not the default."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator, Limits, ManualClock
from local.qbo.plans import ESSENTIALS
from tests.emulator.conftest import Api, line, sale


def custom_numbers(company: Company, on: bool) -> None:
    row = company.row("Preferences", "1")
    forms = {**row.data["SalesFormsPrefs"], "CustomTxnNumbers": on}
    company.alter(row, {**row.data, "SalesFormsPrefs": forms}, "a person")


def journal(account: str) -> dict[str, Any]:
    return {
        "Line": [
            {
                "Amount": 5,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": side,
                    "AccountRef": {"value": account},
                },
            }
            for side in ("Debit", "Credit")
        ]
    }


@pytest.mark.parametrize(
    "place, later, earlier",
    [
        ("pacific", "2026-10-01T09:00:01", "2026-10-01T09:00:00"),
        ("utc", "2026-10-01T16:00:01", "2026-10-01T16:00:00"),
    ],
)
def test_a_time_without_offset_is_pacific_or_utc(
    api: Api, emulator: Emulator, place: str, later: str, earlier: str
) -> None:
    id = api.customer()
    emulator.switches.instant_without_offset = place

    def found(time: str) -> list[str]:
        where = f"MetaData.LastUpdatedTime >= '{time}'"
        queried = api.query(f"select Id from Customer where {where}").get("Customer", [])
        ordered = f"select Id from Customer where {where} and DisplayName = 'Jane Doe'"
        assert [each["Id"] for each in api.query(ordered).get("Customer", [])] == [
            each["Id"] for each in queried
        ]
        return [each["Id"] for each in queried]

    assert (found(earlier), found(later)) == ([id], [])
    changed = [
        api.get("cdc", entities="Customer", changedSince=time).text for time in (earlier, later)
    ]
    assert ["Jane Doe" in each for each in changed] == [True, False]


@pytest.mark.parametrize("place, day", [("pacific", "2026-09-30"), ("company", "2026-10-01")])
def test_a_document_without_a_date_is_of_today_in_california_or_in_the_company(
    place: str, day: str
) -> None:
    clock = ManualClock(datetime(2026, 10, 1, 6, 0, tzinfo=UTC))
    emulator = Emulator(clock=clock, limits=Limits.none(), seed=1)
    emulator.seed("ca")
    emulator.switches.today = place
    api = Api(emulator)

    bank = emulator.company().find("Account", AccountType="Bank")[0]["Id"]
    made = api.save("journalentry", journal(bank))

    assert made["TxnDate"] == day


@pytest.mark.parametrize("reduced, discount", [(False, "10.00"), (True, "11.00")])
def test_a_percent_discount_leaves_shipping_out_or_takes_it_in(
    api: Api, emulator: Emulator, reduced: bool, discount: str
) -> None:
    emulator.switches.discount_on_shipping = reduced
    tenth = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }

    lines = [line("100.00"), line("10.00", item="SHIPPING_ITEM_ID"), tenth]
    made = api.save("invoice", sale(api.customer(), Line=lines))

    assert made["Line"][-1]["Amount"] == Decimal(discount)
    assert made["TotalAmt"] == 110 - Decimal(discount)


def test_a_number_may_be_a_duplicate_among_all_sales_forms(
    api: Api, company: Company, emulator: Emulator
) -> None:
    custom_numbers(company, True)
    form = sale(api.customer(), DocNumber="A-1")
    invoice = api.save("invoice", form)
    api.save("salesreceipt", form)

    emulator.switches.duplicate_doc_number_among = "sales_forms"

    assert api.refusal("creditmemo", form)["code"] == "6140"
    assert api.save("invoice", {**invoice, "PrivateNote": "kept"})["DocNumber"] == "A-1"
    assert api.save("creditmemo", {**form, "DocNumber": "A-2"})["DocNumber"] == "A-2"


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize("place, left", [("clear", None), ("ignore", "as it was")])
def test_what_is_sent_empty_in_a_sparse_update_is_cleared_or_kept(
    api: Api, emulator: Emulator, empty: Any, place: str, left: str | None
) -> None:
    id = api.customer(Notes="as it was")
    emulator.switches.empty_in_sparse_update = place

    update = {"Id": id, "SyncToken": "0", "sparse": True, "Notes": empty, "GivenName": "Jo"}
    made = api.save("customer", update)

    assert (made.get("Notes"), made["GivenName"]) == (left, "Jo")


def test_a_full_update_clears_what_is_sent_empty_all_the_same(api: Api, emulator: Emulator) -> None:
    id = api.customer(Notes="gone")
    emulator.switches.empty_in_sparse_update = "ignore"

    body = {"Id": id, "SyncToken": "0", "DisplayName": "Jane Doe", "Notes": None}

    assert "Notes" not in api.save("customer", body)


def test_a_number_may_be_asked_for(api: Api, company: Company, emulator: Emulator) -> None:
    custom_numbers(company, True)
    asked = sale(api.customer(), DocNumber="AUTO_GENERATE")
    assert api.save("invoice", asked)["DocNumber"] == "AUTO_GENERATE"

    emulator.switches.auto_generate = "numbered"

    first, second = api.save("invoice", asked), api.save("salesreceipt", asked)
    assert [first["DocNumber"], second["DocNumber"]] == ["1001", "1002"]
    again = api.save("invoice", {**first, "DocNumber": "AUTO_GENERATE", "PrivateNote": "again"})
    assert again["DocNumber"] == "1001"
    entry = {"DocNumber": "AUTO_GENERATE", **journal(company.account_id("Checking"))}
    assert api.save("journalentry", entry)["DocNumber"] == "1"


@pytest.mark.parametrize(
    "place, numbers",
    [("drop", ["10", "11", "100", "1001"]), ("keep", ["INV-010", "INV-011", "B100", "1001"])],
)
def test_automatic_numbers_drop_or_keep_what_stands_before_the_digits(
    api: Api, company: Company, emulator: Emulator, place: str, numbers: list[str]
) -> None:
    custom_numbers(company, False)
    emulator.switches.doc_number_prefix = place
    customer = api.customer()

    def next_number(path: str = "invoice") -> str:
        return str(api.save(path, sale(customer))["DocNumber"])

    api.invoice(customer, DocNumber="INV-009")
    got = [next_number(), next_number("salesreceipt")]
    api.invoice(customer, DocNumber="B99")
    got.append(next_number())
    api.invoice(customer, DocNumber="1000")
    got.append(next_number())

    assert got == numbers


@pytest.mark.parametrize("place, number", [("shared", "1002"), ("type", "1001")])
def test_sales_forms_share_their_numbers_or_each_type_has_its_own(
    api: Api, company: Company, emulator: Emulator, place: str, number: str
) -> None:
    custom_numbers(company, False)
    emulator.switches.sales_number_series = place

    assert api.save("invoice", sale(api.customer()))["DocNumber"] == "1001"
    assert api.save("salesreceipt", sale(None))["DocNumber"] == number


def test_an_adjustments_number_may_be_a_duplicate(api: Api, emulator: Emulator) -> None:
    item = api.save(
        "item",
        {
            "Name": "Box",
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "QtyOnHand": 5,
            "InvStartDate": "2026-09-01",
            "IncomeAccountRef": {"value": account(emulator, "SalesOfProductIncome")},
            "ExpenseAccountRef": {"value": account(emulator, "SuppliesMaterialsCogs")},
            "AssetAccountRef": {"value": account(emulator, "Inventory")},
        },
    )
    detail = {"ItemRef": {"value": item["Id"]}, "QtyDiff": -1}
    body = {
        "DocNumber": "7",
        "AdjustAccountRef": {"value": account(emulator, "SuppliesMaterialsCogs")},
        "Line": [{"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": detail}],
    }
    for _ in range(2):
        assert api.save("inventoryadjustment", body)["DocNumber"] == "7"

    emulator.switches.duplicate_adjustment_number = "refuse"

    assert api.refusal("inventoryadjustment", body)["code"] == "6140"
    assert api.save("inventoryadjustment", {**body, "DocNumber": "8"})["DocNumber"] == "8"


def account(emulator: Emulator, subtype: str) -> str:
    return str(emulator.company().find("Account", AccountSubType=subtype)[0]["Id"])


def test_a_known_request_id_with_another_body_may_be_another_request(
    api: Api, company: Company, emulator: Emulator
) -> None:
    def create(name: str) -> str:
        return str(api.save("customer", {"DisplayName": name}, requestid="r-1")["DisplayName"])

    emulator.switches.requestid_other_body = "execute"

    assert [create("Jane"), create("Joe"), create("Jane")] == ["Jane", "Joe", "Jane"]
    assert len(company.all("Customer")) == 2


def test_what_a_plan_lacks_may_be_a_feature_not_supported(
    api: Api, company: Company, emulator: Emulator
) -> None:
    row = company.row("CompanyInfo", "1")
    sku = {"Name": "OfferingSku", "Value": ESSENTIALS}
    company.alter(row, {**row.data, "NameValue": [sku]}, "a person")
    emulator.switches.missing_feature = "5030"

    assert api.refusal("class", {"Name": "Retail"})["code"] == "5030"


@pytest.mark.parametrize(
    "entity, condition, in_some",
    [
        ("Customer", "ParentRef = '99'", 200),
        ("Account", "AcctNum = '99'", 200),
        ("PurchaseOrder", "VendorRef = '99'", 400),
        ("Purchase", "AccountRef = '99'", 400),
        ("Purchase", "EntityRef = '99'", 400),
        ("Deposit", "DepositToAccountRef = '99'", 200),
        ("Deposit", "TotalAmt > '1'", 200),
    ],
)
def test_doubtful_columns_may_be_filtered_by_or_not(
    api: Api, emulator: Emulator, entity: str, condition: str, in_some: int
) -> None:
    def status(place: str) -> int:
        emulator.switches.doubtful_filters = place
        return api.get("query", query=f"select * from {entity} where {condition}").status_code

    assert [status(place) for place in ("none", "some", "all")] == [400, in_some, 200]


def test_a_purchase_may_be_found_by_its_account_and_payee(
    api: Api, company: Company, emulator: Emulator
) -> None:
    emulator.switches.doubtful_filters = "all"
    bank, cost = company.account_id("Checking"), company.account_id("Advertising")
    vendor = api.save("vendor", {"DisplayName": "Paper & Co."})["Id"]
    purchase = {
        "PaymentType": "Cash",
        "AccountRef": {"value": bank},
        "EntityRef": {"value": vendor, "type": "Vendor"},
        "Line": [
            {
                "Amount": 5,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": cost}},
            }
        ],
    }
    id = api.save("purchase", purchase)["Id"]

    for condition in (f"AccountRef = '{bank}'", f"EntityRef = '{vendor}'"):
        (found,) = api.query(f"select * from Purchase where {condition}")["Purchase"]
        assert found["Id"] == id
    assert api.query(f"select * from Purchase where AccountRef = '{cost}'") == {}


def test_each_item_of_a_batch_may_count_as_a_call(emulator: Emulator) -> None:
    emulator.limits.realm_per_minute = 5
    emulator.switches.throttle_counts_batch_items = True
    api = Api(emulator)

    items = [{"bId": str(n), "Query": "select * from Term"} for n in range(4)]
    api.batch(*items)

    assert [api.get("companyinfo/1").status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("seconds, header", [(None, None), (60, "60")])
def test_a_throttled_answer_may_say_when_to_come_back(
    emulator: Emulator, seconds: int | None, header: str | None
) -> None:
    emulator.limits.realm_per_minute = 0
    emulator.switches.throttle_retry_after = seconds

    answer = Api(emulator).get("companyinfo/1")

    assert (answer.status_code, answer.headers.get("Retry-After")) == (429, header)


def test_changes_of_settings_may_be_asked_for(api: Api, emulator: Emulator) -> None:
    asked = {"entities": "Preferences,CompanyInfo", "changedSince": "2026-09-30"}
    assert "2000" in api.get("cdc", **asked).text

    emulator.switches.cdc_of_settings = True

    (answer,) = api.get("cdc", **asked).json()["CDCResponse"]
    preferences, info = answer["QueryResponse"]
    assert [each["Id"] for each in preferences["Preferences"]] == ["1"]
    assert [each["Id"] for each in info["CompanyInfo"]] == ["1"]
