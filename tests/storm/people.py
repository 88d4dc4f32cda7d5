"""A person who works in QuickBooks meanwhile, and what must not happen to their work."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from local.qbo import DEFAULT_REALM
from local.qbo.faults import QboFault
from local.qbo.people.person import edit
from tests.storm import books
from tests.storm.books import Newest
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Kind
from tillbook.domain.sync import Status
from tillbook.store import records
from tillbook.store.records import Record
from tillbook.usecases.move_records import move_record

_TRANSACTIONS = ("Invoice", "Payment", "CreditMemo", "RefundReceipt")


@dataclass
class People:
    bench: Workbench
    random: Random
    tell: Callable[[str], None]
    edits: dict[tuple[str, str], tuple[str, Any]] = field(default_factory=dict)
    """The field that was edited last, and its value, by object."""
    touched: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """Objects that were edited or deleted, and the document that their note named."""

    def act(self) -> None:
        """Edits or deletes an object of ours, whichever is there."""
        company = self.bench.emulator.company(DEFAULT_REALM)
        there = [
            (entity, obj)
            for entity in ("Customer", *_TRANSACTIONS)
            for obj in self.bench.in_books(entity)
        ]
        if not there:
            return
        entity, obj = self.random.choice(there)
        action = self.random.choice(("note", "number", "delete"))
        if entity == "Customer":
            action = "edit"
        name, value = _edit(entity, action, obj)
        fields = {"Id": obj["Id"]} if action == "delete" else {"Id": obj["Id"], name: value}
        deletes = action == "delete"
        try:
            edit(company, "delete" if deletes else "update", entity, fields)
        except QboFault as refused:
            self.tell(f"a person may not {action} {entity} {obj['Id']}: {refused}")
            return
        self.tell(f"a person changes {entity} {obj['Id']}: {action} {fields}")
        self.touched[entity, obj["Id"]] = books.marked_key(obj)
        if deletes:
            self.edits.pop((entity, obj["Id"]), None)
        else:
            self.edits[entity, obj["Id"]] = (name, value)

    def _records(self) -> Iterator[Record]:
        for kind in Kind:
            yield from records.all_records(self.bench.db, CONNECTION, kind)

    def wrong(self, newest: Newest) -> list[str]:
        """What was done to a person's work before they said that Tillbook may."""
        found = []
        for (entity, id), (name, value) in self.edits.items():
            objects = {one["Id"]: one for one in self.bench.in_books(entity)}
            if id in objects and (objects[id].get(name) or "") != value:
                found.append(
                    f"{entity} {id}: a person's {name} ({value!r}) was overwritten "
                    f"with {objects[id].get(name)!r}"
                )
        if not self.touched:
            found += [
                f"{one.kind} {one.source_id} failed, though nobody had touched it: {one.reason}"
                for one in self._records()
                if one.status is Status.FAILED and "failed at it twice" not in str(one.reason)
            ]
        return found

    def has_to_act(self) -> bool:
        return bool(self.touched) or any(one.status is Status.FAILED for one in self._records())

    def press_retry(self) -> None:
        """What has failed, and whatever was changed by hand, shall be as it was sent."""
        touched, self.touched = self.touched, {}
        for one in list(self._records()):
            link = one.link and (one.link.entity, one.link.id)
            by_hand = link in touched or one.key in touched.values()
            if one.status is Status.FAILED or (by_hand and one.status is Status.COMPLETED):
                self.tell(f"a person retries {one.kind} {one.source_id} ({one.reason})")
                move_record(
                    self.bench.services, CONNECTION, one.key, "retry", actor="alice", why="ours"
                )


def _edit(entity: str, action: str, obj: dict[str, Any]) -> tuple[str, Any]:
    if entity == "Customer":
        return "PrimaryPhone", {"FreeFormNumber": "+1 555 9999"}
    if action == "note":
        return "PrivateNote", ""
    number = "PaymentRefNum" if entity == "Payment" else "DocNumber"
    return number, f"J-{obj['Id']}"
