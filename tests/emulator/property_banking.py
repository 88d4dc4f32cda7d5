"""What goes to the bank, and estimates, as rules of the random bookkeeping in
test_books_property.py."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from local.qbo import Company
from local.qbo.money import cents
from tests.emulator.conftest import Api, line, pay, sale

AMOUNT = st.decimals(0, 500, places=2)
PICK = st.integers(0, 30)
KINDS = ("Deposit", "Transfer", "Estimate")
CASHED = ("Payment", "SalesReceipt")
UNDEPOSITED, CHECKING, SAVINGS, FEES = "4", "35", "36", "94"


class Banking:
    """Deposits of what waits in Undeposited Funds, transfers into it, estimates and their sales."""

    api: Api
    company: Company
    customers: list[str]
    send: Callable[..., None]
    some: Callable[[str, int], Any]

    def found_bank(self) -> None:
        for customer in self.customers:
            paid = self.api.save("payment", pay(customer, "60"))
            self.api.save("payment", pay(customer, "70"))
            link = {"TxnId": paid["Id"], "TxnType": "Payment", "TxnLineId": "0"}
            line = {"Amount": 60, "LinkedTxn": [link]}
            self.api.save("deposit", {"DepositToAccountRef": {"value": CHECKING}, "Line": [line]})
            self.api.save("estimate", sale(customer, "20"))

    @rule(amount=AMOUNT)
    def sell_for_cash(self, amount: Decimal) -> None:
        self.send("salesreceipt", {"Line": [line(str(amount))]})

    @rule(
        picks=st.lists(st.tuples(st.sampled_from(CASHED), PICK), min_size=1, max_size=3),
        fee=st.sampled_from(["0.00", "0.30", "25.00"]),
        back=st.none() | st.decimals(0, 30, places=2),
        short=st.sampled_from(["0", "0", "0", "0.01"]),
    )
    def deposit(
        self, picks: list[tuple[str, int]], fee: str, back: Decimal | None, short: str
    ) -> None:
        """What waits, what does not, twice the same, or a cent too little of it."""
        lines: list[dict[str, Any]] = [
            {
                "Amount": -Decimal(fee),
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": {"AccountRef": {"value": FEES}},
            }
        ]
        for kind, pick in picks:
            rows = self._waiting(kind)
            found = rows[pick % len(rows)] if rows and pick % 7 != 6 else self.some(kind, pick)
            link = {"TxnId": found["Id"], "TxnType": kind, "TxnLineId": "0"}
            amount = found.get("TotalAmt", Decimal(5)) - Decimal(short)
            lines.append({"Amount": amount, "LinkedTxn": [link]})
        body: dict[str, Any] = {"DepositToAccountRef": {"value": CHECKING}, "Line": lines}
        if back is not None:
            body["CashBack"] = {"AccountRef": {"value": SAVINGS}, "Amount": back}
        self.send("deposit", body)

    def _waiting(self, kind: str) -> list[Any]:
        return [
            row
            for row in self.company.all(kind)
            if row["TotalAmt"]
            and row["DepositToAccountRef"]["value"] == UNDEPOSITED
            and not any(link["TxnType"] == "Deposit" for link in row.get("LinkedTxn", ()))
        ]

    @rule(pick=PICK, keep=st.integers(0, 3))
    def take_lines_off_a_deposit(self, pick: int, keep: int) -> None:
        head = self.some("Deposit", pick)
        lines = head.get("Line", [])[:keep]
        token = {"Id": head["Id"], "SyncToken": head["SyncToken"]}
        self.send("deposit", {**token, "sparse": True, "Line": lines})

    @rule(amount=AMOUNT, source=st.sampled_from([CHECKING, SAVINGS, UNDEPOSITED]))
    def move_money(self, amount: Decimal, source: str) -> None:
        ends = {"FromAccountRef": {"value": source}, "ToAccountRef": {"value": SAVINGS}}
        self.send("transfer", {**ends, "Amount": amount})

    @rule(amount=AMOUNT, pick=PICK)
    def offer(self, amount: Decimal, pick: int) -> None:
        self.send("estimate", sale(self.customers[pick % 2], str(amount)))

    @rule(pick=PICK, customer=PICK)
    def sell_what_was_offered(self, pick: int, customer: int) -> None:
        link = {"TxnId": self.some("Estimate", pick)["Id"], "TxnType": "Estimate"}
        self.send("invoice", sale(self.customers[customer % 2], "20", LinkedTxn=[link]))

    @rule(kind=st.sampled_from(KINDS), pick=PICK)
    def delete_it(self, kind: str, pick: int) -> None:
        head = self.some(kind, pick)
        body = {"Id": head["Id"], "SyncToken": head["SyncToken"]}
        self.send(kind.lower(), body, operation="delete")

    @invariant()
    def what_is_not_deposited_is_in_undeposited_funds(self) -> None:
        taken = {
            (link["TxnType"], link["TxnId"]): deposit["Id"]
            for deposit in self.company.all("Deposit")
            for each in deposit["Line"]
            for link in each.get("LinkedTxn", ())
        }
        waiting = Decimal(0)
        for kind in CASHED:
            for row in self.company.all(kind):
                shown = [x["TxnId"] for x in row.get("LinkedTxn", ()) if x["TxnType"] == "Deposit"]
                deposit = taken.pop((kind, row["Id"]), None)
                assert shown == ([deposit] if deposit else [])
                if not deposit and row["DepositToAccountRef"]["value"] == UNDEPOSITED:
                    waiting += cents(row["TotalAmt"] * row.get("ExchangeRate", 1))
        assert taken == {}
        for row in self.company.all("Transfer"):
            if row["FromAccountRef"]["value"] == UNDEPOSITED:
                waiting -= row["Amount"]
        assert self.company.ledger.balance(UNDEPOSITED) == waiting

    @invariant()
    def estimates_and_sales_name_each_other(self) -> None:
        sold = {
            link["TxnId"]: invoice["Id"]
            for invoice in self.company.all("Invoice")
            for link in invoice.get("LinkedTxn", ())
            if link["TxnType"] == "Estimate"
        }
        for row in self.company.all("Estimate"):
            invoice = sold.pop(row["Id"], None)
            assert [link["TxnId"] for link in row.get("LinkedTxn", ())] == (
                [invoice] if invoice else []
            )
            assert (row["TxnStatus"] == "Closed") == (invoice is not None)
        assert sold == {}
