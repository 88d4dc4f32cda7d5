"""Companies, documents and links for the tests of the mapping."""

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tillbook.domain.documents import (
    CreditNote,
    Customer,
    Document,
    Invoice,
    Kind,
    Line,
    LineKind,
    Payment,
    Product,
    Refund,
    Tax,
    document_key,
    references,
)
from tillbook.domain.money import ZERO, round_money
from tillbook.domain.settings import Accounts, ConnectionSettings
from tillbook.domain.sync import Link
from tillbook.quickbooks.company import Company, parse
from tillbook.quickbooks.context import Context

Sale = Invoice | CreditNote | Refund
SOURCE = "shopify/acme.myshopify.com"

_ACCOUNTS = (
    ("4", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("35", "Checking", "Bank", "Checking"),
    ("79", "Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("84", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("86", "Discounts given", "Income", "DiscountsRefundsGiven"),
    ("88", "Shipping Income", "Income", "ServiceFeeIncome"),
    ("93", "Shopify Clearing", "Bank", "CashOnHand"),
    ("95", "Gift Card Liability", "Other Current Liability", "OtherCurrentLiabilities"),
)
_US_TAX = (
    ("89", "Arizona Dept. of Revenue Payable", "Other Current Liability", "SalesTaxPayable"),
    ("90", "Board of Equalization Payable", "Other Current Liability", "SalesTaxPayable"),
)
_UK_TAX = (("89", "HM Revenue & Customs Payable", "Other Current Liability", "GlobalTaxPayable"),)


def _code(id: str, name: str, *rates: str) -> dict[str, Any]:
    details = [{"TaxRateRef": {"value": rate}, "TaxOrder": n} for n, rate in enumerate(rates)]
    listed = {"SalesTaxRateList": {"TaxRateDetail": details}} if rates else {}
    return {"Id": id, "Name": name, "Active": True, "TaxGroup": True, **listed}


def _rate(id: str, name: str, percent: str, agency: str) -> dict[str, Any]:
    return {"Id": id, "Name": name, "RateValue": Decimal(percent), "AgencyRef": {"value": agency}}


def account_rows(*more: tuple[str, str, str, str]) -> list[dict[str, Any]]:
    return [
        {"Id": id, "Name": name, "FullyQualifiedName": name, "AccountType": type,
         "AccountSubType": subtype, "Active": True}
        for id, name, type, subtype in (*_ACCOUNTS, *more)
    ]  # fmt: skip


def preferences(**changes: dict[str, Any]) -> dict[str, Any]:
    """Preferences of the US sample company, with changes by group."""
    groups: dict[str, dict[str, Any]] = {
        "SalesFormsPrefs": {"CustomTxnNumbers": True, "AllowDiscount": True,
                            "DefaultDiscountAccount": "86", "DefaultShippingAccount": "88"},
        "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "2"}},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
        "AccountingInfoPrefs": {"FirstMonthOfFiscalYear": "January"},
    }  # fmt: skip
    return {name: {**group, **changes.get(name, {})} for name, group in groups.items()}


def us_company(**changes: dict[str, Any]) -> Company:
    info = {
        "CompanyName": "Craig's Design",
        "Country": "US",
        "FiscalYearStartMonth": "January",
        "NameValue": [{"Name": "OfferingSku", "Value": "QuickBooks Online Plus"}],
    }
    return parse(
        info,
        preferences(**changes),
        account_rows(*_US_TAX),
        tax_codes=[
            {"Id": "TAX", "Name": "TAX", "Active": True},
            _code("2", "California", "3"),
            _code("3", "Tucson", "1", "2"),
        ],
        tax_rates=[
            _rate("1", "AZ State tax", "7.1", "1"),
            _rate("2", "Tucson City", "2", "1"),
            _rate("3", "California", "8", "2"),
        ],
        tax_agencies=[
            {"Id": "1", "DisplayName": "Arizona Dept. of Revenue"},
            {"Id": "2", "DisplayName": "Board of Equalization"},
        ],
        realm_id="1185883450",
    )


def uk_company(**changes: dict[str, Any]) -> Company:
    home = {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "GBP"}}
    return parse(
        {"CompanyName": "Acme Ltd", "Country": "GB", "FiscalYearStartMonth": "April"},
        preferences(**{"CurrencyPrefs": home, **changes}),
        account_rows(*_UK_TAX),
        tax_codes=[_code("6", "20.0% S", "10"), _code("4", "0.0% Z", "11"), _code("7", "No VAT")],
        tax_rates=[_rate("10", "20.0% S", "20", "1"), _rate("11", "0.0% Z", "0", "1")],
        tax_agencies=[{"Id": "1", "DisplayName": "HM Revenue & Customs"}],
    )


US = us_company()
UK = uk_company()
US_SETTINGS = ConnectionSettings(
    accounts=Accounts(gift_cards="95", write_offs="86", gateways={"shopify_payments": "93"}),
    tax_code="2",
)
UK_SETTINGS = ConnectionSettings(tax_codes={"20": "6", "0": "4"})


def line(amount: str = "10.00", **fields: Any) -> Line:
    """One line; `amount` is its unit price and, unless `gross` says otherwise, times quantity."""
    price = Decimal(amount)
    quantity = Decimal(fields.pop("quantity", 1))
    gross = fields.pop("gross", None)
    return Line(
        id=fields.pop("id", "1"),
        product=fields.pop("product", "P1"),
        quantity=quantity,
        unit_price=price,
        gross=Decimal(gross) if gross else round_money(price * quantity),
        **fields,
    )


def tax(amount: str, rate: str | None = "0.08", name: str = "CA", **fields: Any) -> Tax:
    return Tax(name=name, rate=Decimal(rate) if rate else None, amount=Decimal(amount), **fields)


def invoice(*lines: Line, **fields: Any) -> Invoice:
    return Invoice.model_validate(_sale("1001", lines, fields))


def credit_note(*lines: Line, **fields: Any) -> CreditNote:
    return CreditNote.model_validate(_sale("CN-1", lines, fields))


def refund(*lines: Line, **fields: Any) -> Refund:
    return Refund.model_validate(_sale("1001-R1", lines, fields))


def payment(amount: str = "108.00", **fields: Any) -> Payment:
    values = {
        "source": SOURCE, "id": "pay-1", "version": "1", "number": "1001-1",
        "date": date(2026, 9, 14), "currency": "USD", "customer": "C1", "invoice": "inv-1001",
        "amount": Decimal(amount), "gateway": "shopify_payments",
    }  # fmt: skip
    return Payment.model_validate(values | fields)


def customer(**fields: Any) -> Customer:
    values = {"source": SOURCE, "id": "C1", "version": "1", "name": "Jane Doe"}
    return Customer.model_validate(values | fields)


def product(**fields: Any) -> Product:
    values = {"source": SOURCE, "id": "P1", "version": "1", "name": "Blue mug", "sku": "MUG-B"}
    return Product.model_validate(values | fields)


def _sale(number: str, lines: tuple[Line, ...], fields: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "source": SOURCE, "id": f"inv-{number}", "version": "1", "number": number,
        "date": date(2026, 9, 14), "currency": "USD", "customer": "C1",
        "lines": lines or (line(),),
    }  # fmt: skip
    values |= fields
    if "total" not in values:
        draft = Invoice.model_construct(**values)
        values["total"] = draft.computed_total
    return values


def links_for(*documents: Document, accounts: dict[str, str] | None = None) -> dict[str, Link]:
    """A link for everything that these documents refer to; items post to 79 unless told."""
    entities = {Kind.CUSTOMER: "Customer", Kind.PRODUCT: "Item", Kind.INVOICE: "Invoice"}
    numbers = itertools.count(101)
    found: dict[str, Link] = {}
    for key in dict.fromkeys(key for document in documents for key in references(document)):
        entity = entities[Kind(key.rpartition("-")[0])]
        account = (accounts or {}).get(key, "79") if entity == "Item" else None
        found[key] = Link(entity, str(next(numbers)), "0", account=account)
    return found


def context_for(
    *documents: Document,
    company: Company = US,
    settings: ConnectionSettings | None = None,
    parents: tuple[Document, ...] = (),
    name: str | None = None,
    accounts: dict[str, str] | None = None,
) -> Context:
    chosen = settings or (US_SETTINGS if company.is_us else UK_SETTINGS)
    return Context(
        settings=chosen,
        company=company,
        links=links_for(*documents, *parents, accounts=accounts),
        documents={document_key(one.kind, one.source, one.id): one for one in parents},
        name=name,
    )


# Documents of every shape that check_document lets through.

_cents = st.integers(0, 5_000_00).map(lambda n: Decimal(n) / 100)
_rates = st.sampled_from([ZERO, Decimal("0.05"), Decimal("0.08"), Decimal("0.20")])
_quantities = st.one_of(
    st.integers(1, 40).map(Decimal), st.integers(1, 9000).map(lambda n: Decimal(n) / 1000)
)
_prices = st.one_of(_cents, st.integers(0, 10_000_000).map(lambda n: Decimal(n) / 10_000))


@st.composite
def sales_lines(draw: st.DrawFn, number: int, tax_inclusive: bool, rates: Any) -> Line:
    quantity, price = draw(_quantities), draw(_prices)
    gross = round_money(quantity * price)
    discount = round_money(gross * draw(st.integers(0, 100)) / 100)
    rate = draw(rates)
    base = gross - discount
    share = rate / (1 + rate) if tax_inclusive else rate
    amount = round_money(base * share)
    taxes = (Tax(name="tax", rate=rate, amount=amount),) if amount else ()
    kind = draw(st.sampled_from([LineKind.ITEM, LineKind.SHIPPING, LineKind.TIP]))
    return Line(
        id=str(number),
        kind=kind,
        product="P1" if kind is LineKind.ITEM else None,
        description=draw(st.sampled_from(["", "Blue mug", "Tasse bleue ☕"])),
        quantity=quantity,
        unit_price=price,
        gross=gross,
        discount=discount,
        taxes=taxes,
    )


@st.composite
def sales_documents(draw: st.DrawFn, currency: str = "USD", rates: Any = _rates) -> Sale:
    inclusive = draw(st.booleans())
    count = draw(st.integers(1, 5))
    lines = tuple(draw(sales_lines(number, inclusive, rates)) for number in range(1, count + 1))
    make = draw(st.sampled_from([invoice, credit_note, refund]))
    document: Sale = make(*lines, tax_inclusive=inclusive, currency=currency)
    return document


uk_rates = st.sampled_from([ZERO, Decimal("0.20")])
