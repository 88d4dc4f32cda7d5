"""What every database does: pages of a partition, of the table itself and of its indexes."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.conftest import MakeKey
from tillbook.errors import BadInput
from tillbook.ports import Database, Delete, Index, Put, Table, Update


def pages(database: Database, partition: str, **options: Any) -> Iterator[list[str]]:
    """The sort keys of each page, following the cursor to the end."""
    cursor = None
    while True:
        page = database.query(Table.SYNC, partition, cursor=cursor, **options)
        yield [item["sk"] for item in page.items]
        cursor = page.cursor
        if cursor is None:
            return


def fill(database: Database, key: MakeKey, *sorts: str, partition: str = "") -> str:
    database.put_all([Put(key(sort, partition), {"sort": sort}) for sort in sorts])
    return key("", partition).partition


def test_a_partition_is_read_in_order_of_its_sort_key(database: Database, key: MakeKey) -> None:
    partition = fill(database, key, "b", "a", "Z", "ä", "😀", "\uffff", "a1")
    fill(database, key, "x", partition="other")

    assert list(pages(database, partition)) == [["Z", "a", "a1", "b", "ä", "\uffff", "😀"]]
    assert list(pages(database, partition, descending=True)) == [
        ["😀", "\uffff", "ä", "b", "a1", "a", "Z"]
    ]


def test_an_empty_partition_is_an_empty_page(database: Database, key: MakeKey) -> None:
    page = database.query(Table.SYNC, key().partition)

    assert page.items == []
    assert page.cursor is None


def test_a_prefix_narrows_a_partition(database: Database, key: MakeKey) -> None:
    partition = fill(database, key, "2026-02#x", "2026-03#a", "2026-03#b", "2026-04#x")

    assert list(pages(database, partition, prefix="2026-03#")) == [["2026-03#a", "2026-03#b"]]
    assert list(pages(database, partition, prefix="2026-05")) == [[]]


@pytest.mark.parametrize(
    "limit, expected",
    [
        (2, [["1", "2"], ["3", "4"]]),  # the end is known without an empty page behind it
        (3, [["1", "2", "3"], ["4"]]),
        (4, [["1", "2", "3", "4"]]),
        (9, [["1", "2", "3", "4"]]),
    ],
)
def test_pages_follow_each_other_to_the_exact_end(
    database: Database, key: MakeKey, limit: int, expected: list[list[str]]
) -> None:
    partition = fill(database, key, "1", "2", "3", "4")

    assert list(pages(database, partition, limit=limit)) == expected
    assert list(pages(database, partition, limit=limit, descending=True)) == [
        [str(5 - int(sort)) for sort in page] for page in expected
    ]


def test_a_page_without_limit_ends_at_a_megabyte(database: Database, key: MakeKey) -> None:
    database.put_all([Put(key(str(number)), {"text": "x" * 300_000}) for number in range(5)])

    found = list(pages(database, key().partition))

    assert [sort for page in found for sort in page] == ["0", "1", "2", "3", "4"]
    assert len(found) == 2


def test_a_cursor_survives_changes_around_it(database: Database, key: MakeKey) -> None:
    partition = fill(database, key, "1", "2", "3")
    cursor = database.query(Table.SYNC, partition, limit=2).cursor

    database.write(Delete(key("2")))
    database.write(Put(key("2a"), {}))

    page = database.query(Table.SYNC, partition, cursor=cursor)
    assert [item["sk"] for item in page.items] == ["2a", "3"]


def test_a_cursor_of_another_list_is_bad_input(database: Database, key: MakeKey) -> None:
    mine = fill(database, key, "1", "2")
    theirs = fill(database, key, "1", "2", partition="theirs")
    cursor = database.query(Table.SYNC, theirs, limit=1).cursor

    with pytest.raises(BadInput, match="cursor") as refusal:
        database.query(Table.SYNC, mine, cursor=cursor)

    assert [finding.field for finding in refusal.value.findings] == ["cursor"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "é",
        "a",
        urlsafe_b64encode(b'{"pk": 1}').decode(),
        urlsafe_b64encode(b'["p", 7]').decode(),
        urlsafe_b64encode(b'["p", ""]').decode(),
        urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_nonsense_is_no_cursor(database: Database, cursor: str) -> None:
    with pytest.raises(BadInput, match="cursor"):
        database.query(Table.SYNC, "p", cursor=cursor)


def test_a_cursor_belongs_to_its_prefix(database: Database, key: MakeKey) -> None:
    partition = fill(database, key, "a1", "a2", "b1", "b2")
    cursor = database.query(Table.SYNC, partition, prefix="a", limit=1).cursor

    with pytest.raises(BadInput, match="cursor"):
        database.query(Table.SYNC, partition, prefix="b", cursor=cursor)


def test_a_page_has_at_least_one_item(database: Database, key: MakeKey) -> None:
    with pytest.raises(ValueError, match="limit"):
        database.query(Table.SYNC, key().partition, limit=0)


@pytest.mark.parametrize(
    "index, names", [(Index.HISTORY, ("hk", "hr")), (Index.BOOKS, ("bk", "br"))]
)
def test_an_index_lists_what_carries_its_keys(
    database: Database, key: MakeKey, unique: str, index: Index, names: tuple[str, str]
) -> None:
    partition, sort = names
    listed = {"1": "c", "2": "a", "3": "b"}
    for number, place in listed.items():
        database.write(Put(key(number), {partition: unique, sort: place, "status": "failed"}))
    database.write(Put(key("4"), {partition: unique}))
    database.write(Put(key("5"), {partition: "another", sort: "a"}))
    database.write(Update(key("1"), remove=(partition, sort)))
    database.write(Put(key("6"), {partition: unique, sort: "a2"}))

    assert list(pages(database, unique, index=index)) == [["2", "6", "3"]]
    assert list(pages(database, unique, index=index, prefix="a")) == [["2", "6"]]
    page = database.query(Table.SYNC, unique, index=index, limit=1)
    assert page.items == [
        {"pk": key().partition, "sk": "2", partition: unique, sort: "a", "status": "failed"}
    ]


def test_an_index_is_paged_newest_first(database: Database, key: MakeKey, unique: str) -> None:
    for number in range(5):
        database.write(Put(key(str(number)), {"hk": unique, "hr": f"2026-03-0{number}"}))

    found = list(pages(database, unique, index=Index.HISTORY, limit=2, descending=True))

    assert found == [["4", "3"], ["2", "1"], ["0"]]


def test_equal_places_in_an_index_are_paged_without_loss(
    database: Database, key: MakeKey, unique: str
) -> None:
    for number in range(5):
        database.write(Put(key(str(number)), {"hk": unique, "hr": "same day"}))

    found = [
        sort for page in pages(database, unique, index=Index.HISTORY, limit=2) for sort in page
    ]

    assert sorted(found) == ["0", "1", "2", "3", "4"]
