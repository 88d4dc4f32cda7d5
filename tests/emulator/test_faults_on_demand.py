"""Faults on demand and the control plane."""

from typing import Any

import httpx
import pytest

from local.qbo import Company, Emulator
from tests.emulator.conftest import Api, sale


def receipt(api: Api, **params: str) -> httpx.Response:
    return api.post("salesreceipt", sale(None, "10"), **params)


def control(api: Api, method: str, path: str, body: Any = None) -> Any:
    answer = api.http.request(method, f"/_emulator/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    "answer, status, kind",
    [
        ("server_error", 500, "text/html"),
        ("unavailable", 503, "text/html"),
        ("stream_timeout", 504, "text/plain"),
        ("throttled", 429, "text/xml"),
        ("expired_token", 401, "application/json"),
        ("forbidden", 403, "application/json"),
        ("gateway_error", 500, "application/json"),
        ("wrong_cluster", 401, "application/json"),
        ("no_access", 401, "application/json"),
        ("general_authentication", 401, "application/xml"),
        ("user_not_in_realm", 401, "application/json"),
        ("system_failure", 500, "application/json"),
        ("one_name_at_a_time", 400, "application/json"),
        ("inventory_lock", 400, "application/json"),
        ("may_have_been_saved", 400, "application/json"),
    ],
)
@pytest.mark.parametrize("commits", ["no", "yes"])
def test_a_fault_strikes_before_or_after_the_write(
    api: Api,
    company: Company,
    emulator: Emulator,
    answer: str,
    status: int,
    kind: str,
    commits: str,
) -> None:
    emulator.inject(answer, commits=commits)

    struck = receipt(api)
    after = receipt(api)

    assert struck.status_code == status
    assert struck.headers["content-type"].startswith(kind)
    assert after.status_code == 200
    assert len(company.all("SalesReceipt")) == (2 if commits == "yes" else 1)


def test_a_user_who_left_the_company_is_named_in_a_header(api: Api, emulator: Emulator) -> None:
    emulator.inject("user_not_in_realm")

    assert api.get("companyinfo/1").headers["x_error_reason"] == "user_not_in_realm"


def test_a_fault_of_the_connection_befalls_a_batch_as_a_whole(api: Api, emulator: Emulator) -> None:
    emulator.inject("no_access", operation="batch")

    answer = api.post("batch", {"BatchItemRequest": [{"bId": "1", "Query": "select * from Term"}]})

    assert answer.status_code == 401
    assert answer.json()["Fault"]["Error"][0]["code"] == "120"


def test_a_lost_answer_is_given_again_for_its_request_id(
    api: Api, company: Company, emulator: Emulator
) -> None:
    emulator.inject("dropped", commits="yes")
    with pytest.raises(httpx.RemoteProtocolError):
        receipt(api, requestid="r-1")

    assert receipt(api, requestid="r-1").status_code == 200
    assert len(company.all("SalesReceipt")) == 1


def test_a_lost_write_may_commit_later(api: Api, company: Company, emulator: Emulator) -> None:
    emulator.inject("stream_timeout", commits="later", delay=100)
    receipt(api)

    emulator.clock.advance(99)
    api.get("companyinfo/1")
    before = len(company.all("SalesReceipt"))
    emulator.clock.advance(1)
    api.get("companyinfo/1")

    assert (before, len(company.all("SalesReceipt"))) == (0, 1)


def test_a_fault_can_be_narrowed_skipped_and_counted(api: Api, emulator: Emulator) -> None:
    emulator.inject("server_error", entity="Customer", operation="create", skip=1, count=2)

    assert receipt(api).status_code == 200
    assert [api.post("customer", {"DisplayName": f"C{n}"}).status_code for n in range(4)] == [
        200,
        500,
        500,
        200,
    ]


