"""Everything that an emulator knows of a company, in plain values that can be compared."""

import pickle
from typing import Any

from local.qbo import Emulator


def whole_state(emulator: Emulator) -> bytes:
    """Objects, deletions, names, sequences, ledger, stock and remembered answers, as a copy."""
    company = emulator.company()
    ledger = company.ledger
    keys = [row.key for row in company.rows(table.entity.name for table in company.tables())]
    items = company.table("Item").rows
    state: dict[str, Any] = {
        "objects": {
            table.entity.name: [
                (row.id, row.token, row.created, row.updated, row.editor, row.data, row.hidden)
                for row in table.numbered
            ]
            for table in company.tables()
        },
        "changed": [[row.id for row in table.changed] for table in company.tables()],
        "deleted": [table.deleted for table in company.tables()],
        "names": company.names.owners,
        "sequences": company.sequences,
        "entries": ledger.entries,
        "accounts": {id: left for id, left in ledger.accounts().items() if left},
        "days": [
            {day: left for day, left in ledger.by_day(id).items() if left}
            for id in ledger.accounts()
        ],
        "owed": {key: ledger.name_balance(key) for key in keys if ledger.name_balance(key)},
        "stock": {id: company.inventory.moves(id) for id in items},
        "worth": {id: company.inventory.value(id) for id in items},
        "moved": {key: company.inventory.splits(key) for key in keys},
        "answers": emulator.requestids[company.realm].kept,
    }
    return pickle.dumps(state)


def assert_same(before: bytes, after: bytes, said: str) -> None:
    """Refuse a difference, naming the part of the state that has it."""
    if before == after:
        return
    was, now = pickle.loads(before), pickle.loads(after)
    changed = [part for part in was if was[part] != now[part]]
    assert not changed, (changed, said)
