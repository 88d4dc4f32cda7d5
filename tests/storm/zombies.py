"""Processes that hang until everybody takes them for dead, and then go on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.storm.process import Call, Process
from tests.workbench import CONNECTION, Workbench
from tillbook.ports import Check
from tillbook.store import keys

# What only the holder of the lease may write.
_HELD = ("#RECORD#", "#PENDING#", "#OPEN", "#INTENT", "#PROJECTION", "#BOOKS")


@dataclass
class Zombies:
    bench: Workbench
    wrote: list[str] = field(default_factory=list)
    """What they wrote although another run had taken the connection over: there must be nothing."""

    def hang(self, process: Process, meanwhile: Callable[[], None]) -> None:
        """The process hangs. Its function's time is up long before it goes on, so nothing leaves it
        for QuickBooks then: Lambda sees to that, and no lease could."""
        process.is_zombie = True
        held = self._holds(process)
        meanwhile()
        if held and not self._holds(process):
            process.did = self._did

    def _holds(self, process: Process) -> bool:
        lease = self.bench.db.get(keys.lease(CONNECTION)) or {}
        return bool(process.run_id) and lease.get("run") == process.run_id

    def _did(self, call: Call, args: tuple[Any, ...]) -> None:
        for write in args if call.name == "write" else ():
            if any(part in write.key.partition for part in _HELD) and not isinstance(write, Check):
                self.wrote.append(f"a zombie wrote {write.key.partition} {write.key.sort}")
