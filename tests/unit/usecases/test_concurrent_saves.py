"""Two who save one record at the same moment: neither undoes what the other noted."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes import MemoryDatabase
from tests.unit.usecases import documents as make
from tests.unit.usecases.edits import edit, move, sale, the
from tests.workbench import CONNECTION, Workbench
from tillbook.domain.sync import Status
from tillbook.errors import Conflict
from tillbook.ports import ConditionFailed, Write
from tillbook.store import records
from tillbook.usecases.accept_documents import accept_documents


class Meanwhile:
    """The same database for a slow writer: something happens between its read and its write."""

    def __init__(self, database: MemoryDatabase, happens: Callable[[], Any]) -> None:
        self._database = database
        self._happens: Callable[[], Any] | None = happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def write(self, *writes: Write) -> None:
        happens, self._happens = self._happens, None
        if happens:
            happens()
        self._database.write(*writes)


def accept_slowly(bench: Workbench, happens: Callable[[], Any]) -> None:
    """A revision is accepted while something happens."""
    slow: Any = Meanwhile(bench.db, happens)  # type: ignore[arg-type]
    newer = make.invoice(v=2, number="#1001-B")
    accept_documents(slow, CONNECTION, [newer], event=None, now=bench.clock.now())


def test_an_edit_that_an_import_notes_while_a_revision_is_accepted_is_not_lost() -> None:
    bench = sale()
    edit(bench, "Invoice", DocNumber="BY-HAND")

    accept_slowly(bench, lambda: bench.sync("import"))

    record = bench.record(make.invoice())
    assert (record.status, record.version) == (Status.PENDING, make.version(2))
    assert record.link is not None
    assert (record.edited, list(record.link.edits)) == (True, ["DocNumber"])
    assert record.link.sync_token == the(bench, "Invoice")["SyncToken"]
    run = bench.sync("export").run
    assert (run.batches, bench.record(make.invoice()).status) == (0, Status.FAILED)


def test_a_move_of_a_record_that_was_saved_meanwhile_is_refused() -> None:
    bench = sale()
    edit(bench, "Invoice", DocNumber="BY-HAND")
    services: Any = bench.services
    database = services.database
    vars(services)["database"] = Meanwhile(database, lambda: bench.sync("import"))

    with pytest.raises(Conflict, match="look at it again"):
        move(bench, make.invoice(), "retry")


def test_nobody_saves_over_what_they_have_not_read() -> None:
    bench = sale()
    read = bench.record(make.invoice())
    now = bench.clock.now()
    bench.db.write(records.save(CONNECTION, read, read, now))

    with pytest.raises(ConditionFailed):
        bench.db.write(records.save(CONNECTION, read, read, now))

    bench.db.write(records.save(CONNECTION, bench.record(make.invoice()), read, now))
