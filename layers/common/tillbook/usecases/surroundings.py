"""Everything that decisions about a page of pending records need, read in few calls, and the names
that new customers, vendors and items get."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tillbook.domain.checks import Finding
from tillbook.domain.documents import Document, Kind, Name, Product, references
from tillbook.domain.sync import Status
from tillbook.ports import Item
from tillbook.quickbooks import item, mapping
from tillbook.quickbooks.context import NeedsMapping
from tillbook.quickbooks.names import (
    link_by_name,
    name_candidates,
    name_key,
)
from tillbook.store import links, names, records, revisions
from tillbook.store.records import Record
from tillbook.usecases.work import Work

# Names tried for one customer or item: the plain one, with an addition, with a short id.
_CANDIDATES = 4


@dataclass(frozen=True)
class Surroundings:
    """Everything that decisions about one page need, read in few calls."""

    documents: dict[str, Document]
    referred: dict[str, Record]
    parents: dict[str, Document]
    taken: dict[str, Item]
    """Names in use, by folded name."""
    skus: dict[str, Item]
    owners: dict[tuple[str, str], str]
    """Record that an object in QuickBooks is linked to, by type and id."""
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Objects that a person edited, as they are now, by record key."""


def surroundings(work: Work, candidates: Sequence[Record]) -> Surroundings:
    db, connection_id = work.db, work.connection_id
    documents = revisions.load_newest(db, connection_id, candidates)
    needed = {key for document in documents.values() for key in references(document)}
    referred = records.load_many(db, connection_id, needed)
    wanted = {key for document in documents.values() for key in mapping.needs(document)}
    wanted |= {key for key, one in referred.items() if one.status is Status.SKIPPED}
    parents = revisions.load_newest(
        db, connection_id, [referred[key] for key in wanted if key in referred]
    )
    # A parent's own references (the customer of a refund's invoice) are looked up too.
    further = {key for parent in parents.values() for key in references(parent)} - needed
    referred |= records.load_many(db, connection_id, further)
    new = [documents[one.key] for one in candidates if one.link is None]
    named: list[Name] = [one for one in new if isinstance(one, Name)]
    products = [one for one in named if isinstance(one, Product)]
    taken = names.find(
        db,
        connection_id,
        names.ITEMS if products else names.NAMES,  # a page has one kind
        [name for one in named for name in _candidates(work, one)],
    )
    skus = names.find(db, connection_id, names.SKUS, [one.sku or "" for one in products])
    return Surroundings(
        documents, referred, parents, taken, skus, _owners(work, [*taken.values(), *skus.values()])
    )


def _candidates(work: Work, document: Name) -> list[str]:
    found = name_candidates(document, work.company)
    return [name for name, _ in zip(found, range(_CANDIDATES), strict=False)]


def _owners(work: Work, entries: Sequence[Item]) -> dict[tuple[str, str], str]:
    kinds = {"Customer": Kind.CUSTOMER, "Vendor": Kind.VENDOR, "Item": Kind.PRODUCT}
    wanted = {
        links.book_key(work.realm_id, kinds[entry["entity"]], str(entry["object"]["Id"])): (
            entry["entity"],
            str(entry["object"]["Id"]),
        )
        for entry in entries
        if entry["entity"] in kinds
    }
    return {wanted[key]: found["record"] for key, found in work.db.get_many(wanted).items()}


def _fits(work: Work, document: Name, entry: Item) -> bool:
    """Whether an object of the right name may be linked."""
    if isinstance(document, Product):
        found = entry["object"]
        return found.get("Active", True) and found.get("Type") in item.LINKABLE
    same_list = entry["entity"] == mapping.ENTITY[document.kind]
    return same_list and link_by_name(document, entry["object"])


def choose_name(
    work: Work,
    record: Record,
    document: Name,
    around: Surroundings,
    exclusive: set[str],
) -> tuple[dict[str, Any] | None, str | None]:
    """The object to link to, if one of that name or SKU is there; else the name to create it with.
    No name at all where an item of this batch decides first."""

    def is_free(entry: Item) -> bool:
        owner = around.owners.get((entry["entity"], str(entry["object"]["Id"])))
        return owner is None or owner == record.key

    for name in reversed(_candidates(work, document)[1:]):
        # With an addition it can only be this one's: it may have been made by another installation.
        entry = around.taken.get(name_key(name))
        if entry and is_free(entry) and _fits(work, document, entry):
            return entry["object"], name
    if isinstance(document, Product):
        entries = [around.skus.get(name_key(document.sku or ""))]
        entries += [around.taken.get(name_key(name)) for name in _candidates(work, document)[:1]]
        free = [entry["object"] for entry in entries if entry and is_free(entry)]
        if (chosen := item.choose(document, work.context(), free)) is not None:
            return chosen, str(chosen["Name"])
    for name in _candidates(work, document):
        folded = name_key(name)
        if f"name {folded}" in exclusive:
            return None, None
        entry = around.taken.get(folded)
        if entry is None:
            return None, name
        if not isinstance(document, Product) and is_free(entry) and _fits(work, document, entry):
            return entry["object"], str(entry["object"]["DisplayName"])
    raise NeedsMapping(
        Finding(
            "name",
            "and every variation of it is taken in QuickBooks.",
            "Rename one of the customers or items of this name in QuickBooks.",
        )
    )