def test_chance_follows_its_seed(api: Api, emulator: Emulator) -> None:
    def row(seed: int) -> list[int]:
        emulator.injections.clear()
        emulator.inject("server_error", count=None, probability=0.5, seed=seed)
        return [api.get("companyinfo/1").status_code for _ in range(12)]

    assert row(7) == row(7)
    assert set(row(7)) == {200, 500}


def test_in_a_batch_a_service_fault_strikes_single_items(
    api: Api, company: Company, emulator: Emulator
) -> None:
    emulator.inject("system_failure", entity="SalesReceipt", skip=1, commits="yes")

    answers = api.batch(
        *({"bId": str(n), "operation": "create", "SalesReceipt": sale(None, "1")} for n in range(3))
    )

    assert ["Fault" in each for each in answers] == [False, True, False]
    assert answers[1]["Fault"]["Error"][0]["code"] == "10000"
    assert len(company.all("SalesReceipt")) == 3


def test_a_revoked_connection_stays_revoked(api: Api, emulator: Emulator) -> None:
    emulator.inject("revoked")

    assert [api.get("companyinfo/1").status_code for _ in range(2)] == [401, 401]


def test_slowness_and_latency_move_a_manual_clock(api: Api, emulator: Emulator) -> None:
    emulator.latency.base, emulator.latency.per_item = 0.25, 0.5
    start = emulator.clock.now()
    emulator.inject("normal", seconds=10)

    receipt(api)
    api.batch({"bId": "1", "Query": "select * from Term"})

    assert (emulator.clock.now() - start).total_seconds() == 10 + 0.75 + 0.75


def test_an_unknown_fault_is_refused_naming_what_there_is(api: Api) -> None:
    answer = api.http.post("/_emulator/faults", json={"answer": "meteor"})
    typo = api.http.post("/_emulator/faults", json={"anser": "dropped"})
    entity = api.http.post("/_emulator/faults", json={"answer": "dropped", "entity": "Invoices"})

    assert answer.status_code == typo.status_code == entity.status_code == 400
    assert "use one of CompanyInfo" in entity.json()["error"]
    assert "stream_timeout" in answer.json()["error"]
    assert typo.json()["error"].startswith("anser: unknown")


def test_faults_are_set_listed_and_cleared_over_http(api: Api) -> None:
    control(api, "POST", "faults", {"answer": "server_error", "entity": "Customer", "count": 3})

    listed = control(api, "GET", "faults")["faults"]
    control(api, "DELETE", "faults")

    assert listed[0]["answer"] == "server_error"
    assert control(api, "GET", "faults")["faults"] == []


