"""What a company buys, in bodies that tests send."""

from decimal import Decimal
from typing import Any

from tests.emulator.conftest import Api

ADVERTISING, MEALS, PAYABLE, RECEIVABLE = "7", "13", "33", "84"
CHECKING, VISA = "35", "42"
AP = "Accounts Payable (A/P)"


def vendor(api: Api, name: str = "Bob's Burger Joint", **more: Any) -> str:
    return str(api.save("vendor", {"DisplayName": name, **more})["Id"])


def goods(api: Api, name: str = "Paper") -> str:
    """An item that is bought, expensed to Office Expenses."""
    body = {
        "Name": name,
        "Type": "NonInventory",
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": "15"},
    }
    return str(api.save("item", body)["Id"])


def charge(amount: str, account: str = ADVERTISING, **detail: Any) -> dict[str, Any]:
    return {
        "Amount": Decimal(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}, **detail},
    }


def buy(item: str, amount: str, **detail: Any) -> dict[str, Any]:
    return {
        "Amount": Decimal(amount),
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {"ItemRef": {"value": item}, **detail},
    }


def owe(vendor: str, *lines: dict[str, Any] | str, **more: Any) -> dict[str, Any]:
    """A bill, vendor credit or order; a line may be an amount for advertising."""
    made = [charge(each) if isinstance(each, str) else each for each in lines]
    return {"VendorRef": {"value": vendor}, "Line": made, **more}


def settle(
    vendor: str, total: str, *links: tuple[str, str, str], bank: str = CHECKING, **more: Any
) -> dict[str, Any]:
    return {
        "VendorRef": {"value": vendor},
        "TotalAmt": Decimal(total),
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": bank}},
        "Line": [
            {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": id, "TxnType": kind}]}
            for kind, id, amount in links
        ],
        **more,
    }


def spend(kind: str, account: str, *lines: dict[str, Any] | str, **more: Any) -> dict[str, Any]:
    made = [charge(each) if isinstance(each, str) else each for each in lines]
    return {"PaymentType": kind, "AccountRef": {"value": account}, "Line": made, **more}


def edit(row: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"Id": row["Id"], "SyncToken": row["SyncToken"], "sparse": True, **values}


def head(row: dict[str, Any]) -> dict[str, Any]:
    return {"Id": row["Id"], "SyncToken": row["SyncToken"]}


def billing(order: dict[str, Any], line: dict[str, Any], of: str) -> dict[str, Any]:
    """A bill's line that bills a line of an order."""
    link = {"TxnId": order["Id"], "TxnType": "PurchaseOrder", "TxnLineId": of}
    return {**line, "LinkedTxn": [link]}
