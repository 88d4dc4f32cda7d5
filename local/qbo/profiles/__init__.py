"""Companies to start from, by name."""

from collections.abc import Callable

from local.qbo.company import Company
from local.qbo.profiles import us

PROFILES: dict[str, Callable[[Company, str], None]] = {
    "us": us.found,
    "us_ast": us.found_automated,
}
