"""Sales tax of a sales form.

US companies without automated sales tax: lines say TAX or NON, the transaction names one code, and
tax is computed once per rate on the summed taxable amount.

US companies with automated sales tax: the engine chooses the code, whatever was sent, and a line
without a code follows its item and customer. The engine here always chooses the company's own code,
whatever the addresses.

Companies without sales tax keep no `TxnTaxDetail`.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from local.qbo import faults
from local.qbo.entities.sales.lines import Priced
from local.qbo.money import ZERO, cents, spread
from local.qbo.rules import Change, Values
from local.qbo.schema import (
    Field,
    Shape,
    anything,
    flag,
    many,
    number,
    obj,
    ref,
    text,
    whole,
)
from local.qbo.store import Row

TAX_LINE_DETAIL = Shape(
    "TaxLineDetail",
    (
        ref("TaxRateRef"),
        flag("PercentBased"),
        number("TaxPercent"),
        number("NetAmountTaxable"),
        number("TaxInclusiveAmount"),
        number("OverrideDeltaAmount"),
        ref("ServiceDate"),
    ),
)
TAX_LINE = Shape(
    "Line",
    (
        text("Id"),
        whole("LineNum"),
        number("Amount"),
        Field("DetailType", "text"),
        obj("TaxLineDetail", TAX_LINE_DETAIL),
        text("Description"),
    ),
)
TXN_TAX_DETAIL = Shape(
    "TxnTaxDetail",
    (
        ref("TxnTaxCodeRef"),
        ref("DefaultTaxCodeRef"),
        number("TotalTax"),
        many("TaxLine", TAX_LINE),
        anything("TaxReviewStatus"),
        flag("UseAutomatedSalesTax"),
    ),
)


@dataclass
class Taxed:
    """A form's tax: what it shows, and what each agency's account is owed."""

    detail: Values | None = None
    total: Decimal = ZERO
    credits: list[tuple[str, Decimal, str]] = field(default_factory=list)


def tax(change: Change, priced: Priced, after_tax_discount: bool) -> Taxed:
    """Tax of the priced lines. Raises QboFault for a code or a rate that is not the company's."""
    company = change.company
    if not company.preference("TaxPrefs", "UsingSalesTax"):
        return Taxed()
    sent: Values = change.values.get("TxnTaxDetail") or {}
    code = _code(change, sent)
    if code is None:
        change.hidden.pop("tax_override", None)
        return Taxed({"TotalTax": cents(ZERO)})
    base = priced.taxable
    if after_tax_discount and priced.discount and priced.subtotal + priced.shipping:
        share = base / (priced.subtotal + priced.shipping)
        base = cents(base - priced.discount * share)
    rates = _rates(change, code)
    override = _override(change, sent) if priced.taxable else None
    amounts = [cents(base * Decimal(rate.data["RateValue"]) / 100) for rate in rates]
    if override is not None and rates:
        amounts = _distribute(change, sent, rates, amounts, override)
    lines = [_line(rate, amount, base) for rate, amount in zip(rates, amounts, strict=True)]
    total = cents(sum(amounts, ZERO))
    detail: Values = {"TxnTaxCodeRef": {"value": code.id}, "TotalTax": total}
    if lines and priced.taxable:
        detail["TaxLine"] = lines
    credits = [
        (_payable(change, rate), amount, str(rate.data["Name"]))
        for rate, amount in zip(rates, amounts, strict=True)
        if amount
    ]
    return Taxed(detail, total, credits)


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


def _rates(change: Change, code: Row) -> list[Row]:
    details = code.data.get("SalesTaxRateList", {}).get("TaxRateDetail", [])
    rows = change.company.table("TaxRate").rows
    return [rows[each["TaxRateRef"]["value"]] for each in details]


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
    change: Change, sent: Values, rates: list[Row], computed: list[Decimal], total: Decimal
) -> list[Decimal]:
    """Divide a given total over the rates: as its tax lines say if they add up, else in ratio."""
    given = {rate.id: ZERO for rate in rates}
    for line in sent.get("TaxLine") or ():
        reference = (line.get("TaxLineDetail") or {}).get("TaxRateRef") or {}
        id = str(reference.get("value", ""))
        if id not in given:
            raise faults.business(f"Invalid tax rate id - {id}")
        given[id] += cents(line.get("Amount") or ZERO)
    if sum(given.values(), ZERO) == total:
        return list(given.values())
    weights = computed if any(computed) else [Decimal(r.data["RateValue"]) for r in rates]
    if not any(weights):
        weights = [Decimal(1)] * len(rates)
    return spread(total, weights)


def _line(rate: Row, amount: Decimal, base: Decimal) -> Values:
    return {
        "Amount": amount,
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate.id},
            "PercentBased": True,
            "TaxPercent": Decimal(rate.data["RateValue"]),
            "NetAmountTaxable": base,
        },
    }


def _payable(change: Change, rate: Row) -> str:
    """The liability account of the rate's agency, `{agency} Payable`."""
    agencies = change.company.table("TaxAgency").rows
    agency = agencies[rate.data["AgencyRef"]["value"]]
    owner = change.company.names.owner("Account", f"{agency.data['DisplayName']} Payable")
    if owner is None:
        raise faults.fault(
            "6470",
            "TaxLiabilityAccount or TaxRateError",
            "TaxLiabilityAccount or TaxRateError",
            "TxnTaxDetail",
        )
    return owner[1]
