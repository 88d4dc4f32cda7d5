"""State PlanRun: which kinds have something to send, in the order in which they must go, and
whether everything is to be counted."""

from typing import Any

from tillbook import runtime
from tillbook.observability import observed
from tillbook.usecases.runs import plan_run, wants_sweep


@observed
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    services, connection_id, direction = (
        runtime.services(),
        event["connection_id"],
        event["direction"],
    )
    return {
        "kinds": plan_run(services, connection_id, direction),
        "sweep": wants_sweep(services, connection_id, direction),
    }
