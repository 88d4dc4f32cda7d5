"""Links between records and the QuickBooks objects they became.

A link lies in its record and, seen from QuickBooks, in the books of the realm, where it outlives
the connection.
"""

from tillbook.domain.documents import Kind
from tillbook.domain.sync import Link
from tillbook.ports import Item, Key
from tillbook.quickbooks.owned import WHOLE
from tillbook.store import keys

TRANSACTION = "Txn"
_NAME_LISTS = {Kind.CUSTOMER: "Name", Kind.VENDOR: "Vendor", Kind.PRODUCT: "Item"}


def to_item(link: Link) -> Item:
    """What says nothing is left out."""
    seldom = {
        "written": dict(link.written),
        "edits": dict(link.edits),
        "line_ids": dict(link.line_ids),
        "account": link.account,
        "cost_account": link.cost_account,
    }
    known = {"entity": link.entity, "id": link.id, "sync_token": link.sync_token}
    return known | {name: value for name, value in seldom.items() if value}


def from_item(item: Item) -> Link:
    """Links were stored with one hash of all fields together at first."""
    whole = item.get("owned_hash")
    return Link(
        entity=item["entity"],
        id=item["id"],
        sync_token=item["sync_token"],
        written=dict(item.get("written") or ({WHOLE: whole} if whole else {})),
        edits=dict(item.get("edits") or {}),
        line_ids=dict(item.get("line_ids") or {}),
        account=item.get("account"),
        cost_account=item.get("cost_account"),
    )


def book_key(realm_id: str, kind: Kind, object_id: str) -> Key:
    """QuickBooks ids are unique per name list, and shared by all transaction types."""
    return keys.book(realm_id, _NAME_LISTS.get(kind, TRANSACTION), object_id)


def transaction_key(realm_id: str, object_id: str) -> Key:
    """The same for a transaction whose kind is not known, such as a row of the ledger."""
    return keys.book(realm_id, TRANSACTION, object_id)
