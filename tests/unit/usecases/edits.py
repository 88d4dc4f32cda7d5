"""A company in which people edit what Tillbook wrote."""

import json
from datetime import date
from typing import Any

from tests.unit.usecases import documents as make
from tests.workbench import CONNECTION, RunResult, Workbench
from tillbook.domain.documents import Document
from tillbook.domain.settings import Conflicts, ConnectionSettings
from tillbook.usecases.move_records import move_record


def configured_settings(conflicts: Conflicts) -> ConnectionSettings:
    return ConnectionSettings(export_from=date(2026, 3, 1), tax_code="2", conflicts=conflicts)


def configured(conflicts: Conflicts) -> Workbench:
    return Workbench(connection_settings=configured_settings(conflicts))


def in_books(bench: Workbench, *documents: Document) -> Workbench:
    bench.accept(*documents)
    bench.sync()
    bench.clock.advance(3600)
    return bench


def sale(conflicts: Conflicts | None = None, **invoice: Any) -> Workbench:
    bench = configured(conflicts or Conflicts())
    return in_books(bench, make.customer(), make.product(), make.invoice(**invoice))


def the(bench: Workbench, entity: str) -> dict[str, Any]:
    (one,) = [obj for obj in bench.in_books(entity) if obj.get("Name") != "Shipping charged"]
    return one


def edit(bench: Workbench, entity: str, **fields: Any) -> None:
    bench.by_hand("update", entity, Id=the(bench, entity)["Id"], **fields)


def lines(bench: Workbench) -> list[dict[str, Any]]:
    return [line for line in the(bench, "Invoice")["Line"] if "Id" in line]


def plain_lines(bench: Workbench) -> list[dict[str, Any]]:
    """The same, to be changed and sent by hand."""
    found: list[dict[str, Any]] = json.loads(json.dumps(lines(bench), default=float))
    return found


def add_line(bench: Workbench, at: int = 1, amount: str = "7.00") -> None:
    """A person puts a line between ours."""
    found = plain_lines(bench)
    item = found[0]["SalesItemLineDetail"]["ItemRef"]
    new = {
        "Amount": float(amount),
        "DetailType": "SalesItemLineDetail",
        "Description": "Gift wrapping",
        "SalesItemLineDetail": {"ItemRef": item, "TaxCodeRef": {"value": "NON"}},
    }
    edit(bench, "Invoice", Line=[*found[:at], new, *found[at:]])


def move(bench: Workbench, document: Document, how: str) -> None:
    key = bench.record(document).key
    move_record(bench.services, CONNECTION, key, how, actor="alice", why="it was wrong")


def send(bench: Workbench, document: Document) -> RunResult:
    bench.accept(document)
    return bench.sync()
