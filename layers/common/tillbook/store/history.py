"""What changed since a moment, read from the index of what happened, newest first."""

from collections.abc import Iterator

from tillbook.ports import Database, Index, Item, Table

# Pages grow while they are needed: little is read beyond the moment, and a lot of changes take few
# requests.
_FIRST_PAGE, _LARGEST_PAGE = 25, 1000


def since(db: Database, partition: str, moment: str) -> Iterator[Item]:
    """Items at or after a moment (ISO 8601, in UTC). The index is a little behind the table: look
    further back than the last look."""
    size, cursor = _FIRST_PAGE, None
    while True:
        page = db.query(
            Table.SYNC,
            partition,
            index=Index.HISTORY,
            descending=True,
            limit=size,
            cursor=cursor,
        )
        for item in page.items:
            if item["hr"] < moment:
                return
            yield item
        cursor, size = page.cursor, min(2 * size, _LARGEST_PAGE)
        if cursor is None:
            return
