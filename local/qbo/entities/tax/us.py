"""Sales tax of a sales form.

US companies without automated sales tax: lines say TAX or NON, the transaction names one code, and
tax is computed once per rate on the summed taxable amount.

US companies with automated sales tax: the engine chooses the code, whatever was sent, and a line
without a code follows its item and customer. The engine here always chooses the company's own code,
whatever the addresses.

Companies without sales tax keep no `TxnTaxDetail`.
"""

from decimal import Decimal

from local.qbo import faults
from local.qbo.entities.tax.model import (
    Base,
    Taxed,
    credits,
    invalid_rate,
    parts,
    sent_tax_lines,
    tax_line,
)
from local.qbo.money import ZERO, cents, spread
from local.qbo.rules import Change, Values
from local.qbo.store import Row


def line_code(change: Change, detail: Values, item: str, *, purchase: bool) -> str:
    """TAX or NON: as sent, else NON, unless automated sales tax finds the item taxable.

    Raises 6100 for any other code.
    """
    code = (detail.get("TaxCodeRef") or {}).get("value")
    code = code or ("NON" if purchase else _default_code(change, item))
    if code not in ("TAX", "NON"):
        raise faults.invalid_line_tax_code(code)
    return str(code)


def _default_code(change: Change, item: str) -> str:
    company = change.company
    if not company.preference("TaxPrefs", "PartnerTaxEnabled"):
        return "NON"
    row = company.table("Item").rows.get(item)
    customer = (change.values.get("CustomerRef") or {}).get("value", "")
    buyer = company.table("Customer").rows.get(customer)
    exempt = buyer is not None and buyer.data.get("Taxable") is False
    return "TAX" if row is not None and row.data.get("Taxable") and not exempt else "NON"


def tax(change: Change, base: Base) -> Taxed:
    """Sales tax of a document; none on purchases. Raises QboFault for an unknown code or rate."""
    company = change.company
    if base.purchase or not company.preference("TaxPrefs", "UsingSalesTax"):
        return Taxed()
    sent: Values = change.values.get("TxnTaxDetail") or {}
    code = _code(change, sent)
    if code is None:
        change.hidden.pop("tax_override", None)
        return Taxed({"TotalTax": cents(ZERO)})
    taxable = base.by_code.get("TAX", ZERO)
    everything = sum(base.by_code.values(), ZERO)
    net = taxable
    if base.discount_first and base.discount and everything:
        net = cents(net - base.discount * (net / everything))
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


def _code(change: Change, sent: Values) -> Row | None:
    codes = change.company.table("TaxCode").rows
    if change.company.preference("TaxPrefs", "PartnerTaxEnabled"):
        group = change.company.preference("TaxPrefs", "TaxGroupCodeRef") or {}
        return codes.get(str(group.get("value", "")))
    reference = sent.get("TxnTaxCodeRef")
    if reference is None:
        if sent.get("TotalTax"):
            group = change.company.preference("TaxPrefs", "TaxGroupCodeRef") or {}
            return codes.get(str(group.get("value", "")))
        return None
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
