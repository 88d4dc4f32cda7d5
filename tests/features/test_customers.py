"""Customers: every name finds its place, though QuickBooks knows each name once."""

import pytest

from local.qbo.people.bookkeeper import post
from tests.features import samples as make
from tests.features.desk import Desk


def names(desk: Desk, entity: str = "Customer") -> set[str]:
    name = "Name" if entity == "Item" else "DisplayName"
    return {one[name] for one in desk.in_books(entity)}


@pytest.mark.feature(
    "INV-013",
    note="A customer of the name is taken over, unless both have an e-mail address and the two "
    "differ: then the new one gets an addition to its name.",
)
def test_customers_of_one_name_are_one_or_two_by_their_addresses(desk: Desk) -> None:
    address = {"Address": "ana@example.com"}
    post(desk.bench.company, "Customer", {"DisplayName": "Ana Souza", "PrimaryEmailAddr": address})
    other = make.customer(id="c2", email="other@example.com")

    desk.send(make.customer(), other)
    run = desk.sync()

    assert run["counts"]["customer"] == {"linked": 1, "sent": 1}
    assert names(desk) == {"Ana Souza", "Ana Souza (other@example.com)"}


@pytest.mark.feature(
    "INV-014", note="What tells two such names apart is kept at the end, within the 100 characters."
)
def test_long_names_are_cut_to_a_hundred_characters_and_stay_apart(desk: Desk) -> None:
    long = "A" * 100
    first = make.customer(name=f"{long}1", email=None)
    second = make.customer(id="c2", name=f"{long}2", email="two@example.com")

    desk.send(first, second)
    desk.sync()

    assert desk.object_of(first)["DisplayName"] == long
    assert desk.object_of(second)["DisplayName"] == "A" * 82 + " (two@example.com)"
    assert len(desk.object_of(second)["DisplayName"]) == 100


@pytest.mark.feature("INF-073")
def test_a_space_too_many_does_not_make_another_customer(desk: Desk) -> None:
    post(desk.bench.company, "Customer", {"DisplayName": "John Doe"})

    desk.send(make.customer(name="John  Doe ", email=None))
    run = desk.sync()

    assert run["counts"]["customer"] == {"linked": 1}
    assert names(desk) == {"John Doe"}


@pytest.mark.feature(
    "DEAR-141",
    "DEAR-142",
    note="Nothing is blocked: the name gets an addition by itself, and the export goes on.",
)
@pytest.mark.parametrize("entity", ["Vendor", "Employee"])
def test_a_name_that_a_vendor_or_employee_has_gets_an_addition(desk: Desk, entity: str) -> None:
    fields = {"GivenName": "Ana", "FamilyName": "Souza"} if entity == "Employee" else {}
    post(desk.bench.company, entity, {"DisplayName": "Ana Souza", **fields})

    desk.send(*make.sale())
    desk.sync_proven()

    assert names(desk) == {"Ana Souza (ana@example.com)"}
    assert desk.record(make.invoice())["status"] == "completed"


@pytest.mark.feature("DEAR-141", note="Taken after the names were read, it is looked up first.")
def test_a_name_that_a_vendor_took_since_the_last_import_gets_an_addition(desk: Desk) -> None:
    desk.sync()
    desk.send(*make.sale())
    desk.bench.by_hand("create", "Vendor", DisplayName="Ana Souza")

    run = desk.sync("export")

    assert run["status"] == "completed"
    assert names(desk) == {"Ana Souza (ana@example.com)"}
