"""What was sent for a record and what QuickBooks answered can be looked at."""

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.sync import Status
from tillbook.usecases.show_attempts import show_attempts


def test_a_completed_record_shows_its_payload_and_the_answer_to_it() -> None:
    bench = Workbench()
    bench.accept(make.customer(), make.customer(id="c2", name="Ben Ode", email="ben@example.com"))
    bench.sync()

    (shown,) = show_attempts(
        bench.services.payloads, CONNECTION, bench.record(make.customer()).attempts
    )

    assert shown.attempt.outcome == "done"
    assert shown.payload is not None
    assert shown.payload["Customer"]["DisplayName"] == "Ana Souza"
    assert shown.answer is not None
    assert shown.answer["Customer"]["Id"]


def test_a_refused_record_shows_quickbooks_own_words_and_who_acts() -> None:
    bench = Workbench()
    bench.sync()
    bench.accept(make.customer(), make.product(), make.invoice())
    bench.sync()
    bench.by_hand("deactivate", "Item", Id=bench.in_books("Item")[-1]["Id"])

    bench.accept(make.invoice(id="o2", number="#1002"))
    bench.sync()

    record = bench.record(make.invoice(id="o2"))
    assert record.status is Status.FAILED
    assert record.reason is not None
    assert record.reason.who == "the bookkeeper"
    assert "made inactive" in (record.reason.said or "")
    assert "intuit_tid 1-" in (record.reason.said or "")
    shown = show_attempts(bench.services.payloads, CONNECTION, record.attempts)
    assert [one.attempt.outcome for one in shown] == ["refused"]
