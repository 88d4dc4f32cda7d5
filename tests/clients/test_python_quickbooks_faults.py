"""Every class of fault as `python-quickbooks` tells it to the program that uses it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from quickbooks import QuickBooks
from quickbooks.exceptions import (
    AuthorizationException,
    GeneralException,
    ObjectNotFoundException,
    QuickbooksException,
    SevereException,
    UnsupportedException,
    ValidationException,
)
from quickbooks.objects.customer import Customer
from quickbooks.objects.invoice import Invoice

from tests.clients.conftest import Books

Act = Callable[[QuickBooks, Books], Any]


@pytest.fixture(autouse=True)
def calm_afterwards(books: Books, qb: QuickBooks) -> Iterator[None]:
    """Nothing left to go wrong, and a connection even after a revocation."""
    yield
    books.emulator.injections.clear()
    books.emulator.switches.throttle_answers_json = False
    qb.session.access_token = books.emulator.connect()["access_token"]


def customer(qb: QuickBooks, name: str) -> Any:
    return Customer.from_json({"DisplayName": name}).save(qb=qb)


def stale(qb: QuickBooks, books: Books) -> None:
    made = customer(qb, "Stale")
    made.SyncToken = "9"
    made.save(qb=qb)


def twice(qb: QuickBooks, books: Books) -> None:
    customer(qb, "Twin")
    customer(qb, "twin")


def nobody(qb: QuickBooks, books: Books) -> None:
    books.emulator.company().read_only = True
    try:
        customer(qb, "Late payer")
    finally:
        books.emulator.company().read_only = False


def crowd(qb: QuickBooks, books: Books) -> None:
    items = [{"bId": str(n), "Query": "select * from Term"} for n in range(31)]
    qb.batch_operation(json.dumps({"BatchItemRequest": items}))


REFUSED: dict[str, tuple[Act, Any, int]] = {
    "a missing field": (
        lambda qb, _: qb.create_object("Invoice", '{"CustomerRef": {"value": "1"}}'),
        ValidationException,
        2020,
    ),
    "an unknown property": (
        lambda qb, _: qb.create_object("Customer", '{"DisplayName": "Odd", "Oddity": 1}'),
        ValidationException,
        2010,
    ),
    "a reference to nothing": (
        lambda qb, books: qb.create_object(
            "SalesReceipt",
            json.dumps(
                {
                    "Line": [
                        {
                            "Amount": 1,
                            "DetailType": "SalesItemLineDetail",
                            "SalesItemLineDetail": {"ItemRef": {"value": "99999"}},
                        }
                    ]
                }
            ),
        ),
        ValidationException,
        2500,
    ),
    "a query that is none": (
        lambda qb, _: qb.query("select from where"),
        ValidationException,
        4000,
    ),
    "a stale object": (stale, QuickbooksException, 5010),
    "a name that is taken": (twice, QuickbooksException, 6240),
    "a read-only company": (nobody, QuickbooksException, 6190),
    "an object that is not there": (
        lambda qb, _: Invoice.get("999999", qb=qb),
        ObjectNotFoundException,
        610,
    ),
    "an operation that is not supported": (
        lambda qb, _: qb.delete_object("Customer", '{"Id": "1", "SyncToken": "0"}'),
        UnsupportedException,
        500,
    ),
    "a batch that is too long": (crowd, GeneralException, 1040),
    "a report that nobody knows": (
        lambda qb, _: qb.get_report("Horoscope"),
        QuickbooksException,
        5020,
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_quickbooks_refuses_has_its_own_exception(
    what: str, qb: QuickBooks, books: Books
) -> None:
    act, expected, code = REFUSED[what]

    with pytest.raises(QuickbooksException) as caught:
        act(qb, books)

    error: Any = caught.value
    assert type(error) is expected
    assert error.error_code == code
    assert error.detail


@pytest.mark.parametrize(
    "answer, expected, code, says",
    [
        ("expired_token", AuthorizationException, 401, "Application authentication failed"),
        ("revoked", AuthorizationException, 401, "Application authentication failed"),
        ("wrong_cluster", AuthorizationException, 401, "Application authentication failed"),
        ("forbidden", QuickbooksException, 10000, "status code '403'"),
        ("gateway_error", QuickbooksException, 10000, "status code '500'"),
        ("throttled", QuickbooksException, 10000, "<IntuitResponse"),
        ("server_error", QuickbooksException, 10000, "500 Internal Server Error"),
        ("unavailable", QuickbooksException, 10000, "503 Service Temporarily Unavailable"),
        ("stream_timeout", QuickbooksException, 10000, "stream timeout"),
        ("one_name_at_a_time", QuickbooksException, 6000, "business validation error"),
        ("inventory_lock", QuickbooksException, 6000, "business validation error"),
        ("duplicate_request", GeneralException, 600, "Duplicate Request"),
        ("system_failure", SevereException, 10000, "application error"),
    ],
)
def test_trouble_on_the_way_has_its_own_exception(
    answer: str, expected: Any, code: int, says: str, qb: QuickBooks, books: Books
) -> None:
    books.emulator.inject(answer, entity="Customer")

    with pytest.raises(QuickbooksException) as caught:
        customer(qb, f"Unlucky {answer}")

    error: Any = caught.value
    assert type(error) is expected
    assert error.error_code == code
    assert says in str(error.message)


def test_a_throttled_call_in_json_says_so(qb: QuickBooks, books: Books) -> None:
    books.emulator.switches.throttle_answers_json = True
    books.emulator.inject("throttled", entity="Customer")

    with pytest.raises(QuickbooksException, match=r"status code '429'.*ThrottleExceeded"):
        customer(qb, "Too fast")


def test_a_dropped_connection_leaves_the_program_in_doubt(qb: QuickBooks, books: Books) -> None:
    books.emulator.inject("dropped", commits="yes", entity="Customer")

    with pytest.raises(requests.exceptions.ConnectionError):
        customer(qb, "In doubt")

    assert len(Customer.filter(DisplayName="In doubt", qb=qb)) == 1
