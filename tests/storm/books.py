"""What must hold in the end, whatever happened on the way: the company's books against the newest
revision of every document. Nothing here asks Tillbook what it thinks it did, except for the last
part, where its own accounts are compared with the books."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from tests.fakes import MemoryDatabase
from tests.storm.machine import Execution
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import (
    CreditNote,
    Customer,
    Document,
    Invoice,
    Payment,
    Product,
    Refund,
    SalesDocument,
    TradeDocument,
    content_hash,
    key_of,
    system_products,
)
from tillbook.domain.settings import ConnectionSettings
from tillbook.domain.sync import Status
from tillbook.ports import Put
from tillbook.store import intents, records

DAY = date(2026, 10, 1)
"""Documents are dated on the day on which the emulator's clock starts, so that one report holds
them all."""
ENTITY: dict[type, str] = {
    Customer: "Customer",
    Product: "Item",
    Invoice: "Invoice",
    Payment: "Payment",
    CreditNote: "CreditMemo",
    Refund: "RefundReceipt",
}
_RECEIVABLE = "Accounts Receivable (A/R)"
_UNDEPOSITED = "Undeposited Funds"
_TAX = "Board of Equalization Payable"
_SEEDED_ITEMS = 2
# Until a call that was made at the end of the last run can no longer commit.
_SETTLED = 15 * 60
_RUNS = 8


def open_shop(*, imported: bool = False, bench: Any = None, **options: Any) -> Workbench:
    """A connected company; its settings are those of a new connection but for `options`. Where it
    is `imported`, an earlier run has read what exports depend on."""
    shop = Workbench(**(bench or {}))
    shop.configure(ConnectionSettings(export_from=DAY, tax_code="2", **options))
    shop.clock.advance(600)  # whatever was seeded is no change since the last look any more
    if imported:
        shop.db.put_all(_imported())
    return shop


@cache
def _imported() -> list[Put]:
    """What the first import leaves of a company: the same every time, and a fifth of a storm's
    work."""
    shop = open_shop()
    shop.sync("import")
    assert isinstance(shop.db, MemoryDatabase)
    found = [
        key
        for key in shop.db._items
        if "#REFERENCE#" in key.partition or key.sort.startswith(("COMPANY", "IMPORT"))
    ]
    return [Put(key, shop.db.get(key) or {}) for key in found]


Newest = dict[str, Document]


def newest_of(documents: Iterable[Document]) -> Newest:
    """The newest revision of each document, whatever the order in which they came."""
    newest: Newest = {}
    for document in documents:
        for one in (*system_products(document), document):
            kept = newest.setdefault(key_of(one), one)
            if _revision(one) > _revision(kept):
                newest[key_of(one)] = one
    return newest


def _revision(document: Document) -> tuple[str, str]:
    return document.version, content_hash(document)


def is_cancelled(document: Document) -> bool:
    return getattr(document, "status", "open") == "cancelled"


def wrong(bench: Workbench, newest: Newest, *, never_sent: Iterable[str] = ()) -> list[str]:
    """What is wrong with the books, as sentences; none where all is well. `never_sent` are the keys
    of documents that were cancelled before a run could see them."""
    bench.emulator.run_due()
    late = [f"a call is still to be carried out at {one.due}" for one in bench.emulator.deferred]
    return [
        *late,
        *_wrong_objects(bench, newest, set(never_sent)),
        *_wrong_balances(bench, newest),
        *_wrong_accounts(bench, newest),
    ]


def _wrong_objects(bench: Workbench, newest: Newest, never_sent: set[str]) -> Iterator[str]:
    """One object for each document, none without a document."""
    for kind, entity in ENTITY.items():
        documents = {key: one for key, one in newest.items() if isinstance(one, kind)}
        objects = bench.in_books(entity)
        owners: dict[str, list[dict[str, Any]]] = defaultdict(list)
        found = records.load_many(bench.db, CONNECTION, documents).values()
        links = {record.link.id: record.key for record in found if record.link}
        for number, obj in enumerate(objects):
            if entity == "Item" and number < _SEEDED_ITEMS:
                continue
            key = marked_key(obj) or links.get(obj["Id"])
            if key is None or key not in documents:
                yield f"{entity} {obj['Id']} belongs to no document: {_shown(obj)}"
            else:
                owners[key].append(obj)
        for key, document in documents.items():
            yield from _wrong_object(entity, document, owners[key], key in never_sent)


def _wrong_object(
    entity: str, document: Document, found: list[dict[str, Any]], never_sent: bool
) -> Iterator[str]:
    what = f"{entity} of {document.id} (v{int(document.version)})"
    if len(found) > 1:
        yield f"{what}: {len(found)} objects: {[_shown(one) for one in found]}"
    elif is_cancelled(document):
        stays = isinstance(document, Invoice) and not never_sent  # voided, not deleted
        if found and not (stays and found[0]["TotalAmt"] == 0):
            yield f"{what}: cancelled, yet in the books: {_shown(found[0])}"
    elif not found:
        yield f"{what}: missing"
    else:
        wanted, shown = _wanted(document), found[0]
        for name, value in wanted.items():
            if shown.get(name) != value:
                yield f"{what}: {name} is {shown.get(name)}, not {value}"


def _wanted(document: Document) -> dict[str, Any]:
    if isinstance(document, Payment):
        return {"TotalAmt": document.amount}
    if isinstance(document, TradeDocument):
        return {"TotalAmt": document.total, "DocNumber": document.number}
    if isinstance(document, Product):
        return {"UnitPrice": document.unit_price} if document.unit_price else {}
    if isinstance(document, Customer) and document.phone:
        return {"PrimaryPhone": {"FreeFormNumber": document.phone}}
    return {}


def marked_key(obj: Mapping[str, Any]) -> str | None:
    """The document that a transaction says it is, in its note."""
    _, found, rest = (obj.get("PrivateNote") or "").partition("[tillbook:")
    return rest.partition("]")[0] if found else None


def _shown(obj: Mapping[str, Any]) -> str:
    name = obj.get("DisplayName") or obj.get("Name") or obj.get("DocNumber")
    return f"{obj['Id']}/{obj['SyncToken']} {name} {obj.get('TotalAmt', '')}".strip()


def balances(newest: Newest) -> dict[str, Decimal]:
    """What the accounts must show, from the documents alone. Income is one sum."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for document in newest.values():
        if is_cancelled(document):
            continue
        if isinstance(document, Payment):
            found[_UNDEPOSITED] += document.amount
            found[_RECEIVABLE] -= document.amount
        elif isinstance(document, SalesDocument):
            sign = 1 if isinstance(document, Invoice) else -1
            found[_UNDEPOSITED if isinstance(document, Refund) else _RECEIVABLE] += (
                sign * document.total
            )
            found[_TAX] -= sign * document.tax
            found["income"] -= sign * (document.total - document.tax)
    return {account: amount for account, amount in found.items() if amount}


