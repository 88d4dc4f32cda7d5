"""Entities as data: their fields, declared once.

From a declaration follow the check of what a client sends, which fields a query may filter, what a
sparse update keeps and what a full update clears, and the coverage table.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.qbo.rules import Rules

ALL_WRITES = frozenset({"create", "update", "delete", "void"})


@dataclass(frozen=True)
class Field:
    """One property of an object.

    `kind` is one of text, name, email_text, number, money, whole, flag, day, ref, enum, object,
    list, any, internal. `read_only` values are ignored when sent; `keep` values survive a full
    update that omits them, because QuickBooks sets them anew.
    """

    name: str
    kind: str
    longest: int = 0
    required: bool = False
    read_only: bool = False
    keep: bool = False
    filterable: bool = False
    target: str = ""
    values: tuple[str, ...] = ()
    shape: "Shape | None" = None


@dataclass(frozen=True)
class Shape:
    """A structured value: its class name in Intuit's schema and its fields."""

    name: str
    fields: tuple[Field, ...]

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {each.name: each for each in self.fields}


def text(
    name: str,
    longest: int = 0,
    *,
    required: bool = False,
    read_only: bool = False,
    keep: bool = False,
    filterable: bool = False,
) -> Field:
    """A string; `longest` in characters, 0 for no limit."""
    return Field(name, "text", longest, required, read_only, keep, filterable)


def list_name(name: str, longest: int, *, required: bool = False, keep: bool = False) -> Field:
    """A name in a list: one line, no colon and no tab."""
    return Field(name, "name", longest, required, keep=keep, filterable=True)


def number(
    name: str,
    *,
    required: bool = False,
    read_only: bool = False,
    filterable: bool = False,
    keep: bool = False,
) -> Field:
    return Field(name, "number", 0, required, read_only, keep, filterable)


def money(
    name: str, *, required: bool = False, read_only: bool = False, filterable: bool = False
) -> Field:
    return Field(name, "money", 0, required, read_only, False, filterable)


def whole(name: str, *, read_only: bool = False) -> Field:
    return Field(name, "whole", read_only=read_only)


def flag(
    name: str, *, read_only: bool = False, keep: bool = False, filterable: bool = False
) -> Field:
    return Field(name, "flag", 0, False, read_only, keep, filterable)


def day(
    name: str, *, filterable: bool = False, keep: bool = False, read_only: bool = False
) -> Field:
    """A calendar date, `YYYY-MM-DD`."""
    return Field(name, "day", 0, False, read_only, keep, filterable)


def ref(
    name: str,
    target: str = "",
    *,
    required: bool = False,
    filterable: bool = False,
    keep: bool = False,
    read_only: bool = False,
    longest: int = 0,
) -> Field:
    """A reference to an object of the entity `target`; empty for one that is not checked, as free
    text of up to `longest` characters is."""
    return Field(name, "ref", longest, required, read_only, keep, filterable, target)


def enum(
    name: str, *values: str, required: bool = False, keep: bool = False, filterable: bool = False
) -> Field:
    return Field(name, "enum", 0, required, False, keep, filterable, "", values)


def obj(
    name: str,
    shape: Shape,
    *,
    keep: bool = False,
    read_only: bool = False,
    filterable: bool = False,
) -> Field:
    return Field(name, "object", shape=shape, keep=keep, read_only=read_only, filterable=filterable)


def many(
    name: str,
    shape: Shape,
    *,
    required: bool = False,
    read_only: bool = False,
    keep: bool = False,
    filterable: bool = False,
) -> Field:
    return Field(name, "list", 0, required, read_only, keep, filterable, shape=shape)


def anything(name: str, *, read_only: bool = True, keep: bool = False) -> Field:
    """A property that clients may echo; never interpreted."""
    return Field(name, "any", read_only=read_only, keep=keep)


def internal(name: str, *, read_only: bool = False) -> Field:
    """A property that QuickBooks cannot read: sending it is refused (2010).

    One that is `read_only` is shown, and ignored when it comes back; the switch
    `delete_by_full_body` decides about deletes.
    """
    return Field(name, "internal", read_only=read_only)


