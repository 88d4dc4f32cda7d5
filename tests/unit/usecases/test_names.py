"""Which customer or item in QuickBooks a record is linked to, and which it must not be."""

from tests.unit.usecases import documents as make
from tests.workbench import Workbench
from tillbook.domain.documents import Document


def link_id(bench: Workbench, document: Document) -> str:
    link = bench.record(document).link
    assert link is not None
    return link.id


def make_item(bench: Workbench, name: str, sku: str) -> str:
    """A bookkeeper makes an item; its id."""
    accounts = {one["Name"]: one["Id"] for one in bench.in_books("Account")}
    bench.by_hand(
        "create",
        "Item",
        Name=name,
        Sku=sku,
        Type="Service",
        IncomeAccountRef={"value": accounts["Sales of Product Income"]},
    )
    return next(str(one["Id"]) for one in bench.in_books("Item") if one["Name"] == name)


def make_customer(bench: Workbench, name: str) -> str:
    bench.by_hand("create", "Customer", DisplayName=name)
    return next(str(one["Id"]) for one in bench.in_books("Customer") if one["DisplayName"] == name)


def test_only_one_of_two_customers_of_one_name_is_linked_to_the_one_in_quickbooks() -> None:
    bench = Workbench()
    known = make_customer(bench, "Ana Souza")
    first, second = make.customer(email=None), make.customer(id="c2", email=None)
    bench.accept(first, second)

    bench.sync()

    found = {link_id(bench, first), link_id(bench, second)}
    assert known in found
    assert len(found) == 2


def test_only_one_of_two_products_of_one_sku_is_linked_to_the_one_in_quickbooks() -> None:
    bench = Workbench()
    known = make_item(bench, "Mug", sku="MUG-B")
    first, second = make.product(), make.product(id="p2", name="Blue mug, boxed")
    bench.accept(first, second)

    bench.sync()

    found = {link_id(bench, first), link_id(bench, second)}
    assert known in found
    assert len(found) == 2
