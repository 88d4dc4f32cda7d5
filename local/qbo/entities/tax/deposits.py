"""Tax on the direct lines of deposits, outside the US: money from sales, and fees taken off."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from local.qbo import faults
from local.qbo.entities.tax.journal import PURCHASE, SALES
from local.qbo.entities.tax.model import Base, parts
from local.qbo.entities.tax.world import NOT_APPLICABLE, calculation, tax_of_both
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO, spread
from local.qbo.rules import Change, Values, referred


@dataclass
class DepositTax:
    """The taxed lines of a deposit: which split each is, on which side, of which code."""

    change: Change
    _lines: list[tuple[int, str, str, Decimal]] = field(default_factory=list)

    def line(self, detail: Values, split: int, amount: Decimal) -> None:
        """Note a line's net amount, negative for a fee; one without a code is not taxed.

        Raises 2270 for a code without TaxApplicableOn, 2500 or 6160 for a code that does not exist
        or not for that side.
        """
        company, side = self.change.company, detail.get("TaxApplicableOn")
        mode = calculation(self.change) if company.country != "US" else None
        if mode in (None, NOT_APPLICABLE) or not detail.get("TaxCodeRef"):
            return
        if not side:
            raise faults.fault("2270", "MissingTaxApplicableOn", "MissingTaxApplicableOn", "Line")
        if side not in (SALES, PURCHASE):
            raise QboFault(faults.invalid_enumeration(side, "Line.TaxApplicableOn"))
        code = referred(company, "TaxCode", detail["TaxCodeRef"], "Line.TaxCodeRef")
        if not parts(company, code, purchase=side == PURCHASE):
            raise faults.invalid_tax_code(code.id)
        detail["TaxCodeRef"] = {"value": code.id}
        self._lines.append((split, side, code.id, amount))

    def post(self, values: Values, splits: list[Split]) -> Decimal:
        """Set the deposit's tax fields and post its tax, after the splits it has; the total."""
        company = self.change.company
        if company.country == "US":
            values["TxnTaxDetail"] = values["GlobalTaxCalculation"] = None
            return ZERO
        bases = [Base(self._sums(side), purchase=side == PURCHASE) for side in (SALES, PURCHASE)]
        taxed = tax_of_both(self.change, *bases)
        values["TxnTaxDetail"] = taxed.detail if self._lines else None
        values["GlobalTaxCalculation"] = taxed.calculation
        for code, cost in taxed.costs.items():
            charged = [
                (at, net) for at, side, each, net in self._lines if (side, each) == (PURCHASE, code)
            ]
            shares = spread(cost, [net for _, net in charged])
            for (at, _), share in zip(charged, shares, strict=True):
                splits[at] = replace(splits[at], amount=splits[at].amount - share)
        splits += [replace(each, amount=-each.amount) for each in taxed.credits]
        return taxed.total

    def _sums(self, wanted: str) -> dict[str, Decimal]:
        sums: dict[str, Decimal] = {}
        for _, side, code, amount in self._lines:
            if side == wanted:
                sums[code] = sums.get(code, ZERO) + amount
        return sums
