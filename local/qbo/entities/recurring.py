"""Recurring transactions: templates of other transactions, with a schedule.

Bodies hold a template under the name of what it makes: `{"Invoice": {…, "RecurringInfo": {…}}}`,
answers the same within `RecurringTransaction`. A template posts nothing; it is checked as the
transaction would be, by making one and taking it back. Nothing runs by itself: `run` is what a
person does by "Use", or QuickBooks on the day.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from local.qbo import faults, plans, validation
from local.qbo.faults import QboFault
from local.qbo.rules import Change, Rules, Values
from local.qbo.schema import Entity, Shape, anything, day, enum, flag, list_name, obj, whole
from local.qbo.state.store import Row
from local.qbo.writer import save

if TYPE_CHECKING:
    from local.qbo.company import Company

KINDS = (
    "Bill",
    "CreditMemo",
    "Deposit",
    "Estimate",
    "Invoice",
    "JournalEntry",
    "Purchase",
    "PurchaseOrder",
    "RefundReceipt",
    "SalesReceipt",
    "Transfer",
    "VendorCredit",
)
NAME = "RecurringTransaction"
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = tuple(date(2000, month, 1).strftime("%B") for month in range(1, 13))
_SCHEDULE = Shape(
    "RecurringScheduleInfo",
    (
        day("StartDate"),
        day("EndDate"),
        day("NextDate"),
        day("PreviousDate"),
        enum("IntervalType", "Daily", "Weekly", "Monthly", "Yearly"),
        whole("NumInterval"),
        whole("DayOfMonth"),
        enum("DayOfWeek", *_DAYS),
        whole("WeekOfMonth"),
        enum("MonthOfYear", *_MONTHS),
        whole("DaysBefore"),
        whole("RemindDays"),
        whole("MaxOccurrences"),
    ),
)
_INFO = Entity(
    "RecurringInfo",
    (
        list_name("Name", 100, required=True),
        enum("RecurType", "Automated", "Reminded", "UnScheduled", required=True),
        flag("Active"),
        obj("ScheduleInfo", _SCHEDULE),
    ),
    Rules(),
)
#: What only a transaction made from a template has.
_OF_ITS_DAY = ("DocNumber", "TxnDate", "DueDate", "Balance", "HomeBalance", "RemainingCredit")
_LONGEST_STEP = 366
_HEAD = ("Id", "SyncToken", "MetaData", "domain", "sparse", "status")


class RecurringRules(Rules):
    """Templates; each row holds one, under the name of what it makes."""

    checks = (
        "one template (2020) of a transaction that could be made (its own faults)",
        "RecurringInfo with Name and RecurType (2020); IntervalType where it is scheduled (2020)",
    )

    def unwrapped(self, payload: Values) -> Values:
        """The template's Id and SyncToken, beside the template."""
        if NAME in payload:
            raise faults.fault("2120", "Invalid Type", f"Invalid Type : {NAME}", NAME)
        kind = next((each for each in KINDS if isinstance(payload.get(each), dict)), None)
        if kind is None:
            return payload
        head = {name: payload[kind][name] for name in _HEAD[:2] if name in payload[kind]}
        inner = {name: value for name, value in payload[kind].items() if name not in _HEAD}
        return {**payload, **head, kind: inner}

    def around(self, row: Row, shown: Values) -> Values:
        kind = row.hidden["kind"]
        head = {name: value for name, value in shown.items() if name != kind}
        return {kind: {**shown.get(kind, {}), **head}}

    def build(self, change: Change) -> Values:
        company = change.company
        kinds = [each for each in KINDS if change.values.get(each) is not None]
        if len(kinds) != 1:
            raise QboFault(faults.missing(NAME))
        kind = kinds[0]
        if not isinstance(change.values[kind], dict):
            raise QboFault(faults.unparsable())
        body = dict(change.values[kind])
        info = _info(company, body.pop("RecurringInfo", None))
        entity = company.table(kind).entity
        plans.check(company, entity)
        with company.undo.trial():
            made = save(company, entity, body, change.editor).data
        change.hidden.update({"kind": kind, "body": body})
        kept = {name: value for name, value in made.items() if name not in _OF_ITS_DAY}
        return {kind: {**kept, "RecurDataRef": {"value": change.id}, "RecurringInfo": info}}


