"""However a query finds its rows - by index, by time, in a kept order - the answer is the same."""

import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from local.qbo import Company, Emulator
from tests.emulator.conftest import Api

Shown = dict[str, Any]


@pytest.fixture
def books(emulator: Emulator, api: Api) -> Company:
    """60 invoices over 20 days, made three to a second, every fourth of them changed later."""
    customers = [api.customer(f"Customer {n}") for n in range(4)]
    made = []
    for n in range(60):
        day = f"2026-09-{1 + n * 7 % 20:02d}"
        made.append(api.invoice(customers[n * n % 4], str(10 + n * 13 % 50), TxnDate=day))
        if n % 3 == 0:
            emulator.clock.advance(1.25)
    for each in made[::4]:
        head = {"Id": each["Id"], "SyncToken": each["SyncToken"], "sparse": True}
        api.save("invoice", {**head, "PrivateNote": "later", "TxnDate": "2026-09-30"})
        emulator.clock.advance(0.5)
    gone = made[7]
    api.save("invoice", {"Id": gone["Id"], "SyncToken": "0"}, operation="delete")
    refused = {"Id": made[9]["Id"], "SyncToken": "0", "sparse": True, "DueDate": "2026-13-01"}
    api.refusal("invoice", refused)
    return emulator.company()


def number(each: Shown) -> int:
    return int(each["Id"])


def updated(each: Shown) -> str:
    return str(each["MetaData"]["LastUpdatedTime"])


def created(each: Shown) -> str:
    return str(each["MetaData"]["CreateTime"])


AT = "2026-10-01T09:00:10-07:00"
FILTERS: list[tuple[str, Callable[[Shown], bool]]] = [
    ("", lambda each: True),
    ("where TxnDate >= '2026-09-05'", lambda each: each["TxnDate"] >= "2026-09-05"),
    ("where TxnDate < '2026-09-03'", lambda each: each["TxnDate"] < "2026-09-03"),
    ("where TxnDate = '2026-09-30'", lambda each: each["TxnDate"] == "2026-09-30"),
    ("where TotalAmt > '40'", lambda each: each["TotalAmt"] > Decimal(40)),
    *(
        (f"where MetaData.LastUpdatedTime {sign} '{AT}'", test)
        for sign, test in (
            (">", lambda each: updated(each) > AT),
            (">=", lambda each: updated(each) >= AT),
            ("=", lambda each: updated(each) == AT),
            ("<", lambda each: updated(each) < AT),
            ("<=", lambda each: updated(each) <= AT),
        )
    ),
    (
        f"where MetaData.LastUpdatedTime > '{AT}' and TxnDate > '2026-09-10' and TotalAmt < '45'",
        lambda e: updated(e) > AT and e["TxnDate"] > "2026-09-10" and e["TotalAmt"] < Decimal(45),
    ),
    (
        f"where MetaData.CreateTime < '{AT}' and CustomerRef = '2'",
        lambda each: created(each) < AT and each["CustomerRef"]["value"] == "2",
    ),
]
ORDERS: list[tuple[str, Callable[[Shown], Any], bool]] = [
    ("", number, True),
    ("orderby Id", number, False),
    ("orderby MetaData.LastUpdatedTime", updated, False),
    ("orderby MetaData.LastUpdatedTime desc", updated, True),
    ("orderby MetaData.CreateTime", created, False),
    ("orderby TxnDate", lambda each: each["TxnDate"], False),
    ("orderby TxnDate desc", lambda each: each["TxnDate"], True),
    ("orderby TotalAmt desc, TxnDate", lambda each: each["TotalAmt"], True),
]


def test_pages_put_together_are_what_was_asked_for_in_its_order(books: Company, api: Api) -> None:
    everything = books.all("Invoice")
    for condition, test in FILTERS:
        wanted = {number(each) for each in everything if test(each)}
        for order, key, down in ORDERS:
            statement = f"Invoice {condition} {order}"
            found: list[Shown] = []
            while page := api.query(
                f"select * from {statement} startposition {len(found) + 1} maxresults 13"
            ):
                found += page["Invoice"]
            assert sorted(map(number, found)) == sorted(wanted), statement
            keys = [key(each) for each in found]
            assert keys == sorted(keys, reverse=down), statement
            if order:
                continue
            count = api.query(f"select count(*) from {statement}")
            assert count == {"totalCount": len(wanted)}, statement


def test_objects_of_the_same_day_come_newest_first(books: Company, api: Api) -> None:
    for order in ("orderby TxnDate", "orderby TxnDate desc"):
        found = api.query(f"select * from Invoice {order} maxresults 1000")["Invoice"]
        for one, other in itertools.pairwise(found):
            assert one["TxnDate"] != other["TxnDate"] or number(one) > number(other)


def test_inactive_names_are_left_out_once_there_are_some(api: Api) -> None:
    ids = [api.customer(f"Customer {n}") for n in range(5)]
    before = api.query("select count(*) from Customer")["totalCount"]
    api.save("customer", {"Id": ids[1], "SyncToken": "0", "sparse": True, "Active": False})

    assert api.query("select count(*) from Customer")["totalCount"] == before - 1
    assert ids[1] not in str(api.query("select Id from Customer maxresults 1000"))
    both = api.query("select count(*) from Customer where Active in (true, false)")
    assert both["totalCount"] == before


def test_today_can_be_asked_for_by_name(books: Company, api: Api) -> None:
    api.invoice("2", "5", TxnDate="2026-10-01")

    found = api.query("select * from Invoice where TxnDate >= CURRENT_DATE")

    assert [each["TxnDate"] for each in found["Invoice"]] == ["2026-10-01"]
