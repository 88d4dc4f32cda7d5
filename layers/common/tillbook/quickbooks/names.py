"""Names and text as QuickBooks takes them.

Names of customers and items hold no colon, tab or line break (fault 2180) and at most 100
characters; customers, vendors and employees share one set of names, compared without regard to
case (fault 6240). Companies in the US store ISO-8859-1 only: other letters are written without
their accents, typographic signs as their plain form, and what has no such form (emoji, other
scripts) is left out. Elsewhere only characters beyond the Basic Multilingual Plane are left out.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from tillbook.domain.documents import Customer, Name, Product, Vendor, key_of
from tillbook.quickbooks.company import Company

NAME_LENGTH = 100
DELETED_SUFFIX = " (deleted)"
"""QuickBooks appends it to the name of what was made inactive."""

_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‐": "-",
        "‑": "-", "−": "-", "…": "...", "•": "*", "€": "EUR", "™": "TM", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "ı": "i", "œ": "oe", "Œ": "OE", "ẞ": "SS",
    }
)  # fmt: skip
_SPACES = re.compile(r"\s+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean_text(text: str, company: Company) -> str:
    """Free text: line breaks stay, everything else that QuickBooks cannot store goes."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")
    cleaned = ("".join(_storable(char, company.is_us) for char in line) for line in lines)
    return "\n".join(line.rstrip() for line in cleaned).strip()


def clean_name(text: str, company: Company) -> str:
    """One line without colons; not cut. May be empty where nothing of it can be stored."""
    return _SPACES.sub(" ", clean_text(text, company).replace(":", " -")).strip()


def cut(text: str, length: int) -> str:
    """The beginning of a text that is too long, ending in an ellipsis."""
    return text if len(text) <= length else text[: length - 3].rstrip() + "..."


def cut_with_suffix(name: str, suffix: str = "", length: int = NAME_LENGTH) -> str:
    """A name shortened so that its suffix stays whole: what tells two names apart is kept."""
    return name[: length - len(suffix)].rstrip() + suffix


def name_key(name: str) -> str:
    """Equal for names that QuickBooks takes for the same."""
    return _SPACES.sub(" ", name).strip().casefold()


def name_candidates(document: Name, company: Company) -> Iterator[str]:
    """Names for a customer, vendor or item, best first: the name alone, with what tells it apart,
    with a short id.

    The same document always gives the same names, and the last one is free for any practical
    purpose.
    """
    if isinstance(document, Product):
        return item_name_candidates(document, company)
    return display_name_candidates(document, company)


def display_name_candidates(person: Customer | Vendor, company: Company) -> Iterator[str]:
    """Names for a customer or vendor: alone, with company, with e-mail, with a short id. A vendor
    who is a customer too needs another name: QuickBooks has one set for both."""
    identity = _short_id(person)
    additions = (
        clean_name(person.company or "", company),
        *(("Vendor",) if isinstance(person, Vendor) else ()),
        clean_name(person.email or "", company),
        identity,
    )
    name = clean_name(person.name, company) or f"{person.kind.capitalize()} {identity}"
    yield from _candidates(name, additions)


def item_name_candidates(product: Product, company: Company) -> Iterator[str]:
    """Names for an item, best first: the name alone, with the SKU, with a short id."""
    identity = _short_id(product)
    sku = clean_name(product.sku or "", company)
    name = clean_name(product.name, company) or sku or f"Product {identity}"
    yield from _candidates(name, (sku, identity))


def link_by_name(person: Customer | Vendor, existing: Mapping[str, Any]) -> bool:
    """Whether a QuickBooks customer (vendor) of the same name may be taken for this one.

    Yes, unless both have an e-mail address and the addresses differ; an inactive one cannot be
    used. Another kind of that name never comes here.
    """
    if not existing.get("Active", True):
        return False
    theirs = ((existing.get("PrimaryEmailAddr") or {}).get("Address") or "").strip().casefold()
    ours = (person.email or "").strip().casefold()
    return not theirs or not ours or theirs == ours


def _candidates(name: str, additions: tuple[str, ...]) -> Iterator[str]:
    seen = {name_key(name)}
    yield cut_with_suffix(name)
    for addition in additions:
        if addition and name_key(addition) not in seen:
            seen.add(name_key(addition))
            yield cut_with_suffix(name, f" ({cut(addition, 60)})")


def _short_id(document: Name) -> str:
    return key_of(document).rpartition("-")[2][:8]


def _storable(char: str, latin1: bool) -> str:
    if char == "\t":
        return " "
    if unicodedata.category(char) in _UNSEEN or ord(char) > 0xFFFF:
        return ""
    if not latin1 or ord(char) <= 0xFF:
        return char
    plain = char.translate(_PLAIN)
    if plain != char:
        return plain
    decomposed = unicodedata.normalize("NFKD", char)
    return "".join(part for part in decomposed if ord(part) <= 0xFF)
