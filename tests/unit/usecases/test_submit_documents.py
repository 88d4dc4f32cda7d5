"""Documents of any size and number are taken whole, or refused one by one."""

from typing import Any

from tests.unit.channels import shop
from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.documents import Document, to_json
from tillbook.domain.sync import Outcome
from tillbook.store import events
from tillbook.usecases.submit_documents import submit_documents


def body(document: Document) -> dict[str, Any]:
    return to_json(document) | {"source": "feed/warehouse"}


def long_invoice(lines: int, number: str = "#1001") -> Document:
    made = [make.line(id=str(n), description="x" * 200) for n in range(lines)]
    return make.invoice(id=number, number=number, lines=tuple(made))


def test_a_document_too_large_to_be_kept_is_refused_alone_and_says_so() -> None:
    bench = Workbench()

    results = submit_documents(
        bench.services,
        CONNECTION,
        [body(make.customer()), body(long_invoice(1500)), body(make.product())],
    )

    assert [one.status for one in results] == ["accepted", "refused", "accepted"]
    (finding,) = results[1].findings
    assert finding.field == "lines"
    assert "the largest that can be kept has 350 KB" in finding.message


def test_many_large_documents_are_stored_in_as_many_transactions_as_they_need() -> None:
    bench = Workbench()
    documents = [body(long_invoice(600, number=f"#{number}")) for number in range(20)]

    results = submit_documents(bench.services, CONNECTION, documents)

    assert {one.status for one in results} == {"accepted"}


def test_an_order_too_large_to_be_kept_fails_with_the_reason_and_leaves_nothing_queued() -> None:
    bench = Workbench()
    channel = bench.add_shop()
    items = [
        shop.Item("Lamp" + "x" * 200, "12.00", 1, variant=44012800102 + n, sku=f"S-{n}")
        for n in range(1500)
    ]

    bench.deliver(channel, "orders/create", shop.encode(shop.order(*items)), "delivery-1")

    (outcome,), _ = events.list_outcomes(bench.db, CONNECTION)
    assert outcome.outcome is Outcome.FAILED
    assert outcome.reason is not None
    assert "350 KB" in outcome.reason
    assert bench.stock().documents == 0
