"""Who may write for a connection: one run at a time, proven in every transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tillbook.errors import LeaseLost
from tillbook.ports import ConditionFailed, Database, Write
from tillbook.store import runs


@dataclass(frozen=True)
class Lease:
    connection_id: str
    run_id: str
    fence: int


def write_held(
    db: Database, lease: Lease, writes: Sequence[Write], *, renew_at: datetime | None = None
) -> bool:
    """Writes all or nothing, as long as the lease is held, and renews it where `renew_at` says so.
    False if another condition failed and nothing was written. Raises LeaseLost."""
    held = runs.holds(lease.connection_id, lease.run_id, lease.fence, renew_at)
    try:
        db.write(held, *writes)
    except ConditionFailed as failure:
        if 0 in failure.failed:
            raise LeaseLost("another run took this connection over") from None
        return False
    return True
