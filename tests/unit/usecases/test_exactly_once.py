"""One effect each, whatever happens to a batch and to the process that sends it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from local.qbo import Latency, ManualClock, Switches
from tests.fakes import MemoryBlobs
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, Kind
from tillbook.domain.settings import ConnectionSettings, Limits
from tillbook.domain.sync import Status
from tillbook.errors import LeaseLost
from tillbook.ports import Answer, Blob
from tillbook.store import intents
from tillbook.store.intents import Intent
from tillbook.usecases import exactly_once
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.import_reference import import_reference
from tillbook.usecases.runs import begin_run, start_run
from tillbook.usecases.work import open_work

SHOP: tuple[Document, ...] = (
    make.customer(),
    make.product(),
    make.invoice(),
    make.invoice(id="o2", number="#1002"),
    make.payment(),
    make.refund(),
    make.credit_note(order="o2"),
)
UPDATES: tuple[Document, ...] = (
    make.customer(v=2, phone="+1 555 0100"),
    make.product(v=2, unit_price=Decimal("13.00")),
    make.invoice(v=2, lines=(make.line(), make.shipping("6.00"))),
    make.invoice(id="o2", number="#1002", v=2, status="cancelled"),
    make.payment(v=2, amount="32.81"),
    make.refund(v=2, memo="damaged"),
    make.credit_note(order="o2", v=2, status="cancelled"),
)
ANSWERS_AFTER_COMMIT = ["dropped", "server_error", "stream_timeout", "throttled"]


def books_of(bench: Workbench) -> dict[str, Decimal]:
    return {account: amount for account, amount in bench.company.balances().items() if amount}


def counts_of(bench: Workbench) -> dict[str, int]:
    entities = ("Customer", "Item", "Invoice", "Payment", "RefundReceipt", "CreditMemo")
    return {entity: len(bench.in_books(entity)) for entity in entities}


def post_everything(bench: Workbench) -> None:
    bench.accept(*SHOP)
    bench.sync()
    bench.accept(*UPDATES)
    bench.sync()


@pytest.fixture(scope="module")
def undisturbed() -> tuple[dict[str, Decimal], dict[str, int]]:
    """What the books show when nothing goes wrong."""
    bench = Workbench()
    post_everything(bench)
    return books_of(bench), counts_of(bench)


@pytest.mark.feature(
    "DEAR-109",
    note="Nobody has to change a status: before anything is sent again, QuickBooks' books tell "
    "whether it is there.",
)
@pytest.mark.parametrize("answer", ANSWERS_AFTER_COMMIT)
@pytest.mark.parametrize("commits", ["yes", "no"])
@pytest.mark.parametrize("trust_window", [300, 0])
def test_an_answer_lost_for_every_batch_leaves_one_effect_each(
    answer: str,
    commits: str,
    trust_window: int,
    undisturbed: tuple[dict[str, Decimal], dict[str, int]],
) -> None:
    settings = ConnectionSettings(
        export_from=make.DAY, tax_code="2", trust_window_seconds=trust_window
    )
    bench = Workbench(connection_settings=settings)
    bench.emulator.inject(answer, commits=commits, operation="batch", count=1)
    for skip in (2, 4, 6, 8, 10, 12):
        bench.emulator.inject(answer, commits=commits, operation="batch", count=1, skip=skip)

    post_everything(bench)

    assert (books_of(bench), counts_of(bench)) == undisturbed
    assert bench.sync().proof["agrees"]
    assert intents.open_intents(bench.db, CONNECTION) == []


@pytest.mark.parametrize("fault", ["system_failure", "duplicate_request", "may_have_been_saved"])
@pytest.mark.parametrize("commits", ["yes", "no"])
def test_one_unclear_item_of_a_batch_is_found_out_about_alone(
    fault: str, commits: str, undisturbed: tuple[dict[str, Decimal], dict[str, int]]
) -> None:
    bench = Workbench()
    for entity in ("Customer", "Item", "Invoice", "Payment", "RefundReceipt", "CreditMemo"):
        bench.emulator.inject(fault, commits=commits, entity=entity, operation="create", count=1)

    post_everything(bench)

    assert (books_of(bench), counts_of(bench)) == undisturbed
    assert bench.sync().proof["agrees"]


@pytest.mark.parametrize("fault", ["one_name_at_a_time", "inventory_lock"])
def test_a_refusal_that_passes_is_tried_again(
    fault: str, undisturbed: tuple[dict[str, Decimal], dict[str, int]]
) -> None:
    bench = Workbench()
    bench.emulator.inject(fault, operation="create", count=3)

    bench.accept(*SHOP)
    bench.sync()
    bench.accept(*UPDATES)
    bench.sync()
    bench.sync()

    assert (books_of(bench), counts_of(bench)) == undisturbed


POSITIONS = [
    Switches(
        requestid_retention=retention,
        requestid_identity=identity,
        requestid_while_running=running,
        requestid_replays_failures=replays,
    )
    for retention in (0, 480, None)
    for identity in ("request_and_bid", "request")
    for running in ("wait", "error", "execute")
    for replays in (False, True)
]


@pytest.mark.parametrize("switches", POSITIONS)
def test_calls_that_commit_late_have_one_effect_whatever_quickbooks_does_with_request_ids(
    switches: Switches, undisturbed: tuple[dict[str, Decimal], dict[str, int]]
) -> None:
    bench = Workbench(switches=switches)
    for skip, delay in zip(range(0, 14, 3), (110, 5, 119, 60, 30), strict=True):
        bench.emulator.inject(
            "dropped", commits="later", delay=delay, operation="batch", count=1, skip=skip
        )

    post_everything(bench)

    assert (books_of(bench), counts_of(bench)) == undisturbed
    assert bench.sync().proof["agrees"]
    assert intents.open_intents(bench.db, CONNECTION) == []


def test_while_one_batch_is_unclear_the_others_go_on() -> None:
    settings = ConnectionSettings(export_from=make.DAY, tax_code="2", limits=Limits(batch_size=2))
    bench = Workbench(connection_settings=settings)
    bench.accept(make.customer(), make.product(), make.invoice())
    bench.sync()
    bench.accept(*(make.invoice(id=f"o{n}", number=f"#{n}") for n in range(10, 20)))
    bench.emulator.inject("dropped", commits="no", operation="batch", count=1)
    run = start_run(bench.services, CONNECTION, direction="both", started_by="alice")
    lease = Lease(CONNECTION, run.run, begin_run(bench.services, CONNECTION, run.run))

    progress = bench.export(lease, Kind.INVOICE)

    assert not progress.done
    assert 0 < progress.wait_seconds <= 120
    assert len(bench.in_books("Invoice")) == 1 + 8


def test_batches_are_under_way_beside_each_other() -> None:
    settings = ConnectionSettings(export_from=make.DAY, tax_code="2", limits=Limits(batch_size=2))
    bench = Workbench(connection_settings=settings, latency=Latency(15, 0))
    bench.accept(make.customer(), make.product(), make.invoice())
    bench.sync()
    bench.accept(*(make.invoice(id=f"o{n}", number=f"#{n}") for n in range(10, 30)))

    bench.sync()

    assert len(bench.in_books("Invoice")) == 1 + 20
    batches = [one for one in bench.emulator.log if one.path.endswith("/batch")][-10:]
    times = [datetime.fromisoformat(one.time) for one in batches]
    assert (max(times) - min(times)).total_seconds() < 15  # each of them takes so long


def test_what_quickbooks_fails_at_every_time_is_given_up_and_says_its_words() -> None:
    bench = Workbench()
    bench.emulator.inject("system_failure", entity="Invoice", operation="create", count=None)
    bench.accept(*SHOP[:3])

    bench.sync()

    record = bench.record(make.invoice())
    assert record.status is Status.FAILED
    assert record.reason is not None
    assert "failed at it twice" in record.reason.what
    assert "10000" in (record.reason.said or "")
    assert [attempt.outcome for attempt in record.attempts] == ["absent", "absent"]


def leave_unclear(bench: Workbench) -> tuple[Lease, Intent]:
    """A run whose only batch, one customer, got no answer and had no effect."""
    bench.emulator.inject("dropped", commits="no", operation="batch", count=1)
    bench.accept(make.customer())
    run = start_run(bench.services, CONNECTION, direction="both", started_by="alice")
    lease = Lease(CONNECTION, run.run, begin_run(bench.services, CONNECTION, run.run))
    while not import_reference(bench.services, lease, lambda: 300.0).done:
        pass
    bench.export(lease, Kind.CUSTOMER)
    (intent,) = intents.open_intents(bench.db, CONNECTION)
    return lease, intent


def test_what_lay_open_for_longer_than_payloads_are_kept_is_for_a_person_to_look_up() -> None:
    class Expired(MemoryBlobs):
        def get(self, key: str) -> Blob | None:
            return None

    bench = Workbench()
    leave_unclear(bench)
    vars(bench.services)["payloads"] = Expired()
    bench.clock.advance(3600)

    bench.sync()

    record = bench.record(make.customer())
    assert record.status is Status.FAILED
    assert "no longer kept" in bench.reason(make.customer())
    assert intents.open_intents(bench.db, CONNECTION) == []
    assert bench.in_books("Customer") == []


def test_of_two_invocations_that_recover_the_same_intent_one_sends_it_again() -> None:
    """A state that is retried while its first invocation still runs has the same lease."""
    bench = Workbench()
    lease, intent = leave_unclear(bench)
    now = bench.clock.now() + timedelta(minutes=3)

    first = exactly_once.resend(bench.db, lease, intent, now, trusted=False)
    second = exactly_once.resend(bench.db, lease, intent, now, trusted=False)

    assert first is not None
    assert second is None


@pytest.mark.parametrize("fault", ["system_failure", "may_have_been_saved"])
@pytest.mark.parametrize("commits", ["yes", "no"])
def test_a_request_id_that_answers_for_its_first_call_whatever_is_asked_is_understood(
    fault: str, commits: str
) -> None:
    """One unclear item of three is repeated alone, and the answer is that of all three."""
    switches = Switches(requestid_identity="request", requestid_replays_failures=True)
    bench = Workbench(switches=switches)
    bench.emulator.inject(fault, commits=commits, entity="Invoice", operation="create", count=1)
    bench.accept(*SHOP, make.invoice(id="o3", number="#1003"))

    result = bench.sync()

    assert len(bench.in_books("Invoice")) == 3
    assert bench.statuses()["pending"] == 0
    assert result.proof["agrees"]


def test_an_answer_without_results_leaves_the_batch_unclear() -> None:
    class Silent:
        def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
            raise AssertionError("nothing is read to send a batch")

        def admit(self) -> None:
            return

        def batch(self, request_id: str, body: bytes) -> Answer:
            return Answer(200, b'{"time":"2026-03-02T12:00:00Z"}')

    lease = Lease(CONNECTION, "run", 1)
    clock = ManualClock()
    at = clock.now().isoformat()
    intent = Intent("r", Kind.INVOICE, "run", "payload", "hash", at, at, ())
    reply = exactly_once.send(MemoryBlobs(), Silent(), lease, intent, b"", clock.now)

    assert reply.answers == {}
    assert reply.unsent is None


def test_a_batch_of_invoices_of_many_months_is_settled_whole() -> None:
    """Each month has its own rows in the projection: more than one transaction may write."""
    settings = ConnectionSettings(export_from=date(2024, 1, 1), tax_code="2")
    bench = Workbench(connection_settings=settings)
    months = [date(2024 + number // 12, number % 12 + 1, 5) for number in range(25)]
    bench.accept(
        make.customer(),
        make.product(),
        *(make.invoice(id=f"o{day}", number=f"#{day}", date=day) for day in months),
    )

    result = bench.sync()

    assert bench.statuses()["pending"] == 0
    assert result.proof["agrees"]


def test_a_zombie_can_do_nothing() -> None:
    bench = Workbench()
    bench.sync()
    bench.accept(*SHOP)
    first = start_run(bench.services, CONNECTION, direction="both", started_by="alice")
    fence = begin_run(bench.services, CONNECTION, first.run)
    zombie = open_work(bench.services, Lease(CONNECTION, first.run, fence), lambda: 300.0)
    bench.clock.advance(15 * 60)
    bench.sync()
    effects = counts_of(bench)
    bench.accept(make.customer(v=2, name="Ana Lima"))

    with pytest.raises(LeaseLost):
        zombie.renew()
    with pytest.raises(LeaseLost):
        bench.export(zombie.lease, Kind.CUSTOMER)

    assert counts_of(bench) == effects
