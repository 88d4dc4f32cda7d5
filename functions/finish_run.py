"""State FinishRun: closes the run, releases the lease and tells people what they should know."""

from typing import Any

from tillbook import runtime
from tillbook.observability import count, observed
from tillbook.usecases.runs import finish_run


@observed
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    status = finish_run(
        runtime.services(),
        event["connection_id"],
        event["run_id"],
        event["fence"],
        event.get("error"),
    )
    count("RunsFinished", kind=status.replace(" ", "_"), connection=event["connection_id"])
    return {"status": status}
