"""The proof: QuickBooks' trial balance = opening + ours + others.

It is put together from months that are proven one by one (`prove_month`) and kept. A sweep, and the
first proof of all, proves every month; another run those that can have changed:

    this month, what is later, and until the 10th the month before   always
    a month whose projection changed, or where a record changed       we posted to it
    a month that was not as it should be                              until it is
    every month           where the trial balance says that somebody else touched an older one

So a run reads one trial balance and the ledger of a month or two, however long the history is. What
cancels out within the older months in every account is left to the daily sweep. With the proof goes
the count of what arrived: nothing is lost on the way to the books either.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tillbook.domain.money import ZERO
from tillbook.domain.trial_balance import (
    Amounts,
    Posted,
    fiscal_year_start,
    year_end_transfers,
)
from tillbook.errors import Throttled
from tillbook.quickbooks import reports
from tillbook.store import marks, projection, proofs, runs
from tillbook.store.projection import Month
from tillbook.store.proofs import MonthProof, Opening
from tillbook.store.records import Record
from tillbook.usecases.check_completeness import Check, check_completeness
from tillbook.usecases.exactly_once import write_held
from tillbook.usecases.prove_month import in_text, judge_month, read_month
from tillbook.usecases.settle_conflicts import accept_kept, kept_records
from tillbook.usecases.work import Progress, Work, note_calls, read, wait_for

# Documents still come in for the month before: sales of its last days, late refunds.
_LATE_DAYS = 10
# An item of the store has room for no more than 400 KB.
_LISTED = 200


def reconcile_books(work: Work) -> Progress:
    """Proves months until none is left, then stores the proof. Raises TransientError, LeaseLost
    and ReconnectNeeded."""
    try:
        return _reconcile(work)
    except Throttled as throttled:
        return Progress(done=False, wait_seconds=wait_for(throttled))
    finally:
        note_calls(work.ports, work.lease, work.books)


def _reconcile(work: Work) -> Progress:
    count = proofs.load_count(work.db, work.connection_id)
    books = _open_books(work, everything=count is not None and count.run == work.lease.run_id)
    completeness = check_completeness(work, count)
    proven = 0
    while (month := books.next_due(completeness.touched)) is not None:
        if not work.has_time():
            return Progress(done=False, count=proven)
        books.prove(month)
        proven += 1
    closing = _trial_balance(work, books.end)
    if closing != books.closing(books.end):
        if books.older() and not books.older_hold():
            # Somebody touched what was proven before: look at all of it again.
            books.start_anew()
            return Progress(done=False, count=proven)
        # Somebody may have posted while we looked; to one of the last months, most likely.
        for month in books.months():
            if month >= books.open_from and work.has_time():
                books.prove(month)
        closing = _trial_balance(work, books.end)
    _conclude(work, books, closing, completeness)
    return Progress(done=True, count=proven)


@dataclass
class _Books:
    """What is proven so far."""

    work: Work
    start: date
    end: date
    opening: Opening
    projected: Mapping[str, Month]
    proven: dict[str, MonthProof]
    kept: dict[str, Record]
    """Records that a person edited in QuickBooks, where that stays."""

    @property
    def open_from(self) -> str:
        """The first month that is looked at by every run."""
        today = self.work.now().astimezone(self.work.settings.zone).date()
        return f"{today - timedelta(days=_LATE_DAYS):%Y-%m}"

    def months(self) -> list[str]:
        found = []
        first = self.start.replace(day=1)
        while first <= self.end:
            found.append(f"{first:%Y-%m}")
            first = _next_month(first)
        return found

    def next_due(self, touched: set[str]) -> str | None:
        return next((month for month in self.months() if self._is_due(month, touched)), None)

    def _is_due(self, month: str, touched: set[str]) -> bool:
        proof = self.proven.get(month)
        wanted = self.projected.get(month, Month())
        if proof is None or (proof.projected, proof.documents) != (
            wanted.amounts,
            wanted.documents,
        ):
            return True
        return proof.run != self.work.lease.run_id and bool(
            month >= self.open_from or month in touched or proof.differences or proof.doubles
        )

    def prove(self, month: str) -> None:
        """Raises LeaseLost."""
        work, first = self.work, _first_of(month)
        last = min(_next_month(first) - timedelta(days=1), self.end)
        seen = read_month(work, max(first, self.start), last)
        kept = accept_kept(work, self.kept, month, seen.found)
        if kept:  # what they post may have changed
            self.projected = projection.by_month(work.db, work.connection_id)
        proof = judge_month(
            work, month, seen, self.projected.get(month, Month()), kept, self.proven.get(month)
        )
        write_held(work.db, work.lease, [proofs.save_month(work.connection_id, proof)])
        self.proven[month] = proof

    def older(self) -> list[str]:
        """Months that were proven by an earlier run."""
        return [month for month, one in self.proven.items() if one.run != self.work.lease.run_id]

    def older_hold(self) -> bool:
        last = _next_month(_first_of(max(self.older()))) - timedelta(days=1)
        return _trial_balance(self.work, last) == self.closing(last)

    def start_anew(self) -> None:
        self.opening = _read_opening(self.work, self.start)
        self.proven = {}

    def closing(self, last: date) -> Amounts:
        """What the trial balance has to be at the end of a month."""
        return proofs.total([self.opening.balance, *self._sides(last), self.year_end(last)])

    def year_end(self, last: date) -> Amounts:
        """What the ends of fiscal years until a day moved to retained earnings."""
        accounts = self.work.company.accounts.values()
        return year_end_transfers(
            self.opening.balance,
            [
                Posted(_first_of(month), account, amount)
                for month, one in self.proven.items()
                for side in (one.ours, one.others)
                for account, amount in side.items()
            ],
            eve=self.start - timedelta(days=1),
            year_start=fiscal_year_start(last, self.work.company.fiscal_year_start_month),
            profit_and_loss=frozenset(one.id for one in accounts if one.is_profit_and_loss),
            retained_earnings=next(
                (one.id for one in accounts if one.subtype == "RetainedEarnings"), None
            ),
        )

    def _sides(self, last: date) -> Iterator[Amounts]:
        for month, one in self.proven.items():
            if month <= f"{last:%Y-%m}":
                yield from (one.ours, one.others)


def _open_books(work: Work, *, everything: bool) -> _Books:
    db, connection_id = work.db, work.connection_id
    projected = projection.by_month(db, connection_id)
    start, end = _period(work, projected)
    opening = proofs.load_opening(db, connection_id)
    if (
        opening is None
        or opening.first != start.isoformat()
        or (everything and opening.run != work.lease.run_id)
    ):
        opening = _read_opening(work, start)
    books = _Books(work, start, end, opening, projected, {}, kept_records(work))
    proven = proofs.months(db, connection_id)
    books.proven = {
        month: proven[month]
        for month in books.months()
        if month in proven and proven[month].proven_at >= opening.read_at
    }
    return books


def _read_opening(work: Work, start: date) -> Opening:
    """Read before any month is proven: what is posted meanwhile is noticed. Raises LeaseLost."""
    opening = Opening(
        start.isoformat(),
        work.lease.run_id,
        work.now().isoformat(),
        _trial_balance(work, start - timedelta(days=1)),
    )
    write_held(work.db, work.lease, [proofs.save_opening(work.connection_id, opening)])
    return opening


def _period(work: Work, projected: Iterable[str]) -> tuple[date, date]:
    """From the start of exports until today, and everything that we posted to: a document may be
    dated in the future, and exports may have begun earlier than the settings say by now."""
    today = work.now().astimezone(work.settings.zone).date()
    start, end = work.settings.export_from or today, today
    posted = sorted(month for month in projected if month)
    if posted:
        if posted[0] < f"{start:%Y-%m}":
            start = _first_of(posted[0])
        end = max(end, _next_month(_first_of(posted[-1])) - timedelta(days=1))
    return min(start, end), end


def _first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _trial_balance(work: Work, day: date) -> Amounts:
    """Balances at the end of a day: balance sheet accounts of all time, profit and loss accounts
    since the fiscal year began."""
    report = read(
        work.books,
        "reports/TrialBalance",
        {
            "start_date": fiscal_year_start(day, work.company.fiscal_year_start_month).isoformat(),
            "end_date": day.isoformat(),
            "accounting_method": "Accrual",
        },
    )
    return proofs.total([{row.account: row.amount} for row in reports.trial_balance(report)])


def _conclude(work: Work, books: _Books, closing: Amounts, completeness: Check) -> None:
    """Stores the proof, and whether people have to be told. Raises LeaseLost."""
    months = [books.proven[month] for month in books.months()]
    ours = proofs.total(one.ours for one in months)
    others = proofs.total(one.others for one in months)
    projected = proofs.total(one.amounts for one in books.projected.values())
    accounts = _accounts(work, books, closing, ours, others, projected)
    differences = list(_differences(months))
    doubles = _doubles(work, months)
    here = [one.month for one in months if one.run == work.lease.run_id]
    proof = {
        "made_at": work.now().isoformat(),
        "from": books.start.isoformat(),
        "to": books.end.isoformat(),
        "agrees": not differences
        and not doubles
        and all(not row["difference"] and not row["unexplained"] for row in accounts),
        "accounts": [in_text(work, row) for row in accounts],
        "differences": differences[:_LISTED],
        "more_differences": len(differences[_LISTED:]) + sum(one.more for one in months),
        "doubles": doubles[:_LISTED],
        "kept": [one for month in months for one in month.kept][:_LISTED],
        "totals": in_text(work, {"ours": _volume(ours), "others": _volume(others)}),
        "months_read": here,
        "completeness": completeness.shown,
    }
    write_held(
        work.db,
        work.lease,
        [
            proofs.save_proof(work.connection_id, proof),
            proofs.save_count(work.connection_id, completeness.count),
        ],
    )
    disagrees = not (proof["agrees"] and completeness.adds_up)
    runs.change(work.db, work.connection_id, work.lease.run_id, disagrees=disagrees)


def _differences(months: Iterable[MonthProof]) -> Iterator[dict[str, Any]]:
    """One a document: what is found in another month is not missing."""
    listed = [one for month in months for one in month.differences]
    elsewhere = {one["record"] for one in listed if one["found"]}
    return (one for one in listed if one["found"] or one["record"] not in elsewhere)


def _doubles(work: Work, months: Iterable[MonthProof]) -> list[dict[str, str]]:
    """Objects with the mark of a document that is linked to another: those that the import told
    people of, and those that only the ledger shows."""
    told = {
        one.id: {
            "record": one.record,
            "title": one.title,
            "linked": one.linked,
            "quickbooks": one.id,
            "what": f"{one.entity} {one.number} of {one.date} over {one.total}",
        }
        for one in marks.doubles(work.db, work.connection_id)
    }
    seen = {one["quickbooks"]: one for month in months for one in month.doubles}
    return [one for _, one in sorted((seen | told).items())]


def _accounts(
    work: Work,
    books: _Books,
    closing: Amounts,
    ours: Amounts,
    others: Amounts,
    projected: Amounts,
) -> list[dict[str, Any]]:
    """One row an account. `difference` is between ours and our projection; `unexplained` is what
    the trial balance has beyond opening, ours, others and the year end."""
    rows = []
    opening, year_end = books.opening.balance, books.year_end(books.end)
    touched = {*opening, *closing, *ours, *others, *projected, *year_end}
    for account in sorted(touched, key=lambda one: (len(one), one)):
        known = work.company.accounts.get(account)
        begin, end = opening.get(account, ZERO), closing.get(account, ZERO)
        mine, theirs = ours.get(account, ZERO), others.get(account, ZERO)
        moved, wanted = year_end.get(account, ZERO), projected.get(account, ZERO)
        rows.append(
            {
                "account": account,
                "name": known.name if known else account,
                "opening": begin,
                "ours": mine,
                "others": theirs,
                "year_end": moved,
                "closing": end,
                "projected": wanted,
                "difference": mine - wanted,
                "unexplained": end - (begin + mine + theirs + moved),
            }
        )
    return rows


def _volume(amounts: Amounts) -> Decimal:
    """How much was posted: debits, which equal credits."""
    return sum((amount for amount in amounts.values() if amount > 0), ZERO)
