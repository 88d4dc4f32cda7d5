"""TransactionList, by itself or by customer or vendor, and JournalReport: what was entered."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from local.qbo.company import Company
from local.qbo.entities import ENTITIES
from local.qbo.ledger.ledger import Entry, Split
from local.qbo.money import ZERO
from local.qbo.reports.books import Books
from local.qbo.reports.frame import Params, asked, cell, header, ids, money, natural_sign
from local.qbo.reports.postings import (
    AMOUNTS,
    Posting,
    cells,
    chosen,
    column_heads,
    in_sorted_order,
)
from local.qbo.rules import Values, entry_of
from local.qbo.state.store import Row

_LISTED = (
    "tx_date",
    "txn_type",
    "doc_num",
    "is_no_post",
    "name",
    "dept_name",
    "memo",
    "account_name",
    "other_account",
    "subt_nat_amount",
)
_JOURNAL = (
    "tx_date",
    "txn_type",
    "doc_num",
    "name",
    "memo",
    "account_name",
    "debt_amt",
    "credit_amt",
)
#: What the parameter transaction_type calls some kinds, where that is not their own name.
_ALIASES = {
    "receivepayment": "Payment",
    "creditrefund": "RefundReceipt",
    "inventoryquantityadjustment": "InventoryAdjustment",
}


def _party(line: Posting, kind: str = "") -> tuple[str, str]:
    party = line.books.party(line.entry, line.index)
    if party is None or (kind and party[0] != kind):
        return ("", "")
    return (line.books.party_name(party), party[1])


#: Values of group_by that lines can be put under.
_GROUPS: dict[str, Callable[[Posting], tuple[str, str]]] = {
    "Name": _party,
    "Customer": lambda line: _party(line, "Customer"),
    "Vendor": lambda line: _party(line, "Vendor"),
    "Account": lambda line: (str(line.account.data["FullyQualifiedName"]), line.account.id),
    "Transaction Type": lambda line: (line.entry.label, ""),
}
#: Continuation lines of a journal have no date; this is what QuickBooks writes for none.
_NO_DATE = "0-00-00"


def transaction_list(company: Company, params: Params) -> Values:
    return _list(company, params, "TransactionList", params.get("group_by", ""))


def by_customer(company: Company, params: Params) -> Values:
    return _list(company, params, "TransactionListByCustomer", "Customer", only=True)


def by_vendor(company: Company, params: Params) -> Values:
    return _list(company, params, "TransactionListByVendor", "Vendor", only=True)


def journal_report(company: Company, params: Params) -> Values:
    """Every posting of every transaction within the dates, transaction by transaction."""
    over = replace(asked(company, params), basis="")
    books = Books(company, over)
    names = chosen(company, params, _JOURNAL)
    keep = books.filter()
    found = [
        each for each in company.ledger.entries.values() if over.first <= each.day <= over.last
    ]
    rows: list[Values] = []
    for entry in sorted(found, key=lambda each: (each.day, int(each.key[1]))):
        lines = [
            Posting(books, entry, index, books.account(split.account))
            for index, split in enumerate(entry.splits)
            if keep(entry, index, split)
        ]
        rows += _journal_rows(lines, names)
    return {
        "Header": header(company, "JournalReport", over, empty=not rows, by=""),
        "Columns": column_heads(names),
        "Rows": {"Row": rows},
    }


def _journal_rows(lines: list[Posting], names: list[str]) -> Iterator[Values]:
    """A transaction's lines, its sums, and an empty line."""
    if not lines:
        return
    for at, line in enumerate(lines):
        found = dict(zip(names, cells(line, names), strict=True))
        if at:
            blank = {"tx_date": cell(_NO_DATE), "txn_type": cell("", line.entry.key[1])}
            if line.entry.key[0] != "JournalEntry":
                blank["name"] = cell("", "")
            blank["doc_num"] = cell("")
            found.update({name: value for name, value in blank.items() if name in found})
        yield {"ColData": list(found.values()), "type": "Data"}
    amounts = [each.split.amount for each in lines]
    debit = sum((each for each in amounts if each > 0), ZERO)
    credit = debit - sum(amounts, ZERO)
    sums = {"debt_amt": debit, "debt_home_amt": debit}
    sums |= {"credit_amt": credit, "credit_home_amt": credit}
    total = [cell(money(sums[name]) if name in sums else "") for name in names]
    yield {"type": "Section", "Summary": {"ColData": total}}
    yield {"ColData": [cell("") for _ in names], "type": "Data"}


