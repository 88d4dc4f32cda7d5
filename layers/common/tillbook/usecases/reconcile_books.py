"""The proof: QuickBooks' trial balance = opening + ours + others.

*Ours* are the general ledger's rows whose transaction we hold a link to; they must equal our own
projection, account by account. *Others* are what people and other apps posted; they are shown. Each
difference is traced to the document that causes it. Accrual basis, dates explicit. With the proof
goes the count of everything that ever arrived: nothing is lost on the way to the books either.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tillbook.domain.documents import Kind
from tillbook.domain.money import ZERO, round_money
from tillbook.domain.sync import KINDS_IN_ORDER, NAME_LISTS
from tillbook.domain.trial_balance import (
    Amounts,
    Posted,
    fiscal_year_start,
    year_end_transfers,
)
from tillbook.quickbooks import reports
from tillbook.quickbooks.reports import LedgerRow
from tillbook.store import links, projection, records, runs
from tillbook.usecases.settle_conflicts import accept_kept
from tillbook.usecases.take_stock import take_stock
from tillbook.usecases.work import Work, note_calls, read


@dataclass(frozen=True)
class Difference:
    """One document whose postings in QuickBooks are not those it should have."""

    record: str
    title: str
    expected: Amounts
    found: Amounts
    why: str


def reconcile_books(work: Work) -> dict[str, Any]:
    """Makes and stores the proof; answers it. Raises TransientError and ReconnectNeeded."""
    try:
        return _reconcile(work)
    finally:
        note_calls(work.ports, work.lease, work.books)


def _reconcile(work: Work) -> dict[str, Any]:
    by_month = projection.by_month(work.db, work.connection_id)
    start, end = _period(work, by_month)
    eve = start - timedelta(days=1)
    opening = _trial_balance(work, eve)
    closing = _trial_balance(work, end)
    ledger = list(_ledger(work, start, end))
    owners = _owners(work, ledger)
    ours: Amounts = defaultdict(Decimal)
    others: Amounts = defaultdict(Decimal)
    found: dict[str, Amounts] = defaultdict(lambda: defaultdict(Decimal))
    months: dict[str, set[str]] = defaultdict(set)
    for row in ledger:
        record = owners.get(row.txn_id)
        side = ours if record else others
        side[row.account] += row.amount
        if record:
            found[record][row.account] += row.amount
            months[record].add(row.date[:7])
    kept = accept_kept(work, found, months)
    projected = _projected(projection.by_month(work.db, work.connection_id) if kept else by_month)
    year_end = _year_end(work, eve, end, opening, ledger)
    accounts = _accounts(work, opening, closing, ours, others, projected, year_end)
    differences = [*_differences(work, found, months), *_missing(work, set(found))]
    stock = take_stock(work.ports, work.connection_id)
    proof = {
        "made_at": work.now().isoformat(),
        "from": start.isoformat(),
        "to": end.isoformat(),
        "agrees": not differences
        and all(not row["difference"] and not row["unexplained"] for row in accounts),
        "accounts": [_in_text(work, row) for row in accounts],
        "differences": [_in_text(work, vars(one)) for one in differences],
        "kept": [_in_text(work, vars(one)) for one in kept],
        "totals": _in_text(work, {"ours": _volume(ours), "others": _volume(others)}),
        "completeness": {**asdict(stock), "adds_up": stock.adds_up},
    }
    projection.save_proof(work.db, work.connection_id, proof)
    disagrees = not (proof["agrees"] and stock.adds_up)
    runs.change(work.db, work.connection_id, work.lease.run_id, disagrees=disagrees)
    return proof


def _period(work: Work, by_month: Mapping[str, Amounts]) -> tuple[date, date]:
    """From the start of exports until today, and everything that we posted to: a document may be
    dated in the future, and exports may have begun earlier than the settings say by now."""
    today = work.now().astimezone(work.settings.zone).date()
    start, end = work.settings.export_from or today, today
    posted = sorted(month for month in by_month if month)
    if posted:
        if posted[0] < f"{start:%Y-%m}":
            start = date.fromisoformat(f"{posted[0]}-01")
        year, month = map(int, posted[-1].split("-"))
        end = max(end, date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1))
    return start, end


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
    return {row.account: row.amount for row in reports.trial_balance(report)}


def _ledger(work: Work, start: date, end: date) -> Iterator[LedgerRow]:
    """Rows of the general ledger, month by month; where QuickBooks shows no more of a report, the
    time is halved."""
    first = start
    while first <= end:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield from _ledger_between(work, first, min(end, following - timedelta(days=1)))
        first = following


def _ledger_between(work: Work, start: date, end: date) -> Iterator[LedgerRow]:
    report = read(
        work.books,
        "reports/GeneralLedger",
        {
            "start_date": start.isoformat(),
            "end_date": end.isoformat(),
            "accounting_method": "Accrual",
            "columns": reports.LEDGER_COLUMNS,
        },
    )
    if reports.is_cut_short(report) and start < end:
        middle = start + (end - start) // 2
        yield from _ledger_between(work, start, middle)
        yield from _ledger_between(work, middle + timedelta(days=1), end)
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


def _projected(by_month: Mapping[str, Amounts]) -> Amounts:
    total: Amounts = defaultdict(Decimal)
    for accounts in by_month.values():
        for account, amount in accounts.items():
            total[account] += amount
    return total


def _accounts(
    work: Work,
    opening: Amounts,
    closing: Amounts,
    ours: Amounts,
    others: Amounts,
    projected: Amounts,
    year_end: Amounts,
) -> list[dict[str, Any]]:
    """One row an account. `difference` is between ours and our projection; `unexplained` is what
    the trial balance has beyond opening, ours, others and the year end."""
    rows = []
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


def _year_end(
    work: Work, eve: date, end: date, opening: Amounts, ledger: list[LedgerRow]
) -> Amounts:
    accounts = work.company.accounts.values()
    return year_end_transfers(
        opening,
        [Posted(date.fromisoformat(row.date), row.account, row.amount) for row in ledger],
        eve=eve,
        year_start=fiscal_year_start(end, work.company.fiscal_year_start_month),
        profit_and_loss=frozenset(one.id for one in accounts if one.is_profit_and_loss),
        retained_earnings=next(
            (one.id for one in accounts if one.subtype == "RetainedEarnings"), None
        ),
    )


def _differences(
    work: Work, found: Mapping[str, Amounts], months: Mapping[str, set[str]]
) -> Iterator[Difference]:
    """Documents of ours that QuickBooks shows with other amounts or in another month than ours."""
    for key, record in sorted(records.load_many(work.db, work.connection_id, found).items()):
        expected = _sum(record.postings)
        shown = {account: amount for account, amount in found[key].items() if amount}
        if expected != shown:
            yield Difference(
                key,
                record.title,
                expected,
                shown,
                "It was changed in QuickBooks after Tillbook wrote it, or is dated before "
                "the start of exports.",
            )
        elif expected and months[key] != {record.posted_month}:
            yield Difference(
                key,
                record.title,
                expected,
                shown,
                f"Its amounts are right, but in QuickBooks it is dated in "
                f"{' and '.join(sorted(months[key]))} and not in {record.posted_month}.",
            )


def _missing(work: Work, found: set[str]) -> Iterator[Difference]:
    """Documents of ours that QuickBooks does not show at all. Sums alone would not tell: an invoice
    and the credit for it may be gone together."""
    for kind in KINDS_IN_ORDER:
        if kind in NAME_LISTS:
            continue
        for record in records.all_records(work.db, work.connection_id, Kind(kind)):
            if record.postings and record.key not in found:
                yield Difference(
                    record.key,
                    record.title,
                    _sum(record.postings),
                    {},
                    "It is no longer in the QuickBooks ledger: it was deleted or voided there.",
                )


def _volume(amounts: Amounts) -> Decimal:
    """How much was posted: debits, which equal credits."""
    return sum((amount for amount in amounts.values() if amount > 0), ZERO)


def _in_text(work: Work, row: dict[str, Any]) -> dict[str, Any]:
    """Amounts as people write them, with all digits of the home currency."""

    def text(value: Any) -> Any:
        if isinstance(value, Decimal):
            return str(round_money(value, work.company.home_currency))
        if isinstance(value, dict):
            return {name: text(one) for name, one in value.items()}
        return value

    return {name: text(value) for name, value in row.items()}


def _sum(postings: Iterable[tuple[str, Decimal]]) -> Amounts:
    total: Amounts = defaultdict(Decimal)
    for account, amount in postings:
        total[account] += amount
    return {account: amount for account, amount in total.items() if amount}
