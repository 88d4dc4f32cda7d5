"""CompanyCurrency, the currencies a company uses, and ExchangeRate, what they are worth by day."""

from datetime import date
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities.currency.rules import home_code, multicurrency, rate_on
from local.qbo.entities.currency.table import CURRENCIES, name_of
from local.qbo.faults import QboFault
from local.qbo.rules import Change, Rules, Values
from local.qbo.schema import Entity, anything, day, flag, number, text
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company


class CompanyCurrencyRules(Rules):
    """A currency is on the list once; QuickBooks names it."""

    checks = (
        "only with several currencies (6000)",
        "Code a known currency, once on the list (6000)",
    )

    def build(self, change: Change) -> Values:
        company, values = change.company, change.values
        if not multicurrency(company):
            raise faults.business("Multi Currency should be enabled to perform this operation.")
        code = values["Code"] = str(change.earlier("Code") or values["Code"]).upper()
        if code not in CURRENCIES:
            raise faults.fault(
                "2220", "Invalid Currency Type", f"Invalid Currency Type : {code}", "Code"
            )
        found = company.table("CompanyCurrency").found("Code", code.casefold())
        if code == home_code(company) or any(id != change.id for id in found):
            raise faults.business("This currency is already in your list of currencies.", "Code")
        values["Name"] = name_of(code)
        values.setdefault("Active", True)
        return values


class ExchangeRateRules(Rules):
    """One rate per currency and day; the home currency has none."""

    checks = ("SourceCurrencyCode foreign and known (2220)", "Rate above zero (2090)")

    def build(self, change: Change) -> Values:
        company, values = change.company, change.values
        if not multicurrency(company):
            raise faults.business("Multi Currency should be enabled to perform this operation.")
        code = values["SourceCurrencyCode"] = str(values["SourceCurrencyCode"]).upper()
        if code not in CURRENCIES or code == home_code(company):
            raise faults.fault(
                "2220",
                "Invalid Currency Type",
                f"Invalid Currency Type : {code}",
                "SourceCurrencyCode",
            )
        if values["Rate"] <= 0:
            raise QboFault(faults.invalid_number(values["Rate"], "Rate"))
        values["TargetCurrencyCode"] = home_code(company)
        values.setdefault("AsOfDate", company.today())
        return values

    def existing(self, company: "Company", payload: Values) -> Row | None:
        """The rate of the same currency and day, which a client names without an Id."""
        table = company.table("ExchangeRate")
        as_of = payload.get("AsOfDate") or company.today()
        for id in table.found(
            "SourceCurrencyCode", str(payload.get("SourceCurrencyCode")).casefold()
        ):
            if table.rows[id].data["AsOfDate"] == as_of:
                return table.rows[id]
        return None


def read_rate(company: "Company", source: str, as_of: str) -> Values:
    """What one unit of a currency is worth at home on a day, as `GET exchangerate` answers it.

    Raises 2220 for an unknown currency, 2060 for a date that is none, 2020 without a currency.
    """
    if not source:
        raise QboFault(faults.missing("sourcecurrencycode"))
    if not multicurrency(company):
        raise faults.business("Multi Currency should be enabled to perform this operation.")
    code = source.upper()
    if code not in CURRENCIES:
        raise faults.fault(
            "2220", "Invalid Currency Type", f"Invalid Currency Type : {code}", "sourcecurrencycode"
        )
    try:
        on = date.fromisoformat(as_of or company.today()).isoformat()
    except ValueError:
        raise QboFault(faults.invalid_date(as_of, "asofdate")) from None
    table = company.table("ExchangeRate")
    for id in table.found("SourceCurrencyCode", code.casefold()):
        if table.rows[id].data["AsOfDate"] == on:
            return company.show(table.rows[id])
    return {
        "SourceCurrencyCode": code,
        "TargetCurrencyCode": home_code(company),
        "Rate": rate_on(company, code, on),
        "AsOfDate": on,
        "domain": "QBO",
        "sparse": False,
    }


COMPANY_CURRENCY = Entity(
    "CompanyCurrency",
    (
        text("Code", 3, required=True, keep=True, filterable=True),
        text("Name", read_only=True, filterable=True),
        flag("Active", keep=True, filterable=True),
        anything("CustomField"),
    ),
    CompanyCurrencyRules(),
    feature="multicurrency",
)

EXCHANGE_RATE = Entity(
    "ExchangeRate",
    (
        text("SourceCurrencyCode", 3, required=True, filterable=True),
        text("TargetCurrencyCode", 3, read_only=True),
        number("Rate", required=True),
        day("AsOfDate", filterable=True),
        anything("CustomField"),
    ),
    ExchangeRateRules(),
    frozenset({"create", "read", "update", "query"}),
    changes=False,
    feature="multicurrency",
)

ENTITIES = (COMPANY_CURRENCY, EXCHANGE_RATE)
