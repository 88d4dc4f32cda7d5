"""Links between records and the QuickBooks objects they became.

A link lies in its record and, seen from QuickBooks, in the books of the realm, where it outlives
the connection.
"""

from tillbook.domain.documents import Kind
from tillbook.domain.sync import Link
from tillbook.ports import Item, Key
from tillbook.store import keys

TRANSACTION = "Txn"
_NAME_LISTS = {Kind.CUSTOMER: "Name", Kind.PRODUCT: "Item"}


def to_item(link: Link) -> Item:
    return {
        "entity": link.entity,
        "id": link.id,
        "sync_token": link.sync_token,
        "owned_hash": link.owned_hash,
        "line_ids": dict(link.line_ids),
        "account": link.account,
    }


def from_item(item: Item) -> Link:
    return Link(
        entity=item["entity"],
        id=item["id"],
        sync_token=item["sync_token"],
        owned_hash=item["owned_hash"],
        line_ids=dict(item["line_ids"]),
        account=item["account"],
    )


def book_key(realm_id: str, kind: Kind, object_id: str) -> Key:
    """QuickBooks ids are unique per name list, and shared by all transaction types."""
    return keys.book(realm_id, _NAME_LISTS.get(kind, TRANSACTION), object_id)


def transaction_key(realm_id: str, object_id: str) -> Key:
    """The same for a transaction whose kind is not known, such as a row of the ledger."""
    return keys.book(realm_id, TRANSACTION, object_id)
