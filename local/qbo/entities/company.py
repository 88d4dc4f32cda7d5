"""CompanyInfo: one object, made with the company."""

from typing import TYPE_CHECKING

from local.qbo.company import MONTHS
from local.qbo.rules import Change, Rules, Values
from local.qbo.schema import (
    ADDRESS,
    EMAIL,
    PHONE,
    WEB,
    Entity,
    Shape,
    anything,
    day,
    enum,
    many,
    obj,
    text,
)
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_NAME_VALUE = Shape("NameValue", (text("Name"), text("Value")))


class CompanyRules(Rules):
    """Keeps what QuickBooks sets itself."""

    checks = ("CompanyName, CompanyAddr and SyncToken on every update (2020)",)

    def build(self, change: Change) -> Values:
        read_only = (each.name for each in change.entity.fields if each.read_only)
        return (
            {
                **{name: change.earlier(name) for name in read_only},
                **change.values,
            }
            if change.before
            else change.values
        )

    def show(self, company: "Company", row: Row) -> Values:
        pairs = row.data.get("NameValue", ())
        named = [{"Name": each["Name"], "Value": each.get("Value", "")} for each in pairs]
        return {**row.data, "NameValue": named}


COMPANY_INFO = Entity(
    "CompanyInfo",
    (
        text("CompanyName", 1024, required=True),
        text("LegalName", 1024),
        obj("CompanyAddr", ADDRESS),
        obj("CustomerCommunicationAddr", ADDRESS),
        obj("LegalAddr", ADDRESS),
        obj("CustomerCommunicationEmailAddr", EMAIL),
        obj("PrimaryPhone", PHONE),
        obj("Email", EMAIL),
        obj("WebAddr", WEB),
        day("CompanyStartDate", read_only=True),
        enum("FiscalYearStartMonth", *MONTHS, keep=True),
        text("Country", read_only=True),
        text("SupportedLanguages", read_only=True),
        text("DefaultTimeZone", read_only=True),
        many("NameValue", _NAME_VALUE, read_only=True),
        anything("EmployerId"),
    ),
    CompanyRules(),
    frozenset({"read", "update", "query"}),
    "single",
    changes=False,
    always=("CompanyName", "CompanyAddr"),
)

ENTITIES = (COMPANY_INFO,)
