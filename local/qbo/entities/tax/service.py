"""The tax service: makes a tax code and the rates it lacks in one call. It answers unwrapped."""

from local.qbo import faults
from local.qbo.entities.tax.model import ON_AMOUNT
from local.qbo.faults import QboFault
from local.qbo.rules import Change, Rules, Values, referred
from local.qbo.schema import Entity, Field, Shape, enum, list_name, many, number, text
from local.qbo.state.store import Row
from local.qbo.writer import save

SALES, PURCHASE = "Sales", "Purchase"

_DETAILS = Shape(
    "TaxRateDetails",
    (
        list_name("TaxRateName", 100),
        text("TaxRateId"),
        number("RateValue"),
        text("TaxAgencyId"),
        enum("TaxApplicableOn", SALES, PURCHASE),
    ),
)


class TaxServiceRules(Rules):
    """Each detail names a rate that exists, or describes a new one."""

    checks = (
        "each detail with TaxRateId (2500), or with TaxRateName, RateValue and TaxAgencyId (2020)",
        "names of codes and rates unique (6240); RateValue from 0 to 100 (2090)",
        "rates on purchases outside the US only (5030)",
    )

    def build(self, change: Change) -> Values:
        values = change.values
        details = [self._detail(change, each) for each in values["TaxRateDetails"]]
        body = {
            "Name": values["TaxCode"],
            "Description": values["TaxCode"],
            "Taxable": True,
            "TaxGroup": True,
            "SalesTaxRateList": _rates(details, SALES),
            "PurchaseTaxRateList": _rates(details, PURCHASE),
        }
        code = _made(change, "TaxCode", body)
        return {
            "TaxCode": code.data["Name"],
            "TaxCodeId": code.id,
            "TaxRateDetails": details,
        }

    def _detail(self, change: Change, sent: Values) -> Values:
        side = sent.get("TaxApplicableOn") or SALES
        if side == PURCHASE and change.company.country == "US":
            raise faults.fault(
                "5030",
                "Feature Not Supported Error",
                "Feature Not Supported Error : tax on purchases",
                "TaxApplicableOn",
            )
        if sent.get("TaxRateId"):
            rate = referred(
                change.company, "TaxRate", {"value": sent["TaxRateId"]}, "TaxRateDetails.TaxRateId"
            )
        else:
            rate = self._rate(change, sent)
        return {
            "TaxRateName": rate.data["Name"],
            "TaxRateId": rate.id,
            "RateValue": rate.data["RateValue"],
            "TaxAgencyId": rate.data["AgencyRef"]["value"],
            "TaxApplicableOn": side,
        }

    def _rate(self, change: Change, sent: Values) -> Row:
        for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
            if sent.get(name) is None:
                raise QboFault(faults.missing(name, f"TaxRateDetails.{name}"))
        name, percent = sent["TaxRateName"], sent["RateValue"]
        longest = change.company.switches.tax_rate_name_length
        if len(name) > longest:
            raise QboFault(faults.wrong_length("TaxRateDetails.TaxRateName", 0, longest, len(name)))
        if not 0 <= percent <= 100:
            raise QboFault(faults.invalid_number(percent, "TaxRateDetails.RateValue"))
        agency = referred(
            change.company,
            "TaxAgency",
            {"value": sent["TaxAgencyId"]},
            "TaxRateDetails.TaxAgencyId",
        )
        body = {
            "Name": name,
            "Description": name,
            "RateValue": percent,
            "AgencyRef": {"value": agency.id},
            "SpecialTaxType": "NONE" if percent else "ZERO_RATE",
            "DisplayType": "ReadOnly",
        }
        return _made(change, "TaxRate", body)


def _rates(details: list[Values], side: str) -> Values:
    chosen = [each for each in details if each["TaxApplicableOn"] == side]
    return {
        "TaxRateDetail": [
            {
                "TaxRateRef": {"value": each["TaxRateId"], "name": each["TaxRateName"]},
                "TaxTypeApplicable": ON_AMOUNT,
                "TaxOrder": 0,
            }
            for each in chosen
        ]
    }


def _made(change: Change, entity: str, body: Values) -> Row:
    company = change.company
    kind = company.table(entity).entity
    return save(company, kind, body, change.editor, chosen_id=company.next_id(kind))


TAX_SERVICE = Entity(
    "TaxService",
    (
        Field("TaxCode", "name", 100, required=True),
        text("TaxCodeId", read_only=True),
        many("TaxRateDetails", _DETAILS, required=True),
    ),
    TaxServiceRules(),
    frozenset({"create"}),
    changes=False,
    at="taxservice/taxcode",
)

ENTITIES = (TAX_SERVICE,)
