"""E-mailing a transaction: nothing is sent, but the object says that it was."""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.clock import stamp
from local.qbo.faults import QboFault
from local.qbo.rules import Values
from local.qbo.schema import Entity
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_LONGEST = 200


def send(company: "Company", entity: Entity, id: str, to: str, editor: str) -> Row:
    """Mail a document to `to`, else to its own address, else to its customer's or vendor's.

    Raises 610, 2210 for what is no address, 2050 for one too long, and 2380 without any.
    """
    with company.undo.unit():
        row = company.row(entity.name, id)
        address = to.strip() or _own_address(row) or _party_address(company, row)
        if not address:
            raise faults.no_email_address()
        _check(address)
        data = {
            **row.data,
            "EmailStatus": "EmailSent",
            "BillEmail": {"Address": address},
            "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": stamp(company.clock.now())},
        }
        if "POEmail" in entity.by_name:
            data["POEmail"] = data["BillEmail"]
        known = {name: value for name, value in data.items() if name in entity.by_name}
        after = company.alter(row, known, editor) if known != row.data else row
        company.note("emailed", after)
        return after


def _own_address(row: Row) -> str:
    found = (_text(row.data.get(name)) for name in ("BillEmail", "POEmail"))
    return next((each for each in found if each), "")


def _party_address(company: "Company", row: Row) -> str:
    for name, entity in (("CustomerRef", "Customer"), ("VendorRef", "Vendor")):
        reference = row.data.get(name)
        if reference is not None:
            return _text(company.row(entity, reference["value"]).data.get("PrimaryEmailAddr"))
    return ""


def _text(value: Values | None) -> str:
    return str((value or {}).get("Address", ""))


def _check(addresses: str) -> None:
    if len(addresses) > _LONGEST:
        raise QboFault(faults.wrong_length("sendTo", 0, _LONGEST, len(addresses)))
    for each in (part.strip() for part in addresses.split(",")):
        local, at, domain = each.rpartition("@")
        if not (local and at and "." in domain) or " " in each:
            raise QboFault(faults.invalid_email(each, "sendTo"))
