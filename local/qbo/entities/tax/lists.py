"""Tax agencies, rates and codes: read and queried; a profile makes them."""

from local.qbo.rules import Change, Rules, Values
from local.qbo.schema import Entity, anything, flag, number, ref, text

PSEUDO_CODES = ("TAX", "NON")


class TaxRules(Rules):
    """Made active; otherwise taken as they come."""

    def build(self, change: Change) -> Values:
        values = self.resolved(change)
        values.setdefault("Active", True)
        return values


_READ = frozenset({"read", "query"})

TAX_AGENCY = Entity(
    "TaxAgency",
    (
        text("DisplayName", 100, filterable=True),
        flag("TaxTrackedOnPurchases"),
        flag("TaxTrackedOnSales"),
        flag("Active", filterable=True),
    ),
    TaxRules(),
    _READ,
    changes=False,
)

TAX_RATE = Entity(
    "TaxRate",
    (
        text("Name", 100, filterable=True),
        text("Description", 100),
        flag("Active", filterable=True),
        number("RateValue"),
        ref("AgencyRef", "TaxAgency"),
        text("SpecialTaxType"),
        text("DisplayType"),
        anything("EffectiveTaxRate", read_only=False),
        anything("OriginalTaxRate", read_only=False),
        anything("TaxReturnLineRef", read_only=False),
    ),
    TaxRules(),
    _READ,
    changes=False,
)

TAX_CODE = Entity(
    "TaxCode",
    (
        text("Name", 100, filterable=True),
        text("Description", 100),
        flag("Active", filterable=True),
        flag("Taxable"),
        flag("TaxGroup"),
        flag("Hidden"),
        anything("SalesTaxRateList", read_only=False),
        anything("PurchaseTaxRateList", read_only=False),
        text("TaxCodeConfigType"),
    ),
    TaxRules(),
    _READ,
    changes=False,
)

ENTITIES = (TAX_AGENCY, TAX_RATE, TAX_CODE)
