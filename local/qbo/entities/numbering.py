"""Document numbers: given by the client, or counted on by QuickBooks."""

import re

from local.qbo import faults
from local.qbo.rules import Change, Values

_TAIL = re.compile(r"(\d+)\Z")
_SALES = "SalesNumber"
FIRST = 1001


def number_sales_form(change: Change, values: Values) -> None:
    """Set DocNumber on a sales form. Raises 6140 for a number used before."""
    company = change.company
    custom = bool(company.preference("SalesFormsPrefs", "CustomTxnNumbers"))
    number = values.get("DocNumber")
    if not custom:
        if number and company.switches.doc_number_when_automatic == "replace":
            number = change.earlier("DocNumber")
        if not number:
            last = company.last_number(_SALES) or FIRST - 1
            number = change.earlier("DocNumber") or str(last + 1)
        values["DocNumber"] = number
        tail = _TAIL.search(number)
        if change.creating and tail and len(tail[1]) < 12:
            company.count(_SALES, int(tail[1]))
        return
    if number and company.switches.duplicate_sales_doc_number == "refuse":
        refuse_duplicate(change, number)


def refuse_duplicate(change: Change, number: str) -> None:
    """Raise 6140 if another transaction of the same type has the number."""
    if number == change.earlier("DocNumber") or "allowduplicatedocnum" in change.options:
        return
    for id in change.company.table(change.entity.name).found("DocNumber", number.casefold()):
        if id != change.id:
            label = change.entity.label or change.entity.name
            raise faults.duplicate_doc_number(number, label, id)
