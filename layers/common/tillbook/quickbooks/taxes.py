"""Sales tax on sales forms: which code a line carries, and how the total is fixed to the cent.

United States: lines say TAX or NON, the transaction names one tax code and states the total; a
code of several rates gets the total spread over them. With Automated Sales Tax, Intuit's engine
picks agencies and rates from the addresses, and the stated total is spread over those.
Elsewhere: every line carries a tax code, and each rate's tax is stated.
Source: Intuit, "Manage sales tax for US locales" and "... for non-US locales".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tillbook.domain.checks import Finding
from tillbook.domain.documents import Line, PurchaseDocument, SalesDocument, TradeDocument
from tillbook.domain.money import ZERO, round_money
from tillbook.quickbooks.company import TaxCode, TaxRate
from tillbook.quickbooks.context import Body, Context, NeedsMapping, ref


@dataclass(frozen=True)
class RateTax:
    """Tax of one rate on one document: the taxed net amount and the tax."""

    rate: TaxRate
    net: Decimal
    tax: Decimal


def line_code(document: TradeDocument, line: Line, context: Context) -> Body:
    """The TaxCodeRef of a line, or nothing where the company uses no sales tax."""
    if context.company.is_us:
        if isinstance(document, PurchaseDocument):
            return {}
        return {"TaxCodeRef": ref("TAX" if line.tax else "NON")}
    if not context.company.uses_sales_tax:
        return {}
    return {"TaxCodeRef": ref(_code_of(line, context).id)}


def header(document: SalesDocument, context: Context) -> Body:
    """TxnTaxDetail and its switches. The total is stated even when it is nothing: without it
    QuickBooks would calculate, and an update would keep the old tax."""
    company = context.company
    if not company.uses_sales_tax:
        if document.tax:
            raise NeedsMapping(_tax_is_off(document))
        return {} if company.is_us else {"GlobalTaxCalculation": "NotApplicable"}
    _check_base(document)
    if company.is_us:
        detail: Body = {"TotalTax": document.tax}
        if document.tax and not company.automated_tax:
            detail["TxnTaxCodeRef"] = ref(_us_code(context).id)
            rates = by_rate(document, context)
            if len(rates) > 1:
                detail["TaxLine"] = [_tax_line(tax) for tax in rates]
        return {"TxnTaxDetail": detail, "ApplyTaxAfterDiscount": True}
    return _stated(document, context)


def _stated(document: TradeDocument, context: Context) -> Body:
    """Outside the US: the tax of each rate, as the document has it."""
    return {
        "GlobalTaxCalculation": "TaxInclusive" if document.tax_inclusive else "TaxExcluded",
        "TxnTaxDetail": {
            "TotalTax": document.tax,
            "TaxLine": [_tax_line(tax) for tax in by_rate(document, context)],
        },
    }


def purchase_header(document: PurchaseDocument, context: Context) -> Body:
    """The same of purchase forms. In the US their tax is a line."""
    company = context.company
    if company.is_us:
        return {}
    if not company.uses_sales_tax:
        if document.tax:
            raise NeedsMapping(_tax_is_off(document))
        return {"GlobalTaxCalculation": "NotApplicable"}
    return _stated(document, context)


def states_inclusive_price(document: TradeDocument, line: Line, context: Context) -> bool:
    """Whether a line tells its price with the tax in it."""
    company = context.company
    taxed_here = company.uses_sales_tax and not company.is_us
    return document.tax_inclusive and taxed_here and not line.marketplace_tax


def by_rate(document: TradeDocument, context: Context) -> tuple[RateTax, ...]:
    """The tax of a document per QuickBooks rate; the taxes add up to the document's."""
    if context.company.is_us:
        net = sum((document.net(line) for line in document.lines if line.tax), ZERO)
        return _spread(document.tax, net, context.company.rates_of(_us_code(context).id))
    found: dict[str, RateTax] = {}
    for line in document.lines:
        code = _code_of(line, context)
        rates = context.company.rates_of(code.id, purchases=isinstance(document, PurchaseDocument))
        for part in _spread(line.tax, document.net(line), rates):
            so_far = found.get(part.rate.id, RateTax(part.rate, ZERO, ZERO))
            found[part.rate.id] = RateTax(part.rate, so_far.net + part.net, so_far.tax + part.tax)
    return tuple(found.values())


