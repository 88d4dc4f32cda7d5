"""Where automated sales tax knows its way: states, cities, their agencies and rates.

The rates are this emulator's own, close to real ones; the table is small on purpose. A state that
is not in it charges nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

US_STATES = frozenset(
    "AL AK AZ AR CA CO CT DC DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
    "NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY".split()
)
UNITED_STATES = frozenset(("", "us", "usa", "united states", "united states of america"))


@dataclass(frozen=True)
class Charge:
    """A rate in percent, and the agency it is owed to."""

    name: str
    percent: str
    agency: str


@dataclass(frozen=True)
class State:
    """A state's own charge, and those of cities on top of it.

    `by_origin`: a sale within the state is taxed where it is sent from. `shipping`: whether what
    is asked for shipping is taxed.
    """

    name: str
    charges: tuple[Charge, ...]
    cities: Mapping[str, tuple[Charge, ...]] = field(default_factory=dict)
    by_origin: bool = False
    shipping: bool = False

    @property
    def agency(self) -> str:
        return self.charges[0].agency


ARIZONA = "Arizona Dept. of Revenue"
CALIFORNIA = "Board of Equalization"
COLORADO = "Colorado Dept. of Revenue"
DENVER = "Denver Dept. of Finance"
NEW_YORK = "New York Dept. of Taxation and Finance"
TEXAS = "Texas Comptroller"
WASHINGTON = "Washington Dept. of Revenue"

STATES: Mapping[str, State] = {
    "AZ": State(
        "Arizona",
        (Charge("AZ State tax", "7.1", ARIZONA),),
        {"Tucson": (Charge("Tucson City", "2", ARIZONA),)},
        by_origin=True,
    ),
    "CA": State(
        "California",
        (Charge("California", "8", CALIFORNIA),),
        {
            "Los Angeles": (Charge("Los Angeles district", "1.5", CALIFORNIA),),
            "San Francisco": (Charge("San Francisco district", "0.625", CALIFORNIA),),
        },
    ),
    "CO": State(
        "Colorado",
        (Charge("Colorado State", "2.9", COLORADO),),
        {"Denver": (Charge("Denver City", "5.15", DENVER), Charge("Denver RTD", "1", COLORADO))},
    ),
    "NY": State(
        "New York",
        (Charge("New York State", "4", NEW_YORK),),
        {
            "New York": (
                Charge("New York City", "4.5", NEW_YORK),
                Charge("Metropolitan Commuter District", "0.375", NEW_YORK),
            )
        },
        shipping=True,
    ),
    "TX": State(
        "Texas",
        (Charge("Texas State", "6.25", TEXAS),),
        {"Austin": (Charge("Austin City", "1", TEXAS), Charge("Austin transit", "1", TEXAS))},
        by_origin=True,
        shipping=True,
    ),
    "WA": State(
        "Washington",
        (Charge("Washington State", "6.5", WASHINGTON),),
        {"Seattle": (Charge("Seattle City", "3.85", WASHINGTON),)},
        shipping=True,
    ),
}
CODES = {state.name.casefold(): code for code, state in STATES.items()}
