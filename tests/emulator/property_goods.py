"""Stock and journal entries as rules of the random bookkeeping in test_books_property.py."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from local.qbo import Company
from tests.emulator.buying import PAYABLE, RECEIVABLE, edit, head
from tests.emulator.conftest import Api
from tests.emulator.test_inventory import SHRINKAGE, STOCK, sold, widget

AMOUNT = st.decimals(0, 500, places=2)
PICK = st.integers(0, 30)
QTY = st.sampled_from(["1", "2", "7", "0.5"])
DAY = st.sampled_from(["2026-02-03", "2026-05-20", "2026-09-30"])
KINDS = ("JournalEntry", "InventoryAdjustment")


class Goods:
    """Two tracked items, bought, sold, returned and counted; entries on what is owed."""

    api: Api
    company: Company
    customers: list[str]
    vendors: list[str]
    send: Callable[..., None]
    some: Callable[[str, int], Any]

    def found_goods(self) -> None:
        self.items = [widget(self.api, "5", "3.33", Name=name) for name in ("Nut", "Bolt")]

    @rule(
        pick=PICK,
        qty=QTY,
        day=DAY,
        path=st.sampled_from(["invoice", "salesreceipt", "creditmemo", "refundreceipt"]),
    )
    def sell_goods(self, pick: int, qty: str, day: str, path: str) -> None:
        body: dict[str, Any] = {
            "TxnDate": day,
            "CustomerRef": {"value": self.customers[pick % 2]},
            "Line": [sold(self.items[pick % 2], qty), sold(self.items[0], "1")],
        }
        if path == "refundreceipt":
            body["DepositToAccountRef"] = {"value": "35"}
        self.send(path, body)

    @rule(
        pick=PICK,
        qty=QTY,
        price=AMOUNT,
        day=DAY,
        path=st.sampled_from(["bill", "bill", "vendorcredit"]),
    )
    def buy_goods(self, pick: int, qty: str, price: Decimal, day: str, path: str) -> None:
        detail = {"ItemRef": {"value": self.items[pick % 2]}, "Qty": Decimal(qty)}
        line = {
            "DetailType": "ItemBasedExpenseLineDetail",
            "Amount": price,
            "ItemBasedExpenseLineDetail": detail,
        }
        vendor = {"value": self.vendors[pick % 2]}
        self.send(path, {"TxnDate": day, "VendorRef": vendor, "Line": [line]})

    @rule(pick=PICK, qty=QTY, day=DAY, sign=st.sampled_from([1, -1]))
    def count_goods(self, pick: int, qty: str, day: str, sign: int) -> None:
        detail = {"ItemRef": {"value": self.items[pick % 2]}, "QtyDiff": Decimal(qty) * sign}
        body = {"AdjustAccountRef": {"value": SHRINKAGE}, "TxnDate": day}
        line = {"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": detail}
        self.send("inventoryadjustment", {**body, "Line": [line]})

    @rule(
        kind=st.sampled_from(["Invoice", "Bill", "InventoryAdjustment", "CreditMemo"]),
        pick=PICK,
        day=DAY,
    )
    def date_anew(self, kind: str, pick: int, day: str) -> None:
        row = self.some(kind, pick)
        more = {"VendorRef": row["VendorRef"]} if "VendorRef" in row else {}
        self.send(kind.lower(), edit(row, TxnDate=day, **more))

    @rule(
        amount=AMOUNT,
        account=st.sampled_from([RECEIVABLE, PAYABLE, "35"]),
        pick=PICK,
        side=st.booleans(),
        off=st.sampled_from(["0", "0", "0", "0.01"]),
    )
    def journal(self, amount: Decimal, account: str, pick: int, side: bool, off: str) -> None:
        sides = ("Debit", "Credit") if side else ("Credit", "Debit")
        who = {
            RECEIVABLE: {"Type": "Customer", "EntityRef": {"value": self.customers[pick % 2]}},
            PAYABLE: {"Type": "Vendor", "EntityRef": {"value": self.vendors[pick % 2]}},
        }.get(account)
        lines = [
            {
                "Amount": value,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": posting,
                    "AccountRef": {"value": at},
                    **({"Entity": name} if name else {}),
                },
            }
            for at, posting, value, name in (
                (account, sides[0], amount, who),
                ("7", sides[1], amount + Decimal(off), None),
            )
        ]
        self.send("journalentry", {"Line": lines})

    @rule(kind=st.sampled_from(KINDS), pick=PICK)
    def delete_the_entry(self, kind: str, pick: int) -> None:
        self.send(kind.lower(), head(self.some(kind, pick)), operation="delete")

    @invariant()
    def stock_is_worth_what_its_account_holds(self) -> None:
        stock = self.company.inventory
        assert self.company.balance(STOCK) == sum(stock.value(each) for each in self.items)
        for each in self.items:
            moves = stock.moves(each)
            there = sum((move.quantity for move in moves), Decimal(0))
            assert stock.quantity(each) == there == self.company.get("Item", each)["QtyOnHand"]

    def journalled(self, kind: str) -> dict[str, Decimal]:
        """What journal entries add to the debt of customers or vendors, debit positive."""
        sums: dict[str, Decimal] = {}
        for row in self.company.all("JournalEntry"):
            for line in row["Line"]:
                detail = line["JournalEntryLineDetail"]
                if detail.get("Entity", {}).get("Type") == kind:
                    id = detail["Entity"]["EntityRef"]["value"]
                    sign = 1 if detail["PostingType"] == "Debit" else -1
                    sums[id] = sums.get(id, Decimal(0)) + sign * line["Amount"]
        return sums
