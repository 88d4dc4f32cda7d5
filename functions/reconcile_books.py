"""State ReconcileBooks: proves that QuickBooks = opening + ours + others; repeated until done."""

from typing import Any

from tillbook import runtime
from tillbook.observability import count, observed
from tillbook.store import runs
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.reconcile_books import reconcile_books
from tillbook.usecases.step import step
from tillbook.usecases.work import open_work


@observed
def handler(event: dict[str, Any], context: runtime.LambdaContext) -> dict[str, Any]:
    lease = Lease(event["connection_id"], event["run_id"], event["fence"])
    services, left = runtime.services(), runtime.seconds_left(context)
    progress = step(services, lease, lambda: reconcile_books(open_work(services, lease, left)))
    run = runs.load(services.database, lease.connection_id, lease.run_id)
    if progress.done and run is not None:
        count("BooksDisagree", int(run.disagrees), connection=lease.connection_id)
    return progress.to_json()
