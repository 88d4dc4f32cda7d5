"""Whatever moves stock, in whatever order: layers, accounts and quantities agree."""

from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from local.qbo import Emulator, Limits, ManualClock
from local.qbo.ledger.inventory import Inventory, moves_of
from local.qbo.state.store import Undo
from tests.emulator.conftest import Api
from tests.emulator.test_inventory import SHRINKAGE, STOCK, sold, widget

QTY = st.sampled_from(["1", "2", "3", "7", "0.5"])
PRICE = st.sampled_from(["0", "1", "3.33", "5", "7.77"])
DAY = st.integers(1, 28).map(lambda day: f"2026-02-{day:02d}")
WHICH = st.integers(0, 1)
PICK = st.integers(0, 30)


class Stock(RuleBasedStateMachine):
    """Starts, purchases, sales, returns, adjustments, edits and deletes, dated anyhow."""

    @initialize(quantity=st.sampled_from(["0", "3"]), cost=PRICE)
    def start(self, quantity: str, cost: str) -> None:
        emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=3)
        self.company = emulator.seed("us")
        self.api = Api(emulator)
        self.items = [widget(self.api, quantity, cost, Name=name) for name in ("One", "Two")]
        self.vendor = {"value": self.api.save("vendor", {"DisplayName": "Maker"})["Id"]}
        self.customer = {"value": self.api.customer()}
        self.made: list[tuple[str, Any]] = []

    def make(self, path: str, body: dict[str, Any]) -> None:
        self.made.append((path, self.api.save(path, body)))

    @rule(which=WHICH, qty=QTY, day=DAY, path=st.sampled_from(["salesreceipt", "invoice"]))
    def sell(self, which: int, qty: str, day: str, path: str) -> None:
        line = sold(self.items[which], qty)
        self.make(path, {"TxnDate": day, "CustomerRef": self.customer, "Line": [line]})

    @rule(qty=QTY, other=QTY, day=DAY)
    def sell_both_and_one_again(self, qty: str, other: str, day: str) -> None:
        lines = [sold(self.items[at], each) for at, each in ((0, qty), (1, other), (0, other))]
        self.make("salesreceipt", {"TxnDate": day, "Line": lines})

    @rule(which=WHICH, qty=QTY, day=DAY)
    def take_back(self, which: int, qty: str, day: str) -> None:
        line = sold(self.items[which], qty)
        self.make("creditmemo", {"TxnDate": day, "CustomerRef": self.customer, "Line": [line]})

    @rule(
        which=WHICH,
        qty=QTY,
        price=PRICE,
        day=DAY,
        path=st.sampled_from(["bill", "bill", "bill", "vendorcredit"]),
    )
    def buy_or_give_back(self, which: int, qty: str, price: str, day: str, path: str) -> None:
        detail = {"ItemRef": {"value": self.items[which]}, "Qty": Decimal(qty)}
        amount = (Decimal(qty) * Decimal(price)).quantize(Decimal("0.01"))
        line = {
            "DetailType": "ItemBasedExpenseLineDetail",
            "Amount": amount,
            "ItemBasedExpenseLineDetail": detail,
        }
        self.make(path, {"TxnDate": day, "VendorRef": self.vendor, "Line": [line]})

    @rule(which=WHICH, qty=QTY, day=DAY, sign=st.sampled_from([1, -1]))
    def adjust(self, which: int, qty: str, day: str, sign: int) -> None:
        detail = {"ItemRef": {"value": self.items[which]}, "QtyDiff": Decimal(qty) * sign}
        body = {"AdjustAccountRef": {"value": SHRINKAGE}, "TxnDate": day}
        self.make("inventoryadjustment", {**body, "Line": [{"ItemAdjustmentLineDetail": detail}]})

    @rule(pick=PICK, day=DAY)
    def date_anew(self, pick: int, day: str) -> None:
        if self.made:
            path, made = self.made.pop(pick % len(self.made))
            more = {"VendorRef": self.vendor} if "VendorRef" in made else {}
            body = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True, **more}
            self.make(path, {**body, "TxnDate": day})

    @rule(pick=PICK)
    def delete(self, pick: int) -> None:
        if self.made:
            path, made = self.made.pop(pick % len(self.made))
            self.api.save(
                path, {"Id": made["Id"], "SyncToken": made["SyncToken"]}, operation="delete"
            )

    @rule(which=WHICH)
    def a_refused_sale(self, which: int) -> None:
        lines = [sold(self.items[which], "1"), sold(self.items[1 - which], "2")]
        bad = {"TxnDate": "2026-02-01", "Line": lines, "DepositToAccountRef": {"value": "7"}}
        self.api.refusal("salesreceipt", bad)

    @invariant()
    def the_account_holds_the_layers(self) -> None:
        stock = self.company.inventory
        assert self.company.balance(STOCK) == sum(stock.value(each) for each in self.items)
        assert sum(self.company.balances().values()) == 0
        for each in self.items:
            moves = stock.moves(each)
            assert stock.quantity(each) == sum((m.quantity for m in moves), Decimal(0))
            signed = (stock.cost(m) * (1 if m.quantity > 0 else -1) for m in moves)
            assert stock.value(each) == sum(signed, Decimal(0))

    @invariant()
    def the_same_moves_from_scratch_cost_the_same(self) -> None:
        rows = [row for entity in self.company.tables() for row in entity.rows.values()]
        moves = [move for row in rows for move in moves_of(row)]
        fresh = Inventory(Undo())
        for key in dict.fromkeys(m.key for m in sorted(moves, key=lambda m: m.order)):
            fresh.move(key, tuple(move for move in moves if move.key == key))
        for move in moves:
            assert self.company.inventory.cost(move) == fresh.cost(move)
        for each in self.items:
            assert self.company.inventory.value(each) == fresh.value(each)


TestStock = Stock.TestCase
TestStock.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
