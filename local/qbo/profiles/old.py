"""An old company: thousands of customers and items and two years of transactions, from a seed.

It holds what makes real books hard: names taken anew after their owner was made inactive, accents
and apostrophes, sub-customers, items in categories, equal SKUs, tracked and inactive items,
documents that are open, part paid, over-paid and voided, deposits, and closed books. Everything is
posted by the same rules as any client's, on the dates that it bears, so that change data capture
and the order of changes look as they would after two years.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from local.qbo.clock import ManualClock
from local.qbo.company import Company
from local.qbo.money import cents
from local.qbo.people.bookkeeper import journal, post
from local.qbo.people.person import edit, set_preferences
from local.qbo.profiles.us import US
from local.qbo.rules import Values
from local.qbo.state.store import Row

_FIRST = (
    "Ada Amy Ben Cara Carl Dana Dirk Elif Emma Erik Fay Finn Gina Hugo Ida Ines Ivan Jana José "
    "Kim Kofi Lara Leo Lina Luis Mara Max Mia Nils Nora Olga Omar Pia Raúl Rosa Sam Sofía Tom Uma "
    "Vera Will Yuki Zoë"
).split()
_LAST = (
    "Adams Álvarez Baker Becker Brown Chen Clark Costa Davis Diaz Evans Fischer Ford Garcia Gray "
    "Hall Haas Hill Ito Jones Kaya Khan King Kumar Lang Lee Lopez Meyer Miller Moore Müller Nowak "
    "O'Brien O'Neill Park Patel Quinn Reed Rossi Silva Smith Tanaka Turner Vogel Ward White Wood "
    "Young Zhang"
).split()
_TRADES = (
    "Bakery Books Ceramics Coffee Cycles Design Farms Flowers Foods Garage Garden Glass Hardware "
    "Interiors Jewelry Kitchens Lighting Motors Music Optics Outdoor Paper Pets Plumbing Press "
    "Records Roofing Sails Shoes Studio Supplies Textiles Toys Tools Wines Works"
).split()
_KINDS = "Basic Classic Compact Deluxe Eco Large Medium Mini Plus Pro Small Standard Travel".split()
_GOODS = (
    "Basket Bell Bench Blanket Bottle Bowl Box Brush Candle Chair Clock Cup Desk Frame Glove Hook "
    "Jar Kettle Knife Lamp Mat Mirror Mug Pan Pillow Plate Pot Rack Rug Scarf Shelf Spoon Stool "
    "Table Towel Tray Vase"
).split()
_CATEGORIES = ("Kitchen", "Living", "Garden", "Travel", "Lamp")


@dataclass(frozen=True)
class Size:
    """How much there is of what; `days` of business with `a_day` sales each."""

    customers: int = 5000
    items: int = 3000
    vendors: int = 150
    days: int = 730
    a_day: int = 20


def found(company: Company, name: str) -> None:
    """Fill an empty company with two years of business."""
    US.found(company, name)
    fill(company, Size())


def fill(company: Company, size: Size, seed: int = 1) -> None:
    """Fill a US company with its past, ending the day before the clock's today."""
    chance = random.Random(seed)
    today = date.fromisoformat(company.today())
    with _in_the_past(company, today - timedelta(days=size.days + 5)) as clock:
        shop = _Past(company, clock, chance, size)
        shop.open()
        for age in range(size.days, 0, -1):
            shop.day(today - timedelta(days=age))
    set_preferences(
        company,
        {"AccountingInfoPrefs": {"BookCloseDate": f"{today.year - 1}-06-30"}},
    )


@contextmanager
def _in_the_past(company: Company, start: date) -> Iterator[ManualClock]:
    """The company's clock, put back to a day and moved by who uses it."""
    present = company.clock
    zone = present.now().tzinfo
    past = ManualClock(datetime.combine(start, time(17, 0), zone))
    company.clock = past
    try:
        yield past
    finally:
        company.clock = present


