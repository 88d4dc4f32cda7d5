"""A person at work in QuickBooks, and a network that loses answers, as rules of the random
bookkeeping in test_books_property.py."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import rule

from local.qbo import Company, Emulator
from local.qbo.faults import QboFault
from local.qbo.people.person import close_books, edit
from tests.emulator.buying import owe, vendor
from tests.emulator.conftest import Api, line, pay, sale
from tests.emulator.whole_state import assert_same, whole_state

PICK = st.integers(0, 30)
KINDS = (
    *("Invoice", "CreditMemo", "SalesReceipt", "Payment", "Bill", "VendorCredit", "BillPayment"),
    *("Purchase", "Deposit", "Transfer", "JournalEntry", "Estimate", "RefundReceipt"),
)


class People:
    """Edits past the client, merges, closed books, and answers that get lost."""

    emulator: Emulator
    api: Api
    company: Company
    customers: list[str]
    vendors: list[str]
    send: Callable[..., None]
    some: Callable[[str, int], Any]
    count: int
    beside: Callable[[Callable[[Emulator], object]], None]

    def by_hand(self, action: str, kind: str, values: dict[str, Any]) -> None:
        """What a person does, or what QuickBooks refuses, without a trace."""
        before = whole_state(self.emulator)
        try:
            self.beside(lambda emulator: edit(emulator.company(), action, kind, values))
        except (QboFault, ValueError, KeyError) as refused:
            assert_same(before, whole_state(self.emulator), f"{action} {kind}: {refused}")

    @rule(kind=st.sampled_from(KINDS), pick=PICK, action=st.sampled_from(["void", "delete"]))
    def a_person_takes_it_back(self, kind: str, pick: int, action: str) -> None:
        self.by_hand(action, kind, {"Id": self.some(kind, pick)["Id"]})

    @rule(kind=st.sampled_from(KINDS), pick=PICK)
    def a_person_writes_a_note(self, kind: str, pick: int) -> None:
        self.by_hand("update", kind, {"Id": self.some(kind, pick)["Id"], "PrivateNote": "seen"})

    @rule(kind=st.sampled_from(["Payment", "SalesReceipt"]), pick=PICK)
    def a_person_deposits(self, kind: str, pick: int) -> None:
        self.by_hand("deposit", kind, {"Id": self.some(kind, pick)["Id"]})

    @rule(paid=st.booleans())
    def a_person_merges_two_customers(self, paid: bool) -> None:
        self.count += 1
        guest = self.api.customer(f"Guest {self.count}")
        owed = self.api.invoice(guest, "12.34")
        if paid:
            self.api.save("payment", pay(guest, "20", ("Invoice", owed["Id"], "5")))
        into = {"Id": guest, "into": self.customers[0]}
        self.beside(lambda emulator: edit(emulator.company(), "merge", "Customer", into))
        assert self.company.get("Customer", guest)["Active"] is False

    @rule()
    def a_person_merges_two_vendors(self) -> None:
        self.count += 1
        guest = vendor(self.api, f"Supplier {self.count}")
        self.api.save("bill", owe(guest, "43.21"))
        into = {"Id": guest, "into": self.vendors[0]}
        self.beside(lambda emulator: edit(emulator.company(), "merge", "Vendor", into))

    @rule(pick=PICK)
    def the_books_are_closed_for_a_while(self, pick: int) -> None:
        self.beside(lambda emulator: close_books(emulator.company(), "2026-10-01"))
        before = whole_state(self.emulator)
        head = self.some("Invoice", pick)
        for body in (
            sale(self.customers[0], "1"),
            {"Id": head["Id"], "SyncToken": head["SyncToken"], "sparse": True, "Line": [line("2")]},
        ):
            assert self.api.post("invoice", body).status_code == 400
        for kind in ("Payment", "Bill", "Deposit", "JournalEntry"):
            self.by_hand("delete", kind, {"Id": self.some(kind, pick)["Id"]})
        assert_same(before, whole_state(self.emulator), "the books are closed")
        self.beside(lambda emulator: close_books(emulator.company(), None))

    @rule(
        commits=st.sampled_from(["no", "yes"]),
        answer=st.sampled_from(["dropped", "server_error", "throttled", "may_have_been_saved"]),
        pick=PICK,
        amount=st.decimals(1, 500, places=2),
    )
    def an_answer_is_lost(self, commits: str, answer: str, pick: int, amount: Decimal) -> None:
        self.count += 1
        name = f"lost{self.count}"
        head = self.some("Invoice", pick)
        customer = head["CustomerRef"]["value"]
        part = str(min(amount, head["Balance"]))
        body = pay(customer, str(amount), ("Invoice", head["Id"], part))
        before = whole_state(self.emulator)
        self.beside(lambda emulator: emulator.inject(answer, commits=commits))
        try:
            lost = self.api.post("payment", body, requestid=name)
            assert lost.status_code != 200 or "Fault" in lost.text
        except httpx.TransportError:
            assert answer == "dropped"
        if commits == "no":
            assert_same(before, whole_state(self.emulator), "it never arrived")
        known = len(self.company.all("Payment"))
        first = self.api.post("payment", body, requestid=name)
        again = self.api.post("payment", body, requestid=name)
        assert first.status_code in (200, 400)
        assert again.content == first.content
        replayed = commits == "yes" and answer != "may_have_been_saved"
        if replayed and first.status_code == 200:
            assert len(self.company.all("Payment")) == known
