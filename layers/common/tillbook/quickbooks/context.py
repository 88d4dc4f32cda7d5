"""What a mapping gets and gives: the context of a connection, a request, or the reason for none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from tillbook.domain.checks import Finding
from tillbook.domain.documents import Document
from tillbook.domain.settings import Accounts, ConnectionSettings
from tillbook.domain.sync import Link
from tillbook.errors import NeedsPerson
from tillbook.quickbooks.company import Company, default_accounts

Body = dict[str, Any]
"""A QuickBooks object as JSON: text, int, bool, Decimal, lists and dicts of these."""


class NeedsMapping(NeedsPerson):
    """A document cannot be expressed in this company until a person mends what is named.

    The text names fields and cures; it never holds a customer's data.
    """

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__("; ".join(str(finding) for finding in findings))


@dataclass(frozen=True)
class Request:
    """One write. For a void or delete the body is the object's Id and SyncToken."""

    entity: str
    operation: Literal["create", "update", "void", "delete"]
    body: Body


@dataclass(frozen=True)
class Skip:
    """There is nothing to send, and why."""

    reason: str


@dataclass(frozen=True)
class Context:
    """What a document is mapped with.

    `links` and `documents` are by record key: links of everything the document refers to, and the
    documents named by `mapping.needs`. `name` is the name to use in a name list (customers and
    products) when the document's own is taken.
    """

    settings: ConnectionSettings
    company: Company
    links: Mapping[str, Link] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    name: str | None = None

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts of the settings, completed from the company."""
        return default_accounts(self.company, self.settings.accounts)

    def account(self, setting: str, account: str | None) -> str:
        """The id of an account that can be posted to. Raises NeedsMapping naming the setting."""
        where = f"settings.accounts.{setting}"
        if account is None:
            raise NeedsMapping(
                Finding(where, "is not set.", "Choose a QuickBooks account for it in the settings.")
            )
        known = self.company.accounts.get(account)
        if known is None or not known.active:
            state = "is not in QuickBooks" if known is None else "was made inactive in QuickBooks"
            raise NeedsMapping(
                Finding(
                    where,
                    f"is account {account}, which {state}.",
                    "Choose another account in the settings, or make it active in QuickBooks.",
                )
            )
        return account

    def link(self, key: str, what: str) -> Link:
        """The link of something the document refers to."""
        found = self.links.get(key)
        if found is None:
            raise NeedsMapping(
                Finding(
                    what,
                    "is not in QuickBooks yet.",
                    f"Send the {what} first; this document follows by itself.",
                )
            )
        return found


def ref(value: str) -> dict[str, str]:
    """A QuickBooks ReferenceType; names in references are ignored on input."""
    return {"value": value}
