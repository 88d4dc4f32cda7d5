"""Every hour: starts the daily sweep of the connections whose time has come."""

from typing import Any

from tillbook import runtime
from tillbook.observability import count, observed
from tillbook.usecases.start_sweeps import start_sweeps


@observed
def handler(event: dict[str, Any], context: runtime.LambdaContext) -> dict[str, Any]:
    started = start_sweeps(runtime.services(), runtime.seconds_left(context))
    count("SweepsStarted", started)
    return {"started": started}
