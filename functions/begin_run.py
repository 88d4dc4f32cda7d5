"""State BeginRun: takes the lease of the connection for this run."""

from typing import Any

from tillbook import runtime
from tillbook.observability import observed
from tillbook.usecases.runs import begin_run


@observed
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    connection_id, run_id = event["connection_id"], event["run_id"]
    fence = begin_run(runtime.services(), connection_id, run_id)
    return {"connection_id": connection_id, "run_id": run_id, "fence": fence}
