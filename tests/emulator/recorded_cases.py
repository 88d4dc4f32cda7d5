"""What the real service was recorded to refuse: how to provoke it, and its words."""

from collections.abc import Callable
from typing import Any

from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, line, pay, sale

INACTIVE = (
    "Something you're trying to use has been made inactive. Check the fields with accounts, "
    "customers, items, vendors or employees."
)
PROPERTY = "Request has invalid or unsupported property"
REQUIRED = "Required param missing, need to supply the required value for the API"
BUSINESS = "A business validation error has occurred while processing your request"
NAME_TAKEN = "Duplicate Name Exists Error"
SYSTEM = "An application error has occurred while processing your request"

Make = Callable[[Api], Any]


def expense(account: str = "7", amount: int = 10, **detail: Any) -> dict[str, Any]:
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}, **detail},
    }


def purchase(**more: Any) -> dict[str, Any]:
    return {
        "PaymentType": "Check",
        "AccountRef": {"value": "35"},
        "Line": [expense()],
        **more,
    }


def journal(**more: Any) -> dict[str, Any]:
    def side(posting: str, account: str) -> dict[str, Any]:
        detail = {"PostingType": posting, "AccountRef": {"value": account}}
        return {
            "Amount": 10,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": detail,
        }

    return {"Line": [side("Debit", "35"), side("Credit", "79")], **more}


def vendor(api: Api) -> str:
    return str(api.save("vendor", {"DisplayName": "Bob's Burger Joint"})["Id"])


def bill(api: Api, **more: Any) -> Any:
    return api.save("bill", {"VendorRef": {"value": vendor(api)}, "Line": [expense()], **more})


def gone_invoice(api: Api) -> str:
    id = str(api.invoice(api.customer())["Id"])
    api.save("invoice", {"Id": id, "SyncToken": "0"}, operation="delete")
    return id


def inactive_customer(api: Api) -> str:
    id = api.customer()
    api.save("customer", {"Id": id, "SyncToken": "0", "sparse": True, "Active": False})
    return id


def category(api: Api) -> str:
    return str(api.save("item", {"Name": "Flowers and Trees", "Type": "Category"})["Id"])


def widget(api: Api) -> str:
    made = {
        "Name": "Widget A",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 100,
        "InvStartDate": "2026-01-01",
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": "80"},
        "AssetAccountRef": {"value": "81"},
    }
    return str(api.save("item", made)["Id"])


