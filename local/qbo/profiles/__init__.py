"""Companies to start from, by name."""

from collections.abc import Callable

from local.qbo.company import Company
from local.qbo.profiles import old
from local.qbo.profiles.au import AU
from local.qbo.profiles.ca import CA
from local.qbo.profiles.uk import UK
from local.qbo.profiles.us import (
    US,
    US_AUTOMATED,
    US_ESSENTIALS,
    US_MULTICURRENCY,
    US_SIMPLE_START,
    US_UNTAXED,
)

PROFILES: dict[str, Callable[[Company, str], None]] = {
    "us": US.found,
    "us_ast": US_AUTOMATED.found,
    "us_untaxed": US_UNTAXED.found,
    "uk": UK.found,
    "ca": CA.found,
    "au": AU.found,
    "multicurrency": US_MULTICURRENCY.found,
    "essentials": US_ESSENTIALS.found,
    "simple_start": US_SIMPLE_START.found,
    "old": old.found,
}
