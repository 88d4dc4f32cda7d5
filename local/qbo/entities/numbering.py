"""Document numbers: given by the client, or counted on by QuickBooks."""

import re
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.rules import Change, Values

if TYPE_CHECKING:
    from local.qbo.company import Company
    from local.qbo.state.store import Row

_TAIL = re.compile(r"(\d+)\Z")
_SALES = "SalesNumber"
#: The forms that share one series of numbers.
SALES_FORMS = ("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt", "Estimate")
_LONGEST = 21
_LONGEST_COUNT = 12
FIRST = 1001


def number_sales_form(change: Change, values: Values) -> None:
    """Set DocNumber on a sales form. Raises 6140 for a number used before."""
    company = change.company
    custom = bool(company.preference("SalesFormsPrefs", "CustomTxnNumbers"))
    if left_to_quickbooks(change, values) or not custom:
        shared = company.switches.sales_number_series == "shared"
        forms = SALES_FORMS if shared else (change.entity.name,)
        _count_on(change, values, _SALES if shared else f"{forms[0]}Number", forms)
        return
    number = values.get("DocNumber")
    if not number or company.switches.duplicate_sales_doc_number == "accept":
        return
    if company.switches.duplicate_doc_number_among == "type":
        refuse_duplicate(change, number)
    elif number != change.earlier("DocNumber"):
        for name in SALES_FORMS:
            _refuse_if_used(change, name, number)


def left_to_quickbooks(change: Change, values: Values) -> bool:
    """Whether the number sent asks for the next one, by the switch. What it has stays its."""
    asked = values.get("DocNumber") == "AUTO_GENERATE"
    if not asked or change.company.switches.auto_generate == "literal":
        return False
    values.pop("DocNumber")
    if change.earlier("DocNumber"):
        values["DocNumber"] = change.earlier("DocNumber")
    return True


def number_purchase_form(change: Change, values: Values, series: str = "") -> None:
    """Set DocNumber on a purchase order, vendor credit or purchase.

    Raises 6140 for one that another of its kind has; checks look among all checks.
    """
    company = change.company
    asked = left_to_quickbooks(change, values)
    sent = values.get("DocNumber")
    custom = company.other_preference("VendorAndPurchasesPrefs.UseCustomTxnNumbers") == "true"
    counted = change.entity.name == "PurchaseOrder" or company.switches.purchase_numbers == "all"
    if asked or (not custom and counted):
        _count_on(change, values, series or f"{change.entity.name}Number")
    if sent and values["DocNumber"] == sent:
        if values.get("PaymentType") == "Check":
            refuse_used_check_number(change, sent)
        else:
            refuse_duplicate(change, sent)


def refuse_used_bill_number(change: Change, values: Values) -> None:
    """Raise 6140 if another bill has the number, where the company wants to be warned."""
    number = values.get("DocNumber")
    if number and change.company.other_preference("WarnDuplicateBillNumber") == "true":
        refuse_duplicate(change, number)


def refuse_used_check_number(change: Change, number: str) -> None:
    """Raise 6140 if another check has the number, where the company wants to be warned.

    Checks that buy and checks that pay bills share their numbers.
    """
    company = change.company
    if company.other_preference("WarnDuplicateCheckNumber") != "true":
        return
    was_check = change.before is not None and _is_check(change.before)
    if was_check and number == change.earlier("DocNumber"):
        return
    for name in ("Purchase", "BillPayment"):
        _refuse_if_used(change, name, number, checks=True)


def refuse_duplicate(change: Change, number: str) -> None:
    """Raise 6140 if another transaction of the same type has the number."""
    if number != change.earlier("DocNumber"):
        _refuse_if_used(change, change.entity.name, number)


def _refuse_if_used(change: Change, entity: str, number: str, *, checks: bool = False) -> None:
    if "allowduplicatedocnum" in change.options:
        return
    table = change.company.table(entity)
    for id in table.found("DocNumber", number.casefold()):
        row = table.rows[id]
        if row.key == (change.entity.name, change.id) or (checks and not _is_check(row)):
            continue
        raise faults.duplicate_doc_number(number, row.entity.rules.label(row), id)


def _is_check(row: "Row") -> bool:
    return "Check" in (row.data.get("PaymentType"), row.data.get("PayType"))


def _count_on(
    change: Change, values: Values, series: str, sales_forms: tuple[str, ...] = ()
) -> None:
    """Set the next number of a series unless one was sent, and count on from the one set."""
    company: Company = change.company
    number = values.get("DocNumber")
    if number and company.switches.doc_number_when_automatic == "replace":
        number = change.earlier("DocNumber")
    if not number:
        last = company.last_number(series) or FIRST - 1
        number = change.earlier("DocNumber") or _after(company, last, sales_forms)
    values["DocNumber"] = number
    tail = _TAIL.search(number)
    if change.creating and tail and len(tail[1]) < _LONGEST_COUNT:
        company.count(series, int(tail[1]))


def _after(company: "Company", last: int, sales_forms: tuple[str, ...]) -> str:
    """The number after the last; by the switch with what stands before it on the newest form."""
    digits = str(last + 1)
    if company.switches.doc_number_prefix == "drop":
        return digits
    newest = _newest_number(company, sales_forms)
    tail = _TAIL.search(newest)
    if tail is None or int(tail[1]) != last:
        return digits
    number = newest[: tail.start()] + digits.zfill(len(tail[1]))
    return number if len(number) <= _LONGEST else digits


def _newest_number(company: "Company", forms: tuple[str, ...]) -> str:
    """The number of the form made last, of those that have one."""
    newest: list[tuple[int, str]] = []
    for name in forms:
        for row in reversed(company.table(name).numbered):
            if row.data.get("DocNumber"):
                newest.append((int(row.id), row.data["DocNumber"]))
                break
    return max(newest, default=(0, ""))[1]
