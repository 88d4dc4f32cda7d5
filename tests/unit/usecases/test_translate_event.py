"""What becomes of events whose news is old or cannot be taken."""

from typing import Any

import pytest

from tests.unit.channels import shop
from tests.unit.channels.shop import Item
from tests.workbench import CONNECTION, Workbench
from tillbook import channels
from tillbook.store import events, notices
from tillbook.usecases.translate_event import translate_event

ORDER = shop.order(Item(), number=1001)
NOTED = {**ORDER, "note": "leave it at the door", "updated_at": "2026-03-15T08:00:00-05:00"}


def outcomes(*deliveries: tuple[str, dict[str, Any]]) -> dict[str, int]:
    bench = Workbench()
    channel = bench.add_shop()
    for number, (topic, body) in enumerate(deliveries):
        bench.deliver(channel, topic, shop.encode(body), f"delivery-{number}")
    found = [str(one.outcome) for one in events.all_outcomes(bench.db, CONNECTION)]
    return {outcome: found.count(outcome) for outcome in found}


def test_an_order_that_comes_after_its_update_is_superseded() -> None:
    assert outcomes(("orders/updated", NOTED), ("orders/create", ORDER)) == {
        "translated": 1,
        "superseded": 1,
    }


def test_an_order_is_no_older_for_naming_a_customer_who_has_changed_since() -> None:
    customer = {**shop.CUSTOMER, "updated_at": "2026-03-17T08:00:00-05:00"}
    shipped = {**ORDER, "updated_at": "2026-03-15T08:00:00-05:00"}

    assert outcomes(
        ("orders/create", ORDER), ("customers/update", customer), ("orders/fulfilled", shipped)
    ) == {"translated": 3}


def test_what_was_not_taken_has_its_name_and_one_notice() -> None:
    bench = Workbench()
    channel = bench.add_shop()
    wrong = {**shop.order(number=1024), "total_price": "1.00"}
    bench.deliver(channel, "orders/create", shop.encode(wrong), "d1")
    (event,) = bench.services.event_log.keys(f"{channel}/")

    again = translate_event(bench.services, event, again=True)

    assert again.title == "order #1024"
    listed, _ = notices.list_notices(bench.db, CONNECTION)
    assert [one.subject for one in listed] == ["Order #1024 was not taken"]
    assert "total_price" in listed[0].text


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"name": []}', b"\xff", b'{"name": null}'])
@pytest.mark.parametrize("topic", ["orders/create", "refunds/create", "x", "products/update"])
def test_a_body_that_cannot_be_read_has_no_name(body: bytes, topic: str) -> None:
    assert channels.title("shopify", shop.deliver(topic, body)) == ""
    assert channels.title("feed", shop.deliver(topic, body)) == ""
