"""JournalEntry: what an inventory system posts, line by line. Cancelled, it is deleted: QuickBooks
cannot void an entry.

An entry on receivables or payables names the customer or vendor, as QuickBooks demands.
"""

from tillbook.domain.checks import Finding
from tillbook.domain.documents import Journal, JournalLine, Kind, Role, document_key
from tillbook.domain.sync import Link
from tillbook.quickbooks import transactions
from tillbook.quickbooks.context import Body, Context, NeedsMapping, ref
from tillbook.quickbooks.names import clean_text, cut
from tillbook.quickbooks.sales_lines import DESCRIPTION_LENGTH, with_id

ENTITY = "JournalEntry"
_KIND = "JournalEntryLineDetail"
_BELONGS_TO = {"Accounts Receivable": Kind.CUSTOMER, "Accounts Payable": Kind.VENDOR}
_NAMED = 5


def body(document: Journal, context: Context, link: Link | None) -> Body:
    _check_cost(document)
    ids = link.line_ids if link else {}
    return {
        "DocNumber": transactions.doc_number(document, context),
        **transactions.header(document, context),
        "Line": [
            with_id(ids.get(line.id), _line(document, line, context)) for line in document.posted
        ],
    }


def line_keys(document: Journal) -> list[str]:
    """Our line ids in the order of the lines sent."""
    return [line.id for line in document.posted]


def account(document: Journal, line: JournalLine, context: Context) -> str:
    """The account of a line: the one it names, or the one that has its role."""
    where = f"lines {line.id}"
    if line.account is None:
        return _of_role(where, line.role, context)
    if not context.company.accounts:
        raise NeedsMapping(
            Finding(
                "chart of accounts",
                "is not imported.",
                "Start a run with POST /connections/{id}/runs; this follows by itself.",
            )
        )
    known = context.company.accounts.get(line.account)
    if known is None or not known.active:
        state = (
            "is not among the accounts imported from QuickBooks"
            if known is None
            else "was made inactive in QuickBooks"
        )
        raise NeedsMapping(
            Finding(
                where,
                f"names account {line.account}, which {state}.",
                "Name another account at its source, or create it or make it active in QuickBooks.",
            )
        )
    return line.account


def _of_role(where: str, role: Role | None, context: Context) -> str:
    company = context.company
    match role:
        case None:
            raise NeedsMapping(Finding(where, "names no account.", "Name one at its source."))
        case Role.RECEIVABLES | Role.PAYABLES:
            found = company.receivables if role is Role.RECEIVABLES else company.payables
            if found is None:
                raise NeedsMapping(
                    Finding(
                        f"accounts {role.removesuffix('s')}",
                        "is missing from the chart of accounts.",
                        f"Create an account of type Accounts {role.removesuffix('s').title()} in "
                        "QuickBooks.",
                    )
                )
            return found
    return context.account(role, getattr(context.accounts, role))


def _line(document: Journal, line: JournalLine, context: Context) -> Body:
    posted_to = account(document, line, context)
    detail: Body = {
        "PostingType": line.side.title(),
        "AccountRef": ref(posted_to),
        **_party(document, line, posted_to, context),
    }
    description = cut(clean_text(line.description, context.company), DESCRIPTION_LENGTH)
    return {
        **({"Description": description} if description else {}),
        "Amount": line.amount,
        "DetailType": _KIND,
        _KIND: detail,
    }


def _party(document: Journal, line: JournalLine, account: str, context: Context) -> Body:
    type_ = context.company.accounts[account].type
    needed = _BELONGS_TO.get(type_)
    given = {Kind.CUSTOMER: line.customer, Kind.VENDOR: line.vendor}
    if needed is not None and given[needed] is None:
        raise NeedsMapping(
            Finding(
                f"lines {line.id}",
                f"is on account {account}, of type {type_}, and names no {needed}.",
                f"Name the {needed} at its source.",
            )
        )
    for kind, one in given.items():
        if one is not None and needed in (None, kind):
            found = context.link(document_key(kind, document.source, one), str(kind))
            return {"Entity": {"Type": kind.title(), "EntityRef": ref(found.id)}}
    return {}


def _check_cost(document: Journal) -> None:
    """Goods whose cost is not known yet are not posted at nothing."""
    if document.posted:
        return
    products = list(dict.fromkeys(line.product for line in document.lines if line.product))
    named = ", ".join(products[:_NAMED]) + (", ..." if len(products) > _NAMED else "")
    raise NeedsMapping(
        Finding(
            "cost",
            "is zero" + (f": nothing is known of what {named} cost." if named else "."),
            "Give the stock a value at its source, such as by the bill it was bought with; once "
            "the entry is sent again with its cost, it is posted.",
        )
    )
