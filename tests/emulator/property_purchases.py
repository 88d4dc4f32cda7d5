"""What a company buys and pays, as rules of the random bookkeeping in test_books_property.py."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from local.qbo import Company
from tests.emulator.buying import (
    CHECKING,
    PAYABLE,
    VISA,
    billing,
    charge,
    edit,
    head,
    owe,
    settle,
    spend,
)
from tests.emulator.conftest import Api

AMOUNT = st.decimals(0, 500, places=2)
PICK = st.integers(0, 30)
KINDS = ("Bill", "VendorCredit", "BillPayment", "Purchase", "PurchaseOrder")
HOW = st.sampled_from(
    [{"operation": "delete"}, {"operation": "void"}, {"operation": "update", "include": "void"}]
)


class Buying:
    """Bills, vendor credits, bill payments, purchases and orders of two vendors."""

    api: Api
    company: Company
    vendors: list[str]
    send: Callable[..., None]
    some: Callable[[str, int], Any]
    owed_on: Callable[[str, list[Decimal]], None]
    journalled: Callable[[str], dict[str, Decimal]]

    def found_vendors(self) -> None:
        for each in self.vendors:
            self.api.save("bill", owe(each, "120.50"))
            self.api.save("vendorcredit", owe(each, "80"))
            self.api.save("purchaseorder", owe(each, "30", "40"))

    @rule(
        kind=st.sampled_from(["bill", "vendorcredit", "purchaseorder"]),
        amounts=st.lists(AMOUNT, max_size=3),
        pick=PICK,
        order=st.none() | PICK,
    )
    def owe_a_vendor(self, kind: str, amounts: list[Decimal], pick: int, order: int | None) -> None:
        lines = [charge(str(each)) for each in amounts]
        if order is not None:
            ordered = self.some("PurchaseOrder", order)
            lines += [billing(ordered, charge("30"), part) for part in ("1", "2", "3")]
        self.send(kind, owe(self.vendors[pick % 2], *lines))

    @rule(
        way=st.sampled_from([("Cash", CHECKING), ("Check", CHECKING), ("CreditCard", VISA)]),
        amount=AMOUNT,
        pick=PICK,
        payable=st.booleans(),
        credit=st.booleans(),
    )
    def spend_at_once(
        self, way: tuple[str, str], amount: Decimal, pick: int, payable: bool, credit: bool
    ) -> None:
        line = charge(str(amount), PAYABLE) if payable else charge(str(amount))
        payee = {"value": self.vendors[pick % 2], "type": "Vendor"}
        self.send("purchase", spend(*way, line, EntityRef=payee, Credit=credit))

    @rule(bill=PICK, memo=st.none() | PICK, quarters=st.integers(1, 5), extra=AMOUNT)
    def pay_a_bill(self, bill: int, memo: int | None, quarters: int, extra: Decimal) -> None:
        owed = self.some("Bill", bill)
        amount = (owed["Balance"] * quarters / 4).quantize(Decimal("0.01"))
        links = [("Bill", owed["Id"], str(amount))]
        credit = Decimal(0)
        if memo is not None:
            used = self.some("VendorCredit", memo)
            credit = min(amount, used["Balance"])
            links.append(("VendorCredit", used["Id"], str(credit)))
        vendor = owed.get("VendorRef", {"value": "1"})["value"]
        self.send("billpayment", settle(vendor, str(amount - credit + extra - 1), *links))

    @rule(
        kind=st.sampled_from(["Bill", "VendorCredit", "PurchaseOrder", "Purchase"]),
        pick=PICK,
        to=AMOUNT,
        moved=st.none() | PICK,
    )
    def change_what_was_bought(self, kind: str, pick: int, to: Decimal, moved: int | None) -> None:
        row = self.some(kind, pick)
        values: dict[str, Any] = {"Line": [charge(str(to))]}
        if kind == "Purchase":
            values["PaymentType"] = row.get("PaymentType", "Check")
        elif moved is None:
            values["VendorRef"] = row.get("VendorRef")
        else:
            values["VendorRef"] = {"value": self.vendors[moved % 2]}
        self.send(kind.lower(), edit(row, **values))

    @rule(kind=st.sampled_from(KINDS), pick=PICK, how=HOW)
    def take_back_what_was_bought(self, kind: str, pick: int, how: dict[str, str]) -> None:
        self.send(kind.lower(), head(self.some(kind, pick)), **how)

    @invariant()
    def bills_follow_from_bill_payments(self) -> None:
        settled: dict[tuple[str, str], Decimal] = {}
        for payment in self.company.all("BillPayment"):
            for each in payment["Line"]:
                link = each["LinkedTxn"][0]
                key = (link["TxnType"], link["TxnId"])
                settled[key] = settled.get(key, Decimal(0)) + each["Amount"]
        for kind in ("Bill", "VendorCredit"):
            for row in self.company.all(kind):
                assert row["Balance"] == row["TotalAmt"] - settled.pop((kind, row["Id"]), 0)
                assert row["Balance"] >= 0
        assert settled == {}

    @invariant()
    def vendors_are_owed_what_their_documents_say(self) -> None:
        added = self.journalled("Vendor")
        owed = {id: -added.get(id, Decimal(0)) for id in self.vendors}
        for kind, sign in (("Bill", 1), ("VendorCredit", -1), ("BillPayment", -1)):
            for row in self.company.all(kind):
                owed[row["VendorRef"]["value"]] += sign * row["TotalAmt"]
        for row in self.company.all("Purchase"):
            if (
                row["Line"]
                and row["Line"][0]["AccountBasedExpenseLineDetail"]["AccountRef"]["value"]
                == PAYABLE
            ):
                sign = 1 if row.get("Credit") else -1
                owed[row["EntityRef"]["value"]] += sign * row["TotalAmt"]
        for id in self.vendors:
            assert self.company.get("Vendor", id)["Balance"] == owed[id]
        self.owed_on("AccountsPayable", [-owed[id] for id in self.vendors])

    @invariant()
    def orders_and_bills_name_each_other(self) -> None:
        named = {
            (bill["Id"], link["TxnId"])
            for bill in self.company.all("Bill")
            for line in bill["Line"]
            for link in line["LinkedTxn"]
        }
        assert named == {
            (link["TxnId"], order["Id"])
            for order in self.company.all("PurchaseOrder")
            for link in order["LinkedTxn"]
        }
        assert named == {
            (bill["Id"], link["TxnId"])
            for bill in self.company.all("Bill")
            for link in bill["LinkedTxn"]
            if link["TxnType"] == "PurchaseOrder"
        }
