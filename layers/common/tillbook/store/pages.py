"""A whole partition, page after page."""

from collections.abc import Iterator

from tillbook.ports import Database, Item, Table


def items(db: Database, table: Table, partition: str, prefix: str = "") -> Iterator[Item]:
    """Every item of a partition whose sort key has the prefix, in its order, strongly consistent.
    A page is read when the one before it is used up."""
    cursor: str | None = None
    while True:
        page = db.query(table, partition, prefix=prefix, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return
