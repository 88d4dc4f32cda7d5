"""What every country's tax has in common: bases, codes of several rates, agencies' accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO, cents
from local.qbo.rules import Values
from local.qbo.state.store import Row
from local.qbo.writer import save

if TYPE_CHECKING:
    from local.qbo.company import Company

SYSTEM = "QuickBooks"
ON_AMOUNT = "TaxOnAmount"
ON_AMOUNT_PLUS_TAX = "TaxOnAmountPlusTax"
ON_TAX = "TaxOnTax"


@dataclass(frozen=True)
class Base:
    """What a document offers to tax, in its own currency.

    `by_code` are the net amounts of its lines by tax code. `discount` is what the whole document is
    discounted by, `discount_first` whether that comes before tax, `discount_code` the code it is
    taken from where only one. `purchase`: it is bought. `lines` are its finished lines, whose
    `TaxInclusiveAmt` counts and is completed where prices include tax.
    """

    by_code: Mapping[str, Decimal]
    discount: Decimal = ZERO
    discount_first: bool = False
    purchase: bool = False
    discount_code: str = ""
    lines: Sequence[Values] = ()


@dataclass
class Taxed:
    """A document's tax: what it shows, and what each agency's account is owed (positive).

    `costs` is the tax on purchases that no agency gives back, by tax code: it makes what was bought
    dearer. `calculation` is its `GlobalTaxCalculation`, None where the country has none.
    """

    detail: Values | None = None
    total: Decimal = ZERO
    credits: list[Split] = field(default_factory=list)
    costs: dict[str, Decimal] = field(default_factory=dict)
    calculation: str | None = None


@dataclass(frozen=True)
class Part:
    """One rate of a code, and what it is levied on."""

    rate: Row
    kind: str
    order: int

    @property
    def percent(self) -> Decimal:
        return Decimal(self.rate.data["RateValue"])


@dataclass(frozen=True)
class Levy:
    """What one rate comes to on one net amount, unrounded."""

    rate: Row
    taxable: Decimal
    amount: Decimal


def parts(company: "Company", code: Row, *, purchase: bool = False) -> list[Part]:
    """The rates of a code for sales or for purchases, in the order of levying."""
    listed = code.data.get("PurchaseTaxRateList" if purchase else "SalesTaxRateList") or {}
    rates = company.table("TaxRate").rows
    found = [
        Part(
            rates[each["TaxRateRef"]["value"]],
            str(each.get("TaxTypeApplicable", ON_AMOUNT)),
            int(each.get("TaxOrder", 0)),
        )
        for each in listed.get("TaxRateDetail", [])
    ]
    return sorted(found, key=lambda part: part.order)


def levies(of: Sequence[Part], net: Decimal) -> list[Levy]:
    """What each rate of a code comes to on a net amount.

    A rate on amount plus tax, or on tax, counts the taxes of a lower order, in whole cents.
    """
    done: list[Levy] = []
    orders: list[int] = []
    for part in of:
        below = sum(
            (
                cents(each.amount)
                for each, order in zip(done, orders, strict=True)
                if order < part.order
            ),
            ZERO,
        )
        taxable = {ON_AMOUNT_PLUS_TAX: net + below, ON_TAX: below}.get(part.kind, net)
        done.append(Levy(part.rate, taxable, taxable * part.percent / 100))
        orders.append(part.order)
    return done


def taxable_net(base: Base) -> Decimal:
    """What a US document's lines with TAX come to, after a discount that comes before tax."""
    taxable = base.by_code.get("TAX", ZERO)
    everything = sum(base.by_code.values(), ZERO)
    if base.discount_first and base.discount and everything:
        taxable = cents(taxable - base.discount * (taxable / everything))
    return taxable


def is_recovered(company: "Company", rate: Row) -> bool:
    """Whether the agency gives tax on purchases back."""
    agency = company.table("TaxAgency").rows[rate.data["AgencyRef"]["value"]]
    return bool(agency.data.get("TaxTrackedOnPurchases"))


def payable(company: "Company", rate: Row) -> str:
    """The account that a rate's agency is owed in. Raises 6470 when it is inactive."""
    agency = company.table("TaxAgency").rows[rate.data["AgencyRef"]["value"]]
    return payable_account(company, agency)


def payable_account(company: "Company", agency: Row) -> str:
    """An agency's account: the one it was set up with, else `{agency} Payable`, made on first use.

    Raises 6470 when it is inactive.
    """
    chosen = agency.hidden.get("account")
    if chosen is None:
        name = f"{agency.data['DisplayName'][:92]} Payable"
        owner = company.names.owner("Account", name)
        if owner is not None:
            return owner[1]
        subtype = "SalesTaxPayable" if company.country == "US" else "GlobalTaxPayable"
        body = {"Name": name, "AccountSubType": subtype}
        return save(company, company.table("Account").entity, body, SYSTEM).id
    if not company.table("Account").rows[chosen].data.get("Active"):
        raise faults.fault(
            "6470",
            "TaxLiabilityAccount or TaxRateError",
            "TaxLiabilityAccount or TaxRateError",
            "TxnTaxDetail",
        )
    return str(chosen)


def tax_line(rate: Row, amount: Decimal, taxable: Decimal) -> Values:
    """A line of `TxnTaxDetail`."""
    return {
        "Amount": amount,
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate.id},
            "PercentBased": True,
            "TaxPercent": Decimal(rate.data["RateValue"]),
            "NetAmountTaxable": taxable,
        },
    }


def credits(company: "Company", amounts: Sequence[tuple[Row, Decimal]]) -> list[Split]:
    """What the agencies are owed for the amounts of their rates."""
    return [
        Split(payable(company, rate), amount, memo=str(rate.data["Name"]))
        for rate, amount in amounts
        if amount
    ]


def sent_tax_lines(sent: Values) -> list[tuple[str, Decimal]]:
    """Rate ids and amounts of the tax lines a client sent."""
    found = []
    for line in sent.get("TaxLine") or ():
        reference = (line.get("TaxLineDetail") or {}).get("TaxRateRef") or {}
        found.append((str(reference.get("value", "")), cents(line.get("Amount") or ZERO)))
    return found


def invalid_rate(id: str) -> faults.QboFault:
    """A tax line names a rate that the document does not use, or that is gone."""
    return faults.business(f"Invalid tax rate id - {id}", "TxnTaxDetail")
