"""A person's edit in QuickBooks meets the next revision: ours, theirs or ask, per field."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.unit.usecases import documents as make
from tests.unit.usecases.edits import (
    add_line,
    configured,
    edit,
    in_books,
    move,
    plain_lines,
    sale,
    send,
    the,
)
from tests.workbench import Workbench
from tillbook.domain.documents import Document, Tax
from tillbook.domain.settings import Conflicts, Policy
from tillbook.domain.sync import Status

POLICIES: tuple[Policy, ...] = ("ask", "ours", "theirs")
LATER = make.DAY + timedelta(days=3)
TAX = (Tax(name="CA tax", rate=Decimal("0.0725"), amount=Decimal("3.63")),)
# Per field: what our second revision says otherwise, and what a person writes in between.
FIELDS: dict[str, dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "Customer": {
        "DisplayName": ({}, {"DisplayName": "Ana S. Souza"}),
        "GivenName": ({"given_name": "Ana"}, {"GivenName": "Annabel"}),
        "PrimaryEmailAddr": (
            {"email": "ana.souza@example.com"},
            {"PrimaryEmailAddr": {"Address": "a@elsewhere.example"}},
        ),
        "PrimaryPhone": (
            {"phone": "+1 555 0100"},
            {"PrimaryPhone": {"FreeFormNumber": "555 0199"}},
        ),
    },
    "Invoice": {
        "DocNumber": ({"number": "#1001-B"}, {"DocNumber": "BY-HAND"}),
        "TxnDate": ({"date": LATER}, {"TxnDate": "2026-04-11"}),
        "DueDate": ({"due_date": date(2026, 5, 1)}, {"DueDate": "2026-06-30"}),
        "PrivateNote": ({"memo": "deliver on Monday"}, {"PrivateNote": "pick it up"}),
        "Line": (
            {"lines": (make.line(quantity=Decimal(4), gross=Decimal("50.00"), taxes=TAX),)},
            {},
        ),
    },
}
FIRST: dict[str, list[Document]] = {
    "Customer": [make.customer(given_name="Anna", phone="+1 555 0000")],
    "Invoice": [make.customer(), make.product(), make.invoice(due_date=date(2026, 4, 1))],
}


def newer(entity: str) -> Document:
    changes = {key: one for ours, _ in FIELDS[entity].values() for key, one in ours.items()}
    return make.customer(v=2, **changes) if entity == "Customer" else make.invoice(v=2, **changes)


def values(bench: Workbench, entity: str) -> dict[str, Any]:
    """What the books show."""
    obj = the(bench, entity)
    amounts = [str(line["Amount"]) for line in obj.get("Line", ())]
    return {name: amounts if name == "Line" else obj.get(name) for name in FIELDS[entity]}


@cache
def undisturbed(entity: str) -> dict[str, Any]:
    """What they show where nobody edits anything."""
    bench = in_books(configured(Conflicts()), *FIRST[entity])
    send(bench, newer(entity))
    return values(bench, entity)


@pytest.mark.parametrize("entity", FIELDS)
@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(data=st.data(), seen=st.booleans())
def test_each_field_ends_as_its_policy_says_and_the_others_as_ours(
    entity: str, data: st.DataObject, seen: bool
) -> None:
    """Whether the import saw the edits, or our update met them."""
    names = sorted(FIELDS[entity])
    edited = data.draw(st.sets(st.sampled_from(names), min_size=1))
    policies = {name: data.draw(st.sampled_from(POLICIES)) for name in names}
    by_name = {f"{entity}.{name}": policy for name, policy in policies.items()}
    bench = in_books(configured(Conflicts(fields=by_name)), *FIRST[entity])
    before = values(bench, entity)
    for name in sorted(edited):
        add_line(bench) if name == "Line" else edit(bench, entity, **FIELDS[entity][name][1])
    theirs = values(bench, entity)
    # QuickBooks moves the due date with the date.
    edited = {name for name in names if theirs[name] != before[name]}

    bench.accept(newer(entity))
    bench.sync("both" if seen else "export")
    result = bench.sync()

    record = bench.record(newer(entity))
    if any(policies[name] == "ask" for name in edited):
        assert record.status is Status.FAILED
        assert values(bench, entity) == theirs
        move(bench, newer(entity), "retry")
        result = bench.sync()
    assert bench.record(newer(entity)).status is Status.COMPLETED
    kept = {name for name in edited if policies[name] == "theirs"}
    assert values(bench, entity) == undisturbed(entity) | {name: theirs[name] for name in kept}
    assert set(bench.record(newer(entity)).kept) == kept
    assert result.proof["agrees"], result.proof["differences"]
    assert bool(result.proof["kept"]) is bool(kept & {"Line", "TxnDate"})


# What the bookkeeper is told


def test_the_bookkeeper_is_told_what_is_there_and_what_would_be_written() -> None:
    bench = sale()
    edit(bench, "Customer", PrimaryEmailAddr={"Address": "ana@elsewhere.example"})
    add_line(bench)
    bench.accept(make.customer(v=2, email="ana.souza@example.com"))
    bench.accept(make.invoice(v=2, lines=(make.line(), make.shipping("6.00"))))

    bench.sync()

    customer, invoice = bench.record(make.customer()), bench.record(make.invoice())
    assert (customer.status, invoice.status) == (Status.FAILED, Status.FAILED)
    assert bench.reason(make.customer()) == (
        "It was edited in QuickBooks after Tillbook wrote it. "
        'E-mail: "ana@elsewhere.example" there, Tillbook would write "ana.souza@example.com".'
    )
    assert bench.reason(make.invoice()) == (
        "It was edited in QuickBooks after Tillbook wrote it. "
        "Lines: 3 of 37.00 in all there, Tillbook would write 2 of 31.00 in all; "
        "tax: 2.00 there, Tillbook would write 1.81."
    )
    assert invoice.reason is not None
    assert invoice.reason.cure == (
        "Retry it to write Tillbook's version, or skip it to keep the one in QuickBooks."
    )


def test_of_as_many_lines_of_the_same_sum_the_first_that_differs_is_named() -> None:
    bench = sale()
    found = plain_lines(bench)
    found[0]["Description"] = "Red mug"
    edit(bench, "Invoice", Line=found)

    send(bench, make.invoice(v=2, lines=(make.line(description="Blue mug"), make.shipping())))

    assert (
        'Lines: "Red mug" for 25.00 (2 at 12.50) there, '
        'Tillbook would write "Blue mug" for 25.00 (2 at 12.50);'
    ) in bench.reason(make.invoice())


def test_customers_and_accounts_are_told_by_name() -> None:
    bench = in_books(
        configured(Conflicts()), make.customer(), make.product(), make.invoice(), make.payment()
    )
    bench.by_hand("create", "Customer", DisplayName="Cool Cars")
    (other,) = [one for one in bench.in_books("Customer") if one["DisplayName"] == "Cool Cars"]
    edit(bench, "Payment", CustomerRef={"value": other["Id"]}, Line=[])

    send(bench, make.payment(v=2, amount="30.81"))

    told = bench.reason(make.payment())
    assert 'Customer: "Cool Cars" there, Tillbook would write "Ana Souza"' in told
    assert "amount: 31.81 there, Tillbook would write 30.81" in told
    assert "what it pays: nothing there, Tillbook would write 30.81" in told


# What is no conflict


def test_an_edit_that_says_what_we_would_write_is_no_conflict() -> None:
    bench = sale()
    edit(bench, "Customer", PrimaryEmailAddr={"Address": "new@example.com"})

    send(bench, make.customer(v=2, email="new@example.com", phone="+1 555 0100"))

    assert bench.record(make.customer()).status is Status.COMPLETED
    assert the(bench, "Customer")["PrimaryPhone"] == {"FreeFormNumber": "+1 555 0100"}


def test_what_tillbook_does_not_write_may_be_edited_and_stays() -> None:
    bench = sale()
    edit(bench, "Customer", Notes="pays late", GivenName="Ana")

    send(bench, make.customer(v=2, email="new@example.com"))

    customer = the(bench, "Customer")
    assert bench.record(make.customer()).status is Status.COMPLETED
    assert (customer["Notes"], customer["GivenName"]) == ("pays late", "Ana")


def test_a_field_that_a_person_filled_in_before_we_had_a_value_is_theirs_too() -> None:
    bench = sale()
    edit(bench, "Customer", PrimaryPhone={"FreeFormNumber": "555 0199"})

    send(bench, make.customer(v=2, phone="+1 555 0100"))

    assert 'Phone: "555 0199" there' in bench.reason(make.customer())


# Retry and what follows


def test_a_retry_approves_the_edit_that_was_told_and_no_later_one() -> None:
    bench = sale()
    edit(bench, "Invoice", DocNumber="BY-HAND-1")
    send(bench, make.invoice(v=2, number="#1001-B"))
    move(bench, make.invoice(), "retry")
    edit(bench, "Invoice", DocNumber="BY-HAND-2")

    bench.sync()

    assert 'Number: "BY-HAND-2" there' in bench.reason(make.invoice())
    move(bench, make.invoice(), "retry")
    bench.sync()
    assert the(bench, "Invoice")["DocNumber"] == "#1001-B"


def test_what_the_policy_left_to_a_person_is_left_in_every_later_revision() -> None:
    bench = sale(Conflicts(fields={"Customer.PrimaryEmailAddr": "theirs"}))
    edit(bench, "Customer", PrimaryEmailAddr={"Address": "ana@elsewhere.example"})

    for number in (2, 3, 4):
        send(bench, make.customer(v=number, email=f"{number}@example.com", phone=f"555 {number}"))

    customer = the(bench, "Customer")
    assert customer["PrimaryEmailAddr"] == {"Address": "ana@elsewhere.example"}
    assert customer["PrimaryPhone"] == {"FreeFormNumber": "555 4"}
    assert bench.record(make.customer()).kept == ("PrimaryEmailAddr",)


def test_ours_writes_over_the_edit_and_says_so_until_the_next_revision() -> None:
    bench = sale(Conflicts(default="ours"))
    edit(bench, "Invoice", DocNumber="BY-HAND")

    send(bench, make.invoice(v=2, number="#1001-B"))

    assert the(bench, "Invoice")["DocNumber"] == "#1001-B"
    assert bench.record(make.invoice()).overwritten == ("DocNumber",)
    send(bench, make.invoice(v=3, number="#1001-C"))
    assert bench.record(make.invoice()).overwritten == ()


def test_edits_of_a_page_are_read_in_one_call() -> None:
    numbers = range(5)
    invoices = [make.invoice(id=f"o{n}", number=f"#{n}") for n in numbers]
    bench = in_books(configured(Conflicts()), make.customer(), make.product(), *invoices)
    for found in bench.in_books("Invoice"):
        bench.by_hand("update", "Invoice", Id=found["Id"], DocNumber=f"X{found['Id']}")
    bench.sync("import")

    bench.accept(*[make.invoice(id=f"o{n}", number=f"#{n}", v=2, memo="!") for n in numbers])
    run = bench.sync("export").run

    assert run.counts["invoice"] == {"failed": 5}
    assert run.batches == 0
