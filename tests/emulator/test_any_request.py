"""Whatever is asked for, in queries, reports, changes, batches and uploads: an answer."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.qbo import Emulator, Limits, ManualClock
from local.qbo.entities import ENTITIES
from local.qbo.people.bookkeeper import keep_books
from local.qbo.reports import REPORTS
from tests.emulator.conftest import Api, sale

VALUE = st.sampled_from(
    [
        *("", "x", "ü😀", "²", "٣", "-1", "0", "1", "1,84", "999", "1e999", "9" * 30, "x" * 3000),
        *("2026-09-30", "2026-02-30", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00"),
        *("0001-01-01T00:00:00+14:00", "today", "This Month", "Last Fiscal Year", "Cash", "Days"),
        *("Month", "Customers", "Classes", "ProductsAndServices", "tx_date,doc_num", "descend"),
        *("Invoice", "Invoice,Customer", "All", "Current", "Paid"),
    ]
)
PARAMETER = st.sampled_from(
    [
        *("start_date", "end_date", "date_macro", "accounting_method", "report_date", "columns"),
        *("summarize_column_by", "sort_by", "sort_order", "customer", "vendor", "account", "class"),
        *("department", "item", "aging_period", "num_periods", "aging_method", "past_due", "x"),
        *("group_by", "transaction_type", "source_account_type", "arpaid", "start_duedate"),
        *("cleared", "start_moddate", "end_createdate", "minorversion", "bothamount"),
    ]
)
WORD = st.sampled_from(
    [
        *("select", "*", "from", "where", "and", "orderby", "order by", "desc", "startposition"),
        *("maxresults", "count(*)", "in", "like", "=", "<", ">=", "(", ")", ",", "Invoice", "Item"),
        *("Customer", "Account", "Balance", "TxnDate", "Id", "Active", "MetaData.LastUpdatedTime"),
        *("Line.Amount", "'x'", "'%a%'", "'2026-02-30'", "'NaN'", "'\\''", "'", "true", "null"),
        *("1", "-1", "0", "²", "9" * 30, "1e999", "'9999-12-31T23:59:59-12:00'", "ü", "''"),
    ]
)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "x", 1, True, [], {}, [{}], {"a": 1}, "\ud800", 1e300, "select * from Invoice"]
)
HEADS = st.sampled_from(
    [
        b'Content-Disposition: form-data; name="file_metadata_01"',
        b'Content-Disposition: form-data; name="file_content_01"; filename="a.txt"',
        b'Content-Disposition: form-data; name="file_content_01"; filename="\xff\x00"',
        b"Content-Disposition: form-data; name*=utf-8''file_content_01; filename*=bad''%ff",
        b'Content-Transfer-Encoding: base64\r\nContent-Disposition: x; name="file_content_0"',
        b"\xff: \x00",
    ]
)
CONTENT = st.sampled_from(
    [b"", b"hello", b"\x00\xff", b"{}", b"[]", b'{"Id": []}', b'{"Note":"n"}']
)


@pytest.fixture(scope="module")
def api() -> Api:
    emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=5)
    keep_books(emulator.seed("us"))
    return Api(emulator)


@settings(max_examples=100, deadline=None)
@given(
    kind=st.sampled_from(["Invoice", "Customer", "Account", "Preferences"]),
    words=st.lists(WORD, max_size=8),
    free=st.booleans(),
)
def test_any_query(api: Api, kind: str, words: list[str], free: bool) -> None:
    statement = " ".join(words if free else ["select * from", kind, *words])
    assert api.get("query", query=statement).status_code in (200, 400)


@settings(max_examples=150, deadline=None)
@given(
    report=st.sampled_from(sorted(REPORTS)), params=st.dictionaries(PARAMETER, VALUE, max_size=5)
)
def test_any_report(api: Api, report: str, params: dict[str, str]) -> None:
    assert api.get(f"reports/{report}", **params).status_code in (200, 400)


@settings(max_examples=60, deadline=None)
@given(entities=VALUE, since=VALUE)
def test_any_changes(api: Api, entities: str, since: str) -> None:
    assert api.get("cdc", entities=entities, changedSince=since).status_code in (200, 400)


ITEM = st.dictionaries(
    st.sampled_from(["bId", "operation", "optionsData", "Query", "CDCQuery", *sorted(ENTITIES)]),
    ODD | st.sampled_from(["create", "update", "delete"]) | st.just(sale("1")),
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(items=ODD | st.lists(ODD | ITEM, max_size=4), name=st.sampled_from(["", "one", "two"]))
def test_any_batch(api: Api, items: Any, name: str) -> None:
    answer = api.http.post(
        f"/v3/company/{api.realm}/batch",
        params={"requestid": name} if name else None,
        content=json.dumps({"BatchItemRequest": items}, default=float),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code in (200, 400)
    assert sum(api.emulator.company().balances().values()) == 0


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.tuples(HEADS, CONTENT), max_size=4),
    boundary=st.sampled_from(["b", "--", ""]),
    closed=st.booleans(),
)
def test_any_upload(
    api: Api, parts: list[tuple[bytes, bytes]], boundary: str, closed: bool
) -> None:
    edge = b"--" + boundary.encode()
    body = b"".join(edge + b"\r\n" + head + b"\r\n\r\n" + content for head, content in parts)
    answer = api.http.post(
        f"/v3/company/{api.realm}/upload",
        content=body + (edge + b"--" if closed else b""),
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert answer.status_code in (200, 400)


@settings(max_examples=20, deadline=None)
@given(path=st.lists(st.sampled_from([*"x1", "²", "%FF", "ü", "", "pdf", "send"]), max_size=3))
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_any_path(api: Api, method: str, path: list[str]) -> None:
    for start in ("invoice", "customer", "download", "reports", "upload", "batch"):
        place = "/".join([start, *path])
        for accepted in ("application/json", "application/xml"):
            answer = api.http.request(
                method, f"/v3/company/{api.realm}/{place}", headers={"Accept": accepted}
            )
            assert answer.status_code < 500 or "No resource" in answer.text