def run(company: "Company", id: str, editor: str, on: str | None = None) -> Row:
    """Make what a template is for, dated `on`, else by its schedule, else today.

    The transaction names its template in RecurDataRef; the schedule moves on. Raises QboFault: 610
    for a template that there is not, and whatever the transaction is refused for.
    """
    with company.undo.unit():
        row = company.row(NAME, id)
        kind = row.hidden["kind"]
        info = row.data[kind]["RecurringInfo"]
        schedule = info.get("ScheduleInfo", {})
        day = on or schedule.get("NextDate") or company.today()
        body = {**row.hidden["body"], "TxnDate": day}
        for name in ("DocNumber", "DueDate"):
            body.pop(name, None)
        made = save(company, company.table(kind).entity, body, editor)
        reference = {"value": row.id, "name": info["Name"]}
        made = company.alter(made, {**made.data, "RecurDataRef": reference}, editor, bump=False)
        count = row.hidden.get("made", 0) + 1
        moved = {**info, "ScheduleInfo": _moved(schedule, day, count)} if schedule else info
        template = {kind: {**row.data[kind], "RecurringInfo": moved}}
        company.alter(row, template, editor, {**row.hidden, "made": count}, bump=False)
        return made


def _info(company: "Company", sent: object) -> Values:
    """The name and the schedule of a template, checked. Raises 2020 and what is wrong with it."""
    if not isinstance(sent, dict):
        raise QboFault(faults.missing("RecurringInfo"))
    cleaned = validation.clean(_INFO, sent, whole=True)
    info = {name: value for name, value in cleaned.items() if value is not None}
    validation.require(_INFO, info)
    info.setdefault("Active", True)
    if info["RecurType"] == "UnScheduled":
        return info
    schedule = dict(info.get("ScheduleInfo") or {})
    if not schedule.get("IntervalType"):
        raise QboFault(faults.missing("RecurringInfo.ScheduleInfo.IntervalType"))
    step = schedule.setdefault("NumInterval", 1)
    if not 1 <= step <= _LONGEST_STEP:
        raise QboFault(faults.invalid_number(step, "RecurringInfo.ScheduleInfo.NumInterval"))
    schedule.setdefault("NextDate", schedule.get("StartDate") or company.today())
    return {**info, "ScheduleInfo": schedule}


def _moved(schedule: Values, day: str, count: int) -> Values:
    """A schedule after a transaction was made: its next date, unless it has come to its end."""
    moved = {**schedule, "PreviousDate": day}
    moved.pop("NextDate", None)
    if "IntervalType" not in schedule or count >= schedule.get("MaxOccurrences", count + 1):
        return moved
    try:
        following = _following(schedule, date.fromisoformat(day)).isoformat()
    except (ValueError, OverflowError):  # After the last year that there is.
        return moved
    if following <= schedule.get("EndDate", following):
        moved["NextDate"] = following
    return moved


def _following(schedule: Values, day: date) -> date:
    """The date one interval later; a month's end where it has no such day."""
    step = schedule["NumInterval"]
    if schedule["IntervalType"] == "Daily":
        return day + timedelta(days=step)
    if schedule["IntervalType"] == "Weekly":
        return day + timedelta(weeks=step)
    months = step * (12 if schedule["IntervalType"] == "Yearly" else 1)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    wanted = schedule.get("DayOfMonth") or day.day
    return date(year, month + 1, max(1, min(wanted, monthrange(year, month + 1)[1])))


RECURRING_TRANSACTION = Entity(
    NAME,
    tuple(anything(kind, read_only=False) for kind in KINDS),
    RecurringRules(),
    frozenset({"create", "read", "delete", "query"}),
    numbers="Transaction",
    changes=False,
    feature="recurring",
)

ENTITIES = (RECURRING_TRANSACTION,)
