"""State ExportEntity: exports pending records of one kind; repeated until done."""

from typing import Any

from tillbook import runtime
from tillbook.domain.documents import Kind
from tillbook.observability import count, observed
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.export_entity import export_entity
from tillbook.usecases.step import step
from tillbook.usecases.work import open_work


@observed
def handler(event: dict[str, Any], context: runtime.LambdaContext) -> dict[str, Any]:
    lease = Lease(event["connection_id"], event["run_id"], event["fence"])
    services, left = runtime.services(), runtime.seconds_left(context)
    kind = Kind(event["kind"])
    progress = step(services, lease, lambda: export_entity(open_work(services, lease, left), kind))
    count("RecordsExported", progress.count, kind=event["kind"], connection=lease.connection_id)
    return progress.to_json()
