"""Quotes: estimates where they are wanted, which post nothing and are closed by their invoice."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.usecases import documents as make
from tests.workbench import Workbench
from tillbook.domain.documents import Tax
from tillbook.domain.settings import ConnectionSettings
from tillbook.domain.sync import Status
from tillbook.usecases.move_records import move_record

SHOP = (make.customer(), make.product())


def wanted(**more: Any) -> ConnectionSettings:
    return ConnectionSettings(
        export_from=date(2026, 3, 1), tax_code="2", export_quotes=True, **more
    )


@pytest.fixture
def bench() -> Workbench:
    return Workbench(connection_settings=wanted())


def proven(bench: Workbench) -> bool:
    return bool(bench.sync().proof["agrees"])


def the(bench: Workbench, entity: str) -> dict[str, Any]:
    (found,) = bench.in_books(entity)
    return found


def test_a_quote_becomes_an_estimate_and_posts_nothing(bench: Workbench) -> None:
    bench.accept(*SHOP, make.quote(expires=make.DAY + timedelta(days=30)))

    assert proven(bench)

    found = the(bench, "Estimate")
    assert (found["DocNumber"], found["TotalAmt"]) == ("Q-1", make.quote().total)
    assert (found["TxnStatus"], found["ExpirationDate"]) == ("Pending", "2026-04-01")
    assert not any(bench.company.balances().values())


def test_its_invoice_links_and_closes_it_in_the_same_run(bench: Workbench) -> None:
    bench.accept(*SHOP, make.quote(), make.invoice(quote="q1"))

    assert proven(bench)

    estimate, invoice = the(bench, "Estimate"), the(bench, "Invoice")
    assert estimate["TxnStatus"] == "Closed"
    assert invoice["LinkedTxn"] == [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]


def test_a_changed_invoice_and_a_changed_quote_stay_linked(bench: Workbench) -> None:
    bench.accept(*SHOP, make.quote(), make.invoice(quote="q1"), make.payment())
    bench.sync()

    bench.accept(make.invoice(v=2, quote="q1", lines=(make.line(), make.shipping("7.00"))))
    bench.accept(make.quote(v=2, memo="As agreed", lines=(make.line(),)))

    assert proven(bench)
    linked = {one["TxnType"] for one in the(bench, "Invoice")["LinkedTxn"]}
    assert linked == {"Estimate", "Payment"}
    assert the(bench, "Estimate")["TotalAmt"] == make.quote(lines=(make.line(),)).total


def test_a_cancelled_quote_is_deleted_and_its_invoice_stands(bench: Workbench) -> None:
    bench.accept(*SHOP, make.quote(), make.invoice(quote="q1"))
    bench.sync()

    bench.accept(make.quote(v=2, status="cancelled"))

    assert proven(bench)
    assert bench.in_books("Estimate") == []
    assert the(bench, "Invoice")["LinkedTxn"] == []


def test_an_invoice_does_without_a_quote_that_is_cancelled_unknown_or_of_somebody_else(
    bench: Workbench,
) -> None:
    bench.accept(*SHOP, make.customer("c2", name="Bo Li"))
    bench.accept(make.quote(), make.quote("q2", number="Q-2", status="cancelled"))
    for n, quote in enumerate(("q2", "never-arrived", "q1")):
        bench.accept(make.invoice(f"o{n}", number=f"#{n}", quote=quote, customer="c2"))

    assert proven(bench)

    assert [one["LinkedTxn"] for one in bench.in_books("Invoice")] == [[], [], []]


def test_while_quotes_are_not_wanted_none_is_sent_and_no_invoice_waits() -> None:
    bench = Workbench()
    bench.accept(make.quote(), *SHOP, make.invoice(quote="q1"))

    assert proven(bench)

    assert bench.in_books("Estimate") == []
    assert the(bench, "Invoice")["LinkedTxn"] == []
    assert bench.record(make.quote()).status is Status.SKIPPED
    assert bench.reason(make.quote()) == "Quotes are not exported."


def test_a_quote_that_a_person_deleted_is_made_again_when_somebody_retries_it(
    bench: Workbench,
) -> None:
    bench.accept(*SHOP, make.quote())
    bench.sync()
    bench.clock.advance(3600)
    bench.by_hand("delete", "Estimate", Id=the(bench, "Estimate")["Id"])
    bench.sync()
    assert bench.record(make.quote()).status is Status.FAILED

    key = bench.record(make.quote()).key
    move_record(bench.services, bench.connection_id, key, "retry", actor="alice", why="")

    assert proven(bench)
    assert the(bench, "Estimate")["DocNumber"] == "Q-1"


def test_a_quote_whose_answer_was_lost_is_found_again(bench: Workbench) -> None:
    bench.emulator.inject("system_failure", commits="yes", entity="Estimate", count=1)
    bench.accept(*SHOP, make.quote(), make.invoice(quote="q1"))

    assert proven(bench)

    assert the(bench, "Estimate")["TxnStatus"] == "Closed"


@pytest.mark.parametrize("inclusive", [False, True])
def test_outside_the_us_a_quote_is_taxed_as_its_invoice_will_be(inclusive: bool) -> None:
    bench = Workbench(profile="uk")
    code = next(one for one in bench.in_books("TaxCode") if one["Name"] == "20.0% S")
    bench.configure(wanted(tax_codes={"20": code["Id"]}))
    taxes = (Tax(name="VAT", rate="0.2", amount="5.00"),)  # type: ignore[arg-type]
    gross = "30.00" if inclusive else "25.00"
    lines = (make.line(quantity=1, unit_price=gross, gross=gross, taxes=taxes),)
    trade: dict[str, Any] = {"currency": "GBP", "lines": lines, "tax_inclusive": inclusive}
    bench.accept(*SHOP, make.quote(**trade), make.invoice(quote="q1", **trade))

    assert proven(bench)

    for entity in ("Estimate", "Invoice"):
        found = the(bench, entity)
        assert (found["TotalAmt"], found["TxnTaxDetail"]["TotalTax"]) == (30, 5)
