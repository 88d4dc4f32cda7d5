"""Customers, vendors and employees: three lists that share one set of names."""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import opening
from local.qbo.entities.currency.rules import own_currency
from local.qbo.entities.lists.named import NamedRules, below
from local.qbo.entities.tax.customers import set_tax_status
from local.qbo.faults import QboFault
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Values
from local.qbo.schema import (
    ADDRESS,
    CUSTOM_FIELD,
    EMAIL,
    PHONE,
    WEB,
    Entity,
    Field,
    anything,
    day,
    flag,
    list_name,
    many,
    money,
    number,
    obj,
    ref,
    text,
    whole,
)
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")


class PersonRules(NamedRules):
    """Someone with a display name that nobody else in the company has."""

    name_field = "DisplayName"
    space = "Names"
    unique_full_name = False
    kind = "customer"
    #: The number for tax, of which clients read the last characters alone, and how many.
    masked = ("", 0)
    checks = (
        *NamedRules.checks,
        "name unique across customers, vendors and employees",
        "a name part or DisplayName (6080)",
        "Balance on creation is an opening balance: an invoice or a bill",
    )

    def clean_name(self, change: Change, values: Values) -> str:
        if not values.get("DisplayName"):
            parts = " ".join(str(values[part]) for part in _PARTS if values.get(part))
            if not parts:
                raise QboFault(faults.no_name())
            values["DisplayName"] = parts
        return super().clean_name(change, values)

    def taken_by(self, change: Change, owner: str) -> str:
        if owner == change.entity.name:
            return f"Another {self.kind} is already using this name. Please use a different name."
        return (
            "Another customer, vendor or employee is already using this \nname. Please use a "
            "different name."
        )

    def build(self, change: Change) -> Values:
        opening.take(change, change.values, "Balance", "OpenBalanceDate")
        values = super().build(change)
        values.setdefault("PrintOnCheckName", change.hidden["name"])
        values["CurrencyRef"] = own_currency(change, values)
        name = self.masked[0]
        if (
            change.before
            and values.get(name)
            and values[name] == self._mask(change.before).get(name)
        ):
            values[name] = change.before.data[name]
        return values

    def show(self, company: "Company", row: Row) -> Values:
        return {**row.data, "Balance": self.balance(company, row), **self._mask(row)}

    def _mask(self, row: Row) -> Values:
        """The number for tax as a client reads it."""
        name, clear = self.masked
        number = str(row.data.get(name) or "")
        tail = "".join(filter(str.isalnum, number))[-clear:]
        return {name: tail.rjust(len(number), "X")} if number else {}

    def value(self, company: "Company", row: Row, name: str) -> object:
        if name == "Balance":
            return self.balance(company, row)
        return row.data.get(name)

    def balance(self, company: "Company", row: Row) -> object:
        return cents(ZERO - company.ledger.name_balance(row.key))


class CustomerRules(PersonRules):
    """Customers, with sub-customers and jobs."""

    child_flag = "Job"
    masked = ("PrimaryTaxIdentifier", 5)

    def clean_name(self, change: Change, values: Values) -> str:
        name = super().clean_name(change, values)
        longest = change.company.switches.customer_name_length
        if len(name) > longest:
            raise QboFault(faults.wrong_length("DisplayName", 0, longest, len(name)))
        return name

    def build(self, change: Change) -> Values:
        values = super().build(change)
        values.setdefault("BillWithParent", False)
        values.setdefault("PreferredDeliveryMethod", "Print")
        set_tax_status(change, values)
        if values.get("ParentRef"):
            values["Level"] = values["FullyQualifiedName"].count(":")
        return values

    def saved(self, change: Change, row: Row) -> None:
        super().saved(change, row)
        opening.open_customer(change, row)

    def balance(self, company: "Company", row: Row) -> object:
        return cents(company.ledger.name_balance(row.key))

    def show(self, company: "Company", row: Row) -> Values:
        balance = company.ledger.name_balance(row.key)
        under = below(company, "Customer", row.id)
        jobs = sum((company.ledger.name_balance(each.key) for each in under), ZERO)
        return {**super().show(company, row), "BalanceWithJobs": cents(balance + jobs)}


