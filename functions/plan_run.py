"""State PlanRun: which kinds have something to send, in the order in which they must go."""

from typing import Any

from tillbook import runtime
from tillbook.observability import observed
from tillbook.usecases.runs import plan_run


@observed
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    kinds = plan_run(runtime.services(), event["connection_id"], event["direction"])
    return {"kinds": kinds}
