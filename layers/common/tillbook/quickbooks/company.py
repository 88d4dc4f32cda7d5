"""The QuickBooks company as imported: what it allows, its chart of accounts and its taxes.

Every rule that depends on country, preferences or accounts reads it here. It is stored with the
connection and refreshed by each run's import.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field

from tillbook.domain.documents import Model
from tillbook.domain.money import ZERO, parse_decimal
from tillbook.domain.settings import Accounts

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DEBIT_TYPES = frozenset(
    {
        "Bank",
        "Accounts Receivable",
        "Other Current Asset",
        "Fixed Asset",
        "Other Asset",
        "Cost of Goods Sold",
        "Expense",
        "Other Expense",
    }
)
_PROFIT_AND_LOSS_TYPES = frozenset(
    {"Income", "Other Income", "Cost of Goods Sold", "Expense", "Other Expense"}
)
UNITED_STATES = "US"


class Account(Model):
    id: str
    name: str
    """With the names of its parents: 'Truck:Depreciation'."""
    type: str
    subtype: str = ""
    active: bool = True
    currency: str | None = None

    @property
    def is_profit_and_loss(self) -> bool:
        """Whether its balance starts each fiscal year at nothing."""
        return self.type in _PROFIT_AND_LOSS_TYPES

    @property
    def is_debit(self) -> bool:
        """Whether its balance is naturally a debit (assets and expenses)."""
        return self.type in _DEBIT_TYPES


class TaxAgency(Model):
    id: str
    name: str


class TaxRate(Model):
    id: str
    name: str
    percent: Decimal
    agency: str | None = None


class TaxCode(Model):
    """A tax code; `rates` are the ids of its rates on sales in their order, `purchase_rates` of
    those on purchases."""

    id: str
    name: str
    active: bool = True
    rates: tuple[str, ...] = ()
    purchase_rates: tuple[str, ...] = ()


class Company(Model):
    realm_id: str = ""
    name: str
    country: str
    """Two letters, as QuickBooks gives it: US, CA, GB, AU."""
    home_currency: str
    fiscal_year_start_month: int = 1
    offering: str = ""
    subscription: str = ""
    time_zone: str | None = None
    multicurrency: bool = False
    uses_sales_tax: bool = False
    partner_tax: bool | None = None
    """US: True where Intuit's engine calculates sales tax (AST), None in older companies."""
    custom_txn_numbers: bool = False
    allow_discount: bool = True
    book_close_date: date | None = None
    default_discount_account: str | None = None
    default_shipping_account: str | None = None
    default_tax_code: str | None = None
    accounts: dict[str, Account] = Field(default_factory=dict)
    tax_codes: dict[str, TaxCode] = Field(default_factory=dict)
    tax_rates: dict[str, TaxRate] = Field(default_factory=dict)
    tax_agencies: dict[str, TaxAgency] = Field(default_factory=dict)

    @property
    def is_us(self) -> bool:
        return self.country == UNITED_STATES

    @property
    def automated_tax(self) -> bool:
        """Automated Sales Tax: Intuit's engine picks agencies and rates from addresses."""
        return self.is_us and self.partner_tax is True

    def first_account(self, type: str, *subtypes: str) -> str | None:
        """The active account of a type with the lowest id, of the first subtype that has one."""
        for subtype in subtypes or (None,):
            found = [
                account.id
                for account in self.accounts.values()
                if account.active
                and account.type == type
                and (subtype is None or account.subtype == subtype)
            ]
            if found:
                return min(found, key=lambda number: (len(number), number))
        return None

    def only_account(self, type: str) -> str | None:
        """The active account of a type, where there is one alone."""
        found = [one.id for one in self.accounts.values() if one.active and one.type == type]
        return found[0] if len(found) == 1 else None

    @property
    def receivables(self) -> str | None:
        """The accounts receivable account of the home currency."""
        return self._control("Accounts Receivable")

    @property
    def payables(self) -> str | None:
        """The accounts payable account of the home currency."""
        return self._control("Accounts Payable")

    @property
    def tax_accounts(self) -> tuple[str, ...]:
        """Active accounts that hold tax owed to agencies."""
        subtypes = {"SalesTaxPayable"} if self.is_us else {"GlobalTaxPayable", "SalesTaxPayable"}
        return tuple(
            account.id
            for account in self.accounts.values()
            if account.active and account.subtype in subtypes
        )

    def tax_account(self, agency: str | None) -> str | None:
        """Where tax of an agency is owed: the account named '<agency> Payable', else the only
        account for taxes. None where that leaves a choice."""
        accounts = self.tax_accounts
        if agency in self.tax_agencies:
            name = f"{self.tax_agencies[agency].name} Payable".casefold()
            for account in accounts:
                if self.accounts[account].name.casefold() == name:
                    return account
        return accounts[0] if len(accounts) == 1 else None

    def _control(self, type: str) -> str | None:
        found = [
            account.id
            for account in self.accounts.values()
            if account.active
            and account.type == type
            and account.currency in (None, self.home_currency)
        ]
        return min(found, key=lambda number: (len(number), number), default=None)

    def rates_of(self, tax_code: str, *, purchases: bool = False) -> tuple[TaxRate, ...]:
        code = self.tax_codes[tax_code]
        rates = code.purchase_rates if purchases else code.rates
        return tuple(self.tax_rates[rate] for rate in rates if rate in self.tax_rates)

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Company":
        return cls.model_validate(stored)


