"""Whatever is sent, in whatever order: the books balance and all balances follow from them."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from local.qbo import Emulator, Limits, ManualClock
from local.qbo.entities.currency.rules import control_account
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Ledger
from local.qbo.state.store import Undo
from tests.emulator.british import British
from tests.emulator.buying import vendor
from tests.emulator.conftest import Api, line, pay
from tests.emulator.property_banking import Banking
from tests.emulator.property_goods import Goods
from tests.emulator.property_people import People
from tests.emulator.property_purchases import Buying
from tests.emulator.whole_state import assert_same, whole_state

Call = Callable[[Emulator, Api], object]
AMOUNT = st.decimals(0, 500, places=2)
PICK = st.integers(0, 30)
NOBODY = {
    "Id": "999",
    "SyncToken": "0",
    "Balance": Decimal(5),
    "CustomerRef": {"value": "1"},
}


class Bookkeeping(Buying, Banking, Goods, People, RuleBasedStateMachine):
    """Valid and invalid writes, edits, voids, deletes, replays and lost answers, mixed.

    With `other`, the second customer and the second vendor are of another currency.
    """

    profile = "us"
    other = ""
    client: type[Api] = Api

    def __init__(self) -> None:
        super().__init__()
        self.emulator, self.api = self.begun()
        self.company = self.emulator.company()
        self.history: list[Call] = []
        post = self.api.post

        def recorded(path: str, body: Any, **params: str) -> httpx.Response:
            self.history.append(lambda _, api: api.post(path, body, **params))
            return post(path, body, **params)

        vars(self.api)["post"] = recorded
        others: tuple[dict[str, Any], ...] = (
            {},
            {"CurrencyRef": {"value": self.other}} if self.other else {},
        )
        names = zip(("One", "Two"), others, strict=True)
        self.customers = [self.api.customer(name, **more) for name, more in names]
        names = zip(("Vendor one", "Vendor two"), others, strict=True)
        self.vendors = [vendor(self.api, name, **more) for name, more in names]
        self.count = 0
        self.found_goods()
        for each in self.customers:
            self.api.invoice(each, "120.50")
            self.api.save("creditmemo", {"CustomerRef": {"value": each}, "Line": [line("80")]})
        self.api.save("salesreceipt", {"Line": [line("9.99", "TAX")]})
        self.found_vendors()
        self.found_bank()

    def begun(self) -> tuple[Emulator, Api]:
        emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=3)
        emulator.seed(self.profile)
        return emulator, self.client(emulator)

    def beside(self, call: Callable[[Emulator], object]) -> None:
        """Do what no client can; it belongs to the history as well."""
        self.history.append(lambda emulator, _: call(emulator))
        call(self.emulator)

    def teardown(self) -> None:
        """The same calls from the start make the same books; tried with some of them."""
        if len(self.history) % 4:
            return
        emulator, api = self.begun()
        for call in self.history:
            with suppress(ConnectionError, httpx.TransportError, QboFault, ValueError, KeyError):
                call(emulator, api)
        assert_same(whole_state(self.emulator), whole_state(emulator), "the same calls again")

    def send(self, path: str, body: dict[str, Any], **params: str) -> None:
        """A write that may be refused; a refusal leaves no trace."""
        before = whole_state(self.emulator)
        self.count += 1
        if self.other and "Line" in body and "Id" not in body:
            body = {**body, "ExchangeRate": Decimal(("1.1", "0.9", "1.2345")[self.count % 3])}
        answer = self.api.post(path, body, requestid=f"r{self.count}", **params)
        if answer.status_code == 400:
            assert_same(before, whole_state(self.emulator), answer.text)
        else:
            assert answer.status_code == 200, answer.text
            after = whole_state(self.emulator)
            again = self.api.post(path, body, requestid=f"r{self.count}", **params)
            assert again.content == answer.content
            assert_same(after, whole_state(self.emulator), answer.text)

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
    def balances_follow_from_the_entries(self) -> None:
        fresh = Ledger(Undo())
        for key, entry in self.company.ledger.entries.items():
            fresh.post(key, entry)
        for account in self.company.all("Account"):
            if account["Classification"] in ("Revenue", "Expense"):
                assert account["CurrentBalance"] == 0
                continue
            below = [account["Id"], *self.below(account["Id"])]
            foreign = account["CurrencyRef"]["value"] == self.other
            own = [fresh.own_balance(id) if foreign else fresh.balance(id) for id in below]
            assert abs(account["CurrentBalance"]) == abs(own[0]), account
            assert abs(account["CurrentBalanceWithSubAccounts"]) == abs(sum(own)), account
        for kind in ("Customer", "Vendor"):
            for row in self.company.all(kind):
                assert abs(row["Balance"]) == abs(fresh.name_balance((kind, row["Id"]))), row

    def below(self, account: str) -> list[str]:
        children = self.company.table("Account").found("ParentRef", account)
        return [id for child in children for id in (child, *self.below(child))]

    @invariant()
    def documents_follow_from_payments(self) -> None:
        settled: dict[tuple[str, str], Decimal] = {}
        for payment in self.company.all("Payment"):
            left = payment["TotalAmt"]
            for each in payment["Line"]:
                link = each["LinkedTxn"][0]
                key = (link["TxnType"], link["TxnId"])
                settled[key] = settled.get(key, Decimal(0)) + each["Amount"]
                left += each["Amount"] if self.is_credit(link) else -each["Amount"]
            assert payment["UnappliedAmt"] == left >= 0
        for kind in ("Invoice", "CreditMemo"):
            for row in self.company.all(kind):
                assert row["Balance"] == row["TotalAmt"] - settled.pop((kind, row["Id"]), 0)
                assert row["Balance"] >= 0
        assert {kind for kind, _ in settled} <= {"JournalEntry"}

    def is_credit(self, link: dict[str, Any]) -> bool:
        """Whether what a payment links gives money to the customer."""
        if link["TxnType"] != "JournalEntry" or link["TxnId"] == NOBODY["Id"]:
            return bool(link["TxnType"] == "CreditMemo")
        sides = [
            line["JournalEntryLineDetail"]["PostingType"]
            for line in self.company.get("JournalEntry", link["TxnId"])["Line"]
            if "Entity" in line["JournalEntryLineDetail"]
        ]
        return sides == ["Credit"]

    @rule(entry=PICK, amount=AMOUNT, invoice=PICK)
    def settle_an_entry(self, entry: int, amount: Decimal, invoice: int) -> None:
        """Pay what an entry says that a customer owes, or pay an invoice with what it gives."""
        row, owed = self.some("JournalEntry", entry), self.some("Invoice", invoice)
        total = "0" if self.is_credit({"TxnType": "JournalEntry", "TxnId": row["Id"]}) else amount
        links = [("JournalEntry", row["Id"], str(amount)), ("Invoice", owed["Id"], str(amount))]
        used = links if total == "0" else links[:1]
        self.send("payment", pay(owed["CustomerRef"]["value"], str(total), *used))

    @invariant()
    def customers_owe_what_their_documents_say(self) -> None:
        added = self.journalled("Customer")
        owed = {id: added.get(id, Decimal(0)) for id in self.customers}
        signs: tuple[tuple[str, Callable[[Any], Decimal]], ...] = (
            ("Invoice", lambda row: row["Balance"]),
            ("CreditMemo", lambda row: -row["Balance"]),
            ("Payment", lambda row: -row["UnappliedAmt"]),
        )
        for kind, amount in signs:
            for row in self.company.all(kind):
                owed[row["CustomerRef"]["value"]] += amount(row)
        for payment in self.company.all("Payment"):
            for each in payment["Line"]:
                link = each["LinkedTxn"][0]
                if link["TxnType"] == "JournalEntry":
                    sign = 1 if self.is_credit(link) else -1
                    owed[payment["CustomerRef"]["value"]] += sign * each["Amount"]
        for id in self.customers:
            assert self.company.get("Customer", id)["Balance"] == owed[id]
        self.owed_on("AccountsReceivable", [owed[id] for id in self.customers])

    def owed_on(self, subtype: str, owed: list[Decimal]) -> None:
        """What is owed in all is on the control account, and what in another currency on its."""
        home = control_account(self.company, subtype)
        assert home
        if not self.other:
            assert self.company.ledger.balance(home) == sum(owed)
            return
        assert self.company.ledger.balance(home) == owed[0]
        for row in self.company.find("Account", AccountSubType=subtype):
            if row["CurrencyRef"]["value"] == self.other:
                assert self.company.ledger.own_balance(row["Id"]) == owed[1]


class BookkeepingInBritain(Bookkeeping):
    profile = "uk"
    client = British


class BookkeepingAbroad(Bookkeeping):
    profile = "multicurrency"
    other = "EUR"

    @invariant()
    def nothing_is_left_at_home_of_what_is_settled(self) -> None:
        """The control account in another currency holds what is open, each at its own rate."""
        for subtype, kinds in (
            ("AccountsReceivable", ("Invoice", "CreditMemo", "Payment")),
            ("AccountsPayable", ("Bill", "VendorCredit", "BillPayment")),
        ):
            open_now = [
                sign * left * row["ExchangeRate"]
                for kind, sign in zip(kinds, (1, -1, -1), strict=True)
                for row in self.company.all(kind)
                if row["CurrencyRef"]["value"] == self.other
                for left in [row["Balance"] if "Balance" in row else self.unused(row)]
            ]
            for row in self.company.find("Account", AccountSubType=subtype):
                if row["CurrencyRef"]["value"] == self.other:
                    held = abs(self.company.ledger.balance(row["Id"]))
                    rounding = len(open_now) * Decimal("0.01")
                    assert abs(held - abs(sum(open_now))) <= rounding, (held, open_now)

    def unused(self, payment: Any) -> Any:
        """What a payment has not settled anything with."""
        left = payment["TotalAmt"]
        for each in payment["Line"]:
            credit = each["LinkedTxn"][0]["TxnType"] in ("CreditMemo", "VendorCredit")
            left += each["Amount"] if credit else -each["Amount"]
        return left


FEW = settings(max_examples=8, stateful_step_count=20, deadline=None)
TestBookkeeping = Bookkeeping.TestCase
TestBookkeeping.settings = settings(FEW, max_examples=12)
TestBookkeepingInBritain = BookkeepingInBritain.TestCase
TestBookkeepingInBritain.settings = FEW
TestBookkeepingAbroad = BookkeepingAbroad.TestCase
TestBookkeepingAbroad.settings = FEW
