"""CompanyInfo and Preferences: one object each, made with the company."""

from local.qbo.rules import Change, Rules, Values
from local.qbo.schema import (
    ADDRESS,
    EMAIL,
    PHONE,
    WEB,
    Entity,
    Field,
    Shape,
    anything,
    day,
    many,
    obj,
    text,
)

_NAME_VALUE = Shape("NameValue", (text("Name"), text("Value")))


class CompanyRules(Rules):
    """Keeps what QuickBooks sets itself."""

    checks = ("CompanyName, CompanyAddr and SyncToken on update",)

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


class PreferenceRules(Rules):
    """Sparse updates merge group by group; read-only parts are kept."""

    checks = ("BookCloseDate, HomeCurrency and OtherPrefs are read-only",)

    def build(self, change: Change) -> Values:
        if change.before is None:
            return change.values
        merged: Values = dict(change.before.data)
        for group, sent in change.values.items():
            if isinstance(sent, dict):
                merged[group] = {**merged.get(group, {}), **sent}
                if group == "AccountingInfoPrefs":
                    closed = (change.earlier(group) or {}).get("BookCloseDate")
                    merged[group].pop("BookCloseDate", None)
                    if closed:
                        merged[group]["BookCloseDate"] = closed
        return merged


def _group(name: str, *fields: Field) -> Field:
    return Field(name, "any", read_only=name in ("OtherPrefs", "CurrencyPrefs"))


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
        text("FiscalYearStartMonth", keep=True),
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
)

PREFERENCES = Entity(
    "Preferences",
    tuple(
        _group(name)
        for name in (
            "AccountingInfoPrefs",
            "ProductAndServicesPrefs",
            "SalesFormsPrefs",
            "EmailMessagesPrefs",
            "VendorAndPurchasesPrefs",
            "TimeTrackingPrefs",
            "TaxPrefs",
            "CurrencyPrefs",
            "ReportPrefs",
            "OtherPrefs",
        )
    ),
    PreferenceRules(),
    frozenset({"read", "update", "query"}),
    "single",
    changes=False,
)

ENTITIES = (COMPANY_INFO, PREFERENCES)
