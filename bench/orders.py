"""A shop's orders for the measurements: two taxed lines, paid in full, the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tillbook.domain.documents import Customer, Document, Invoice, Line, Payment, Product, Tax

SOURCE = "feed/shop"
KNOWN_CUSTOMERS = 200
KNOWN_PRODUCTS = 50
LINES = 2
MONTH = "2026-09"
DAYS = 20
PRICE = Decimal("12.50")
RATE = Decimal("0.08")
"""California's, as the emulator's company has it under tax code 2."""


@dataclass(frozen=True)
class Order:
    """An order, and what of it is new to QuickBooks."""

    customer: Customer
    products: tuple[Product, ...]
    invoice: Invoice
    payment: Payment


def known() -> list[Document]:
    """Customers and products that warm orders are of."""
    customers = [_customer(number) for number in range(KNOWN_CUSTOMERS)]
    return [*customers, *(_product(number) for number in range(KNOWN_PRODUCTS))]


def warm(count: int, first: int = 0, month: str = MONTH) -> list[Order]:
    """Orders by known customers of known products, numbered from `first`."""
    return [
        _order(n, n % KNOWN_CUSTOMERS, (n % KNOWN_PRODUCTS, (n + 7) % KNOWN_PRODUCTS), month)
        for n in range(first, first + count)
    ]


def cold(count: int) -> list[Order]:
    """Orders each by a new customer and of new products only."""
    first = KNOWN_CUSTOMERS
    return [_order(n, n, (LINES * n, LINES * n + 1)) for n in range(first, first + count)]


def documents(orders: Sequence[Order], *, new_names: bool) -> list[Document]:
    found: list[Document] = []
    for one in orders:
        if new_names:
            found += [one.customer, *one.products]
        found += [one.invoice, one.payment]
    return found


def _customer(number: int) -> Customer:
    return Customer(
        source=SOURCE,
        id=f"c{number}",
        version="1",
        name=f"Customer {number}",
        email=f"customer{number}@example.com",
    )


def _product(number: int) -> Product:
    return Product(
        source=SOURCE,
        id=f"p{number}",
        version="1",
        name=f"Product {number}",
        sku=f"SKU-{number}",
        unit_price=PRICE,
    )


def _order(number: int, customer: int, products: tuple[int, ...], month: str = MONTH) -> Order:
    day = date.fromisoformat(f"{month}-{1 + number % DAYS:02}")
    lines = tuple(_line(place, product) for place, product in enumerate(products, start=1))
    invoice = Invoice(
        source=SOURCE,
        id=f"o{number}",
        version="1",
        number=str(1001 + number),
        date=day,
        currency="USD",
        customer=f"c{customer}",
        lines=lines,
        total=sum((line.gross + line.tax for line in lines), Decimal()),
    )
    payment = Payment(
        source=SOURCE,
        id=f"t{number}",
        version="1",
        number=invoice.number,
        date=day,
        currency="USD",
        customer=invoice.customer,
        invoice=invoice.id,
        amount=invoice.total,
        gateway="shopify_payments",
    )
    return Order(_customer(customer), tuple(map(_product, products)), invoice, payment)


def _line(place: int, product: int) -> Line:
    gross = 2 * PRICE
    return Line(
        id=str(place),
        product=f"p{product}",
        description=f"Product {product}",
        quantity=Decimal(2),
        unit_price=PRICE,
        gross=gross,
        taxes=(Tax(name="California", rate=RATE, amount=gross * RATE),),
    )
