"""Which customer or item in QuickBooks a record is linked to, and which it must not be."""

from local.qbo import Switches
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, Kind
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.import_reference import import_reference
from tillbook.usecases.runs import begin_run, start_run


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


def test_a_customer_renamed_in_quickbooks_is_not_found_by_the_name_it_had() -> None:
    bench = Workbench()
    renamed = make_customer(bench, "Ana Souza")
    bench.sync()
    bench.by_hand("update", "Customer", Id=renamed, DisplayName="Wholesale Ltd")
    bench.accept(make.customer())

    bench.sync()

    assert link_id(bench, make.customer()) != renamed
    names = {one["DisplayName"] for one in bench.in_books("Customer")}
    assert names == {"Wholesale Ltd", "Ana Souza"}


def test_an_item_is_not_found_by_the_sku_it_had() -> None:
    bench = Workbench()
    other = make_item(bench, "Mug", sku="MUG-B")
    bench.sync()
    bench.by_hand("update", "Item", Id=other, Name="Lamp", Sku="LAMP-1")
    bench.accept(make.product())

    bench.sync()

    assert link_id(bench, make.product()) != other


def test_a_name_that_someone_inactive_has_taken_meanwhile_is_avoided() -> None:
    """Companies differ in whether an inactive name still blocks its name."""
    bench = Workbench(switches=Switches(inactive_names_block=True))
    bench.accept(make.customer())
    run = start_run(bench.services, CONNECTION, direction="both", started_by="alice")
    lease = Lease(CONNECTION, run.run, begin_run(bench.services, CONNECTION, run.run))
    while not import_reference(bench.services, lease, lambda: 300.0).done:
        pass
    known = make_customer(bench, "Ana Souza")
    bench.by_hand("deactivate", "Customer", Id=known)

    assert bench.export(lease, Kind.CUSTOMER).done

    assert bench.record(make.customer()).name == "Ana Souza (ana@example.com)"
