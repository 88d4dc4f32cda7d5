"""What a company has turned off in its preferences: refused, or left out of what is kept."""

from typing import TYPE_CHECKING

from local.qbo import faults

if TYPE_CHECKING:
    from local.qbo.company import Company


def turned_off(company: "Company", what: str, element: str = "Line") -> None:
    """Where the switch `disabled_feature` refuses, raise 6000; else it is for the caller to ignore.

    `what` begins the sentence, verb included: "Discounts are".
    """
    if company.switches.disabled_feature == "refuse":
        raise faults.business(f"{what} turned off for this company.", element)
