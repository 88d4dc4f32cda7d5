"""Tax outside the US: every line has a code, each rate is computed once on its summed net.

`GlobalTaxCalculation` says whether tax comes on top, is included, or does not apply. Amounts of
lines are net in any case; where prices include tax, `TaxInclusiveAmt` holds the gross, and what is
between the two is the tax.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from local.qbo import faults
from local.qbo.entities.tax.model import (
    Base,
    Levy,
    Part,
    Taxed,
    credits,
    invalid_rate,
    is_recovered,
    levies,
    parts,
    sent_tax_lines,
    tax_line,
)
from local.qbo.money import CENT, ZERO, cents, spread
from local.qbo.rules import Change, Values, referred
from local.qbo.state.store import Row

EXCLUDED, INCLUSIVE, NOT_APPLICABLE = "TaxExcluded", "TaxInclusive", "NotApplicable"
CALCULATIONS = (EXCLUDED, INCLUSIVE, NOT_APPLICABLE)
_DETAILS = ("SalesItemLineDetail", "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail")
_PRICE = Decimal("0.0000001")
_MISSING_CODE = {
    "CA": "When you use a GST/HST rate, you need to choose a sales tax code for each line item.",
    "AU": "Make sure all your transactions have a GST rate before you save.",
}
_MISSING_VAT = "Make sure all your transactions have a VAT rate before you save."


@dataclass
class Rated:
    """What one rate comes to over a document: `shares` are its parts by code."""

    rate: Row
    bought: bool
    taxable: Decimal = ZERO
    exact: Decimal = ZERO
    shares: dict[str, Decimal] = field(default_factory=dict)

    @property
    def amount(self) -> Decimal:
        return cents(self.exact)


def calculation(change: Change) -> str | None:
    """How the document counts tax; None in a company that charges none."""
    if not change.company.preference("TaxPrefs", "UsingSalesTax"):
        return None
    sent = change.values.get("GlobalTaxCalculation")
    return str(sent or change.company.switches.global_tax_calculation)


def line_code(change: Change, detail: Values, item: str, *, purchase: bool) -> str:
    """A line's code as sent; empty where no tax applies and none was sent.

    Raises 6000 when it is missing, 2500 or 6160 for one that does not exist or has no rates for
    this side.
    """
    company, mode = change.company, calculation(change)
    if mode is None:
        return ""
    reference = detail.get("TaxCodeRef")
    if reference is None and company.switches.missing_line_tax_code == "item":
        row = company.table("Item").rows.get(item)
        name = "PurchaseTaxCodeRef" if purchase else "SalesTaxCodeRef"
        reference = row.data.get(name) if row is not None else None
    if reference is None:
        if mode == NOT_APPLICABLE:
            return ""
        raise faults.business(_MISSING_CODE.get(company.country, _MISSING_VAT), "Line")
    code = referred(company, "TaxCode", reference, "Line.TaxCodeRef")
    if not parts(company, code, purchase=purchase):
        raise faults.invalid_tax_code(code.id)
    return code.id


def line_net(
    change: Change, detail: Values, amount: Decimal, code: str, *, purchase: bool
) -> Decimal:
    """A line's net amount: as sent, unless a given gross says otherwise by more than a cent.

    A gross of zero is what clients send for none. Drops the gross where prices exclude tax.
    """
    gross = detail.pop("TaxInclusiveAmt", None)
    if not gross or not code or calculation(change) != INCLUSIVE:
        return amount
    detail["TaxInclusiveAmt"] = gross = cents(gross)
    net = cents(gross / (1 + _effective(_parts(change, code, purchase))))
    if abs(net - amount) <= CENT:
        return amount
    if detail.get("Qty") and detail.get("UnitPrice") is not None:
        detail["UnitPrice"] = (net / detail["Qty"]).quantize(_PRICE, ROUND_HALF_UP).normalize()
    return net


def default_code(change: Change, reference: Values) -> Values:
    """A code that is named as a default. Raises 2500 when there is none."""
    return {"value": referred(change.company, "TaxCode", reference, "DefaultTaxCodeRef").id}


def tax(change: Change, base: Base) -> Taxed:
    """Tax of a document. Raises 6170 and 6000 for tax that was sent and does not fit."""
    mode = calculation(change)
    if mode in (None, NOT_APPLICABLE):
        return _untaxed(change, mode)
    nets = _discounted(change, base)
    included = _included(change, base) if mode == INCLUSIVE else {}
    rated = _rated(change, base, nets, included)
    if mode == INCLUSIVE:
        full = _rated(change, base, base.by_code, included) if base.discount else rated
        _show_gross(base, full)
    return _taxed(change, mode, rated)


def tax_of_both(change: Change, sold: Base, bought: Base) -> Taxed:
    """Tax of a document that sells and buys at once, all of it net; raises as `tax`."""
    mode = calculation(change)
    if mode in (None, NOT_APPLICABLE):
        return _untaxed(change, mode)
    return _taxed(
        change,
        mode,
        [rated for base in (sold, bought) for rated in _rated(change, base, base.by_code, {})],
    )


def _untaxed(change: Change, mode: str | None) -> Taxed:
    sent: Values = change.values.get("TxnTaxDetail") or {}
    change.hidden.pop("tax_override", None)
    if mode and "TxnTaxDetail" in change.sent and (sent.get("TotalTax") or sent.get("TaxLine")):
        raise faults.fault(
            "6170",
            "Invalid TxnTaxDetail Error",
            "Invalid TxnTaxDetail Error : TxnTaxDetail is not allowed when "
            "GlobalTaxCalculation is NotApplicable",
            "TxnTaxDetail",
        )
    return Taxed(calculation=mode)


def _taxed(change: Change, mode: str | None, rated: list[Rated]) -> Taxed:
    company = change.company
    amounts = _override(change, change.values.get("TxnTaxDetail") or {}, rated)
    total = sum(amounts, ZERO)
    detail: Values = {"TotalTax": cents(total)}
    if rated:
        detail["TaxLine"] = [
            tax_line(each.rate, amount, cents(each.taxable))
            for each, amount in zip(rated, amounts, strict=True)
        ]
    owed: list[tuple[Row, Decimal]] = []
    costs: dict[str, Decimal] = {}
    for each, amount in zip(rated, amounts, strict=True):
        if not each.bought or is_recovered(company, each.rate):
            owed.append((each.rate, amount))
            continue
        shares = spread(amount, list(each.shares.values()))
        for code, share in zip(each.shares, shares, strict=True):
            costs[code] = costs.get(code, ZERO) + share
    return Taxed(detail, total, credits(company, owed), costs, mode)


def _parts(change: Change, code: str, purchase: bool) -> list[Part]:
    company = change.company
    return parts(company, company.table("TaxCode").rows[code], purchase=purchase)


def _effective(of: list[Part]) -> Decimal:
    """Tax on one unit of net."""
    large = Decimal(10) ** 9
    return sum((each.amount for each in levies(of, large)), ZERO) / large


def _discounted(change: Change, base: Base) -> Mapping[str, Decimal]:
    """Net amounts by code once the document's discount is taken off them."""
    if not base.discount or not change.company.switches.global_discount_before_tax:
        return base.by_code
    nets = dict(base.by_code)
    if base.discount_code:
        nets[base.discount_code] = nets.get(base.discount_code, ZERO) - base.discount
        return nets
    shares = spread(base.discount, list(nets.values()))
    return {code: net - share for (code, net), share in zip(nets.items(), shares, strict=True)}


