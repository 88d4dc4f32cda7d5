"""Faults in all their shapes, their class, and the words for a bookkeeper."""

import re

import pytest

from tillbook.quickbooks import faults
from tillbook.quickbooks.fault_table import TABLE, UNKNOWN, Operation, Row
from tillbook.quickbooks.faults import Fault, FaultClass, Who

THROTTLED_XML = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<IntuitResponse time="2017-07-30T22:45:22.933-07:00"
 xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="3001"><Message>
message=ThrottleExceeded; errorCode=003001; statusCode=429</Message><Detail>The request limit was
reached.  Try again later</Detail></Error></Fault></IntuitResponse>"""
EXPIRED = b"""{"warnings":null,"fault":{"error":[{"message":"message=AuthenticationFailed; \
errorCode=003200; statusCode=401","detail":"Token expired: AB01secret","code":"3200",\
"element":null}],"type":"AUTHENTICATION"},"time":1601391072830}"""
STALE = (
    "Stale Object Error : You and Jane Doe were working on this at the same time. Jane Doe "
    "finished before you did, so your work was not saved."
)
INACTIVE = (
    "Object Not Found : Something you're trying to use has been made inactive. Check the fields "
    "with accounts, customers, items, vendors or employees."
)


def fault(code: str, detail: str = "", message: str = "", **fields: object) -> Fault:
    return Fault(code=code, message=message, detail=detail, **fields)  # type: ignore[arg-type]


def business(sentence: str) -> Fault:
    message = "A business validation error has occurred while processing your request"
    return fault("6000", f"Business Validation Error: {sentence}", message)


def test_an_answer_without_fault_is_none() -> None:
    assert faults.parse(200, b'{"Invoice":{"Id":"1"},"time":"x"}') is None


def test_a_fault_comes_out_of_a_200() -> None:
    body = b'{"Fault":{"Error":[{"Message":"m","Detail":"d","code":"10000","element":"E"}]}}'

    found = faults.parse(200, body, "1-tid")

    assert found is not None
    assert (found.code, found.element, found.tid) == ("10000", "E", "1-tid")
    assert faults.classify(found) is FaultClass.UNCLEAR


def test_several_errors_become_one_with_all_details() -> None:
    errors = b'[{"Detail":"first","code":"2500"},{"Detail":"second","code":"2500"}]'

    found = faults.parse(400, b'{"Fault":{"Error":' + errors + b',"type":"ValidationFault"}}')

    assert found is not None
    assert found.detail == "first second"


def test_a_throttle_arrives_as_xml() -> None:
    found = faults.parse(429, THROTTLED_XML)

    assert found is not None
    assert (found.code, found.type) == ("3001", "SERVICE")
    assert found.detail == "The request limit was reached. Try again later"
    assert faults.classify(found) is FaultClass.THROTTLED
    assert faults.stops_everything(found)


def test_a_token_in_a_fault_is_never_kept() -> None:
    found = faults.parse(401, EXPIRED)

    assert found is not None
    assert found.detail == "Token expired"
    assert faults.classify(found) is FaultClass.RECONNECT


@pytest.mark.parametrize(
    "status, body, expected",
    [
        (503, b"<html><h1>503 Service Temporarily Unavailable</h1></html>", FaultClass.UNCLEAR),
        (504, b"stream timeout", FaultClass.UNCLEAR),
        (200, b"<html>login</html>", FaultClass.UNCLEAR),
        (200, b"", FaultClass.UNCLEAR),
        (500, b"{", FaultClass.UNCLEAR),
        (408, b"", FaultClass.UNCLEAR),
        (429, b"", FaultClass.THROTTLED),
        (401, b"", FaultClass.RECONNECT),
        (403, b"{}", FaultClass.RECONNECT),
        (404, b"not found", FaultClass.UNKNOWN),
        (500, EXPIRED.replace(b"3200", b"3100"), FaultClass.UNCLEAR),
        (403, THROTTLED_XML, FaultClass.THROTTLED),
    ],
)
def test_what_is_no_fault_of_the_service_is_classified_by_its_status(
    status: int, body: bytes, expected: FaultClass
) -> None:
    found = faults.parse(status, body)

    assert found is not None
    assert faults.classify(found) is expected


@pytest.mark.parametrize(
    "found, operation, expected",
    [
        (fault("5010", STALE), "update", FaultClass.STALE),
        (fault("6240", "The name supplied already exists. : null"), None, FaultClass.NAME_TAKEN),
        (fault("6140"), "create", FaultClass.NUMBER_TAKEN),
        (fault("610", INACTIVE), "create", FaultClass.NEEDS_PERSON),
        (fault("610", INACTIVE), "delete", FaultClass.GONE),
        (fault("610"), None, FaultClass.GONE),
        (fault("600", "Duplicate Request ID"), None, FaultClass.UNCLEAR),
        (fault("130"), None, FaultClass.TRANSIENT),
        (fault("120"), None, FaultClass.RECONNECT),
        (fault("6190"), None, FaultClass.NEEDS_PERSON),
        (fault("6000", "something new"), None, FaultClass.UNKNOWN),
        (fault("99999"), None, FaultClass.UNKNOWN),
        (
            business("You can only add or edit one name at a time. Please try again."),
            None,
            FaultClass.ONE_AT_A_TIME,
        ),
        (
            business("You can only add or edit one product or service at a time."),
            None,
            FaultClass.ONE_AT_A_TIME,
        ),
        (
            business(
                "Another user was creating a transaction with inventory products at exactly the "
                "same time. Please try again in 30 minutes"
            ),
            None,
            FaultClass.TRANSIENT,
        ),
        (
            business(
                "An unexpected error occurred while accessing or saving your data. Please wait a "
                "few minutes and try again"
            ),
            None,
            FaultClass.UNCLEAR,
        ),
        (
            business("You cannot modify a list element that has been deleted."),
            "update",
            FaultClass.GONE,
        ),
    ],
)
def test_a_fault_of_the_service_is_classified_by_code_and_words(
    found: Fault, operation: Operation | None, expected: FaultClass
) -> None:
    assert faults.classify(found, operation) is expected


def test_only_unclear_classes_leave_it_open_whether_a_write_took_effect() -> None:
    unclear = {kind for kind in FaultClass if kind.is_unclear}

    assert unclear == {FaultClass.UNCLEAR, FaultClass.THROTTLED}


def test_an_explanation_names_the_document_and_who_was_editing() -> None:
    found = faults.explain(fault("5010", STALE), "invoice #1001")

    assert found.what == "Invoice #1001 was changed in QuickBooks by Jane Doe at the same time."
    assert found.by_tillbook


@pytest.mark.feature("DEAR-133")
def test_a_number_that_is_taken_is_explained_with_the_object_that_has_it() -> None:
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has "
        "already been used. DocNumber=#1001 is assigned to TxnType=Invoice with TxnId=3632"
    )

    found = faults.explain(fault("6140", detail), "invoice #1001")

    assert "Invoice with id 3632" in found.what
    assert found.who is Who.BOOKKEEPER


def test_an_unknown_fault_is_shown_word_for_word_with_its_tid() -> None:
    strange = fault("-12476", message="Unexpected user error. ( -12476 )", tid="1-5f733be9")

    found = faults.explain(strange, "credit note CN-7")

    assert found.name == "unknown"
    assert "Unexpected user error. ( -12476 )" in found.said
    assert found.tid == "1-5f733be9"
    assert "CN-7" in found.what


@pytest.mark.feature("INV-026")
@pytest.mark.parametrize("row", [*TABLE, UNKNOWN], ids=lambda row: row.name)
def test_every_row_says_what_happened_who_acts_and_what_to_do(row: Row) -> None:
    groups = set(re.compile(row.text).groupindex)
    placeholders = set(re.findall(r"\{(\w+)\}", row.what))

    assert placeholders <= groups | {"title", "code"}
    assert row.what.endswith(".")
    assert row.cure.endswith(".")
    assert row.who in Who


def test_rows_of_one_name_agree_on_what_comes_next() -> None:
    by_name: dict[str, set[FaultClass]] = {}
    for row in TABLE:
        by_name.setdefault(row.name, set()).add(row.kind)

    assert all(len(kinds) == 1 for kinds in by_name.values())


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_no_row_is_hidden_behind_an_earlier_one(row: Row) -> None:
    earlier = TABLE[: TABLE.index(row)]
    codes = {code for one in earlier if not one.text and not one.operations for code in one.codes}

    assert not row.codes or set(row.codes) - codes
