"""The daily work through the routes: documents, events, runs, records and notices."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.functions.api import Api, HttpAnswer, claims
from tests.functions.test_serve_administration import COMPANY
from tests.unit.usecases import documents as samples
from tests.world import World
from tillbook.domain.documents import to_json
from tillbook.store import company as companies
from tillbook.store import notices, proofs, runs
from tillbook.store.company import Import
from tillbook.store.proofs import Drift

OPERATOR = claims("operate")
INVOICE = samples.invoice()


@pytest.fixture
def api() -> Api:
    api = Api(World())
    api.world.connected()
    return api


def call(api: Api, method: str, path: str, body: object = None) -> HttpAnswer:
    return api.call(method, f"/connections/c1{path}", body, claims=OPERATOR)


def feed_document(**changes: Any) -> dict[str, Any]:
    return to_json(INVOICE) | {"source": "feed/warehouse"} | changes


def submit(api: Api, *documents: object) -> list[dict[str, Any]]:
    answer = call(api, "POST", "/documents", {"documents": documents})
    assert answer.status == 200, answer.body
    results: list[dict[str, Any]] = answer.body["results"]
    return results


def test_each_document_has_a_result_and_the_good_ones_are_taken(api: Api) -> None:
    results = submit(api, feed_document(), feed_document(id="2", total="1.00"), {"kind": "x"})

    assert [result["status"] for result in results] == ["accepted", "refused", "refused"]
    assert [result["index"] for result in results] == [0, 1, 2]
    assert results[1]["errors"][0]["field"].endswith("total")
    assert results[1]["errors"][0]["cure"]
    listed = call(api, "GET", "/records?kind=invoice").body["items"]
    assert [(row["title"], row["status"]) for row in listed] == [("invoice #1001", "pending")]


def test_sending_documents_again_changes_nothing(api: Api) -> None:
    first = submit(api, feed_document())
    again = submit(api, feed_document())

    assert again[0]["status"] == "unchanged"
    assert again[0]["record"] == first[0]["record"]


def test_amounts_are_exact_from_the_first_parse(api: Api) -> None:
    """JSON numbers are read as decimals: 0.1 + 0.2 is what it says."""
    line = {"id": "1", "unit_price": 0.3, "gross": 0.3}
    document = feed_document(lines=[line], total=0.3)
    raw = json.dumps({"documents": [document]}).encode()

    answer = api.call("POST", "/connections/c1/documents", raw=raw, claims=OPERATOR)

    record = answer.body["results"][0]["record"]
    detail = call(api, "GET", f"/records/{record}").body
    assert detail["document"]["lines"][0]["unit_price"] == "0.3"
    assert Decimal(detail["total"]) == Decimal("0.3")


@pytest.mark.parametrize(
    "body, field",
    [
        ({}, "documents"),
        ({"documents": []}, "documents"),
        ({"documents": [{}] * 501}, "documents"),
        ({"documents": {}}, "documents"),
        ({"documents": ["x"]}, "documents.0"),
        ({"documents": [{}], "dryrun": True}, "dryrun"),
    ],
)
def test_a_call_with_no_sensible_list_is_refused(api: Api, body: object, field: str) -> None:
    answer = call(api, "POST", "/documents", body)

    assert answer.status == 422
    assert [error["field"] for error in answer.body["errors"]] == [field]


def test_documents_over_four_megabytes_are_413(api: Api) -> None:
    body = {"documents": [{"memo": "x" * 4 * 1024 * 1024}]}

    assert call(api, "POST", "/documents", body).status == 413


@pytest.mark.feature("DEAR-094", note="Whoever started the first: a person or a schedule.")
def test_a_run_starts_at_once_and_a_second_is_refused_with_the_first(api: Api) -> None:
    started = call(api, "POST", "/runs")
    assert started.status == 202, started.body
    run = started.body["id"]
    runs.take_lease(api.world.database, "c1", run, api.world.now())

    second = call(api, "POST", "/runs", {"direction": "import"})

    assert second.status == 409
    assert second.body["active_run"] == run
    assert api.world.runs.started[run]["direction"] == "both"
    assert call(api, "GET", "").body["active_run"] == run
    assert call(api, "GET", f"/runs/{run}").body["started_by"] == "alice"
    assert [row["id"] for row in call(api, "GET", "/runs").body["items"]] == [run]


@pytest.mark.parametrize("direction", ["", "up", None, 1])
def test_a_run_in_no_known_direction_is_refused(api: Api, direction: object) -> None:
    assert call(api, "POST", "/runs", {"direction": direction}).status == 422


def test_an_event_is_queued_until_it_has_an_outcome_and_can_be_replayed(api: Api) -> None:
    metadata = {
        "connection": "c1",
        "channel-kind": "shopify",
        "source": "shopify/acme.myshopify.com",
        "topic": "orders/create",
        "received-at": "2026-03-02T12:00:00+00:00",
        "headers": '{"x-shopify-topic":"orders/create"}',
    }
    api.world.event_log.put("channel/abc", b'{"id": 1}', metadata)

    shown = call(api, "GET", "/events/channel.abc").body
    replayed = call(api, "POST", "/events/channel.abc/replay")

    assert (shown["outcome"], shown["body"], shown["topic"]) == (
        "queued",
        '{"id": 1}',
        "orders/create",
    )
    assert (replayed.status, replayed.body["outcome"]) == (202, "queued")
    assert api.world.translate_queue.sent == ["channel/abc"]


def test_a_pending_record_is_skipped_and_retried(api: Api) -> None:
    record = submit(api, feed_document())[0]["record"]

    skipped = call(api, "POST", f"/records/{record}/skip", {"why": "posted by hand"})
    retried = call(api, "POST", f"/records/{record}/retry")

    assert skipped.body["status"] == "skipped"
    assert "posted by hand" in skipped.body["reason"]
    assert retried.body["status"] == "pending"
    assert call(api, "POST", f"/records/{record}/retry").status == 409


def test_records_are_found_by_status_and_text(api: Api) -> None:
    submit(api, feed_document(), feed_document(id="o2", number="#2002"))

    found = call(api, "GET", "/records?q=2002&status=pending").body["items"]

    assert [row["title"] for row in found] == ["invoice #2002"]
    assert call(api, "GET", "/records?status=sending").status == 422


def test_retrying_all_failed_records_tells_how_many(api: Api) -> None:
    answer = call(api, "POST", "/records/retry-failed", {"kind": "invoice"})

    assert (answer.status, answer.body) == (200, {"retried": 0})


def test_a_notice_is_listed_and_marked_as_read(api: Api) -> None:
    world = api.world
    world.database.write(notices.add("c1", "n1", "Reconnect needed", "Connect again.", world.now()))
    notice = call(api, "GET", "/notices").body["items"][0]
    assert notice["read_at"] is None

    read = call(api, "POST", f"/notices/{notice['id']}/read")

    assert (read.status, read.body["read_by"]) == (200, "alice")
    assert call(api, "POST", "/notices/unknown/read").status == 404


def test_the_reconciliation_is_there_once_a_run_has_made_it(api: Api) -> None:
    assert call(api, "GET", "/reconciliation").status == 404

    api.world.database.write(
        proofs.save_proof("c1", {"agrees": True, "difference": "0.00"}),
        proofs.save_drift("c1", Drift("2026-03-02T12:00:00+00:00")),
    )

    assert call(api, "GET", "/reconciliation").body == {
        "agrees": True,
        "difference": "0.00",
        "drift": {"at": "2026-03-02T12:00:00+00:00", "records": [], "more": 0},
    }


def test_imported_accounts_are_listed_by_name(api: Api) -> None:
    assert call(api, "GET", "/reference/accounts").body["items"] == []
    companies.save(api.world.database, "c1", COMPANY, Import())

    accounts = call(api, "GET", "/reference/accounts").body["items"]
    assert all(one["type"] for one in accounts)
    codes = call(api, "GET", "/reference/tax-codes").body["items"]

    assert [row["name"] for row in accounts][:2] == ["Checking", "Old sales"]
    assert [row["name"] for row in codes] == ["California"]
    assert call(api, "GET", "/reference/planets").status == 404


def test_a_company_without_a_tax_code_in_the_settings_is_not_ready(api: Api) -> None:
    taxed = COMPANY.model_copy(update={"uses_sales_tax": True})
    companies.save(api.world.database, "c1", taxed, Import())

    missing = call(api, "GET", "").body["readiness"]

    assert "settings.tax_code" in [row["field"] for row in missing]


def test_readiness_names_what_is_missing_and_the_cure(api: Api) -> None:
    api.world.connection(connection_id="new")
    new = api.call("GET", "/connections/new", claims=OPERATOR).body["readiness"]
    before = call(api, "GET", "").body["readiness"]
    bare = COMPANY.model_copy(update={"accounts": {}})
    companies.save(api.world.database, "c1", bare, Import())
    after = call(api, "GET", "").body["readiness"]

    assert [row["field"] for row in new] == ["connection"]
    assert [row["field"] for row in before] == ["company", "channels"]
    assert {row["field"] for row in after} == {
        "settings.accounts.income",
        "settings.accounts.discount",
        "settings.accounts.deposit",
        "accounts receivable",
        "channels",
    }


@pytest.mark.parametrize("path", ["/runs/x", "/records/invoice-x", "/records/x", "/events/x.y"])
def test_what_does_not_exist_is_404(api: Api, path: str) -> None:
    assert call(api, "GET", path).status == 404
