"""Every entity that QuickBooks' clients know, as one row: the least to create, and a change.

A row's body may name what stands in the company (`standing`) or a name of its own:
`$name` becomes a fresh one each time; `$customer`, `$vendor`, `$bill` and so on ids of standing
objects. Both languages read the same rows.
"""

from dataclasses import asdict, dataclass
from typing import Any

Values = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """How to make one `entity`, what an update changes, by which field a query finds it.

    `gone`: what ends it, `delete`, `deactivate` or nothing. `keep`: what a sparse update must send.
    """

    entity: str
    body: Values
    change: Values
    find: str = "Name"
    gone: str = "deactivate"
    keep: tuple[str, ...] = ()
    label: str = ""

    @property
    def title(self) -> str:
        return self.label or self.entity

    def values(self) -> Values:
        return {**asdict(self), "title": self.title}


def ref(value: str) -> Values:
    return {"value": value}


def sale_line(amount: float = 100.0) -> Values:
    detail = {"ItemRef": ref("1"), "TaxCodeRef": ref("NON"), "Qty": 1, "UnitPrice": amount}
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def expense_line(amount: float = 40.0) -> Values:
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": ref("7")},
    }


def posting(account: str, side: str, amount: float = 12.5) -> Values:
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": side, "AccountRef": ref(account)},
    }


def document(entity: str, find: str = "DocNumber", keep: tuple[str, ...] = (), **body: Any) -> Row:
    """A transaction: it is found by a field of its own and ends by deletion."""
    return Row(entity, body, {"PrivateNote": "changed by a client"}, find, "delete", keep)


SALE: Values = {"CustomerRef": ref("$customer"), "Line": [sale_line()]}
PURCHASE: Values = {"VendorRef": ref("$vendor"), "Line": [expense_line()]}

ROWS = (
    Row("Account", {"Name": "$name", "AccountType": "Bank"}, {"Description": "changed"}),
    Row("Customer", {"DisplayName": "$name"}, {"CompanyName": "Changed Inc"}, "DisplayName"),
    Row("Vendor", {"DisplayName": "$name"}, {"CompanyName": "Changed Inc"}, "DisplayName"),
    Row(
        "Employee",
        {"GivenName": "Emily", "FamilyName": "$name", "DisplayName": "$name"},
        {"GivenName": "Emma"},
        "DisplayName",
    ),
    Row(
        "Item",
        {"Name": "$name", "Type": "Service", "IncomeAccountRef": ref("1")},
        {"Description": "changed"},
    ),
    Row(
        "Item",
        {
            "Name": "$name",
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "QtyOnHand": 10,
            "InvStartDate": "2026-01-01",
            "PurchaseCost": 3,
            "IncomeAccountRef": ref("79"),
            "ExpenseAccountRef": ref("80"),
            "AssetAccountRef": ref("81"),
        },
        {"PurchaseDesc": "changed"},
        label="Item that is counted",
    ),
    Row(
        "Item",
        {"Name": "$name", "Type": "Category"},
        {"Name": "$name changed"},
        label="Item that is a category",
    ),
    Row("Term", {"Name": "$name", "DueDays": 10}, {"DueDays": 20}),
    Row("PaymentMethod", {"Name": "$name"}, {"Type": "CREDIT_CARD"}),
    Row("Class", {"Name": "$name"}, {"Name": "$name changed"}),
    Row("Department", {"Name": "$name"}, {"Name": "$name changed"}),
    document("Estimate", **SALE, DocNumber="$name"),
    document("Invoice", **SALE, DocNumber="$name"),
    document("SalesReceipt", **SALE, DocNumber="$name"),
    document("CreditMemo", **SALE, DocNumber="$name"),
    document("RefundReceipt", **SALE, DepositToAccountRef=ref("35"), DocNumber="$name"),
    document(
        "Payment", "PaymentRefNum", CustomerRef=ref("$customer"), TotalAmt=25, PaymentRefNum="$name"
    ),
    document(
        "PurchaseOrder",
        VendorRef=ref("$vendor"),
        APAccountRef=ref("33"),
        DocNumber="$name",
        Line=[
            {
                "Amount": 40,
                "DetailType": "ItemBasedExpenseLineDetail",
                "ItemBasedExpenseLineDetail": {
                    "ItemRef": ref("$bought"),
                    "Qty": 2,
                    "UnitPrice": 20,
                },
            }
        ],
    ),
    document("Bill", keep=("VendorRef",), **PURCHASE, DocNumber="$name"),
    document("VendorCredit", keep=("VendorRef",), **PURCHASE, DocNumber="$name"),
    document(
        "BillPayment",
        VendorRef=ref("$vendor"),
        PayType="Check",
        CheckPayment={"BankAccountRef": ref("35")},
        TotalAmt=1,
        DocNumber="$name",
        Line=[{"Amount": 1, "LinkedTxn": [{"TxnId": "$bill", "TxnType": "Bill"}]}],
    ),
    document(
        "Purchase",
        keep=("PaymentType",),
        PaymentType="Cash",
        AccountRef=ref("35"),
        Line=[expense_line()],
        DocNumber="$name",
    ),
    document(
        "Deposit",
        "TotalAmt",
        DepositToAccountRef=ref("35"),
        Line=[
            {
                "Amount": 15,
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": {"AccountRef": ref("92")},
            }
        ],
    ),
    document(
        "Transfer",
        "TxnDate",
        ("FromAccountRef", "ToAccountRef"),
        FromAccountRef=ref("35"),
        ToAccountRef=ref("36"),
        Amount=12,
    ),
    Row("Attachable", {"Note": "$name"}, {"Note": "$name changed"}, "Note", "delete"),
    document(
        "JournalEntry", Line=[posting("35", "Debit"), posting("36", "Credit")], DocNumber="$name"
    ),
)

#: What QuickBooks voids through its API.
VOIDABLE = ("Invoice", "SalesReceipt", "Payment", "BillPayment")
