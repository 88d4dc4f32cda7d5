"""What a person made of our documents in QuickBooks and what is to stand: lines, links, voids, and
a proof that expects it."""

import pytest

from tests.unit.usecases import documents as make
from tests.unit.usecases.edits import (
    add_line,
    configured,
    configured_settings,
    edit,
    in_books,
    lines,
    move,
    sale,
    send,
    the,
)
from tests.workbench import Workbench
from tillbook.domain.settings import Conflicts, Policy
from tillbook.domain.sync import Status
from tillbook.errors import Conflict

NEWER = make.invoice(v=2, lines=(make.line(), make.shipping("6.00")))


def amounts(bench: Workbench) -> list[str]:
    return [f"{line['Amount']:.2f}" for line in lines(bench)]


# Lines and links


@pytest.mark.parametrize("policy", ["ours", "theirs"])
def test_our_lines_keep_their_ids_whoever_puts_a_line_between_them(policy: Policy) -> None:
    bench = sale(Conflicts(fields={"Invoice.Line": policy}))
    first, second = [line["Id"] for line in lines(bench)]
    add_line(bench)

    send(bench, NEWER)

    found = [line["Id"] for line in lines(bench)]
    if policy == "ours":
        assert (found, amounts(bench)) == ([first, second], ["25.00", "6.00"])
    else:
        assert [one for one in found if one in (first, second)] == [first, second]
        assert amounts(bench) == ["25.00", "7.00", "5.00"]
    link = bench.record(NEWER).link
    assert link is not None
    assert link.line_ids == {"1": first, "shipping": second}


def test_lines_left_to_a_person_are_still_known_when_ours_are_sent_again() -> None:
    bench = sale(Conflicts(fields={"Invoice.Line": "theirs"}))
    ids = [line["Id"] for line in lines(bench)]
    add_line(bench)
    send(bench, NEWER)
    bench.configure(configured_settings(Conflicts(default="ours")))

    result = send(bench, make.invoice(v=3, lines=(make.line(), make.shipping("8.00"))))

    assert [line["Id"] for line in lines(bench)] == ids
    assert amounts(bench) == ["25.00", "8.00"]
    assert bench.record(NEWER).kept == ()
    assert result.proof["agrees"]
    assert result.proof["kept"] == []


