"""Sales tax of a US sales form.

Where sales tax is set up by hand, lines say TAX or NON, the transaction names one code, and tax is
computed once per rate on the summed taxable amount. Where it is automated, the engine decides; see
`automated`. Companies without sales tax keep no `TxnTaxDetail`.
"""

from decimal import Decimal

from local.qbo import faults
from local.qbo.entities.tax import automated
from local.qbo.entities.tax.model import (
    Base,
    Taxed,
    credits,
    invalid_rate,
    parts,
    sent_tax_lines,
    tax_line,
    taxable_net,
)
from local.qbo.money import ZERO, cents, spread
from local.qbo.rules import Change, Values
from local.qbo.state.store import Row


def line_code(
    change: Change, detail: Values, item: str, *, purchase: bool, shipping: bool = False
) -> str:
    """TAX or NON: as sent, else NON, unless automated sales tax finds the line taxable.

    What is bought is NON; only orders keep what was sent.

    Raises 6100 for any other code.
    """
    code = (detail.get("TaxCodeRef") or {}).get("value")
    if not code:
        asked = not purchase and automated.enabled(change.company)
        taxable = asked and automated.is_taxable(change, item, shipping)
        return "TAX" if taxable else "NON"
    if code not in ("TAX", "NON"):
        raise faults.invalid_line_tax_code(code)
    untaxed = purchase and change.entity.name != "PurchaseOrder"
    return "NON" if untaxed else str(code)


def tax(change: Change, base: Base) -> Taxed:
    """Sales tax of a document; raises QboFault for an unknown code or rate.

    QuickBooks knows no tax on purchases in the US: none is computed, and one that is sent is
    refused (6000) or ignored.
    """
    company = change.company
    if base.purchase:
        _refuse_on_purchase(change)
        return Taxed()
    if not company.preference("TaxPrefs", "UsingSalesTax"):
        return Taxed()
    if automated.enabled(company):
        return automated.tax(change, base)
    sent: Values = change.values.get("TxnTaxDetail") or {}
    code = _code(change, sent)
    if code is None:
        change.hidden.pop("tax_override", None)
        return Taxed({"TotalTax": cents(ZERO)})
    taxable = base.by_code.get("TAX", ZERO)
    net = taxable_net(base)
    rates = [part.rate for part in parts(company, code)]
    override = _override(change, sent) if taxable else None
    amounts = [cents(net * Decimal(rate.data["RateValue"]) / 100) for rate in rates]
    if override is not None and rates:
        amounts = _distribute(sent, rates, amounts, override)
    total = sum(amounts, ZERO)
    detail: Values = {"TxnTaxCodeRef": {"value": code.id}, "TotalTax": cents(total)}
    owed = list(zip(rates, amounts, strict=True))
    if owed and taxable:
        detail["TaxLine"] = [tax_line(rate, amount, net) for rate, amount in owed]
    return Taxed(detail, total, credits(company, owed))


def _refuse_on_purchase(change: Change) -> None:
    sent: Values = change.values.get("TxnTaxDetail") or {}
    given = sent.get("TotalTax") or any(amount for _, amount in sent_tax_lines(sent))
    if given and change.company.switches.us_purchase_tax == "refuse":
        raise faults.business("Tax on purchases is not supported.", "TxnTaxDetail")


def _code(change: Change, sent: Values) -> Row | None:
    company = change.company
    codes = company.table("TaxCode").rows
    reference = sent.get("TxnTaxCodeRef")
    if reference is None:
        usual = company.preference("TaxPrefs", "TaxGroupCodeRef") or {}
        if not sent.get("TotalTax"):
            if company.switches.us_document_without_tax_code != "customer":
                return None
            customer = (change.values.get("CustomerRef") or {}).get("value", "")
            row = company.table("Customer").rows.get(customer)
            usual = (row.data.get("DefaultTaxCodeRef") if row else None) or usual
        return codes.get(str(usual.get("value", "")))
    row = codes.get(reference["value"])
    if row is None or not row.data.get("TaxGroup") or not row.data.get("Active"):
        raise faults.invalid_tax_code(reference["value"])
    return row


def _override(change: Change, sent: Values) -> Decimal | None:
    """The total a client set, kept while neither lines nor tax are sent again."""
    if "TxnTaxDetail" in change.sent:
        total = sent.get("TotalTax")
    elif change.sparse and "Line" not in change.sent:
        total = change.hidden.get("tax_override")
    else:
        total = None
    change.hidden.pop("tax_override", None)
    if total is None:
        return None
    if total < 0:
        raise faults.fault("2140", "Invalid Amount", f"Invalid Amount : {total}", "TxnTaxDetail")
    change.hidden["tax_override"] = cents(total)
    return cents(total)


def _distribute(
    sent: Values, rates: list[Row], computed: list[Decimal], total: Decimal
) -> list[Decimal]:
    """Divide a given total over the rates: as its tax lines say if they add up, else in ratio."""
    given = {rate.id: ZERO for rate in rates}
    for id, amount in sent_tax_lines(sent):
        if id not in given:
            raise invalid_rate(id)
        given[id] += amount
    if sum(given.values(), ZERO) == total:
        return list(given.values())
    weights = computed if any(computed) else [Decimal(r.data["RateValue"]) for r in rates]
    if not any(weights):
        weights = [Decimal(1)] * len(rates)
    return spread(total, weights)
