"""Whether a customer pays tax, and its default code."""

from local.qbo import faults
from local.qbo.entities.tax.world import default_code
from local.qbo.rules import Change, Values

_REASONS = frozenset(str(each) for each in range(1, 16))


def set_tax_status(change: Change, values: Values) -> None:
    """Complete a customer's tax fields.

    Raises 2020 for an exempt customer without a reason and 2170 for an unknown one, where sales tax
    is automated; 2500 for a default code that does not exist, outside the US.
    """
    company = change.company
    if company.country != "US":
        values.setdefault("Taxable", False)
        if "DefaultTaxCodeRef" in change.sent and values.get("DefaultTaxCodeRef"):
            values["DefaultTaxCodeRef"] = default_code(change, values["DefaultTaxCodeRef"])
        return
    values.setdefault("Taxable", True)
    if not company.preference("TaxPrefs", "UsingSalesTax"):
        return
    group = company.preference("TaxPrefs", "TaxGroupCodeRef")
    if not company.preference("TaxPrefs", "PartnerTaxEnabled"):
        if group:
            values.setdefault("DefaultTaxCodeRef", {"value": group["value"]})
        return
    values["DefaultTaxCodeRef"] = {"value": group["value"]} if group else None
    if not values["Taxable"]:
        reason = values.get("TaxExemptionReasonId")
        if reason is None:
            raise faults.QboFault(faults.missing("TaxExemptionReasonId"))
        if reason not in _REASONS:
            raise faults.QboFault(faults.invalid_enumeration(reason, "TaxExemptionReasonId"))
