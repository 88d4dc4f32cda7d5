"""What becomes of an event whose news is old."""

from typing import Any

from tests.unit.channels import shop
from tests.unit.channels.shop import Item
from tests.workbench import CONNECTION, Workbench
from tillbook.store import events

ORDER = shop.order(Item(), number=1001)
NOTED = {**ORDER, "note": "leave it at the door", "updated_at": "2026-03-15T08:00:00-05:00"}


def outcomes(*deliveries: tuple[str, dict[str, Any]]) -> dict[str, int]:
    bench = Workbench()
    channel = bench.add_shop()
    for number, (topic, body) in enumerate(deliveries):
        bench.deliver(channel, topic, shop.encode(body), f"delivery-{number}")
    found = [str(one) for one in events.all_outcomes(bench.db, CONNECTION).values()]
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
