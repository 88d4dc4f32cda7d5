"""Tax on the lines of journal entries, outside the US.

A line with a tax code says whether it is a sale or a purchase and how much its tax is; the tax is
posted on the line's own side, beside its net amount.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from local.qbo import faults
from local.qbo.entities.tax.model import is_recovered, levies, parts, payable, tax_line
from local.qbo.entities.tax.world import CALCULATIONS, INCLUSIVE
from local.qbo.faults import QboFault
from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO, cents, spread
from local.qbo.rules import Change, Values, referred
from local.qbo.state.store import Row

SALES, PURCHASE = "Sales", "Purchase"


@dataclass
class JournalTax:
    """The tax of an entry's lines: what it posts, and what each rate comes to."""

    change: Change
    splits: list[Split] = field(default_factory=list)
    _rates: dict[str, tuple[Row, Decimal, Decimal]] = field(default_factory=dict)

    @property
    def applies(self) -> bool:
        company = self.change.company
        return company.country != "US" and bool(company.preference("TaxPrefs", "UsingSalesTax"))

    def line(self, detail: Values, amount: Decimal) -> Decimal:
        """Count a line's tax; answers its net amount.

        Raises 2270 and 2280 for a code without TaxApplicableOn or TaxAmount, 2500 or 6160 for a
        code that does not exist or not for that side.
        """
        if not self.applies or not detail.get("TaxCodeRef"):
            return amount
        company, side = self.change.company, detail.get("TaxApplicableOn")
        if not side:
            raise faults.fault("2270", "MissingTaxApplicableOn", "MissingTaxApplicableOn", "Line")
        if side not in (SALES, PURCHASE):
            raise QboFault(faults.invalid_enumeration(side, "Line.TaxApplicableOn"))
        if detail.get("TaxAmount") is None:
            raise faults.fault("2280", "MissingTaxAmount", "MissingTaxAmount", "Line")
        code = referred(company, "TaxCode", detail["TaxCodeRef"], "Line.TaxCodeRef")
        rates = parts(company, code, purchase=side == PURCHASE)
        if not rates:
            raise faults.invalid_tax_code(code.id)
        detail["TaxCodeRef"] = {"value": code.id}
        detail["TaxAmount"] = tax = cents(detail["TaxAmount"])
        gross = detail.get("TaxInclusiveAmt")
        if gross and self.change.values.get("GlobalTaxCalculation") == INCLUSIVE:
            amount = cents(gross) - tax
        done = levies(rates, amount)
        weights = [each.amount for each in done]
        shares = spread(tax, weights) if sum(weights, ZERO) else [cents(each) for each in weights]
        sign = 1 if detail["PostingType"] == "Debit" else -1
        natural = sign if side == PURCHASE else -sign
        for levy, share in zip(done, shares, strict=True):
            _, taxable, before = self._rates.get(levy.rate.id, (levy.rate, ZERO, ZERO))
            self._rates[levy.rate.id] = (
                levy.rate,
                taxable + levy.taxable * natural,
                before + share * natural,
            )
            if share:
                recovered = side == SALES or is_recovered(company, levy.rate)
                own = str((detail.get("AccountRef") or {}).get("value"))
                account = payable(company, levy.rate) if recovered else own
                self.splits.append(Split(account, share * sign, memo=levy.rate.data["Name"]))
        return amount

    def show(self, values: Values) -> None:
        """Set the entry's own tax fields. Raises 2170 for an unknown GlobalTaxCalculation."""
        mode = values.get("GlobalTaxCalculation")
        if mode is not None and mode not in CALCULATIONS:
            raise QboFault(faults.invalid_enumeration(mode, "GlobalTaxCalculation"))
        values["TxnTaxDetail"] = None
        if not self.applies:
            values["GlobalTaxCalculation"] = None
            return
        if self._rates:
            lines = [tax_line(rate, tax, cents(net)) for rate, net, tax in self._rates.values()]
            total = sum((each["Amount"] for each in lines), ZERO)
            values["TxnTaxDetail"] = {"TotalTax": cents(total), "TaxLine": lines}