def deposited_payment(api: Api) -> Any:
    payment = api.save("payment", pay(api.customer(), "40"))
    link = {"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    lines = [{"Amount": 40, "LinkedTxn": [link]}]
    api.save("deposit", {"DepositToAccountRef": {"value": "35"}, "Line": lines})
    return api.read(f"payment/{payment['Id']}")


def void_bill_payment(api: Api) -> Any:
    owed = bill(api)
    paid = {
        "VendorRef": owed["VendorRef"],
        "TotalAmt": 10,
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": "35"}},
        "Line": [{"Amount": 10, "LinkedTxn": [{"TxnId": owed["Id"], "TxnType": "Bill"}]}],
    }
    made = api.save("billpayment", paid)
    named = {"Id": made["Id"], "SyncToken": "0"}
    return api.post("billpayment", named, operation="void")


def void_purchase(api: Api) -> Any:
    named = {"Id": api.save("purchase", purchase())["Id"], "SyncToken": "0"}
    return api.post("purchase", named, operation="void")


def closed(api: Api) -> Any:
    closing = {"AccountingInfoPrefs": {"BookCloseDate": "2026-09-30"}}
    set_preferences(api.emulator.company(), closing)
    return api.post("salesreceipt", sale(None, "10", TxnDate="2026-09-30"))


def twice_numbered(api: Api) -> Any:
    company = api.emulator.company()
    pairs = company.preferences["OtherPrefs"]["NameValue"]
    other = [each for each in pairs if each["Name"] != "WarnDuplicateJournalNumber"]
    warning = {"Name": "WarnDuplicateJournalNumber", "Value": "true"}
    set_preferences(company, {"OtherPrefs": {"NameValue": [*other, warning]}})
    api.save("journalentry", journal(DocNumber="J-1"))
    return api.post("journalentry", journal(DocNumber="J-1"))


def twice_named_account(api: Api) -> Any:
    return api.post("account", {"Name": "Checking", "AccountType": "Bank"})


def twice_numbered_account(api: Api) -> Any:
    api.save("account", {"Name": "A", "AccountType": "Bank", "AcctNum": "100"})
    return api.post("account", {"Name": "B", "AccountType": "Bank", "AcctNum": "100"})


def read_only(api: Api) -> Any:
    api.emulator.company().read_only = True
    return api.post("customer", {"DisplayName": "A"})


def named_twice(api: Api, *paths: str) -> Any:
    return [api.post(path, {"DisplayName": "Jane Doe"}) for path in paths][-1]


def below_depreciation(api: Api) -> Any:
    kind = {"AccountType": "Fixed Asset"}
    parent = api.save(
        "account", {"Name": "Depr", "AccountSubType": "AccumulatedDepreciation", **kind}
    )
    below = {"SubAccount": True, "ParentRef": {"value": parent["Id"]}}
    return api.post("account", {"Name": "Sub", **kind, **below})


def update_of(path: str, found: Any, **more: Any) -> Make:
    def make(api: Api) -> Any:
        row = found(api) if callable(found) else found
        return api.post(path, {"Id": row["Id"], "SyncToken": row["SyncToken"], **more})

    return make


CASES: dict[str, tuple[Make, str, str, str, str | None]] = {
    "500 void of a bill payment": (
        void_bill_payment,
        "500",
        "Unsupported Operation",
        "Operation void is not supported.",
        "Operation",
    ),
    "500 void of a purchase": (
        void_purchase,
        "500",
        "Unsupported Operation",
        "Operation void is not supported.",
        "Operation",
    ),
    "500 delete of a name": (
        lambda api: api.post(
            "customer", {"Id": api.customer(), "SyncToken": "0"}, operation="delete"
        ),
        "500",
        "Unsupported Operation",
        "Operation Delete is not supported.",
        "Operation",
    ),
    "610 read of nothing": (
        lambda api: api.get("invoice/99"),
        "610",
        "Object Not Found",
        f"Object Not Found : {INACTIVE}",
        "",
    ),
    "610 update of what was deleted": (
        lambda api: api.post("invoice", {"Id": gone_invoice(api), "SyncToken": "0"}),
        "610",
        "Object Not Found",
        "Object Not Found : Another user has deleted this transaction.",
        "",
    ),
    "2010 wrong type": (
        lambda api: api.post("customer", {"DisplayName": {"a": 1}}),
        "2010",
        PROPERTY,
        "Property Name:failed to parse json object; a property specified is unsupported or invalid",
        None,
    ),
    "2020 line": (
        lambda api: api.post("invoice", {"CustomerRef": {"value": api.customer()}}),
        "2020",
        REQUIRED,
        "Required parameter Line is missing in the request",
        "Line",
    ),
    "2020 payment type": (
        lambda api: api.post("purchase", {"AccountRef": {"value": "35"}, "Line": [expense()]}),
        "2020",
        REQUIRED,
        "Required parameter PaymentType is missing in the request",
        "PaymentType",
    ),
    "2030": (
        lambda api: api.get("customer/1.5"),
        "2030",
        "Invalid ID",
        "Id should be a valid number. Supplied value:1.5",
        "Id",
    ),
    "2180": (
        lambda api: api.post("customer", {"DisplayName": "a:b"}),
        "2180",
        "Invalid Enumeration",
        "Names must have at least one character, must be on one line, and cannot include colons "
        "or tabbing.",
        "DisplayName",
    ),
    "2500 inactive": (
        lambda api: api.post("invoice", sale(inactive_customer(api))),
        "2500",
        "Invalid Reference Id",
        f"Invalid Reference Id : {INACTIVE}",
        "",
    ),
    "2500 account": (
        lambda api: api.post("purchase", purchase(Line=[expense("999")])),
        "2500",
        "Invalid Reference Id",
        "Invalid Reference Id : Accounts element id 999 not found",
        "",
    ),
    "2500 category": (
        lambda api: api.post("salesreceipt", {"Line": [line("5", item=category(api))]}),
        "2500",
        "Invalid Reference Id",
        "Invalid Reference Id : An item in this transaction is set up as a category instead of a "
        "product or service.",
        "",
    ),
    "6070": (
        lambda api: api.post("salesreceipt", {"Line": [line("1000", Qty=3, UnitPrice=3)]}),
        "6070",
        "Amount calculation incorrect in the request",
        "Amount is not equal to UnitPrice * Qty. Supplied value:1,000",
        "Line.Amount",
    ),
    "6140": (
        twice_numbered,
        "6140",
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. This number has "
        "already been used. DocNumber=J-1 is assigned to TxnType=Journal Entry with TxnId=1",
        "",
    ),
    "6190": (
        read_only,
        "6190",
        "Invalid Company Status",
        "Subscription period has ended or cancelled or there was a billing problem : You can't "
        "add data to QuickBooks Online Plus because your trial or subscription period ended, you "
        "cancelled your subscription, or there was a billing problem. To update your "
        "subscription, click the gear icon and view your account information.",
        "",
    ),
    "6210": (
        closed,
        "6210",
        "Account Period Closed, Cannot Update Through Services API",
        "The account period has closed and the account books cannot be updated through through "
        "the QBO Services API. Please use the QBO website to make these changes.",
        "",
    ),
    "6240 another list": (
        lambda api: named_twice(api, "vendor", "customer"),
        "6240",
        NAME_TAKEN,
        "The name supplied already exists. : Another customer, vendor or employee is already "
        "using this \nname. Please use a different name.",
        "",
    ),
    "6240 customer": (
        lambda api: named_twice(api, "customer", "customer"),
        "6240",
        NAME_TAKEN,
        "The name supplied already exists. : Another customer is already using this name. Please "
        "use a different name.",
        "",
    ),
    "6240 account": (
        twice_named_account,
        "6240",
        NAME_TAKEN,
        "The name supplied already exists. : An account already has the same display name. "
        "Display Name must be unique. Please provide a different display name.",
        "",
    ),
    "6270": (
        lambda api: api.post(
            "salesreceipt",
            {"Line": [line("5", item=widget(api), Qty=1)], "TxnDate": "2025-12-31"},
        ),
        "6270",
        "Transaction date is prior to start date for inventory item",
        "Transactions with inventory (QOH) products cant be dated earlier than the Inventory "
        "Start Date for the product",
        "",
    ),
    "6430": (
        lambda api: api.post("purchase", purchase(AccountRef={"value": "42"})),
        "6430",
        "Invalid account type used",
        "Invalid account type: You need to select a different type of account for this "
        "transaction.",
        "",
    ),
    "6520": (
        lambda api: api.post("salesreceipt", {"Line": [line("5", item=widget(api))]}),
        "6520",
        "Missing Inventory Item Quantity",
        "Quantity required for inventory item",
        "",
    ),
    "6540": (
        update_of("payment", deposited_payment, sparse=True, PrivateNote="x"),
        "6540",
        "Deposited Transaction cannot be changed",
        "This transaction has been deposited. If you want to change or delete it, you must edit "
        "the deposit it appears on and remove it first.",
        "",
    ),
    "6000 account number": (
        twice_numbered_account,
        "6000",
        BUSINESS,
        "Business Validation Error: Another account is already using this number.  Please use a "
        "different number.",
        "",
    ),
    "6000 depreciation": (
        below_depreciation,
        "6000",
        BUSINESS,
        "Business Validation Error: Fixed asset accounts (Accumulated Amortization, Depletion, "
        "or Depreciation) cannot be parent accounts.",
        "",
    ),
}
