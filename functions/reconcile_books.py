"""State ReconcileBooks: proves that QuickBooks = opening + ours + others."""

from typing import Any

from tillbook import runtime
from tillbook.observability import count, observed
from tillbook.usecases.exactly_once import Lease
from tillbook.usecases.reconcile_books import reconcile_books
from tillbook.usecases.work import open_work


@observed
def handler(event: dict[str, Any], context: runtime.LambdaContext) -> dict[str, Any]:
    lease = Lease(event["connection_id"], event["run_id"], event["fence"])
    work = open_work(runtime.services(), lease, runtime.seconds_left(context))
    proof = reconcile_books(work)
    proven = proof["agrees"] and proof["completeness"]["adds_up"]
    count("BooksDisagree", 0 if proven else 1, connection=lease.connection_id)
    return {"agrees": proof["agrees"]}
