"""Classes and locations: what a company tracks, and where a transaction may say it.

Classes count either for a transaction as a whole or line by line; locations (Department in the
API) for a transaction, in a journal entry by line. What is not tracked is left out of what is
kept, or refused, by the switch `untracked_dimension`.
"""

from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.rules import Change, Values, resolve

if TYPE_CHECKING:
    from local.qbo.company import Company


def tracks(company: "Company", name: str) -> bool:
    """Whether a preference such as `ClassTrackingPerTxnLine` is on."""
    return bool(company.preference("AccountingInfoPrefs", name))


def header(change: Change, values: Values) -> str:
    """Keep of a transaction's own class and location what is tracked; answers the location's id.

    Raises 6000 for what is not tracked where the switch says so.
    """
    _keep(change, values, "ClassRef", "ClassTrackingPerTxn")
    _keep(change, values, "DepartmentRef", "TrackDepartments")
    return _id(values, "DepartmentRef")


def of_line(change: Change, values: Values, detail: Values, was: Values, element: str) -> str:
    """Keep of a line's class what is tracked; answers the id of the class that the line counts for.

    `values` are the transaction's, `was` the line's detail before. Raises 2500 for a class that
    there is not, 6000 for one that is not tracked where the switch says so.
    """
    _keep(change, detail, "ClassRef", "ClassTrackingPerTxnLine")
    if detail.get("ClassRef"):
        detail["ClassRef"] = resolve(
            change.company, "Class", detail["ClassRef"], f"{element}.ClassRef", was.get("ClassRef")
        )
    return _id(detail, "ClassRef") or _id(values, "ClassRef")


def location_of_line(change: Change, detail: Values, was: Values, element: str) -> str:
    """The same for the location of a journal line; answers its id."""
    _keep(change, detail, "DepartmentRef", "TrackDepartments")
    if detail.get("DepartmentRef"):
        detail["DepartmentRef"] = resolve(
            change.company,
            "Department",
            detail["DepartmentRef"],
            f"{element}.DepartmentRef",
            was.get("DepartmentRef"),
        )
    return _id(detail, "DepartmentRef")


def _keep(change: Change, values: Values, name: str, preference: str) -> None:
    if not values.get(name) or tracks(change.company, preference):
        return
    if change.company.switches.untracked_dimension == "refuse":
        raise faults.business(f"{name} cannot be used while its tracking is turned off.", name)
    del values[name]


def _id(values: Values, name: str) -> str:
    return str((values.get(name) or {}).get("value", ""))