class _Past:
    """Two years of one shop, day by day."""

    def __init__(
        self, company: Company, clock: ManualClock, chance: random.Random, size: Size
    ) -> None:
        self.company = company
        self.clock = clock
        self.chance = chance
        self.size = size
        self.customers: list[str] = []
        self.vendors: list[str] = []
        self.sold: list[tuple[str, Decimal]] = []
        self.bought: list[tuple[str, Decimal]] = []
        self.open_invoices: dict[str, Row] = {}
        self.open_bills: list[Row] = []
        self.takings: list[Row] = []

    def open(self) -> None:
        """The lists, and what the owner put in."""
        journal(
            self.company,
            self.company.today(),
            "Opening balances",
            [("35", "Debit", 400000, None), ("92", "Credit", 400000, None)],
        )
        self._name_customers()
        for name in self._names(self.size.vendors, "Wholesale"):
            self.vendors.append(self.post("Vendor", {"DisplayName": name}).id)
        self._stock_up()

    def day(self, day: date) -> None:
        """One day of business; QuickBooks takes it in on that day."""
        now = datetime.combine(day, time(17, 0), self.clock.now().tzinfo)
        self.clock.advance((now - self.clock.now()).total_seconds())
        for _ in range(self.size.a_day):
            self.clock.advance(60)
            self._sell(day)
        self._collect(day)
        if day.weekday() == 0:
            self._buy(day)
            self._pay_bills(day)
        if day.weekday() == 4:
            self._bank(day)
        if day.day == 1:
            self._close_month(day)

    def post(self, entity: str, values: Values) -> Row:
        return post(self.company, entity, values)

    # Lists.

    def _names(self, count: int, mark: str = "") -> Iterator[str]:
        """Names of people and of firms, each once."""
        pick = self.chance.choice
        for number in range(count):
            turn = number % 5
            if turn == 0:
                name = f"{pick(_LAST)} {pick(_TRADES)} {mark}".strip()
            else:
                name = f"{pick(_FIRST)} {pick(_LAST)} {mark}".strip()
            yield f"{name} {number}" if number >= 40 else f"{name} {number:02}"

    def _name_customers(self) -> None:
        for number, name in enumerate(self._names(self.size.customers)):
            values: Values = {"DisplayName": name}
            if number % 3 == 0:
                values["PrimaryEmailAddr"] = {"Address": f"buyer{number}@example.com"}
            if number % 4 == 0:
                values["BillAddr"] = {"Line1": f"{number} Main St", "City": "Tucson"}
            if number % 50 == 7 and self.customers:
                values |= {"Job": True, "ParentRef": {"value": self.customers[-1]}}
            row = self.post("Customer", values)
            if number % 40 == 9:
                # Gone, and a new one took the name: QuickBooks keeps both.
                edit(self.company, "deactivate", "Customer", {"Id": row.id})
                row = self.post("Customer", {"DisplayName": name.upper()})
            self.customers.append(row.id)

    def _stock_up(self) -> None:
        categories = [
            self.post("Item", {"Name": name, "Type": "Category"}).id for name in _CATEGORIES
        ]
        start = self.company.today()
        for number in range(self.size.items):
            price = Decimal(self.chance.randrange(300, 20000)) / 100
            cost = cents(price * Decimal("0.55"))
            name = f"{self.chance.choice(_KINDS)} {self.chance.choice(_GOODS)} {number}"
            values: Values = {
                "Name": name,
                "Sku": f"SKU-{number % (self.size.items * 9 // 10 or 1):05}",
                "UnitPrice": price,
                "PurchaseCost": cost,
                "Taxable": number % 4 != 0,
                "IncomeAccountRef": {"value": "79"},
                "ExpenseAccountRef": {"value": "80"},
                "Type": "NonInventory",
            }
            if number % 3 == 0:
                values |= {"SubItem": True, "ParentRef": {"value": self.chance.choice(categories)}}
            if number % 5 == 0:
                values |= {
                    "Type": "Inventory",
                    "TrackQtyOnHand": True,
                    "QtyOnHand": self.chance.randrange(5, 200),
                    "InvStartDate": start,
                    "AssetAccountRef": {"value": "81"},
                }
            row = self.post("Item", values)
            if number % 25 == 11:
                edit(self.company, "deactivate", "Item", {"Id": row.id})
                continue
            self.sold.append((row.id, price))
            if number % 5 == 0:
                self.bought.append((row.id, cost))

    # Business.

    def _lines(self) -> list[Values]:
        lines: list[Values] = []
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            item, price = self.chance.choice(self.sold)
            count = self.chance.choice((1, 1, 1, 2, 4))
            lines.append(
                {
                    "Amount": price * count,
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {
                        "ItemRef": {"value": item},
                        "Qty": count,
                        "UnitPrice": price,
                        "TaxCodeRef": {"value": self.chance.choice(("TAX", "NON"))},
                    },
                }
            )
        return lines

    def _sell(self, day: date) -> None:
        form: Values = {
            "CustomerRef": {"value": self.chance.choice(self.customers)},
            "TxnDate": day.isoformat(),
            "Line": self._lines(),
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": self.chance.choice(("2", "3"))}},
        }
        form["DocNumber"] = f"{self.company.last_number('Transaction') + 10000}"
        luck = self.chance.random()
        if luck < 0.55:
            row = self.post("Invoice", form)
            self.open_invoices[row.id] = row
        elif luck < 0.9:
            self.takings.append(self.post("SalesReceipt", form))
        elif luck < 0.94:
            self.post("CreditMemo", form)
        elif luck < 0.97:
            self.post("RefundReceipt", {**form, "DepositToAccountRef": {"value": "35"}})
        elif luck < 0.99:
            self.post("Estimate", form)
        else:
            row = self.post("Invoice", form)
            edit(self.company, "void", "Invoice", {"Id": row.id})

    def _collect(self, day: date) -> None:
        """Some invoices are paid: whole, in part, or with too much."""
        paid = [row for row in self.open_invoices.values() if self.chance.random() < 0.04]
        for row in paid:
            balance = self.company.row("Invoice", row.id).data["Balance"]
            if not balance:
                continue
            part = cents(balance * self.chance.choice((1, 1, 1, 1, Decimal("0.5"))))
            extra = self.chance.choice((0, 0, 0, 0, 0, 0, 0, 5))
            payment = self.post(
                "Payment",
                {
                    "CustomerRef": {"value": row.data["CustomerRef"]["value"]},
                    "TxnDate": day.isoformat(),
                    "TotalAmt": part + extra,
                    "Line": [{"Amount": part, "LinkedTxn": [_link("Invoice", row.id)]}],
                },
            )
            self.takings.append(payment)
            if part == balance:
                del self.open_invoices[row.id]

    def _buy(self, day: date) -> None:
        for _ in range(self.size.a_day // 2):
            lines: list[Values] = []
            for item, cost in self.chance.sample(self.bought, min(3, len(self.bought))):
                count = self.chance.randrange(2, 20)
                lines.append(_bought(item, cost, count))
            lines.append(_spent("8" if self.chance.random() < 0.5 else "15", "12.50"))
            bill = {
                "VendorRef": {"value": self.chance.choice(self.vendors)},
                "TxnDate": day.isoformat(),
                "Line": lines,
            }
            self.open_bills.append(self.post("Bill", bill))

    def _pay_bills(self, day: date) -> None:
        due, self.open_bills = self.open_bills[:-20], self.open_bills[-20:]
        for bill in due:
            total = bill.data["TotalAmt"]
            self.post(
                "BillPayment",
                {
                    "VendorRef": {"value": bill.data["VendorRef"]["value"]},
                    "TxnDate": day.isoformat(),
                    "TotalAmt": total,
                    "PayType": "Check",
                    "CheckPayment": {"BankAccountRef": {"value": "35"}},
                    "Line": [{"Amount": total, "LinkedTxn": [_link("Bill", bill.id)]}],
                },
            )

    def _bank(self, day: date) -> None:
        """The week's takings go to the bank, less what the card company keeps."""
        lines: list[Values] = [
            {
                "Amount": row.data["TotalAmt"],
                "LinkedTxn": [{**_link(row.entity.name, row.id), "TxnLineId": "0"}],
            }
            for row in self.takings
            if row.data["TotalAmt"]
        ]
        self.takings = []
        if not lines:
            return
        fee: dict[str, Any] = {
            "Amount": Decimal("-9.90"),
            "DetailType": "DepositLineDetail",
            "DepositLineDetail": {"AccountRef": {"value": "94"}},
        }
        self.post(
            "Deposit",
            {
                "DepositToAccountRef": {"value": "35"},
                "TxnDate": day.isoformat(),
                "Line": [*lines, fee],
            },
        )

    def _close_month(self, day: date) -> None:
        journal(
            self.company,
            day.isoformat(),
            "Rent",
            [("17", "Debit", 1500, None), ("35", "Credit", 1500, None)],
        )
        self.post(
            "Transfer",
            {
                "FromAccountRef": {"value": "35"},
                "ToAccountRef": {"value": "36"},
                "Amount": 250,
                "TxnDate": day.isoformat(),
            },
        )


def _link(kind: str, id: str) -> Values:
    return {"TxnId": id, "TxnType": kind}


def _bought(item: str, cost: Decimal, count: int) -> Values:
    return {
        "Amount": cost * count,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "ItemRef": {"value": item},
            "Qty": count,
            "UnitPrice": cost,
        },
    }


def _spent(account: str, amount: str) -> Values:
    return {
        "Amount": Decimal(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}},
    }