def parse(
    company_info: Mapping[str, Any],
    preferences: Mapping[str, Any],
    accounts: Iterable[Mapping[str, Any]],
    tax_codes: Iterable[Mapping[str, Any]] = (),
    tax_rates: Iterable[Mapping[str, Any]] = (),
    tax_agencies: Iterable[Mapping[str, Any]] = (),
    *,
    realm_id: str = "",
) -> Company:
    """A company from the objects that QuickBooks answers, each without its envelope."""
    extras = _name_values(company_info.get("NameValue"))
    sales = preferences.get("SalesFormsPrefs") or {}
    taxes = preferences.get("TaxPrefs") or {}
    currency = preferences.get("CurrencyPrefs") or {}
    books = preferences.get("AccountingInfoPrefs") or {}
    return Company(
        realm_id=realm_id,
        name=company_info.get("CompanyName") or company_info.get("LegalName") or "",
        country=_country(company_info.get("Country") or UNITED_STATES),
        home_currency=_ref(currency.get("HomeCurrency")) or "USD",
        fiscal_year_start_month=_month(
            company_info.get("FiscalYearStartMonth") or books.get("FirstMonthOfFiscalYear")
        ),
        offering=extras.get("OfferingSku", ""),
        subscription=extras.get("SubscriptionStatus", ""),
        time_zone=company_info.get("DefaultTimeZone"),
        multicurrency=bool(currency.get("MultiCurrencyEnabled", False)),
        uses_sales_tax=bool(taxes.get("UsingSalesTax", False)),
        partner_tax=taxes.get("PartnerTaxEnabled"),
        custom_txn_numbers=bool(sales.get("CustomTxnNumbers", False)),
        allow_discount=bool(sales.get("AllowDiscount", True)),
        book_close_date=books.get("BookCloseDate"),
        default_discount_account=_ref(sales.get("DefaultDiscountAccount")),
        default_shipping_account=_ref(sales.get("DefaultShippingAccount")),
        default_tax_code=_ref(taxes.get("TaxGroupCodeRef")),
        accounts={row["Id"]: parse_account(row) for row in accounts},
        tax_codes={row["Id"]: _tax_code(row) for row in tax_codes},
        tax_rates={row["Id"]: _tax_rate(row) for row in tax_rates},
        tax_agencies={
            row["Id"]: TaxAgency(id=row["Id"], name=row["DisplayName"]) for row in tax_agencies
        },
    )