def by_account(document: TradeDocument, context: Context) -> dict[str, Decimal]:
    """The tax of a document by the account in which QuickBooks keeps what is owed."""
    if not document.tax:
        return {}
    if context.company.automated_tax:
        return {_automated_account(context): document.tax}
    found: dict[str, Decimal] = {}
    for part in by_rate(document, context):
        if part.tax:
            account = _account(part.rate.agency, context)
            found[account] = found.get(account, ZERO) + part.tax
    return found


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """An amount in cents spread by weights, so that the parts add up to it exactly. Without any
    weight the first part takes all."""
    total = sum(weights, ZERO)
    if not total:
        return [amount, *(ZERO for _ in weights[1:])]
    parts, running, given = [], ZERO, ZERO
    for weight in weights:
        running += weight
        share = round_money(amount * running / total) - given
        parts.append(share)
        given += share
    return parts


def _spread(tax: Decimal, net: Decimal, rates: tuple[TaxRate, ...]) -> tuple[RateTax, ...]:
    if not rates and tax:
        raise NeedsMapping(
            Finding(
                "settings.tax_code",
                "is a code without any rate, but the document has tax.",
                "Choose a tax code with a rate.",
            )
        )
    parts = split(tax, [rate.percent for rate in rates]) if rates else []
    return tuple(RateTax(rate, net, part) for rate, part in zip(rates, parts, strict=True))


def _check_base(document: SalesDocument) -> None:
    """QuickBooks drops tax that has nothing to be charged on, and refuses tax below nothing."""
    base = sum((line.gross for line in document.lines if line.tax), ZERO)
    if document.tax < 0 or (document.tax and not base):
        raise NeedsMapping(
            Finding(
                "taxes",
                f"add up to {document.tax} {document.currency} on lines of {base}, which "
                "QuickBooks does not save.",
                "Enter it in QuickBooks by hand, as an adjustment of the sales tax that is due, "
                "and skip it here.",
            )
        )


def _tax_line(tax: RateTax) -> Body:
    return {
        "Amount": tax.tax,
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": ref(tax.rate.id),
            "PercentBased": True,
            "TaxPercent": tax.rate.percent,
            "NetAmountTaxable": tax.net,
        },
    }


def _us_code(context: Context) -> TaxCode:
    return _known_code("settings.tax_code", context.settings.tax_code, context)


def _code_of(line: Line, context: Context) -> TaxCode:
    """Outside the US: the code mapped to the line's tax by name, else by its rate in percent."""
    taxes = [tax for tax in line.taxes if tax.collected_by == "seller"]
    name = " + ".join(tax.name for tax in taxes)
    rates = [tax.rate for tax in taxes]
    keys = [name] if name else []
    if None not in rates:
        keys.append(_percent(sum((rate for rate in rates if rate is not None), ZERO)))
    codes = context.settings.tax_codes
    chosen = next((codes[key] for key in keys if key in codes), None)
    return _known_code(f"settings.tax_codes.{keys[-1]}", chosen, context)


def _known_code(setting: str, code: str | None, context: Context) -> TaxCode:
    if code is None:
        raise NeedsMapping(
            Finding(
                setting,
                "is not set, but the document needs it.",
                "Choose the QuickBooks tax code that carries this tax in the settings.",
            )
        )
    known = context.company.tax_codes.get(code)
    if known is None or not known.active:
        raise NeedsMapping(
            Finding(
                setting,
                f"is tax code {code}, which QuickBooks does not have or made inactive.",
                "Choose another tax code in the settings.",
            )
        )
    return known


def _percent(rate: Decimal) -> str:
    """A fraction as people write it: 0.2 is '20', 0.0725 is '7.25'."""
    return format((rate * 100).normalize(), "f")


def _account(agency: str | None, context: Context) -> str:
    account = context.company.tax_account(agency)
    if account is None:
        raise NeedsMapping(
            Finding(
                "settings.tax_code",
                "belongs to an agency whose tax account cannot be told from the chart of accounts.",
                "Rename the tax account in QuickBooks to '<agency> Payable', or choose a code of "
                "another agency.",
            )
        )
    return account


def _automated_account(context: Context) -> str:
    """With Automated Sales Tax QuickBooks decides the agency. Where there are several, the code in
    the settings names the one that our projection expects; another shows in reconciliation."""
    code = context.settings.tax_code
    if code in context.company.tax_codes:
        rates = context.company.rates_of(code)
        if rates:
            return _account(rates[0].agency, context)
    accounts = context.company.tax_accounts
    if len(accounts) == 1:
        return accounts[0]
    raise NeedsMapping(
        Finding(
            "settings.tax_code",
            f"is not set, and Automated Sales Tax has {len(accounts)} tax accounts.",
            "Choose the tax code of the agency that you collect for.",
        )
    )


def _tax_is_off(document: TradeDocument) -> Finding:
    return Finding(
        "taxes",
        f"add up to {document.tax} {document.currency}, but sales tax is switched off in "
        "QuickBooks.",
        "Set up sales tax in QuickBooks (Taxes > Sales tax), or switch off tax in the channel.",
    )