def _wrong_balances(bench: Workbench, newest: Newest) -> Iterator[str]:
    shown: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in bench.company.balances().items():
        shown[account if account in (_RECEIVABLE, _UNDEPOSITED, _TAX) else "income"] += amount
    if sum(shown.values()):
        yield f"the ledger does not balance: {dict(shown)}"
    wanted = balances(newest)
    for account in sorted({*shown, *wanted}):
        if shown.get(account, 0) != wanted.get(account, 0):
            yield f"{account}: {shown.get(account, 0)}, not {wanted.get(account, 0)}"


def _wrong_accounts(bench: Workbench, newest: Newest) -> Iterator[str]:
    """What Tillbook says of itself."""
    for intent in intents.open_intents(bench.db, CONNECTION):
        yield f"intent {intent.intent} is open"
    stock = bench.stock()
    if not stock.adds_up:
        yield f"the counts do not add up: {stock}"
    for key, document in newest.items():
        record = records.load(bench.db, CONNECTION, key)
        done = record is not None and record.status is Status.COMPLETED
        if is_cancelled(document) and record is not None:
            done |= record.status is Status.SKIPPED
        if not done:
            why = record.reason if record else "no record"
            yield f"record of {document.kind} {document.id}: {record and record.status} ({why})"


def settle(bench: Workbench, execute: Callable[[], Execution]) -> dict[str, Any]:
    """Runs until nothing is left to do, the first after everything that was under way has ended.
    The proof of the last run."""
    proof: dict[str, Any] = {}
    for _ in range(_RUNS):
        bench.clock.advance(_SETTLED)
        before = bench.statuses()
        run = execute()
        proof = run.proof
        bench.emulator.run_due()
        after = bench.statuses()
        still = after == before and not intents.open_intents(bench.db, CONNECTION)
        if run.error is None and (still or not after["pending"]):
            break
    return proof
