"""Whatever was posted, the reports agree with the ledger and with each other, on both bases."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from local.qbo import Company, Emulator, Limits, ManualClock
from local.qbo.entities import settling
from local.qbo.faults import QboFault
from local.qbo.people.bookkeeper import journal, post
from local.qbo.people.person import set_preferences
from local.qbo.reports import run
from local.qbo.reports.open_items import open_items
from tests.emulator.conftest import line
from tests.emulator.report_reading import flat

DAYS = ("2025-11-30", "2025-12-31", "2026-01-01", "2026-02-15", "2026-03-31", "2026-10-20")
DAY = st.sampled_from(DAYS)
AMOUNT = st.decimals("0.01", 300, places=2)
PICK = st.integers(0, 9)
CODES = ("USD", "EUR")

sales = st.tuples(
    st.sampled_from(["Invoice", "CreditMemo", "Bill", "VendorCredit"]),
    DAY,
    st.lists(AMOUNT, min_size=1, max_size=3),
    PICK,
    st.sampled_from([None, "1.1", "0.8731"]),
    st.booleans(),
)
payments = st.tuples(
    st.sampled_from(["Payment", "BillPayment"]), DAY, PICK, PICK, st.integers(0, 4), AMOUNT
)
others = st.tuples(st.sampled_from(["JournalEntry", "SalesReceipt", "Both"]), DAY, AMOUNT, PICK)


class Books:
    """A company with parties in two currencies, and what a bookkeeper tries to post in it."""

    def __init__(self) -> None:
        emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
        self.company: Company = emulator.seed("us")
        currencies = {"MultiCurrencyEnabled": True}
        set_preferences(
            self.company,
            {"CurrencyPrefs": currencies, "SalesFormsPrefs": {"AllowDeposit": True}},
        )
        self.parties = {
            kind: [
                post(
                    self.company,
                    kind,
                    {"DisplayName": f"{kind} {code}", "CurrencyRef": {"value": code}},
                ).id
                for code in CODES
            ]
            for kind in ("Customer", "Vendor")
        }

    def post(self, entity: str, body: dict[str, Any]) -> None:
        """Post it, unless it is refused."""
        try:
            post(self.company, entity, body)
        except QboFault:
            return

    def document(
        self,
        kind: str,
        day: str,
        amounts: list[Decimal],
        pick: int,
        rate: str | None,
        taxed: bool,
    ) -> None:
        selling = kind in ("Invoice", "CreditMemo")
        party = self.parties["Customer" if selling else "Vendor"][pick % 2]
        body: dict[str, Any] = {"TxnDate": day}
        if rate and pick % 2:
            body["ExchangeRate"] = Decimal(rate)
        if selling:
            body["CustomerRef"] = {"value": party}
            body["Line"] = [line(str(each), "TAX" if taxed else "NON") for each in amounts]
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": "3"}}
            body["Line"].append({"Amount": Decimal("0.50"), "DetailType": "DiscountLineDetail"})
            if kind == "Invoice" and pick > 5:
                body["Deposit"] = amounts[0] / 2
        else:
            body["VendorRef"] = {"value": party}
            body["Line"] = [
                {
                    "Amount": amount,
                    "DetailType": "AccountBasedExpenseLineDetail",
                    "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}},
                }
                for amount, account in zip(amounts, ("7", "17", "35"), strict=False)
            ]
        self.post(kind, body)

    def payment(
        self, kind: str, day: str, pick: int, credit: int, quarters: int, extra: Decimal
    ) -> None:
        """Pay some of an open document with money and a credit, and leave some unapplied."""
        side = settling.CUSTOMERS if kind == "Payment" else settling.VENDORS
        owed = list(self.company.table(side.owed).rows.values())
        credits = list(self.company.table(side.credit).rows.values())
        body: dict[str, Any] = {"TxnDate": day, "Line": [], "TotalAmt": extra}
        party = self.parties[side.name][pick % 2]
        if owed:
            target = owed[pick % len(owed)]
            party = target.data[side.party]["value"]
            part = (target.data["Balance"] * quarters / 4).quantize(Decimal("0.01"))
            used = [each for each in credits if each.data[side.party]["value"] == party]
            taken = Decimal(0)
            if used and credit > 3:
                memo = used[credit % len(used)]
                taken = min(part, memo.data["Balance"])
                body["Line"].append(settled(side.credit, memo.id, taken))
            body["Line"].append(settled(side.owed, target.id, part))
            body["TotalAmt"] = part - taken + (extra if credit % 2 else 0)
        body[side.party] = {"value": party}
        if kind == "BillPayment":
            body["PayType"] = "Check"
            body["CheckPayment"] = {"BankAccountRef": {"value": "35"}}
        self.post(kind, body)

    def other(self, kind: str, day: str, amount: Decimal, pick: int) -> None:
        who = {"Type": "Customer", "EntityRef": {"value": self.parties["Customer"][0]}}
        if kind == "SalesReceipt":
            self.post(kind, {"TxnDate": day, "Line": [line(str(amount), "TAX")]})
        elif kind == "JournalEntry":
            side = ("Debit", "Credit")[pick % 2], ("Credit", "Debit")[pick % 2]
            to = ("79", "35", "34")[pick % 3]
            journal(
                self.company, day, "", [("84", side[0], amount, who), (to, side[1], amount, None)]
            )
        else:
            whom = {"Type": "Vendor", "EntityRef": {"value": self.parties["Vendor"][0]}}
            lines = [("84", "Debit", amount, who), ("33", "Credit", amount, whom)]
            journal(self.company, day, "", lines)

    def report(self, name: str, **params: str) -> dict[str, list[str]]:
        found = flat(run(self.company, name, params)["Rows"])
        return {each[0]: each[1:] for each in found}

    def control(self, kind: str, last: str) -> Decimal:
        rows = self.company.table("Account").rows.values()
        ledger = self.company.ledger
        accounts = [row.id for row in rows if row.data["AccountType"] == kind]
        return sum((ledger.balance_between(id, None, last) for id in accounts), Decimal(0))


def settled(kind: str, id: str, amount: Decimal) -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": id, "TxnType": kind}]}


def amount(cells: list[str], at: int = 0) -> Decimal:
    return Decimal(cells[at] or 0)


@given(
    st.lists(sales, min_size=1, max_size=6),
    st.lists(payments, max_size=6),
    st.lists(others, max_size=2),
)
@settings(max_examples=30, deadline=None)
def test_reports_agree(documents: Any, paid: Any, more: Any) -> None:
    books = Books()
    for each in documents:
        books.document(*each)
    for each in more:
        books.other(*each)
    for each in paid:
        books.payment(*each)

    for basis in ("Accrual", "Cash"):
        net = [statements_agree(books, basis, day) for day in DAYS]
        equity = {"2026-01-01": net[2], "2026-10-20": net[5]}
        span = {"start_date": "2026-01-02", "end_date": "2026-10-20", "accounting_method": basis}
        earned = amount(books.report("ProfitAndLoss", **span)["Net Income"])
        assert earned == equity["2026-10-20"] - equity["2026-01-01"]
    for day in DAYS:
        ageing_agrees(books, day)


@given(st.lists(sales, min_size=1, max_size=4), st.integers(1, 99))
@settings(max_examples=15, deadline=None)
def test_once_everything_is_paid_both_bases_tell_the_same(documents: Any, percent: int) -> None:
    books = Books()
    for kind, day, amounts, pick, _, taxed in documents:
        owed = {"CreditMemo": "Invoice", "VendorCredit": "Bill"}.get(kind, kind)
        books.document(owed, day, amounts, pick // 2 * 2, None, taxed)
    for side in (settling.CUSTOMERS, settling.VENDORS):
        for id in list(books.company.table(side.owed).rows):
            pay_in_two_parts(books, side, id, percent)

    accrual, cash = (
        books.report("ProfitAndLoss", date_macro="All", accounting_method=basis)
        for basis in ("Accrual", "Cash")
    )
    assert cash == accrual


def pay_in_two_parts(books: Books, side: settling.Side, id: str, percent: int) -> None:
    row = books.company.row(side.owed, id)
    whole = row.data["Balance"]
    first = (whole * percent / 100).quantize(Decimal("0.01"))
    for part in (first, whole - first):
        if not part:
            continue
        body: dict[str, Any] = {
            "Line": [settled(side.owed, id, part)],
            "TotalAmt": part,
            side.party: {"value": row.data[side.party]["value"]},
        }
        if side is settling.VENDORS:
            body |= {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": "35"}}}
        post(books.company, side.payment, body)


def statements_agree(books: Books, basis: str, day: str) -> Decimal:
    """The balance sheet balances, and the trial balance; answers what the year has earned."""
    params = {"start_date": day, "end_date": day, "accounting_method": basis}
    sheet = books.report("BalanceSheet", **params)
    assert sheet["TOTAL ASSETS"] == sheet["TOTAL LIABILITIES AND EQUITY"]
    balance = flat(run(books.company, "TrialBalance", params)["Rows"])
    debits = sum((amount(each, 1) for each in balance[:-1]), Decimal(0))
    credits = sum((amount(each, 2) for each in balance[:-1]), Decimal(0))
    assert debits == credits == amount(balance[-1], 1) == amount(balance[-1], 2)
    names = [each[0] for each in balance]
    if basis == "Cash":
        assert not any("(A/" in name for name in names)
    else:
        receivable = books.control("Accounts Receivable", day)
        assert receivable == sum(
            (amount(each, 1) - amount(each, 2) for each in balance if "(A/R)" in each[0]),
            Decimal(0),
        )
    year = {**params, "start_date": f"{day[:4]}-01-01"}
    net = amount(books.report("ProfitAndLoss", **year)["Net Income"])
    assert net == amount(sheet.get("Net Income", [""]))
    return net


def ageing_agrees(books: Books, day: str) -> None:
    """Open items sum to the control accounts on any day, and the aging reports to today's."""
    for side, kind, name in (
        (settling.CUSTOMERS, "Accounts Receivable", "AgedReceivables"),
        (settling.VENDORS, "Accounts Payable", "AgedPayables"),
    ):
        items = open_items(books.company, side, day)
        owed = sum((each.open for each in items), Decimal(0))
        assert owed == books.control(kind, day) * side.sign
        total = books.report(name, report_date=day)["TOTAL"]
        assert amount(total, -1) == books.control(kind, "2199-12-31") * side.sign
        assert sum((amount(total, at) for at in range(5)), Decimal(0)) == amount(total, -1)
