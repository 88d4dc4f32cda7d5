"""An object of ours is recognised when the answer to its write was lost."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.quickbooks.builders import (
    context_for,
    customer,
    invoice,
    line,
    payment,
    product,
)
from tillbook.domain.documents import Document, key_of
from tillbook.quickbooks import identity, mapping
from tillbook.quickbooks.context import Request

SALE = invoice(line("10.00"))
PAID = payment("10.00", reference="ch_1")


def as_saved(**changes: Any) -> dict[str, Any]:
    """SALE as QuickBooks has it."""
    obj = {
        "Id": "266", "SyncToken": "0", "DocNumber": "1001", "TxnDate": "2026-09-14",
        "CustomerRef": {"value": "101", "name": "Jane Doe"}, "TotalAmt": Decimal("10.0"),
        "PrivateNote": f"Note. {identity.marker(key_of(SALE))}",
    }  # fmt: skip
    return obj | changes


def paid_as_saved(**changes: Any) -> dict[str, Any]:
    obj = {
        "Id": "270", "TxnDate": "2026-09-14", "CustomerRef": {"value": "101"}, "TotalAmt": 10,
        "PaymentRefNum": "ch_1", "Line": [{"LinkedTxn": [{"TxnId": "102", "TxnType": "Invoice"}]}],
    }  # fmt: skip
    return obj | changes


def ours(document: Document, obj: dict[str, Any]) -> bool:
    return identity.is_ours(document, sent(document), key_of(document), obj)


def sent(document: Document) -> Request:
    request = mapping.build(document, context_for(document), None)
    assert isinstance(request, Request)
    return request


@pytest.mark.parametrize(
    "obj, expected, why",
    [
        (as_saved(), True, "the marker"),
        (as_saved(PrivateNote=f"Voided - x {identity.marker(key_of(SALE))}"), True, "voided"),
        (as_saved(TotalAmt=5, TxnDate="2026-01-01", DocNumber="9"), True, "edited, but marked"),
        (as_saved(PrivateNote=identity.marker("invoice-" + "0" * 32)), False, "another's marker"),
        (as_saved(PrivateNote="Thanks!"), True, "note stripped: all else is equal"),
        (as_saved(PrivateNote=None), True, "no note: all else is equal"),
        (as_saved(PrivateNote="", TotalAmt=11), False, "another total"),
        (as_saved(PrivateNote="", TxnDate="2026-09-15"), False, "another date"),
        (as_saved(PrivateNote="", CustomerRef={"value": "7"}), False, "another customer"),
        (as_saved(PrivateNote="", DocNumber="1002"), False, "another number"),
    ],
)
def test_an_invoice_is_recognised(obj: dict[str, Any], expected: bool, why: str) -> None:
    assert ours(SALE, obj) is expected, why


@pytest.mark.parametrize(
    "obj, expected, why",
    [
        (paid_as_saved(), True, "amount, reference and invoice are equal"),
        (paid_as_saved(PrivateNote=identity.marker(key_of(PAID)), Line=[]), True, "the marker"),
        (paid_as_saved(Line=[]), False, "settles nothing"),
        (paid_as_saved(PaymentRefNum="ch_2"), False, "another reference"),
        (paid_as_saved(TotalAmt=9), False, "another amount"),
    ],
)
def test_a_payment_is_recognised(obj: dict[str, Any], expected: bool, why: str) -> None:
    assert ours(PAID, obj) is expected, why


@pytest.mark.parametrize(
    "document, obj, expected",
    [
        (customer(), {"DisplayName": "jane doe"}, True),
        (customer(), {"DisplayName": "Jane Doe (deleted)", "Active": False}, False),
        (
            customer(email="a@x.com"),
            {"DisplayName": "Jane Doe", "PrimaryEmailAddr": {"Address": "b@x.com"}},
            False,
        ),
        (product(), {"Name": "Blue mug", "Type": "NonInventory"}, True),
        (product(), {"Name": "Blue mug", "Type": "Category"}, False),
    ],
)
def test_names_are_recognised_by_name(
    document: Document, obj: dict[str, Any], expected: bool
) -> None:
    assert ours(document, obj) is expected


def test_queries_use_only_what_quickbooks_can_filter_by() -> None:
    since = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)

    assert identity.find_queries(sent(SALE), since) == (
        "select * from Invoice where DocNumber = '1001'",
        "select * from Invoice where TxnDate = '2026-09-14' and CustomerRef = '101'",
        "select * from Invoice where MetaData.CreateTime >= '2026-09-14T10:00:00+00:00'",
    )
    assert identity.find_queries(sent(PAID))[0] == (
        "select * from Payment where PaymentRefNum = 'ch_1'"
    )
    assert identity.find_queries(sent(customer()), since) == (
        "select * from Customer where DisplayName in ('Jane Doe', 'Jane Doe (deleted)') "
        "and Active in (true, false)",
    )


UPDATE = Request("Payment", "update", {"Id": "1", "SyncToken": "3", "TotalAmt": Decimal("9.00")})
VOID = Request("Invoice", "void", {"Id": "1", "SyncToken": "3", "sparse": True})
DELETE = Request("Payment", "delete", {"Id": "1", "SyncToken": "3"})


@pytest.mark.parametrize(
    "request_, obj, expected, why",
    [
        (UPDATE, {"SyncToken": "4", "TotalAmt": 9}, True, "newer, and as sent"),
        (UPDATE, {"SyncToken": "3", "TotalAmt": 9}, False, "same token: repeat it"),
        (UPDATE, {"SyncToken": "4", "TotalAmt": 8}, False, "somebody else's change"),
        (UPDATE, None, False, "gone"),
        (VOID, {"SyncToken": "4", "TotalAmt": 0}, True, "voided"),
        (VOID, {"SyncToken": "4", "TotalAmt": 5}, False, "changed, not voided"),
        (VOID, {"SyncToken": "3", "TotalAmt": 0}, False, "it was nothing before"),
        (DELETE, None, True, "gone"),
        (DELETE, {"status": "Deleted", "Id": "1"}, True, "gone, as changes tell"),
        (DELETE, {"SyncToken": "4"}, False, "still there"),
    ],
)
def test_whether_an_unclear_change_took_effect(
    request_: Request, obj: dict[str, Any] | None, expected: bool, why: str
) -> None:
    assert identity.took_effect(request_, obj) is expected, why