def _details(base: Base) -> Iterator[tuple[Values, Decimal, str]]:
    """Detail, net amount and code of every line that has a code."""
    for line in base.lines:
        for name in _DETAILS:
            detail = line.get(name)
            code = ((detail or {}).get("TaxCodeRef") or {}).get("value")
            if detail is not None and code:
                yield detail, line["Amount"], code


def _included(change: Change, base: Base) -> dict[str, Decimal]:
    """The tax that given gross amounts include, by code; codes without any are left out."""
    given = {code for detail, _, code in _details(base) if detail.get("TaxInclusiveAmt")}
    included: dict[str, Decimal] = {}
    for detail, net, code in _details(base):
        if code in given:
            gross = detail.get("TaxInclusiveAmt")
            if not gross:
                rate = _effective(_parts(change, code, base.purchase))
                gross = net + cents(net * rate)
            included[code] = included.get(code, ZERO) + gross - net
    return included


def _rated(
    change: Change, base: Base, nets: Mapping[str, Decimal], included: Mapping[str, Decimal]
) -> list[Rated]:
    """What each rate comes to, in the order of first use."""
    by_rate: dict[str, Rated] = {}
    for code, net in nets.items():
        if not code:
            continue
        for levy in _levied(change, base, code, net, included.get(code)):
            rated = by_rate.setdefault(levy.rate.id, Rated(levy.rate, base.purchase))
            rated.taxable += levy.taxable
            rated.exact += levy.amount
            rated.shares[code] = rated.shares.get(code, ZERO) + levy.amount
    return list(by_rate.values())