def default_accounts(company: Company, accounts: Accounts) -> Accounts:
    """The accounts of the settings, with what they leave empty found in the company.

    Shipping, tips and the like stay empty and fall back to income; a liability for gift cards is
    never guessed.
    """
    purchases = (
        accounts.purchases
        or company.first_account("Cost of Goods Sold", "SuppliesMaterialsCogs")
        or company.first_account("Cost of Goods Sold")
    )
    inventory = accounts.inventory or company.first_account("Other Current Asset", "Inventory")
    cogs = accounts.cogs or purchases
    found = {
        "income": accounts.income
        or company.first_account(
            "Income", "SalesOfProductIncome", "ServiceFeeIncome", "OtherPrimaryIncome"
        )
        or company.first_account("Income"),
        "shipping": accounts.shipping or _existing(company, company.default_shipping_account),
        "discount": accounts.discount
        or _existing(company, company.default_discount_account)
        or company.first_account("Income", "DiscountsRefundsGiven"),
        "write_offs": accounts.write_offs or company.first_account("Expense", "BadDebts"),
        "deposit": accounts.deposit
        or company.first_account("Other Current Asset", "UndepositedFunds"),
        "inventory": inventory,
        "purchases": purchases,
        # Which of several bank accounts or cards was used is never guessed.
        "paid_from": accounts.paid_from or company.only_account("Bank"),
        "card": accounts.card or company.only_account("Credit Card"),
        "cogs": cogs,
        "stock_adjustments": accounts.stock_adjustments or cogs,
        "work_in_progress": accounts.work_in_progress or inventory,
        "payment_fees": accounts.payment_fees or company.first_account("Expense", "BankCharges"),
    }
    return accounts.model_copy(update=found)


def _existing(company: Company, account: str | None) -> str | None:
    return account if account in company.accounts and company.accounts[account].active else None


def parse_account(row: Mapping[str, Any]) -> Account:
    return Account(
        id=row["Id"],
        name=row.get("FullyQualifiedName") or row["Name"],
        type=row["AccountType"],
        subtype=row.get("AccountSubType") or "",
        active=row.get("Active", True),
        currency=_ref(row.get("CurrencyRef")),
    )


def _tax_code(row: Mapping[str, Any]) -> TaxCode:
    return TaxCode(
        id=row["Id"],
        name=row["Name"],
        active=row.get("Active", True),
        rates=_rates(row.get("SalesTaxRateList")),
        purchase_rates=_rates(row.get("PurchaseTaxRateList")),
    )


def _rates(listed: Any) -> tuple[str, ...]:
    details = (listed or {}).get("TaxRateDetail") or []
    ordered = sorted(details, key=lambda detail: detail.get("TaxOrder") or 0)
    return tuple(detail["TaxRateRef"]["value"] for detail in ordered)


def _tax_rate(row: Mapping[str, Any]) -> TaxRate:
    value = row.get("RateValue")
    return TaxRate(
        id=row["Id"],
        name=row["Name"],
        percent=ZERO if value is None else parse_decimal(value),
        agency=_ref(row.get("AgencyRef")),
    )


def _ref(value: Any) -> str | None:
    """A reference is {"value": "86"}, or the bare id in some preferences."""
    found = value.get("value") if isinstance(value, Mapping) else value
    return str(found) if found not in (None, "") else None


def _name_values(rows: Any) -> dict[str, str]:
    return {row["Name"]: row.get("Value") or "" for row in rows or () if "Name" in row}


def _country(code: str) -> str:
    """Some answers have carried ISO 3166 letters of three since 2025."""
    return {"USA": "US", "CAN": "CA", "GBR": "GB", "UK": "GB", "AUS": "AU"}.get(code, code)


def _month(name: Any) -> int:
    return _MONTHS.index(name) + 1 if name in _MONTHS else 1
