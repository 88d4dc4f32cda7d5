"""How a payment reads: each line says more of what it settles than a client sends."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from local.qbo.entities.settling import line_target
from local.qbo.rules import Values
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_NAME_VALUE = {
    "name": "{http://schema.intuit.com/finance/v3}NameValue",
    "declaredType": "com.intuit.schema.finance.v3.NameValue",
    "scope": "javax.xml.bind.JAXBElement$GlobalScope",
}


def shown(company: "Company", row: Row) -> Values:
    """The payment's data with `LineEx` on its lines, and its account without a name."""
    data = dict(row.data)
    data["Line"] = [_line(company, line) for line in row.data.get("Line", [])]
    account = row.data.get("DepositToAccountRef")
    if account is not None:
        data["DepositToAccountRef"] = {"value": account["value"]}
    return data


def _line(company: "Company", line: Values) -> Values:
    kind, id = line_target(line)
    document = company.table(kind).rows.get(id)
    if document is None:
        return line
    pairs = [("txnId", id)]
    if "Balance" in document.data:
        was_open: Decimal = document.data["Balance"] + line["Amount"]
        pairs.append(("txnOpenBalance", f"{was_open:.2f}"))
    if document.data.get("DocNumber"):
        pairs.append(("txnReferenceNumber", document.data["DocNumber"]))
    return {**line, "LineEx": {"any": [_pair(name, value) for name, value in pairs]}}


def _pair(name: str, value: str) -> dict[str, Any]:
    return {
        **_NAME_VALUE,
        "value": {"Name": name, "Value": value},
        "nil": False,
        "globalScope": True,
        "typeSubstituted": False,
    }