def _levied(
    change: Change, base: Base, code: str, net: Decimal, included: Decimal | None
) -> list[Levy]:
    """A code's rates on a net amount; what was included by price decides where it was given."""
    done = levies(_parts(change, code, base.purchase), net)
    weights = [each.amount for each in done]
    if included is None or not sum(weights, ZERO):
        return done
    full = base.by_code.get(code, ZERO)
    amount = included if net == full or not full else cents(included * net / full)
    shares = spread(amount, weights)
    return [Levy(each.rate, each.taxable, share) for each, share in zip(done, shares, strict=True)]


def _show_gross(base: Base, rated: list[Rated]) -> None:
    """Complete `TaxInclusiveAmt` so that the lines' taxes add up to the rates'."""
    taxes: dict[str, Decimal] = {}
    for each in rated:
        shares = spread(each.amount, list(each.shares.values()))
        for code, share in zip(each.shares, shares, strict=True):
            taxes[code] = taxes.get(code, ZERO) + share
    for code, tax in taxes.items():
        lines = [(detail, net) for detail, net, of in _details(base) if of == code]
        unsaid = [(detail, net) for detail, net in lines if not detail.get("TaxInclusiveAmt")]
        said = [(detail, net) for detail, net in lines if detail.get("TaxInclusiveAmt")]
        left = tax - sum((detail["TaxInclusiveAmt"] - net for detail, net in said), ZERO)
        shares = spread(left, [net for _, net in unsaid])
        for (detail, net), share in zip(unsaid, shares, strict=True):
            detail["TaxInclusiveAmt"] = cents(net + share)


def _override(change: Change, sent: Values, rated: list[Rated]) -> list[Decimal]:
    """The tax lines' amounts: computed, unless a client gave its own with `TxnTaxDetail`.

    Kept while neither the lines nor the tax are sent again. Raises 6000 for a rate that the
    document does not use, and for a total that the tax lines do not add up to.
    """
    computed = [each.amount for each in rated]
    kept = change.hidden.pop("tax_override", None)
    if "TxnTaxDetail" in change.sent:
        given = _given(sent, rated)
    elif change.sparse and kept and not change.sent & {"Line", "GlobalTaxCalculation"}:
        given = dict(kept)
    else:
        given = None
    if given is None or any(each.rate.id not in given and each.amount for each in rated):
        if given is not None:
            raise _mismatch()
        return computed
    amounts = [given.get(each.rate.id, ZERO) for each in rated]
    if amounts != computed:
        change.hidden["tax_override"] = given
    return amounts


def _given(sent: Values, rated: list[Rated]) -> dict[str, Decimal] | None:
    lines, total = sent_tax_lines(sent), sent.get("TotalTax")
    if not lines:
        if total and cents(total) != sum((each.amount for each in rated), ZERO):
            raise _mismatch()
        return None
    used = {each.rate.id for each in rated}
    given: dict[str, Decimal] = {}
    for id, amount in lines:
        if id not in used:
            raise invalid_rate(id)
        given[id] = given.get(id, ZERO) + amount
    if total is not None and cents(total) != sum(given.values(), ZERO):
        raise _mismatch()
    return given


def _mismatch() -> faults.QboFault:
    return faults.business(
        "The total tax must be the sum of the amounts of the tax lines.", "TxnTaxDetail"
    )
