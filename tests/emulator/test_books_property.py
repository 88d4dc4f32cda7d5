"""Whatever is sent, in whatever order: the books balance and all balances follow from them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from local.qbo import Emulator, Limits, ManualClock
from local.qbo.jsonio import dumps
from tests.emulator.conftest import Api, line, pay
from tests.emulator.property_banking import KINDS as BANKED
from tests.emulator.property_banking import Banking
from tests.emulator.property_purchases import KINDS as BOUGHT
from tests.emulator.property_purchases import Buying

AMOUNT = st.decimals(0, 500, places=2)
PICK = st.integers(0, 30)
NOBODY = {
    "Id": "999",
    "SyncToken": "0",
    "Balance": Decimal(5),
    "CustomerRef": {"value": "1"},
}


class Bookkeeping(Buying, Banking, RuleBasedStateMachine):
    """Valid and invalid writes, edits, voids, deletes, replays and lost answers, mixed."""

    def __init__(self) -> None:
        super().__init__()
        self.emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=3)
        self.company = self.emulator.seed("us")
        self.api = Api(self.emulator)
        self.customers = [self.api.customer(name) for name in ("One", "Two")]
        self.count = 0
        for each in self.customers:
            self.api.invoice(each, "120.50")
            self.api.save("creditmemo", {"CustomerRef": {"value": each}, "Line": [line("80")]})
        self.api.save("salesreceipt", {"Line": [line("9.99", "TAX")]})
        self.found_vendors()
        self.found_bank()

    def send(self, path: str, body: dict[str, Any], **params: str) -> None:
        """A write that may be refused; a refusal leaves no trace."""
        before = self.snapshot()
        self.count += 1
        answer = self.api.post(path, body, requestid=f"r{self.count}", **params)
        if answer.status_code == 400:
            assert self.snapshot() == before
        else:
            assert answer.status_code == 200, answer.text
            after = self.snapshot()
            again = self.api.post(path, body, requestid=f"r{self.count}", **params)
            assert again.content == answer.content
            assert self.snapshot() == after

    def snapshot(self) -> str:
        kinds = ("Invoice", "CreditMemo", "Payment", "SalesReceipt", "RefundReceipt", "Customer")
        shown = (self.company.all(kind) for kind in (*kinds, *BOUGHT, *BANKED, "Vendor"))
        return dumps([self.company.balances(), *shown])

    def some(self, kind: str, pick: int) -> Any:
        rows = self.company.all(kind)
        return rows[pick % len(rows)] if rows else NOBODY

    @rule(
        kind=st.sampled_from(["invoice", "creditmemo", "salesreceipt", "refundreceipt"]),
        amounts=st.lists(st.tuples(AMOUNT, st.sampled_from(["TAX", "NON"])), max_size=3),
        pick=PICK,
        discount=st.none() | AMOUNT,
        tax=st.none() | AMOUNT,
        shipping=st.booleans(),
    )
    def sell(
        self,
        kind: str,
        amounts: list[tuple[Decimal, str]],
        pick: int,
        discount: Decimal | None,
        tax: Decimal | None,
        shipping: bool,
    ) -> None:
        lines = [line(str(amount), code) for amount, code in amounts]
        if shipping:
            lines.append(line("4.90", item="SHIPPING_ITEM_ID"))
        if discount is not None:
            lines.append({"Amount": discount, "DetailType": "DiscountLineDetail"})
        detail: dict[str, Any] = {"TxnTaxCodeRef": {"value": "3"}}
        if tax is not None:
            detail["TotalTax"] = tax
        self.send(
            kind,
            {
                "CustomerRef": {"value": self.customers[pick % 2]},
                "DepositToAccountRef": {"value": "35"},
                "Line": lines,
                "TxnTaxDetail": detail,
            }
            if kind != "creditmemo"
            else {
                "CustomerRef": {"value": self.customers[pick % 2]},
                "Line": lines,
                "TxnTaxDetail": detail,
            },
        )

    @rule(invoice=PICK, memo=st.none() | PICK, quarters=st.integers(1, 5), extra=AMOUNT)
    def receive(self, invoice: int, memo: int | None, quarters: int, extra: Decimal) -> None:
        """Pay a part of an open invoice, all of it, or more than is open, with a credit or not."""
        target = self.some("Invoice", invoice)
        amount = (target["Balance"] * quarters / 4).quantize(Decimal("0.01"))
        links = [("Invoice", target["Id"], str(amount))]
        credit = Decimal(0)
        if memo is not None:
            used = self.some("CreditMemo", memo)
            credit = min(amount, used["Balance"])
            links.append(("CreditMemo", used["Id"], str(credit)))
        total = str(amount - credit + extra - 1)
        self.send("payment", pay(target["CustomerRef"]["value"], total, *links))

    @rule(kind=st.sampled_from(["Invoice", "CreditMemo", "SalesReceipt"]), pick=PICK, to=AMOUNT)
    def change_lines(self, kind: str, pick: int, to: Decimal) -> None:
        head = self.some(kind, pick)
        self.send(
            kind.lower(),
            {
                "Id": head["Id"],
                "SyncToken": head["SyncToken"],
                "sparse": True,
                "Line": [line(str(to), "TAX")],
            },
        )

    @rule(pick=PICK, to=PICK)
    def move_an_invoice_to_another_customer(self, pick: int, to: int) -> None:
        head = self.some("Invoice", pick)
        self.send(
            "invoice",
            {
                "Id": head["Id"],
                "SyncToken": head["SyncToken"],
                "sparse": True,
                "CustomerRef": {"value": self.customers[to % 2]},
            },
        )

    @rule(pick=PICK, total=AMOUNT)
    def change_a_payment(self, pick: int, total: Decimal) -> None:
        head = self.some("Payment", pick)
        self.send(
            "payment",
            {
                "Id": head["Id"],
                "SyncToken": head["SyncToken"],
                "sparse": True,
                "TotalAmt": total,
            },
        )

    @rule(
        kind=st.sampled_from(["Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt", "Payment"]),
        pick=PICK,
        how=st.sampled_from(
            [
                {"operation": "delete"},
                {"operation": "void"},
                {"operation": "update", "include": "void"},
            ]
        ),
    )
    def take_back(self, kind: str, pick: int, how: dict[str, str]) -> None:
        head = self.some(kind, pick)
        self.send(kind.lower(), {"Id": head["Id"], "SyncToken": head["SyncToken"]}, **how)

    @invariant()
    def debits_equal_credits(self) -> None:
        assert sum(self.company.balances().values()) == 0

    @invariant()
    def documents_follow_from_payments(self) -> None:
        settled: dict[tuple[str, str], Decimal] = {}
        for payment in self.company.all("Payment"):
            left = payment["TotalAmt"]
            for each in payment["Line"]:
                link = each["LinkedTxn"][0]
                key = (link["TxnType"], link["TxnId"])
                settled[key] = settled.get(key, Decimal(0)) + each["Amount"]
                left += each["Amount"] if link["TxnType"] == "CreditMemo" else -each["Amount"]
            assert payment["UnappliedAmt"] == left >= 0
        for kind in ("Invoice", "CreditMemo"):
            for row in self.company.all(kind):
                assert row["Balance"] == row["TotalAmt"] - settled.pop((kind, row["Id"]), 0)
                assert row["Balance"] >= 0
        assert settled == {}

    @invariant()
    def customers_owe_what_their_documents_say(self) -> None:
        owed = {id: Decimal(0) for id in self.customers}
        signs: tuple[tuple[str, Callable[[Any], Decimal]], ...] = (
            ("Invoice", lambda row: row["Balance"]),
            ("CreditMemo", lambda row: -row["Balance"]),
            ("Payment", lambda row: -row["UnappliedAmt"]),
        )
        for kind, amount in signs:
            for row in self.company.all(kind):
                owed[row["CustomerRef"]["value"]] += amount(row)
        for id in self.customers:
            assert self.company.get("Customer", id)["Balance"] == owed[id]
        assert self.company.balance("Accounts Receivable (A/R)") == sum(owed.values())


TestBookkeeping = Bookkeeping.TestCase
TestBookkeeping.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
