"""How a run ends is written once, whatever dies, and people are told once."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes import MemoryNotifier
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.errors import ReconnectNeeded, TransientError
from tillbook.store import connections, notices, runs
from tillbook.usecases.connections import delete_connection
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.runs import begin_run, finish_run, start_run
from tillbook.usecases.start_sweeps import start_sweeps
from tillbook.usecases.step import step
from tillbook.usecases.work import Progress


@pytest.fixture
def bench() -> Workbench:
    return Workbench()


def begun(bench: Workbench) -> Lease:
    run = start_run(bench.services, CONNECTION, direction="both", started_by="alice")
    return Lease(CONNECTION, run.run, begin_run(bench.services, CONNECTION, run.run))


def load(bench: Workbench, run_id: str) -> runs.Run:
    run = runs.load(bench.db, CONNECTION, run_id)
    assert run is not None
    return run


def mails(bench: Workbench) -> list[tuple[str, str]]:
    notifier = bench.services.notifier
    assert isinstance(notifier, MemoryNotifier)
    return notifier.told


def subjects(bench: Workbench) -> list[str]:
    listed, _ = notices.list_notices(bench.db, CONNECTION)
    return [one.subject for one in listed]


def test_a_repeated_end_changes_nothing_and_tells_nobody_again(bench: Workbench) -> None:
    lease = begun(bench)
    for _ in range(2):
        ended = finish_run(bench.services, CONNECTION, lease.run_id, lease.fence, "NeedsPerson")
        assert ended == "failed"

    assert len(mails(bench)) == len(subjects(bench)) == 1
    assert runs.active_run(bench.db, CONNECTION, bench.clock.now()) is None


def test_a_run_whose_successor_died_while_taking_over_is_ended_by_its_repetition(
    bench: Workbench,
) -> None:
    dead = begun(bench)
    bench.clock.advance(3600)
    successor = start_run(bench.services, CONNECTION, direction="both", started_by="bob")
    runs.take_lease(bench.db, CONNECTION, successor.run, bench.clock.now())  # and dies

    begin_run(bench.services, CONNECTION, successor.run)

    ended = load(bench, dead.run_id)
    assert (ended.status, ended.error) == ("failed", "Interrupted")


def test_a_lost_consent_is_one_notice_and_a_mail_whoever_finds_it(bench: Workbench) -> None:
    lease = begun(bench)

    finish_run(bench.services, CONNECTION, lease.run_id, lease.fence, "ReconnectNeeded")

    assert subjects(bench) == ["Reconnect needed"]
    [(_, mail)] = mails(bench)
    assert "connect it again" in mail
    connection = connections.load(bench.db, CONNECTION)
    assert connection is not None
    assert connection.state == "reconnect needed"


def test_a_connection_that_is_deleted_under_a_run_ends_it_without_a_word(bench: Workbench) -> None:
    lease = begun(bench)
    connection = connections.load(bench.db, CONNECTION)
    assert connection is not None
    delete_connection(bench.services, connection)

    finish_run(bench.services, CONNECTION, lease.run_id, lease.fence, "ReconnectNeeded")

    ended = load(bench, lease.run_id)
    assert (ended.status, ended.error) == ("failed", "Disconnected")
    assert (mails(bench), subjects(bench)) == ([], [])


def asks_to_wait() -> Progress:
    return Progress(done=False, wait_seconds=30)


def is_down() -> Progress:
    raise TransientError("QuickBooks could not answer cdc (fault 500)")


@pytest.mark.parametrize(
    "work, said", [(asks_to_wait, "QuickBooks asks to wait"), (is_down, "could not answer cdc")]
)
def test_a_run_says_what_it_waits_for_until_it_gets_on(
    bench: Workbench, work: Callable[[], Progress], said: str
) -> None:
    lease = begun(bench)
    try:
        step(bench.services, lease, work)
    except TransientError:
        pass

    assert said in str(load(bench, lease.run_id).waits_for(bench.clock.now()))
    runs.add_calls(bench.db, CONNECTION, lease.run_id, batches=0, reads=1)
    assert load(bench, lease.run_id).waits_for(bench.clock.now()) is None


def test_what_does_not_pass_is_no_waiting(bench: Workbench) -> None:
    lease = begun(bench)

    def refused() -> Progress:
        raise ReconnectNeeded("consent again")

    with pytest.raises(ReconnectNeeded):
        step(bench.services, lease, refused)
    assert load(bench, lease.run_id).waiting_for is None


def sweeps_started(bench: Workbench) -> list[dict[str, Any]]:
    """Of one hour."""
    runs_port: Any = bench.services.runs
    seen = set(runs_port.started)
    start_sweeps(bench.services, lambda: 100.0)
    started = [one for run, one in runs_port.started.items() if run not in seen]
    for one in started:
        bench.execute(one["run_id"], one["direction"])
    return started


def test_every_connected_company_is_swept_once_a_day(bench: Workbench) -> None:
    bench.accept(make.customer())

    hours = []
    for hour in range(50):
        if sweeps_started(bench):
            hours.append(hour)
        bench.clock.advance(3600)

    assert hours == [0, 23, 46]


def test_a_sweep_that_finds_a_run_under_way_waits_for_the_next_hour(bench: Workbench) -> None:
    lease = begun(bench)
    assert sweeps_started(bench) == []

    finish_run(bench.services, CONNECTION, lease.run_id, lease.fence, None)
    assert [one["direction"] for one in sweeps_started(bench)] == ["sweep"]


def test_what_is_not_connected_is_not_swept(bench: Workbench) -> None:
    connection = connections.load(bench.db, CONNECTION)
    assert connection is not None
    connections.disconnect(bench.db, connection)

    assert sweeps_started(bench) == []