class VendorRules(PersonRules):
    """Vendors; alone among names they do not show a full name."""

    kind = "vendor"
    masked = ("TaxIdentifier", 4)

    def build(self, change: Change) -> Values:
        values = super().build(change)
        values.setdefault("Vendor1099", False)
        return values

    def show(self, company: "Company", row: Row) -> Values:
        shown = super().show(company, row)
        return {name: value for name, value in shown.items() if name != "FullyQualifiedName"}

    def saved(self, change: Change, row: Row) -> None:
        super().saved(change, row)
        opening.open_vendor(change, row)


class EmployeeRules(PersonRules):
    """Employees; they only matter for their names here."""

    kind = "employee"


def _person(longest_check_name: int, *, suffix_filterable: bool = False) -> tuple[Field, ...]:
    return (
        text("Title", 16),
        *(
            Field(name, "text", 100, filterable=True)
            for name in ("GivenName", "MiddleName", "FamilyName")
        ),
        text("Suffix", 16, filterable=suffix_filterable),
        list_name("DisplayName", 500, keep=True),
        text("FullyQualifiedName", read_only=True, filterable=True),
        text("CompanyName", 100, filterable=True),
        text("PrintOnCheckName", longest_check_name, filterable=True),
        flag("Active", keep=True, filterable=True),
        obj("PrimaryPhone", PHONE),
        obj("AlternatePhone", PHONE),
        obj("Mobile", PHONE),
        obj("Fax", PHONE),
        obj("WebAddr", WEB),
        obj("BillAddr", ADDRESS),
        ref("CurrencyRef", keep=True),
        money("Balance", filterable=True),
        day("OpenBalanceDate"),
        many("CustomField", CUSTOM_FIELD),
        anything("V4IDPseudonym"),
        anything("Organization"),
        anything("source"),
    )


CUSTOMER = Entity(
    "Customer",
    (
        *_person(110),
        obj("PrimaryEmailAddr", EMAIL, filterable=True),
        obj("ShipAddr", ADDRESS),
        text("Notes", 2000),
        flag("Taxable", keep=True),
        text("TaxExemptionReasonId"),
        text("ResaleNum", 16),
        flag("Job", filterable=True),
        flag("BillWithParent", keep=True),
        ref("ParentRef", filterable=True),
        whole("Level", read_only=True),
        ref("SalesTermRef", "Term"),
        ref("PaymentMethodRef", "PaymentMethod"),
        text("PreferredDeliveryMethod", keep=True),
        ref("DefaultTaxCodeRef", keep=True),
        text("PrimaryTaxIdentifier", 20),
        money("BalanceWithJobs", read_only=True),
        money("OverDueBalance", read_only=True),
        anything("CustomerTypeRef"),
        anything("ARAccountRef"),
        anything("IsProject"),
        anything("ClientEntityId"),
        anything("TaxExemptionReasonName"),
    ),
    CustomerRules(),
    numbers="Names",
)

VENDOR = Entity(
    "Vendor",
    (
        *_person(100, suffix_filterable=True),
        obj("PrimaryEmailAddr", EMAIL),
        ref("TermRef", "Term"),
        text("AcctNum", 100),
        text("TaxIdentifier", 20),
        flag("Vendor1099", keep=True),
        text("TaxReportingBasis"),
        anything("APAccountRef"),
        anything("BillRate"),
        anything("CostRate"),
    ),
    VendorRules(),
    numbers="Names",
)

EMPLOYEE = Entity(
    "Employee",
    (
        *_person(110),
        obj("PrimaryEmailAddr", EMAIL),
        obj("PrimaryAddr", ADDRESS),
        text("EmployeeNumber", 100),
        text("SSN", 100),
        text("Gender"),
        day("BirthDate"),
        day("HiredDate"),
        day("ReleasedDate"),
        flag("BillableTime"),
        number("BillRate"),
        number("CostRate"),
    ),
    EmployeeRules(),
    frozenset({"create", "read", "update", "query"}),
    numbers="Names",
)

ENTITIES = (CUSTOMER, VENDOR, EMPLOYEE)