@pytest.mark.parametrize("policy", ["ours", "theirs"])
def test_a_payment_stays_applied_through_edits_and_updates_of_its_invoice(policy: Policy) -> None:
    bench = in_books(
        configured(Conflicts(default=policy)),
        make.customer(),
        make.product(),
        make.invoice(),
        make.payment(),
    )
    add_line(bench)
    edit(bench, "Invoice", DocNumber="BY-HAND")

    result = send(bench, NEWER)

    payment, invoice = the(bench, "Payment"), the(bench, "Invoice")
    assert invoice["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert f"{invoice['TotalAmt'] - invoice['Balance']:.2f}" == "31.81"
    assert payment["UnappliedAmt"] == 0
    assert result.proof["agrees"]


def test_what_quickbooks_takes_off_a_payment_itself_is_no_edit_of_a_person() -> None:
    bench = in_books(
        configured(Conflicts()), make.customer(), make.product(), make.invoice(), make.payment()
    )
    send(bench, make.invoice(v=2, status="cancelled"))
    assert the(bench, "Payment")["Line"] == []
    bench.clock.advance(3600)
    bench.sync()

    result = send(bench, make.payment(v=2, status="cancelled"))

    assert bench.record(make.payment()).status is Status.COMPLETED
    assert bench.in_books("Payment") == []
    assert result.proof["agrees"]


# Cancelled after an edit

CANCELLED = make.invoice(v=2, status="cancelled")


def test_the_cancellation_of_what_was_edited_asks() -> None:
    bench = sale()
    add_line(bench)

    result = send(bench, CANCELLED)

    record = bench.record(CANCELLED)
    assert (record.status, the(bench, "Invoice")["TotalAmt"] > 0) == (Status.FAILED, True)
    assert "It was cancelled, but edited in QuickBooks" in bench.reason(CANCELLED)
    assert "Lines: 3 of 37.00 in all there" in bench.reason(CANCELLED)
    assert record.reason is not None
    assert record.reason.cure == "Retry it to void it in QuickBooks, or skip it to leave it there."
    assert not result.proof["agrees"]

    move(bench, CANCELLED, "retry")
    assert bench.sync().proof["agrees"]
    assert the(bench, "Invoice")["TotalAmt"] == 0


def test_ours_voids_what_was_edited() -> None:
    bench = sale(Conflicts(default="ours"))
    add_line(bench)

    result = send(bench, CANCELLED)

    assert the(bench, "Invoice")["TotalAmt"] == 0
    assert bench.record(CANCELLED).overwritten == ("Line",)
    assert result.proof["agrees"]


def test_theirs_leaves_what_was_edited_and_says_so() -> None:
    bench = sale(Conflicts(fields={"Invoice.Line": "theirs"}))
    add_line(bench)

    result = send(bench, CANCELLED)

    assert amounts(bench) == ["25.00", "7.00", "5.00"]
    assert bench.record(CANCELLED).status is Status.SKIPPED
    assert "is left in QuickBooks as it was edited there (lines)" in bench.reason(CANCELLED)
    assert result.proof["agrees"]


def test_what_a_person_voided_already_is_cancelled_without_a_question() -> None:
    bench = sale()
    bench.by_hand("void", "Invoice", Id=the(bench, "Invoice")["Id"])

    result = send(bench, CANCELLED)

    assert bench.record(CANCELLED).status is Status.COMPLETED
    assert result.proof["agrees"]


# Kept, and proven


def test_what_was_edited_and_is_skipped_is_expected_as_it_is_and_listed() -> None:
    bench = sale()
    add_line(bench)
    assert not send(bench, NEWER).proof["agrees"]

    move(bench, NEWER, "skip")
    proof = bench.sync().proof

    assert proof["agrees"]
    (kept,) = proof["kept"]
    assert (kept["title"], kept["fields"]) == ("invoice #1001", ["lines"])
    assert kept["found"]["84"] == "39.00"
    assert proof["differences"] == []
    # What they make of it later is theirs as well, be it another month or nothing at all.
    edit(bench, "Invoice", TxnDate="2026-02-20")
    bench.clock.advance(3600)
    assert bench.sync().proof["agrees"]
    bench.by_hand("void", "Invoice", Id=the(bench, "Invoice")["Id"])
    bench.clock.advance(3600)
    assert bench.sync().proof["agrees"]


def test_a_retry_after_the_skip_writes_ours_and_nothing_is_kept_any_more() -> None:
    bench = sale()
    add_line(bench)
    send(bench, NEWER)
    move(bench, NEWER, "skip")
    bench.sync()

    move(bench, NEWER, "retry")
    proof = bench.sync().proof

    assert amounts(bench) == ["25.00", "6.00"]
    assert (proof["agrees"], proof["kept"]) == (True, [])
    edit(bench, "Invoice", TxnDate="2026-04-20")
    bench.clock.advance(3600)
    assert not bench.sync().proof["agrees"]


def test_an_edit_may_be_kept_though_nothing_new_is_to_be_sent() -> None:
    bench = sale()
    with pytest.raises(Conflict, match="skip needs one that is failed or pending"):
        move(bench, make.invoice(), "skip")
    add_line(bench)
    assert not bench.sync().proof["agrees"]

    move(bench, make.invoice(), "skip")

    assert bench.sync().proof["agrees"]


def test_what_the_policy_leaves_to_people_is_expected_without_anybody_acting() -> None:
    bench = sale(Conflicts(fields={"Invoice.Line": "theirs"}))
    add_line(bench)

    proof = bench.sync().proof

    assert proof["agrees"]
    assert [one["title"] for one in proof["kept"]] == ["invoice #1001"]


def test_an_edit_that_moves_no_money_excuses_no_later_one_that_does() -> None:
    bench = sale(Conflicts(fields={"Invoice.DocNumber": "theirs"}))
    edit(bench, "Invoice", DocNumber="BY-HAND")
    send(bench, make.invoice(v=2, number="#1001-B"))
    assert bench.record(make.invoice()).kept == ("DocNumber",)

    add_line(bench)

    assert not bench.sync().proof["agrees"]
