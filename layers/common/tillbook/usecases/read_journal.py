"""What was sent and is not in the tables any more, as the payload bucket tells.

A payload is stored before its intent, under an id that sorts by time. Payloads newer than the
newest intent that the tables know are of two kinds: of a process that died before it stored the
intent, so that nothing was sent; or, with answers beside them, sent, and the tables were restored
from a backup since. What was written then must be taken neither for nobody's nor for a person's
edit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Any

from tillbook.domain.documents import Kind
from tillbook.ports import Table, Write
from tillbook.quickbooks import batch, jsontext, mapping
from tillbook.quickbooks.context import Request
from tillbook.quickbooks.faults import Fault
from tillbook.quickbooks.markers import marked
from tillbook.quickbooks.owned import hashes
from tillbook.store import keys, links, marks, notices, records, revisions
from tillbook.store.company import Import
from tillbook.store.marks import Mark
from tillbook.usecases.exactly_once import write_held
from tillbook.usecases.follow_changes import KIND, Look, is_deleted, write_changes
from tillbook.usecases.look_up import requests_of

# Intents read in one step.
_AT_ONCE = 20
# Sorts after all that is stored under an intent.
_LAST = "~"


@dataclass(frozen=True)
class Journal:
    """What the journal had to tell in one step."""

    state: Import
    writes: tuple[Write, ...] = ()
    """To be written with the state."""


@dataclass(frozen=True)
class _Written:
    """A write that took effect: what QuickBooks answered."""

    record: str | None
    request: Request
    obj: dict[str, Any]

    @property
    def kind(self) -> Kind:
        return KIND[self.request.entity]


def read_journal(look: Look, state: Import) -> Journal | None:
    """The next intents that the tables do not know; None where there are none. Repeating it changes
    nothing. Raises LeaseLost."""
    known, known_at = _newest_known(look)
    after = max(known, state.journal or "")
    prefix = f"{look.connection_id}/"
    stored = look.ports.payloads.keys(prefix, after=f"{prefix}{after}/{_LAST}" if after else "")
    by_intent = groupby(stored, lambda key: key.split("/")[1])
    unknown = {intent: list(listed) for intent, listed in islice(by_intent, _AT_ONCE)}
    if not unknown:
        return None
    written = [one for listed in unknown.values() for one in _read(look, listed)]
    _take_over(look, written)
    # Whatever was done since the last intent that is known has to be looked at.
    since = min(filter(None, (known_at, state.changes_since)), default=None)
    state = replace(
        state,
        journal=max(unknown),
        changes_since=since,
        marked_from=state.marked_from if known else None,
        marks=state.marks or bool(written),
    )
    is_first = bool(written) and after == known
    return Journal(state, (_notice(look),) if is_first else ())


def _newest_known(look: Look) -> tuple[str, str | None]:
    """The newest intent, and when it was made; '' where there is none."""
    found = [
        one
        for partition in (
            keys.intent(look.connection_id, "").partition,
            keys.open_intent(look.connection_id, "").partition,
        )
        for one in look.db.query(Table.SYNC, partition, descending=True, limit=1).items
    ]
    newest = max(found, key=lambda one: str(one["intent"]), default=None)
    return (str(newest["intent"]), str(newest["created_at"])) if newest else ("", None)


def _read(look: Look, stored: list[str]) -> Iterator[_Written]:
    """What took effect of one intent, by all the answers that were stored."""
    answers: dict[str, dict[str, Any] | Fault] = {}
    for key in stored:
        answer = look.ports.payloads.get(key) if "/answer-" in key else None
        try:
            answers |= batch.decode(answer.body) if answer else {}
        except ValueError:
            pass  # a fault of the whole call: nothing of it took effect
    request = look.ports.payloads.get(next(key for key in stored if "/request" in key))
    if request is None or not answers:
        return
    owners = request.metadata.get("records", "").split()
    for bid, sent in requests_of(jsontext.loads(request.body)).items():
        obj = answers.get(bid)
        if obj is None or isinstance(obj, Fault):
            continue
        number = int(bid)
        owner = owners[number - 1] if number <= len(owners) else marked(sent.body)
        yield _Written(owner, sent, obj)


def _take_over(look: Look, written: list[_Written]) -> None:
    """Tells records what was written of their objects, and keeps marks of what no record has."""
    book_keys = [links.book_key(look.realm_id, one.kind, str(one.obj["Id"])) for one in written]
    books = look.db.get_many(dict.fromkeys(book_keys))
    waiting: dict[str, dict[str, dict[str, str]]] = {}
    for key, one in zip(book_keys, written, strict=True):
        book = books.get(key)
        if book is not None and book["connection"] == look.connection_id:
            while not _rewrite(look, book["record"], one):
                pass  # the record changed meanwhile: look at it again
        elif one.record is not None and not is_deleted(one.obj):
            fields = hashes(one.request.entity, one.obj)
            waiting.setdefault(one.record, {})[str(one.obj["Id"])] = fields
    look.renew()
    found = [Mark(record, objects) for record, objects in waiting.items()]
    marks.add(look.db, look.connection_id, found)


def _rewrite(look: Look, record_key: str, written: _Written) -> bool:
    """Has a record know of a write of its own. False if it changed meanwhile."""
    before = records.load(look.db, look.connection_id, record_key)
    if before is None or before.link is None or before.link.id != str(written.obj["Id"]):
        return True
    if is_deleted(written.obj):
        after = replace(before, link=None, edited=False, postings=(), posted_month=None)
    else:
        # Which revision it was may be unknown; lines that this one does not have keep no id.
        document = revisions.load_newest(look.db, look.connection_id, [before])[record_key]
        link = mapping.link_from_answer(document, written.request, written.obj, before.link)
        after = replace(before, link=link, edited=link is not None and bool(link.edits))
    if after == before:
        return True
    writes = write_changes(look.connection_id, [(before, after)], look.now())
    return write_held(look.db, look.lease, writes)


def _notice(look: Look) -> Write:
    return notices.add(
        look.connection_id,
        look.ports.new_sorted_id(),
        "The tables are older than the books",
        "QuickBooks holds documents that were sent after the moment that the tables show: these "
        "were restored from a backup. What was sent is linked again before anything is sent, so "
        "nothing is sent twice. Events that came in since are taken in again by the next sweep.",
        look.now(),
    )
