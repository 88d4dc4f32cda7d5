"""State SweepConnection: compares everything that is stored and mends what it can; repeated until
done. Only in a sweep, and in the first run of a connection."""

from typing import Any

from tillbook import runtime
from tillbook.observability import count, observed
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.step import step
from tillbook.usecases.sweep_connection import sweep_connection


@observed
def handler(event: dict[str, Any], context: runtime.LambdaContext) -> dict[str, Any]:
    lease = Lease(event["connection_id"], event["run_id"], event["fence"])
    services, left = runtime.services(), runtime.seconds_left(context)
    progress = step(services, lease, lambda: sweep_connection(services, lease, left))
    count("PagesSwept", progress.count, connection=lease.connection_id)
    return progress.to_json()
