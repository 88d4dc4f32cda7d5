"""Sales tax of a sales form.

US companies without automated sales tax: lines say TAX or NON, the transaction names one code, and
tax is computed once per rate on the summed taxable amount.

US companies with automated sales tax: the engine chooses the code, whatever was sent, and a line
without a code follows its item and customer. The engine here always chooses the company's own code,
whatever the addresses.

Companies without sales tax keep no `TxnTaxDetail`.
"""

from collections.abc import Mapping
from decimal import Decimal

from local.qbo import faults
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


#: An agency's account, the amount it is owed, and the name of the rate.
Amounts = list[tuple[str, Decimal, str]]


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


def tax(
    change: Change, by_code: Mapping[str, Decimal], discount: Decimal, discount_first: bool
) -> tuple[Values | None, Amounts]:
    """`TxnTaxDetail` and amounts by agency. Raises QboFault for an unknown code or rate."""
    company = change.company
    if not company.preference("TaxPrefs", "UsingSalesTax"):
        return None, []
    sent: Values = change.values.get("TxnTaxDetail") or {}
    code = _code(change, sent)
    if code is None:
        change.hidden.pop("tax_override", None)
        return {"TotalTax": cents(ZERO)}, []
    taxable = by_code.get("TAX", ZERO)
    everything = sum(by_code.values(), ZERO)
    base = taxable
    if discount_first and discount and everything:
        base = cents(base - discount * (base / everything))
    rates = _rates(change, code)
    override = _override(change, sent) if taxable else None
    amounts = [cents(base * Decimal(rate.data["RateValue"]) / 100) for rate in rates]
    if override is not None and rates:
        amounts = _distribute(change, sent, rates, amounts, override)
    lines = [_line(rate, amount, base) for rate, amount in zip(rates, amounts, strict=True)]
    detail: Values = {
        "TxnTaxCodeRef": {"value": code.id},
        "TotalTax": cents(sum(amounts, ZERO)),
    }
    if lines and taxable:
        detail["TaxLine"] = lines
    return detail, [
        (_payable(change, rate), amount, str(rate.data["Name"]))
        for rate, amount in zip(rates, amounts, strict=True)
        if amount
    ]


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
