"""One month of the proof: what QuickBooks' general ledger shows for it, against our projection.

*Ours* are the rows whose transaction we hold a link to, *others* the rest. Each difference is
traced to the document that causes it. None of ours is missed: the projection says how many
documents a month has, and as many must be found, each with its own amounts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tillbook.domain.documents import Kind
from tillbook.domain.money import round_money
from tillbook.domain.sync import KINDS_IN_ORDER, NAME_LISTS, Status
from tillbook.domain.trial_balance import Amounts
from tillbook.quickbooks import markers, reports
from tillbook.quickbooks.reports import LedgerRow
from tillbook.store import links, proofs, records
from tillbook.store.projection import Month
from tillbook.store.proofs import MonthProof
from tillbook.store.records import Record
from tillbook.usecases.settle_conflicts import Kept
from tillbook.usecases.work import Work, read

# What one month lists of its differences; an item of the store has room for no more than 400 KB.
_LISTED = 100


@dataclass(frozen=True)
class Difference:
    """One document whose postings in QuickBooks are not those it should have."""

    record: str
    title: str
    expected: Amounts
    found: Amounts
    why: str


@dataclass(frozen=True)
class Seen:
    """What the ledger shows between two days of a month."""

    rows: list[LedgerRow]
    owners: dict[str, str]
    """The record of each transaction that is ours."""
    ours: Amounts
    others: Amounts
    found: dict[str, Amounts]
    """By record."""


def read_month(work: Work, first: date, last: date) -> Seen:
    """Raises TransientError, ReconnectNeeded, Throttled."""
    rows = list(_ledger(work, first, last))
    seen = Seen(
        rows,
        _owners(work, rows),
        defaultdict(Decimal),
        defaultdict(Decimal),
        defaultdict(lambda: defaultdict(Decimal)),
    )
    for row in rows:
        record = seen.owners.get(row.txn_id)
        side = seen.ours if record else seen.others
        side[row.account] += row.amount
        if record:
            seen.found[record][row.account] += row.amount
    return seen


def judge_month(
    work: Work,
    month: str,
    seen: Seen,
    projected: Month,
    kept: Iterable[Kept],
    before: MonthProof | None,
) -> MonthProof:
    """What was seen of a month against what is projected for it. `before` is how the month was
    proven the last time."""
    known = records.load_many(work.db, work.connection_id, seen.found)
    differences = [
        *_differences(month, known, seen.found),
        *_missing(work, month, projected, known, before),
    ]
    return MonthProof(
        month=month,
        run=work.lease.run_id,
        proven_at=work.now().isoformat(),
        ours=proofs.total([seen.ours]),
        others=proofs.total([seen.others]),
        projected=projected.amounts,
        documents=projected.documents,
        differences=tuple(in_text(work, vars(one)) for one in differences[:_LISTED]),
        doubles=tuple(_doubles(work, seen.rows, seen.owners))[:_LISTED],
        kept=tuple(in_text(work, vars(one)) for one in kept)[:_LISTED],
        more=max(0, len(differences) - _LISTED),
    )


def _ledger(work: Work, first: date, last: date) -> Iterator[LedgerRow]:
    """Rows of the general ledger; where QuickBooks shows no more of a report, the time is
    halved."""
    report = read(
        work.books,
        "reports/GeneralLedger",
        {
            "start_date": first.isoformat(),
            "end_date": last.isoformat(),
            "accounting_method": "Accrual",
            "columns": reports.LEDGER_COLUMNS,
        },
    )
    if reports.is_cut_short(report) and first < last:
        middle = first + (last - first) // 2
        yield from _ledger(work, first, middle)
        yield from _ledger(work, middle + timedelta(days=1), last)
        return
    yield from reports.general_ledger(report, work.company)


def _owners(work: Work, ledger: Iterable[LedgerRow]) -> dict[str, str]:
    """The record of each transaction that is ours."""
    wanted = {
        links.transaction_key(work.realm_id, txn): txn for txn in {row.txn_id for row in ledger}
    }
    return {
        wanted[key]: item["record"]
        for key, item in work.db.get_many(wanted).items()
        if item["connection"] == work.connection_id
    }


def _differences(
    month: str, known: Mapping[str, Record], found: Mapping[str, Amounts]
) -> Iterator[Difference]:
    """Documents of ours that QuickBooks shows with other amounts or in another month than ours."""
    for key, record in sorted(known.items()):
        expected = proofs.total([{account: amount} for account, amount in record.postings])
        shown = proofs.total([found[key]])
        if expected != shown:
            yield Difference(
                key,
                record.title,
                expected,
                shown,
                "It was changed in QuickBooks after Tillbook wrote it, or is dated before "
                "the start of exports.",
            )
        elif expected and record.posted_month != month:
            yield Difference(
                key,
                record.title,
                expected,
                shown,
                f"Its amounts are right, but in QuickBooks it is dated in {month} and not in "
                f"{record.posted_month}.",
            )


def _missing(
    work: Work,
    month: str,
    projected: Month,
    known: Mapping[str, Record],
    before: MonthProof | None,
) -> Iterator[Difference]:
    """Documents of ours that QuickBooks does not show at all. Sums alone would not tell: an invoice
    and the credit for it may be gone together. Records are gone through only where there are fewer
    documents than there should be, and those that were missing before do not explain it."""

    def belongs_here(record: Record) -> bool:
        return bool(record.postings) and record.posted_month == month

    gap = projected.documents - sum(map(belongs_here, known.values()))
    if gap <= 0:
        return
    suspects = records.load_many(
        work.db,
        work.connection_id,
        [one["record"] for one in before.differences] if before else [],
    )
    missing = [
        one for key, one in sorted(suspects.items()) if belongs_here(one) and key not in known
    ]
    if len(missing) != gap:
        missing = [one for one in _posted(work) if belongs_here(one) and one.key not in known]
    for record in missing:
        yield Difference(
            record.key,
            record.title,
            proofs.total([{account: amount} for account, amount in record.postings]),
            {},
            f"It is not in the QuickBooks ledger of {month} any more: it was deleted, voided or "
            "dated otherwise there.",
        )


def _posted(work: Work) -> Iterator[Record]:
    for kind in KINDS_IN_ORDER:
        if kind not in NAME_LISTS:
            yield from records.all_records(work.db, work.connection_id, Kind(kind))


def _doubles(
    work: Work, rows: Iterable[LedgerRow], owners: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Transactions that carry the marker of a record and are not what it is linked to."""
    marked: dict[str, tuple[str, LedgerRow]] = {}
    for row in rows:
        record = markers.marked_in(row.memo)
        if record and owners.get(row.txn_id) != record:
            marked[row.txn_id] = (record, row)
    known = records.load_many(work.db, work.connection_id, {key for key, _ in marked.values()})
    for txn, (key, row) in sorted(marked.items()):
        # What is being sent may be there already: settling will link it.
        if key in known and known[key].status is not Status.SENDING:
            yield double(known[key], txn, f"{row.txn_type} {row.number}".strip())


def double(record: Record, object_id: str, what: str) -> dict[str, str]:
    """An object in QuickBooks with the marker of a record that is linked to another, or to none."""
    return {
        "record": record.key,
        "title": record.title,
        "linked": record.link.id if record.link else "",
        "quickbooks": object_id,
        "what": what,
    }


def in_text(work: Work, row: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts as people write them, with all digits of the home currency."""

    def text(value: Any) -> Any:
        if isinstance(value, Decimal):
            return str(round_money(value, work.company.home_currency))
        if isinstance(value, Mapping):
            return {name: text(one) for name, one in value.items()}
        return value

    return {name: text(value) for name, value in row.items()}
