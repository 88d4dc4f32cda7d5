"""Small name lists: terms, payment methods, classes, departments."""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities.lists.named import NamedRules
from local.qbo.rules import Change, Values
from local.qbo.schema import Entity, anything, enum, flag, list_name, number, ref, text, whole
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company


class PlainRules(NamedRules):
    """A flat list."""

    def __init__(self, space: str) -> None:
        self.space = space

    def build(self, change: Change) -> Values:
        values = super().build(change)
        values["FullyQualifiedName"] = values["Name"]
        return values

    def show(self, company: "Company", row: Row) -> Values:
        return {name: value for name, value in row.data.items() if name != "FullyQualifiedName"}


class TermRules(PlainRules):
    """Terms of payment: so many days, or a day of the month."""

    def build(self, change: Change) -> Values:
        values = super().build(change)
        if values.get("DayOfMonthDue") is not None:
            values["Type"] = "DATE_DRIVEN"
        elif values.get("DueDays") is not None:
            values["Type"] = "STANDARD"
        else:
            raise faults.QboFault(faults.missing("DueDays"))
        return values


class TreeRules(NamedRules):
    """A list with levels below each other."""

    def __init__(self, space: str, child_flag: str) -> None:
        self.space = space
        self.child_flag = child_flag


TERM = Entity(
    "Term",
    (
        list_name("Name", 31, required=True),
        flag("Active", keep=True, filterable=True),
        text("Type", read_only=True),
        number("DiscountPercent"),
        whole("DueDays"),
        whole("DiscountDays"),
        whole("DayOfMonthDue"),
        whole("DueNextMonthDays"),
        whole("DiscountDayOfMonth"),
        text("FullyQualifiedName", read_only=True),
        anything("SalesTermEx"),
    ),
    TermRules("Term"),
)

PAYMENT_METHOD = Entity(
    "PaymentMethod",
    (
        list_name("Name", 31, required=True),
        flag("Active", keep=True, filterable=True),
        enum("Type", "CREDIT_CARD", "NON_CREDIT_CARD", keep=True),
        text("FullyQualifiedName", read_only=True),
    ),
    PlainRules("PaymentMethod"),
)

CLASS = Entity(
    "Class",
    (
        list_name("Name", 100, required=True),
        flag("SubClass", filterable=True),
        ref("ParentRef", filterable=True),
        text("FullyQualifiedName", read_only=True, filterable=True),
        flag("Active", keep=True, filterable=True),
    ),
    TreeRules("Class", "SubClass"),
    feature="tracking",
)

DEPARTMENT = Entity(
    "Department",
    (
        list_name("Name", 100, required=True),
        flag("SubDepartment", filterable=True),
        ref("ParentRef", filterable=True),
        text("FullyQualifiedName", read_only=True, filterable=True),
        flag("Active", keep=True, filterable=True),
        anything("Address"),
    ),
    TreeRules("Department", "SubDepartment"),
    feature="tracking",
)

ENTITIES = (TERM, PAYMENT_METHOD, CLASS, DEPARTMENT)