def test_a_person_edits_and_the_client_is_stale(api: Api) -> None:
    customer = api.customer()
    invoice = api.invoice(customer)

    control(
        api,
        "POST",
        f"companies/{api.realm}/edits",
        {
            "by": "Jane Roe",
            "action": "update",
            "entity": "Invoice",
            "object": {"Id": invoice["Id"], "PrivateNote": "seen"},
        },
    )
    refusal = api.refusal(
        "invoice", {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    )

    assert refusal["Detail"].startswith("Stale Object Error : You and Jane Roe were working")


@pytest.mark.parametrize("action", ["void", "delete"])
def test_a_person_voids_or_deletes(api: Api, company: Company, action: str) -> None:
    invoice = api.invoice(api.customer())

    control(
        api,
        "POST",
        f"companies/{api.realm}/edits",
        {"action": action, "entity": "Invoice", "object": {"Id": invoice["Id"]}},
    )

    assert not any(company.balances().values())


def test_a_person_creates_and_deactivates_by_the_same_rules(api: Api) -> None:
    edits = f"companies/{api.realm}/edits"
    made = control(
        api,
        "POST",
        edits,
        {"action": "create", "entity": "customer", "object": {"DisplayName": "Walk-in"}},
    )["Customer"]

    gone = control(
        api,
        "POST",
        edits,
        {"action": "deactivate", "entity": "Customer", "object": {"Id": made["Id"]}},
    )
    twice = api.http.post(
        f"/_emulator/{edits}",
        json={"action": "create", "entity": "Invoice", "object": {"CustomerRef": {"value": "1"}}},
    )

    assert gone["Customer"]["DisplayName"] == "Walk-in (deleted)"
    assert twice.status_code == 400


def test_the_log_and_the_counters_tell_reads_from_writes(api: Api) -> None:
    control(api, "DELETE", "log")
    api.customer()
    api.query("select * from Customer")
    api.batch(
        {"bId": "1", "Query": "select * from Term"},
        {"bId": "2", "operation": "create", "Customer": {"DisplayName": "B"}},
    )

    stats = control(api, "GET", "stats")[api.realm]
    log = control(api, "GET", f"log?realm={api.realm}")["requests"]

    assert (stats["requests"], stats["reads"], stats["writes"]) == (3, 2, 2)
    assert (stats["batches"], stats["batch_items"]) == (1, 2)
    assert [each["status"] for each in log] == [200, 200, 200]
    assert log[2]["calls"] == [
        {"operation": "query", "entity": "", "count": 1},
        {"operation": "create", "entity": "Customer", "count": 1},
    ]


def test_a_company_is_seeded_with_a_bookkeepers_work(api: Api, emulator: Emulator) -> None:
    control(
        api,
        "POST",
        "companies",
        {
            "realm": "777",
            "name": "Corner Shop",
            "bookkeeper": {"customers": ["Jane Doe", "Joe"], "items": ["Mug"], "rounds": 2},
            "preferences": {"SalesFormsPrefs": {"AllowShipping": False}},
        },
    )
    books = control(api, "GET", "companies/777/ledger")

    company = emulator.company("777")
    assert company.name == "Corner Shop"
    assert [each["DisplayName"] for each in company.all("Customer")] == ["Jane Doe", "Joe"]
    assert company.preference("SalesFormsPrefs", "AllowShipping") is False
    assert books["sum"] == 0
    assert books["entries"] > 8


def test_switches_limits_latency_and_clock_are_set_over_http(api: Api, emulator: Emulator) -> None:
    control(api, "POST", "switches", {"requestid_retention": 480, "consent": "auto"})
    control(api, "POST", "limits", {"realm_per_minute": 7})
    control(api, "POST", "latency", {"base": "0.3"})
    control(api, "POST", "clock", {"set": "2026-12-24T18:00:00Z"})

    assert emulator.switches.requestid_retention == 480
    assert emulator.limits.realm_per_minute == 7
    assert emulator.latency.base == 0.3
    assert control(api, "GET", "clock")["now"] == "2026-12-24T18:00:00+00:00"
    wrong = api.http.post("/_emulator/switches", json={"consent": "maybe"})
    assert "use one of page, auto, deny" in wrong.json()["error"]
    back = api.http.post("/_emulator/clock", json={"advance": -1})
    assert back.status_code == 400


def test_an_unknown_control_lists_what_there_is(api: Api) -> None:
    answer = api.http.get("/_emulator/nonsense")

    assert answer.status_code == 404
    assert "POST /_emulator/faults" in answer.json()["there_is"]


def test_reset_forgets_everything(api: Api, emulator: Emulator) -> None:
    control(api, "POST", "reset")

    assert emulator.companies == {}


def test_a_request_slower_than_the_limit_is_committed_and_its_answer_lost(
    api: Api, emulator: Emulator, company: Company
) -> None:
    start = emulator.clock.now()
    emulator.inject("normal", seconds=121)

    answer = api.post("customer", {"DisplayName": "Jane Doe"})

    assert (answer.status_code, answer.text) == (504, "stream timeout")
    assert (emulator.clock.now() - start).total_seconds() == 120
    assert len(company.all("Customer")) == 1
    emulator.limits.request_seconds = None
    emulator.inject("normal", seconds=121)
    assert api.get("customer/1").status_code == 200
