"""Stock: what moved when, in layers by cost, first in, first out.

Quantities are positive in and negative out; costs are at home, in cents. An item's moves lie in
order of date, then of transaction id. What comes in makes a layer; what goes out takes the oldest
layers first. What is sold before it is there is valued at the last cost known, and at its real
cost once goods come in: the cost of an earlier move may change with a later one. Everything here
follows from the moves alone, so the same moves give the same costs in whatever order they were
written down.

A new move at the end of an item's history costs what it touches. One before the end, or one taken
away, has the moves after it counted anew.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO, cents
from local.qbo.state.store import Row, Undo

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """One line of a document that moves an item.

    `cost` is what the document itself posts to the asset account for it, debit positive; None
    where layers decide. Then what comes in is valued by `basis`: `sold` as what last went out,
    `last` as what last came in at a stated cost, `fallback` at the unit cost of that name, which
    the other two use when there is nothing to go by. `contra` is the account opposite `asset`.
    """

    key: Key
    line: int
    item: str
    day: str
    quantity: Decimal
    cost: Decimal | None
    asset: str
    contra: str
    fallback: Decimal
    basis: str = "sold"
    class_id: str = ""
    department_id: str = ""

    @property
    def order(self) -> tuple[str, int, int]:
        """An item's starting value is the first of its day."""
        return (self.day, 0 if self.key[0] == "Item" else int(self.key[1]), self.line)


def moves_of(row: Row) -> tuple[Move, ...]:
    """What an object moves, from `hidden["stock"]`, which `local.qbo.ledger.stock` completes."""
    if row.hidden.get("voided"):
        return ()
    department = str((row.data.get("DepartmentRef") or {}).get("value", ""))
    return tuple(
        Move(row.key, line, **{"day": row.data.get("TxnDate"), "department_id": department, **each})
        for line, each in enumerate(row.hidden.get("stock", ()))
        if each["quantity"]
    )


@dataclass(frozen=True, slots=True)
class _State:
    """An item after a move: where the oldest layer or the oldest debt is, and what is left of it.

    Goods there are lie in `layers[head:]`; goods owed begin with the move at `owing`. One of the
    two is empty.
    """

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    layers: int = 0
    head: int = 0
    left: Decimal = ZERO
    worth: Decimal = ZERO
    owing: int = 0
    last: Decimal | None = None
    sold: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Cost:
    """What a move is worth: what is known, and an estimate for the quantity still owed."""

    known: Decimal
    owed: Decimal = ZERO
    estimate: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.known + self.estimate


class _Item:
    """The history of one item."""

    def __init__(self) -> None:
        self.moves: list[Move] = []
        self._orders: list[tuple[str, int, int]] = []
        self._states: list[_State] = []
        self._costs: list[_Cost] = []
        self._layers: list[tuple[Decimal, Decimal]] = []
        #: Costs that later moves replaced: position of the later one, of the other, cost before.
        self._settled: list[tuple[int, int, _Cost]] = []

    @property
    def state(self) -> _State:
        return self._states[-1] if self._states else _State()

    def cost(self, move: Move) -> Decimal:
        return self._costs[self._position(move)].total

    def change(self, gone: Iterable[Move], come: Iterable[Move]) -> set[Key]:
        """Take moves away and put others in; answers whose costs are others now."""
        removed = {each.order for each in gone}
        added = list(come)
        orders = [*removed, *(each.order for each in added)]
        start = bisect_left(self._orders, min(orders))
        tail = self.moves[start:]
        before = {each: cost.total for each, cost in zip(tail, self._costs[start:], strict=True)}
        before |= self._rewind(start)
        kept = [each for each in tail if each.order not in removed]
        for move in sorted([*kept, *added], key=lambda each: each.order):
            before = self._append(move) | before
        return {
            each.key
            for each, cost in before.items()
            if each.order not in removed and self.cost(each) != cost
        }

    def _position(self, move: Move) -> int:
        return bisect_left(self._orders, move.order)

    def _rewind(self, start: int) -> dict[Move, Decimal]:
        """Forget the moves from a position on; answers the costs that this changed before it."""
        changed: dict[Move, Decimal] = {}
        while self._settled and self._settled[-1][0] >= start:
            _, at, cost = self._settled.pop()
            if at < start:
                changed.setdefault(self.moves[at], self._costs[at].total)
                self._costs[at] = cost
        del self.moves[start:], self._orders[start:], self._states[start:], self._costs[start:]
        del self._layers[self.state.layers :]
        return changed

    def _append(self, move: Move) -> dict[Move, Decimal]:
        """Count a move after all others; answers the earlier costs that it replaced."""
        self.moves.append(move)
        self._orders.append(move.order)
        state = self.state
        changed: dict[Move, Decimal] = {}
        if move.quantity > 0:
            state, changed = self._take_in(move, state)
        else:
            state = self._give_out(move, state)
        self._states.append(state)
        return changed

    def _take_in(self, move: Move, state: _State) -> tuple[_State, dict[Move, Decimal]]:
        cost = move.cost
        if cost is None:
            cost = cents(move.quantity * _first(_basis(move, state), move.fallback))
        unit = cost / move.quantity
        self._costs.append(_Cost(cost))
        left, worth, owing, sold = move.quantity, cost, state.owing, state.sold
        value = state.value + cost
        changed: dict[Move, Decimal] = {}
        here = len(self.moves) - 1
        if state.quantity >= 0:
            owing = here
        while left and owing < here:
            old = self._costs[owing]
            if not old.owed:
                owing += 1
                continue
            part = min(left, old.owed)
            real, guess = _share(worth, part, left), _share(old.estimate, part, old.owed)
            new = _Cost(old.known + real, old.owed - part, old.estimate - guess)
            self._settled.append((here, owing, old))
            self._costs[owing] = new
            changed[self.moves[owing]] = old.total
            value -= real - guess
            left, worth = left - part, worth - real
            sold = new.total / -self.moves[owing].quantity
        layers, head, at, kept = state.layers, state.head, state.left, state.worth
        if left:
            self._layers.append((left, worth))
            layers += 1
            if head == layers - 1:
                at, kept = left, worth
        last = unit if move.cost is not None else state.last
        quantity = state.quantity + move.quantity
        return _State(quantity, value, layers, head, at, kept, owing, last, sold), changed

    def _give_out(self, move: Move, state: _State) -> _State:
        wanted, known = -move.quantity, ZERO
        head, left, worth = state.head, state.left, state.worth
        while wanted and head < state.layers:
            part = min(wanted, left)
            cost = _share(worth, part, left)
            known += cost
            wanted, left, worth = wanted - part, left - part, worth - cost
            if not left:
                head += 1
                left, worth = self._layers[head] if head < state.layers else (ZERO, ZERO)
        estimate = cents(wanted * _first(state.last, state.sold, move.fallback))
        cost_now = _Cost(known, wanted, estimate)
        self._costs.append(cost_now)
        return _State(
            state.quantity + move.quantity,
            state.value - cost_now.total,
            state.layers,
            head,
            left,
            worth,
            state.owing if state.quantity < 0 else len(self.moves) - 1,
            state.last,
            cost_now.total / -move.quantity,
        )


