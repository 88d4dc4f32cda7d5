"""Tax agencies, rates and codes. Clients make agencies; rates and codes come by the tax service."""

from local.qbo import faults
from local.qbo.entities.lists.named import NamedRules
from local.qbo.entities.tax.model import SYSTEM, payable_account
from local.qbo.rules import Change, Values
from local.qbo.schema import Entity, anything, flag, list_name, number, ref, text
from local.qbo.state.store import Row


class TaxListRules(NamedRules):
    """A list of unique names; made active."""

    unique_full_name = False
    checks: tuple[str, ...] = ("name unique without regard to case (6240)",)

    def __init__(self, space: str, kind: str, name_field: str = "Name") -> None:
        self.space = space
        self.name_field = name_field
        self.taken = f"Another {kind} is already using this name. Please use a different name."

    def build(self, change: Change) -> Values:
        values = super().build(change)
        values.pop("FullyQualifiedName")
        return values


class TaxRateRules(TaxListRules):
    """A rate, in effect since it was made."""

    def build(self, change: Change) -> Values:
        values = super().build(change)
        company = change.company
        since = {"RateValue": values["RateValue"], "EffectiveDate": company.today()}
        values.setdefault("EffectiveTaxRate", [since])
        return values


class TaxAgencyRules(TaxListRules):
    """An agency; it is owed in an account of its own, made with it: `{agency} Payable`."""

    checks: tuple[str, ...] = (
        *TaxListRules.checks,
        "made by the system alone where sales tax is automated (500)",
    )

    def build(self, change: Change) -> Values:
        company = change.company
        if change.editor != SYSTEM and company.preference("TaxPrefs", "PartnerTaxEnabled"):
            raise faults.unsupported("Create")
        values = super().build(change)
        values.setdefault("TaxTrackedOnSales", True)
        values.setdefault("TaxTrackedOnPurchases", company.country != "US")
        return values

    def saved(self, change: Change, row: Row) -> None:
        super().saved(change, row)
        if change.editor != SYSTEM:
            payable_account(change.company, row)


_READ = frozenset({"read", "query"})

TAX_AGENCY = Entity(
    "TaxAgency",
    (
        list_name("DisplayName", 100, required=True),
        flag("TaxTrackedOnPurchases"),
        flag("TaxTrackedOnSales"),
        flag("Active", filterable=True),
        text("TaxRegistrationNumber", 100),
        anything("TaxAgencyConfig"),
        anything("LastFileDate"),
    ),
    TaxAgencyRules("TaxAgency", "tax agency", "DisplayName"),
    _READ | {"create"},
    changes=False,
)

TAX_RATE = Entity(
    "TaxRate",
    (
        list_name("Name", 100, required=True),
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
    TaxRateRules("TaxRate", "tax rate"),
    _READ,
    changes=False,
)

TAX_CODE = Entity(
    "TaxCode",
    (
        list_name("Name", 100, required=True),
        text("Description", 100),
        flag("Active", filterable=True),
        flag("Taxable"),
        flag("TaxGroup"),
        flag("Hidden"),
        anything("SalesTaxRateList", read_only=False),
        anything("PurchaseTaxRateList", read_only=False),
        text("TaxCodeConfigType"),
    ),
    TaxListRules("TaxCode", "tax code"),
    _READ,
    changes=False,
)

ENTITIES = (TAX_AGENCY, TAX_RATE, TAX_CODE)