def _list(
    company: Company, params: Params, report: str, group: str, *, only: bool = False
) -> Values:
    over = replace(asked(company, params), basis="")
    names = chosen(company, params, _LISTED)
    lines = in_sorted_order(_lines(Books(company, over), params), params)
    rows: list[Values] = []
    key = {name.lower(): each for name, each in _GROUPS.items()}.get(group.lower())
    if key is None:
        rows = [{"ColData": cells(each, names), "type": "Data"} for each in lines]
    else:
        sections: dict[tuple[str, str], list[Posting]] = {}
        for line in lines:
            title = key(line)
            if title[0] or not only:
                sections.setdefault(title, []).append(line)
        for title in sorted(sections, key=lambda each: each[0].casefold()):
            rows.append(_section(title, sections[title], names))
    return {
        "Header": header(company, report, over, empty=not rows, by=""),
        "Columns": column_heads(names),
        "Rows": {"Row": rows},
    }


def _section(title: tuple[str, str], lines: list[Posting], names: list[str]) -> Values:
    name, id = title
    name = name or "Not Specified"
    total = sum((each.amount for each in lines), ZERO)
    blanks = [cell("") for _ in names[1:]]
    sums = [cell(money(total) if each in AMOUNTS else "") for each in names[1:]]
    return {
        "Header": {"ColData": [cell(name, id) if id else cell(name), *blanks]},
        "Rows": {"Row": [{"ColData": cells(each, names), "type": "Data"} for each in lines]},
        "Summary": {"ColData": [cell(f"Total for {name}"), *sums]},
        "type": "Section",
    }


def _lines(books: Books, params: Params) -> list[Posting]:
    """One line per transaction within the dates, by its first account, by date and id.

    The parameter `account` is ignored, as QuickBooks does.
    """
    over = books.asked
    kinds = {_kind(each) for each in ids(params, "transaction_type")}
    numbers = ids(params, "docnum")
    keep = books.filter()
    lines: list[Posting] = []
    for entry in _entries(books.company, over.first, over.last):
        wanted = not kinds or kinds & {entry.key[0].lower(), _kind(entry.label)}
        if not wanted or (numbers and entry.number not in numbers):
            continue
        if any(keep(entry, index, split) for index, split in enumerate(entry.splits)):
            lines.append(_line(books, entry))
    return sorted(lines, key=lambda each: (each.entry.day, int(each.entry.key[1])))


def _entries(company: Company, first: str, last: str) -> Iterator[Entry]:
    """What was posted within the dates, and how transactions that post nothing are listed."""
    posted = company.ledger.entries
    for entry in posted.values():
        if first <= entry.day <= last:
            yield entry
    for entity in ENTITIES.values():
        if entity.is_transaction:
            for row in company.table(entity.name).rows.values():
                if row.key not in posted and first <= row.data["TxnDate"] <= last:
                    listed = _unposted(company, row)
                    if listed is not None:
                        yield listed


def _line(books: Books, entry: Entry) -> Posting:
    account = books.account(entry.splits[0].account)
    total = sum((each.amount for each in entry.splits if each.account == account.id), ZERO)
    return Posting(books, entry, 0, account, total * natural_sign(account))


def _unposted(company: Company, row: Row) -> Entry | None:
    """How a transaction that posts nothing is listed: an estimate, an order, what was voided."""
    data = row.data
    reference = data.get("DepositToAccountRef") or data.get("AccountRef")
    subtype = "AccountsReceivable" if data.get("CustomerRef") else "AccountsPayable"
    account = reference["value"] if reference else company.account_by_subtype(subtype)
    if account is None:
        return None
    sign = natural_sign(company.row("Account", account))
    shown = Split(account, Decimal(data.get("TotalAmt", ZERO)) * sign)
    return entry_of(row, row.entity.label, (shown,))


def _kind(text: str) -> str:
    folded = text.replace(" ", "").lower()
    return _ALIASES.get(folded, folded).lower()