@dataclass(frozen=True)
class Entity:
    """One kind of object: its path is the lower-case name, or `at`.

    `operations` of create, update, delete, void; reading and querying are `read` and `query`.
    `shown_as` is the key in bodies where that is not the name. `numbers` names the id sequence
    the entity shares; `feature` what a plan must include for it (see `plans.py`); `always` are the
    fields that even a sparse update has to send.
    """

    name: str
    fields: tuple[Field, ...]
    rules: "Rules"
    operations: frozenset[str] = frozenset({"create", "read", "update", "query"})
    family: str = "list"
    numbers: str = ""
    label: str = ""
    changes: bool = True
    void_by: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    feature: str = ""
    checks: tuple[str, ...] = field(default=(), compare=False)
    shown_as: str = ""
    at: str = ""

    @property
    def key(self) -> str:
        """The property that holds it in a body."""
        return self.shown_as or self.name

    @cached_property
    def path(self) -> str:
        return self.at or self.name.lower()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {each.name: each for each in self.fields}

    @cached_property
    def folded(self) -> dict[str, Field]:
        return {each.name.lower(): each for each in self.fields}

    @cached_property
    def required(self) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if each.required)

    @cached_property
    def indexed(self) -> tuple[Field, ...]:
        """Filterable fields that a query finds without looking at every object."""
        kinds = ("text", "name", "ref", "day", "enum")
        return tuple(each for each in self.fields if each.filterable and each.kind in kinds)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.fields if each.shape is ADDRESS)

    @property
    def is_transaction(self) -> bool:
        return self.family == "transaction"


META = Shape(
    "ModificationMetaData",
    (
        text("CreateTime"),
        text("LastUpdatedTime"),
        anything("LastModifiedByRef"),
        anything("CreatedByRef"),
    ),
)

#: What any object may carry, ignored where the entity does not declare it.
HEAD = (
    anything("AttachableRef"),
    anything("domain"),
    anything("sparse"),
    anything("status"),
    anything("Id"),
    anything("SyncToken"),
    anything("MetaData"),
)
HEAD_NAMES = frozenset(each.name for each in HEAD)

ADDRESS_LINES = tuple(f"Line{n}" for n in range(1, 6))
ADDRESS = Shape(
    "PhysicalAddress",
    (
        text("Id"),
        *(text(name, 500) for name in ADDRESS_LINES),
        text("City", 255),
        text("Country", 255),
        text("CountryCode", 255),
        text("CountrySubDivisionCode", 255),
        text("PostalCode", 30),
        text("PostalCodeSuffix", 30),
        text("Lat"),
        text("Long"),
        text("Tag"),
        text("Note"),
    ),
)
EMAIL = Shape(
    "EmailAddress",
    (
        Field("Address", "email_text", 100),
        text("Id"),
        anything("Default"),
        anything("Tag"),
    ),
)
EMAILS = Shape(
    "EmailAddress",
    (
        Field("Address", "email_text", 200),
        text("Id"),
        anything("Default"),
        anything("Tag"),
    ),
)
PHONE = Shape(
    "TelephoneNumber",
    (
        text("FreeFormNumber", 30),
        text("Id"),
        anything("DeviceType"),
        anything("CountryCode"),
        anything("AreaCode"),
        anything("ExchangeCode"),
        anything("Extension"),
        anything("Default"),
        anything("Tag"),
    ),
)
WEB = Shape("WebSiteAddress", (text("URI", 1000), text("Id"), anything("Default"), anything("Tag")))
MEMO = Shape("MemoRef", (text("value", 1000), text("id")))
CUSTOM_FIELD = Shape(
    "CustomField",
    (
        text("DefinitionId"),
        text("Name"),
        text("Type"),
        text("StringValue", 31),
    ),
)
LINKED_TXN = Shape("LinkedTxn", (text("TxnId"), text("TxnType"), text("TxnLineId")))
