"""State ImportReference: one step of importing what exports depend on; repeated until done."""

from typing import Any

from tillbook import runtime
from tillbook.observability import observed
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.import_reference import import_reference
from tillbook.usecases.step import step


@observed
def handler(event: dict[str, Any], context: runtime.LambdaContext) -> dict[str, Any]:
    lease = Lease(event["connection_id"], event["run_id"], event["fence"])
    services, left = runtime.services(), runtime.seconds_left(context)
    progress = step(services, lease, lambda: import_reference(services, lease, left))
    return progress.to_json()
