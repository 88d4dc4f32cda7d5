"""US automated sales tax: the engine chooses agencies and rates by where goods come from and go to.

Codes that clients send are replaced by the engine's own. Tax is charged in the states whose agency
the company has, and nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities.tax.jurisdictions import (
    CODES,
    STATES,
    UNITED_STATES,
    US_STATES,
    Charge,
    State,
)
from local.qbo.entities.tax.model import (
    ON_AMOUNT,
    SYSTEM,
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
from local.qbo.writer import save

if TYPE_CHECKING:
    from local.qbo.company import Company

MOST_LINES = 750
_FAILED = "We're sorry, QuickBooks encountered an error while calculating tax."


@dataclass(frozen=True)
class Place:
    """What a document is taxed by: a state, and a city in it where that has rates of its own."""

    state: State
    city: str = ""

    @property
    def name(self) -> str:
        """Of its tax code. A city named as its state says so."""
        if self.city == self.state.name:
            return f"{self.city} City"
        return self.city or self.state.name

    @property
    def charges(self) -> tuple[Charge, ...]:
        return (*self.state.charges, *self.state.cities.get(self.city, ()))


def enabled(company: "Company") -> bool:
    return bool(company.preference("TaxPrefs", "PartnerTaxEnabled"))


def is_taxable(change: Change, item: str, shipping: bool) -> bool:
    """Whether a line without a code is taxed: by its item, or for shipping by the state."""
    if _exempt(change):
        return False
    if shipping:
        place = _place(change)
        return place is not None and place.state.shipping
    row = change.company.table("Item").rows.get(item)
    return row is not None and bool(row.data.get("Taxable"))


def tax(change: Change, base: Base) -> Taxed:
    """Tax of a sales document; a `TotalTax` that is sent counts, in proportion over the rates.

    Raises 6000 for an address that is none, more than 750 lines, or a rate that is gone.
    """
    company = change.company
    sent: Values = change.values.get("TxnTaxDetail") or {}
    if "TxnTaxDetail" not in change.sent:
        sent = {}
    for id, _ in sent_tax_lines(sent):
        if id not in company.table("TaxRate").rows:
            raise invalid_rate(id)
    place = None if _exempt(change) else _place(change)
    if place is None:
        return Taxed({"TotalTax": cents(ZERO)})
    code = _code(company, place)
    taxable = base.by_code.get("TAX", ZERO)
    if taxable and len(base.lines) > MOST_LINES:
        raise faults.business(_FAILED, "Line")
    net = taxable_net(base)
    rates = [part.rate for part in parts(company, code)]
    computed = [cents(net * Decimal(rate.data["RateValue"]) / 100) for rate in rates]
    amounts = computed
    total = sent.get("TotalTax")
    if total is not None and taxable:
        if total < 0:
            raise faults.business(_FAILED, "TxnTaxDetail")
        weights = computed if any(computed) else [Decimal(r.data["RateValue"]) for r in rates]
        amounts = spread(cents(total), weights)
    owed = list(zip(rates, amounts, strict=True))
    detail: Values = {
        "TxnTaxCodeRef": {"value": code.id},
        "TotalTax": cents(sum(amounts, ZERO)),
    }
    if taxable:
        detail["TaxLine"] = [tax_line(rate, amount, net) for rate, amount in owed]
        for line, own in zip(detail["TaxLine"], computed, strict=True):
            if line["Amount"] != own:
                line["TaxLineDetail"]["OverrideDeltaAmount"] = line["Amount"] - own
    return Taxed(detail, sum(amounts, ZERO), credits(company, owed))


def _exempt(change: Change) -> bool:
    customer = (change.values.get("CustomerRef") or {}).get("value", "")
    row = change.company.table("Customer").rows.get(customer)
    return row is not None and row.data.get("Taxable") is False


def _place(change: Change) -> Place | None:
    """Where the document is taxed; None for abroad and for states the company is not known in.

    Goods go to `ShipAddr`, else to the company; they come from `ShipFromAddr`, else from there.
    """
    company, values = change.company, change.values
    own: Values = company.info.get("LegalAddr") or company.info.get("CompanyAddr") or {}
    source = values.get("ShipFromAddr") or own
    target = values.get("ShipAddr") or own
    if not _is_american(target):
        return None
    to = _state_of(target) or _state_of(own)
    state = STATES.get(to)
    if state is None or company.names.owner("TaxAgency", state.agency) is None:
        return None
    where = source if state.by_origin and _state_of(source) == to else target
    city = str(where.get("City") or "").strip().casefold()
    known = {name.casefold(): name for name in state.cities}
    return Place(state, known.get(city, ""))


def _is_american(address: Values) -> bool:
    return str(address.get("Country") or "").strip().casefold() in UNITED_STATES


def _state_of(address: Values) -> str:
    """The state's code; empty when none is given. Raises 6000 for one that does not exist."""
    given = str(address.get("CountrySubDivisionCode") or "").strip()
    code = CODES.get(given.casefold(), given.upper())
    if code and code not in US_STATES and _is_american(address):
        raise faults.business(_FAILED, "ShipAddr")
    return code


def _code(company: "Company", place: Place) -> Row:
    """The engine's code of a place, made with its rates and agencies on first use."""
    rates = [_rate(company, charge) for charge in place.charges]
    ids = [row.id for row in rates]
    body = {
        "Name": place.name,
        "Description": place.name,
        "Taxable": True,
        "TaxGroup": True,
        "SalesTaxRateList": {
            "TaxRateDetail": [
                {
                    "TaxRateRef": {"value": row.id, "name": row.data["Name"]},
                    "TaxTypeApplicable": ON_AMOUNT,
                    "TaxOrder": 0,
                }
                for row in rates
            ]
        },
        "PurchaseTaxRateList": {"TaxRateDetail": []},
    }
    return _own(
        company, "TaxCode", body, lambda row: [part.rate.id for part in parts(company, row)] == ids
    )


def _rate(company: "Company", charge: Charge) -> Row:
    agency = _own(company, "TaxAgency", {"DisplayName": charge.agency}, lambda row: True)
    body = {
        "Name": charge.name,
        "Description": charge.name,
        "RateValue": charge.percent,
        "AgencyRef": {"value": agency.id},
        "SpecialTaxType": "NONE",
        "DisplayType": "ReadOnly",
    }

    def fits(row: Row) -> bool:
        same = Decimal(row.data["RateValue"]) == Decimal(charge.percent)
        return same and row.data["AgencyRef"]["value"] == agency.id

    return _own(company, "TaxRate", body, fits)


def _own(company: "Company", entity: str, body: Values, fits: Callable[[Row], bool]) -> Row:
    """The object of a name that fits; what a client made under the name is left alone."""
    name_field = "DisplayName" if entity == "TaxAgency" else "Name"
    name = body[name_field]
    for count in range(1, 100):
        tried = name if count == 1 else f"{name} ({count})"
        owner = company.names.owner(entity, tried)
        if owner is None:
            table = company.table(entity)
            id = company.next_id(table.entity)
            return save(company, table.entity, {**body, name_field: tried}, SYSTEM, chosen_id=id)
        row = company.row(*owner)
        if fits(row):
            return row
    raise faults.business(_FAILED)
