"""Custom fields of sales forms: three texts that the company has named and turned on."""

from typing import TYPE_CHECKING

from local.qbo.rules import Values

if TYPE_CHECKING:
    from local.qbo.company import Company

_USED = "SalesFormsPrefs.UseSalesCustom"
_NAMED = "SalesFormsPrefs.SalesCustomName"


def defined(company: "Company") -> dict[str, str]:
    """Names by definition id of the custom fields that are turned on."""
    groups = company.preference("SalesFormsPrefs", "CustomField") or []
    pairs = [each for group in groups for each in group.get("CustomField", [])]
    used, names = set(), {}
    for each in pairs:
        name = str(each.get("Name", ""))
        if name.startswith(_USED) and each.get("BooleanValue") is True:
            used.add(name.removeprefix(_USED))
        elif name.startswith(_NAMED):
            names[name.removeprefix(_NAMED)] = str(each.get("StringValue", ""))
    return {id: names[id] for id in sorted(used) if id in names}


def custom_fields(company: "Company", sent: list[Values]) -> list[Values]:
    """Every definition with the value sent for it; a value without its definition is dropped."""
    values = {each.get("DefinitionId"): each.get("StringValue") for each in sent}
    return [
        {
            "DefinitionId": id,
            "Name": name,
            "Type": "StringType",
            **({"StringValue": values[id]} if values.get(id) else {}),
        }
        for id, name in defined(company).items()
    ]
