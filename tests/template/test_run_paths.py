"""The ways through the real state machine, run by the local cloud with scripted functions."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.cloud.cloud import LocalCloud
from tests.template.stack import ROOT

DONE = {"done": True, "count": 1, "wait_seconds": 0}
MORE = {"done": False, "count": 30, "wait_seconds": 0}
WAIT = {"done": False, "count": 0, "wait_seconds": 45}

SMOOTH: dict[str, list[Any]] = {
    "BeginRun": [{"connection_id": "acme", "run_id": "run", "fence": 7}],
    "ImportReference": [DONE],
    "PlanRun": [{"kinds": ["customer", "invoice"], "sweep": False}],
    "ExportEntity": [DONE],
    "SweepConnection": [DONE],
    "ReconcileBooks": [DONE],
    "FinishRun": [{"status": "completed"}],
}


# In AWS a Map stops at its first failure; the local engine still goes through what is left.
ONE_KIND: dict[str, list[Any]] = {"PlanRun": [{"kinds": ["customer"], "sweep": True}]}


@dataclass(frozen=True)
class Ended:
    status: str
    error: str | None
    cause: str | None
    calls: list[tuple[str, dict[str, Any]]]

    @property
    def path(self) -> list[str]:
        return [state for state, _ in self.calls]

    @property
    def last(self) -> dict[str, Any]:
        """What the last function was given."""
        return self.calls[-1][1]


class Machine:
    def __init__(self, cloud: LocalCloud, scripts: Path) -> None:
        self._cloud = cloud
        self._scripts = scripts
        self._runs = 0

    def run(self, changes: dict[str, list[Any]] | None = None, direction: str = "both") -> Ended:
        """One run in which all goes well but for the changed answers, by state."""
        self._runs += 1
        run = f"run-{self._runs}"
        (self._scripts / f"{run}.json").write_text(json.dumps(SMOOTH | (changes or {})))
        step_functions = self._cloud.boto("stepfunctions")
        execution = step_functions.start_execution(
            stateMachineArn=self._cloud.stack.names["SyncStateMachine"],
            name=run,
            input=json.dumps({"connection_id": "acme", "run_id": run, "direction": direction}),
        )["executionArn"]
        deadline = time.monotonic() + 60
        while True:
            found = step_functions.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                break
            assert time.monotonic() < deadline, "the run does not end"
            time.sleep(0.02)
        lines = (self._scripts / f"{run}.calls").read_text().splitlines()
        calls = [json.loads(line) for line in lines]
        return Ended(
            found["status"],
            found.get("error"),
            found.get("cause"),
            [(call["state"], call["event"]) for call in calls],
        )


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    scripts = tmp_path_factory.mktemp("scripts")
    with LocalCloud(
        ROOT / "tests" / "template" / "scripted" / "template.yaml",
        emulator=False,
        parameters={"Scripts": str(scripts)},
        wait_scale=0,
    ) as cloud:
        yield Machine(cloud, scripts)


def test_a_run_goes_from_begin_to_finish_kind_by_kind(machine: Machine) -> None:
    ended = machine.run()

    assert ended.status == "SUCCEEDED"
    assert ended.path == [
        "BeginRun",
        "ImportReference",
        "PlanRun",
        "ExportEntity",
        "ExportEntity",
        "ReconcileBooks",
        "FinishRun",
    ]
    assert [given["kind"] for state, given in ended.calls if state == "ExportEntity"] == [
        "customer",
        "invoice",
    ]
    assert ended.last == {
        "connection_id": "acme",
        "run_id": "run-1",
        "fence": 7,
        "error": None,
    }


def test_every_state_is_given_the_fencing_number(machine: Machine) -> None:
    ended = machine.run()

    assert {given["fence"] for state, given in ended.calls if state != "BeginRun"} == {7}


def test_the_plan_knows_the_direction_of_the_run(machine: Machine) -> None:
    ended = machine.run({"PlanRun": [{"kinds": [], "sweep": False}]}, "import")

    assert dict(ended.calls)["PlanRun"]["direction"] == "import"
    assert "ExportEntity" not in ended.path
    assert ended.status == "SUCCEEDED"


def test_an_import_goes_on_until_it_is_done_and_waits_where_it_has_to(machine: Machine) -> None:
    ended = machine.run({"ImportReference": [MORE, WAIT, DONE]})

    assert ended.path.count("ImportReference") == 3
    assert ended.status == "SUCCEEDED"


def test_a_kind_is_exported_until_it_is_drained_before_the_next_begins(machine: Machine) -> None:
    ended = machine.run({"ExportEntity": [MORE, WAIT, DONE, MORE, DONE]})

    kinds = [given["kind"] for state, given in ended.calls if state == "ExportEntity"]
    assert kinds == ["customer"] * 3 + ["invoice"] * 2


def test_a_sweep_looks_at_everything_before_it_reconciles(machine: Machine) -> None:
    ended = machine.run({"PlanRun": [{"kinds": [], "sweep": True}]}, "sweep")

    assert ended.path == [
        "BeginRun",
        "ImportReference",
        "PlanRun",
        "SweepConnection",
        "ReconcileBooks",
        "FinishRun",
    ]


def test_what_is_swept_and_proven_page_by_page_goes_on_until_it_is_done(
    machine: Machine,
) -> None:
    ended = machine.run(
        {
            "PlanRun": [{"kinds": [], "sweep": True}],
            "SweepConnection": [MORE, MORE, DONE],
            "ReconcileBooks": [MORE, WAIT, DONE],
        }
    )

    assert ended.path.count("SweepConnection") == ended.path.count("ReconcileBooks") == 3
    assert ended.status == "SUCCEEDED"


@pytest.mark.parametrize("error", ["TransientError", "Throttled", "AnswerLost"])
def test_what_passes_by_itself_is_tried_again(machine: Machine, error: str) -> None:
    ended = machine.run({"ExportEntity": [error, DONE]})

    assert ended.path.count("ExportEntity") == 3
    assert ended.status == "SUCCEEDED"


@pytest.mark.parametrize(
    "state", ["ImportReference", "PlanRun", "ExportEntity", "SweepConnection", "ReconcileBooks"]
)
def test_an_error_closes_the_run_and_only_its_name_travels(machine: Machine, state: str) -> None:
    ended = machine.run(ONE_KIND | {state: ["ReconnectNeeded"]})

    assert ended.path.count(state) == 1
    assert ended.path[-1] == "FinishRun"
    assert (ended.last["fence"], ended.last["error"]) == (7, "ReconnectNeeded")
    assert (ended.status, ended.error) == ("FAILED", "ReconnectNeeded")
    assert "must not travel" not in json.dumps(ended.calls) + str(ended.cause)


def test_what_never_passes_closes_the_run_in_the_end(machine: Machine) -> None:
    ended = machine.run({"ImportReference": ["Throttled"]})

    assert 1 < ended.path.count("ImportReference") < 10
    assert ended.last["error"] == "Throttled"
    assert ended.status == "FAILED"


def test_a_run_that_could_not_begin_is_closed_without_a_fencing_number(machine: Machine) -> None:
    ended = machine.run({"BeginRun": ["Conflict"]})

    assert ended.path == ["BeginRun", "FinishRun"]
    assert (ended.last["fence"], ended.last["error"]) == (0, "Conflict")
    assert ended.status == "FAILED"


@pytest.mark.parametrize("state", SMOOTH)
def test_who_lost_the_lease_does_nothing_more(machine: Machine, state: str) -> None:
    ended = machine.run(ONE_KIND | {state: ["LeaseLost"]})

    assert ended.path[-1] == state
    assert ended.path.count(state) == 1
    assert (ended.status, ended.error) == ("FAILED", "LeaseLost")


def test_an_error_of_the_last_state_is_told_by_the_execution(machine: Machine) -> None:
    ended = machine.run({"FinishRun": ["NotFound"]})

    assert (ended.status, ended.error) == ("FAILED", "NotFound")


def test_the_first_error_is_told_even_if_closing_the_run_fails_too(machine: Machine) -> None:
    ended = machine.run({"ReconcileBooks": ["ReconnectNeeded"], "FinishRun": ["NotFound"]})

    assert (ended.status, ended.error) == ("FAILED", "ReconnectNeeded")