class Inventory:
    """The stock of a company. What documents post besides their own splits follows from it."""

    def __init__(self, undo: Undo) -> None:
        self._items: dict[str, _Item] = {}
        self._moves: dict[Key, tuple[Move, ...]] = {}
        self._undo = undo

    def move(self, key: Key, moves: tuple[Move, ...]) -> set[Key]:
        """Replace what a document moves; answers the other documents whose costs change by it."""
        before = self._moves.get(key, ())
        if before == moves:
            return set()
        changed = self._replace(key, moves)

        def restore() -> None:
            self._replace(key, before)

        self._undo.add(restore)
        return changed

    def load(self, rows: Iterable[Row]) -> None:
        """Take over what stored objects move, in whatever order they come."""
        moves = sorted((each for row in rows for each in moves_of(row)), key=lambda m: m.order)
        for each in moves:
            self._moves[each.key] = (*self._moves.get(each.key, ()), each)
            self._items.setdefault(each.item, _Item()).change((), (each,))

    def splits(self, key: Key) -> tuple[Split, ...]:
        """What a document posts because of the stock it moves.

        Where the layers decide the cost, all of it. Where the document states a cost and goods go
        out, it has posted that; the difference to their cost in the layers remains.
        """
        splits: list[Split] = []
        for move in self._moves.get(key, ()):
            worth = self._items[move.item].cost(move)
            amount = (worth if move.quantity > 0 else -worth) - (move.cost or ZERO)
            if amount:
                splits += (
                    _split(move, move.contra, -amount),
                    _split(move, move.asset, amount),
                )
        return tuple(splits)

    def quantity(self, item: str) -> Decimal:
        """Quantity on hand over all dates, negative when more was sold than there was."""
        return self._items[item].state.quantity if item in self._items else ZERO

    def value(self, item: str) -> Decimal:
        """What the asset account holds for an item, over all dates."""
        return self._items[item].state.value if item in self._items else ZERO

    def moves(self, item: str) -> list[Move]:
        """Everything that moved an item, in the order in which it counts."""
        return list(self._items[item].moves) if item in self._items else []

    def cost(self, move: Move) -> Decimal:
        """What a move is worth, without a sign."""
        return self._items[move.item].cost(move)

    def _replace(self, key: Key, moves: tuple[Move, ...]) -> set[Key]:
        before = self._moves.pop(key, ())
        if moves:
            self._moves[key] = moves
        changed: set[Key] = set()
        for id in dict.fromkeys(each.item for each in (*before, *moves)):
            item = self._items.setdefault(id, _Item())
            changed |= item.change(
                [each for each in before if each.item == id],
                [each for each in moves if each.item == id],
            )
            if not item.moves:
                del self._items[id]
        return changed - {key}


def _split(move: Move, account: str, amount: Decimal) -> Split:
    return Split(account, amount, class_id=move.class_id, department_id=move.department_id)


def _basis(move: Move, state: _State) -> Decimal | None:
    if move.basis == "fallback":
        return None
    return _first(state.sold, state.last) if move.basis == "sold" else state.last


def _first(*costs: Decimal | None) -> Any:
    """The first that there is."""
    return next((each for each in costs if each is not None), None)


def _share(value: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """The cents of a value that fall to a part of its quantity; the last takes what is left."""
    return value if part == whole else cents(value * part / whole)
