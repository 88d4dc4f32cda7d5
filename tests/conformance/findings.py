"""All questions asked of one company, and the page that says what was found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from local.qbo.switches import Switches
from tests.conformance.behaviours import BEHAVIOURS
from tests.conformance.ground import Ground
from tests.conformance.probes import PROBES, UNASKED, Undetermined
from tests.conformance.recorded import TEXTS
from tests.conformance.service import Refused, Service

Say = Callable[[str], None]
#: What a question may end in without ending the others.
_FAILED = (
    Refused,
    AssertionError,
    ArithmeticError,
    LookupError,
    StopIteration,
    TypeError,
    ValueError,
    httpx.HTTPError,
)


@dataclass(frozen=True)
class Position:
    """A switch: its default, where it was found, or why it was not."""

    switch: str
    default: Any
    found: Any = None
    told: bool = False
    note: str = ""


@dataclass
class Findings:
    """What one run found out."""

    host: str
    positions: list[Position] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    behaviours: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    @property
    def as_expected(self) -> bool:
        """Whether texts and behaviours are as recorded; switches may be in any position."""
        return not any((*self.texts.values(), *self.behaviours.values(), *self.left))


def investigate(service: Service, say: Say = lambda _: None) -> Findings:
    """Ask everything, then take away what was made. Progress goes to `say`."""
    found = Findings(urlsplit(service.keys.base_url).netloc)
    ground = Ground(service)
    try:
        for sentence, ask in BEHAVIOURS.items():
            say(sentence)
            found.behaviours[sentence] = _outcome(ask, ground)
        for what, text in TEXTS.items():
            say(f"the text for {what}")
            found.texts[what] = _outcome(text.check, ground)
        for each in fields(Switches):
            say(f"the switch {each.name}")
            found.positions.append(position(ground, each.name))
    finally:
        say("taking away what was made")
        found.left = service.clean_up()
    return found


def position(ground: Ground, switch: str) -> Position:
    """Where one switch is found."""
    default = getattr(Switches(), switch)
    if switch in UNASKED:
        return Position(switch, default, note=UNASKED[switch])
    if switch not in PROBES:
        return Position(switch, default, note="no question has been written for it yet")
    try:
        return Position(switch, default, PROBES[switch](ground), told=True)
    except Undetermined as why:
        return Position(switch, default, note=str(why))
    except _FAILED as error:
        return Position(switch, default, note=f"the question failed: {_short(error)}")


def _outcome(ask: Callable[[Ground], str | None], ground: Ground) -> str:
    try:
        return ask(ground) or ""
    except _FAILED as error:
        return _short(error)


def _short(error: BaseException) -> str:
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    return text if len(text) < 300 else f"{text[:297]}..."


def render(found: Findings, when: datetime | None = None) -> str:
    """The findings as a page of Markdown; it holds no key and no company id."""
    date = (when or datetime.now(UTC)).date().isoformat()
    differing = sum(bool(each) for each in found.texts.values())
    failing = sum(bool(each) for each in found.behaviours.values())
    parts = [
        "# What the service was found to do\n",
        f"Asked of {found.host} on {date}.\n",
        "## Switches\n",
        _table(
            ("Switch", "Default", "Found", "Note"),
            [
                (
                    f"`{each.switch}`",
                    _code(each.default),
                    _code(each.found) if each.told else "not told",
                    each.note or ("" if each.found == each.default else "not the default"),
                )
                for each in found.positions
            ],
        ),
        f"## Recorded texts: {differing} of {len(found.texts)} differ\n",
        _table(("Provoked by", "Found"), [(k, v or "as recorded") for k, v in found.texts.items()]),
        f"## Behaviour: {failing} of {len(found.behaviours)} differ\n",
        _table(("Sentence", "Found"), [(k, v or "so it is") for k, v in found.behaviours.items()]),
    ]
    if found.left:
        parts += ["## Left behind\n", "".join(f"* {each}\n" for each in found.left)]
    return "\n".join(parts)


def _code(value: Any) -> str:
    if value is None:
        return "`null`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    clean = ((cell.replace("|", "\\|").replace("\n", " ") for cell in line) for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in clean)
