"""Values as bytes: quick, exact to the digit of a Decimal, and safe to read.

They are pickled; reading admits the types that are written here and no others, so that bytes from
elsewhere can run nothing.
"""

import copyreg
import io
import pickle
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from operator import attrgetter
from typing import Any

from local.qbo.entities import ENTITIES
from local.qbo.ledger.ledger import Entry, Split
from local.qbo.state.sharing import shared
from local.qbo.state.store import Key, Row
from local.qbo.webhooks.payloads import Endpoint
from local.qbo.wire import oauth
from local.qbo.wire.requestids import Kept

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_IMMUTABLE: tuple[type[Any], ...] = (Split, Entry, Kept)
_OWN = (*_IMMUTABLE, Endpoint, oauth.App, oauth.Refresh, oauth.Grant, oauth.Code, oauth.Access)
_PLAIN = (Decimal, date, datetime, timedelta, timezone)
_ADMITTED: dict[tuple[str, str], Any] = {
    (each.__module__, each.__qualname__): each for each in (*_OWN, *_PLAIN)
}
#: What of an object is there at once; its data and hidden state can wait.
_HEAD = ("entity", "id", "token", "created", "updated", "editor")
#: The fields that values in the file have; a file with others is of another format.
LAYOUT = {each.__name__: [one.name for one in fields(each)] for each in (*_OWN, Row)}


def _fields(kind: type[Any]) -> Callable[[Any], Any]:
    read = attrgetter(*(each.name for each in fields(kind)))
    return lambda value: (kind, read(value))


class _Pickler(pickle.Pickler):
    dispatch_table = copyreg.dispatch_table.copy()


_Pickler.dispatch_table.update({each: _fields(each) for each in _IMMUTABLE})


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        found = _ADMITTED.get((module, name))
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name} does not belong here")
        return found


def dump(value: Any) -> bytes:
    """A value of these types as bytes."""
    written = io.BytesIO()
    _Pickler(written, 5).dump(value)
    return written.getvalue()


def load(blob: bytes) -> Any:
    """The value behind bytes. Raises UnpicklingError for a type that is not written here."""
    return _Unpickler(io.BytesIO(blob)).load()


def pack(row: Row, entry: Entry | None) -> tuple[Any, ...]:
    """An object and what it posts, as plain values; see `unpack`."""
    created = (row.created - _EPOCH) // _MICROSECOND
    updated = (row.updated - _EPOCH) // _MICROSECOND
    stocked = bool(row.hidden.get("stock"))
    content = dump((row.data, row.hidden))
    return (row.token, created, updated, row.editor, stocked, entry, content)


def unpack(key: Key, packed: tuple[Any, ...]) -> tuple[Row, Entry | None, bool]:
    """The object, what it posts, and whether it moves stock."""
    token, created, updated, editor, stocked, entry, content = packed
    made, changed = _EPOCH + created * _MICROSECOND, _EPOCH + updated * _MICROSECOND
    row = _Unread.of(content, ENTITIES[key[0]], key[1], token, made, changed, editor)
    return row, entry, stocked


class _Unread(Row):
    """An object as it was read; its content is unpacked when it is first wanted."""

    __slots__ = ("_content",)

    @classmethod
    def of(cls, content: bytes, *head: Any) -> Row:
        row = cls.__new__(cls)
        for name, value in zip(_HEAD, head, strict=True):
            object.__setattr__(row, name, value)
        object.__setattr__(row, "_content", content)
        return row

    def __getattr__(self, name: str) -> Any:
        """Called for what has no value yet."""
        if name not in ("data", "hidden"):
            raise AttributeError(name)
        data, hidden = load(self._content)
        object.__setattr__(self, "hidden", hidden)
        object.__setattr__(self, "data", shared(data))
        object.__setattr__(self, "_content", None)
        return data if name == "data" else hidden
