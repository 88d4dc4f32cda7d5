"""Documents for tests: a small shop whose amounts are easy to check by eye."""

from datetime import date
from decimal import Decimal

from tillbook.domain.documents import (
    Allocation,
    Bill,
    BillPayment,
    CreditNote,
    Customer,
    Fee,
    Invoice,
    Journal,
    JournalLine,
    Line,
    LineKind,
    Payment,
    Payout,
    Product,
    Quote,
    Refund,
    Role,
    Tax,
    Vendor,
    VendorCredit,
    WriteOff,
)

SOURCE = "shopify/acme.myshopify.com"
DAY = date(2026, 3, 2)


def version(number: int) -> str:
    return f"{number:020d}"


def customer(id: str = "c1", v: int = 1, **changes: object) -> Customer:
    fields = {"name": "Ana Souza", "email": "ana@example.com", **changes}
    return Customer(source=SOURCE, id=id, version=version(v), **fields)  # type: ignore[arg-type]


def vendor(id: str = "v1", v: int = 1, **changes: object) -> Vendor:
    fields = {"name": "Mug Works", "email": "sales@mugs.example", **changes}
    return Vendor(source=SOURCE, id=id, version=version(v), **fields)  # type: ignore[arg-type]


def product(id: str = "p1", v: int = 1, **changes: object) -> Product:
    fields = {"name": "Blue mug", "sku": "MUG-B", "unit_price": Decimal("12.50"), **changes}
    return Product(source=SOURCE, id=id, version=version(v), **fields)  # type: ignore[arg-type]


def line(id: str = "1", product: str | None = "p1", **changes: object) -> Line:
    fields: dict[str, object] = {
        "quantity": Decimal(2),
        "unit_price": Decimal("12.50"),
        "gross": Decimal("25.00"),
        "taxes": (Tax(name="CA tax", rate=Decimal("0.0725"), amount=Decimal("1.81")),),
        **changes,
    }
    return Line(id=id, product=product, **fields)  # type: ignore[arg-type]


def shipping(amount: str = "5.00") -> Line:
    return Line(
        id="shipping",
        kind=LineKind.SHIPPING,
        unit_price=Decimal(amount),
        gross=Decimal(amount),
    )


def invoice(id: str = "o1", v: int = 1, number: str = "#1001", **changes: object) -> Invoice:
    fields: dict[str, object] = {
        "date": DAY,
        "currency": "USD",
        "customer": "c1",
        "lines": (line(), shipping()),
        **changes,
    }
    built = Invoice(
        source=SOURCE,
        id=id,
        version=version(v),
        number=number,
        total=Decimal(0),
        **fields,  # type: ignore[arg-type]
    )
    return built.model_copy(update={"total": built.computed_total})


def quote(id: str = "q1", v: int = 1, number: str = "Q-1", **changes: object) -> Quote:
    """What the invoice of the same lines was offered as."""
    fields: dict[str, object] = {
        "date": DAY,
        "currency": "USD",
        "customer": "c1",
        "lines": (line(), shipping()),
        **changes,
    }
    built = Quote(
        source=SOURCE,
        id=id,
        version=version(v),
        number=number,
        total=Decimal(0),
        **fields,  # type: ignore[arg-type]
    )
    return built.model_copy(update={"total": built.computed_total})


def payment(id: str = "o1", v: int = 1, amount: str = "31.81", **changes: object) -> Payment:
    fields: dict[str, object] = {"date": DAY, "currency": "USD", "invoice": id, **changes}
    return Payment(
        source=SOURCE,
        id=id,
        version=version(v),
        number="#1001",
        amount=Decimal(amount),
        gateway="shopify_payments",
        customer="c1",
        **fields,  # type: ignore[arg-type]
    )


def refund(id: str = "r1", v: int = 1, order: str = "o1", **changes: object) -> Refund:
    fields: dict[str, object] = {
        "date": DAY,
        "currency": "USD",
        "lines": (line(quantity=Decimal(1), gross=Decimal("12.50"), taxes=()),),
        **changes,
    }
    built = Refund(
        source=SOURCE,
        id=id,
        version=version(v),
        number="#1001-R1",
        invoice=order,
        gateway="shopify_payments",
        total=Decimal(0),
        **fields,  # type: ignore[arg-type]
    )
    return built.model_copy(update={"total": built.computed_total})


def credit_note(id: str = "n1", v: int = 1, order: str = "o1", **changes: object) -> CreditNote:
    fields: dict[str, object] = {
        "date": DAY,
        "currency": "USD",
        "lines": (line(quantity=Decimal(1), gross=Decimal("12.50"), taxes=()),),
        **changes,
    }
    built = CreditNote(
        source=SOURCE,
        id=id,
        version=version(v),
        number="#1001-C1",
        invoice=order,
        total=Decimal(0),
        **fields,  # type: ignore[arg-type]
    )
    return built.model_copy(update={"total": built.computed_total})


def allocation(id: str = "a1", v: int = 1, amount: str = "12.50", **changes: object) -> Allocation:
    """The credit note settles a part of the invoice."""
    fields: dict[str, object] = {
        "number": "#1001-A1",
        "date": DAY,
        "currency": "USD",
        "credit_note": "n1",
        "invoice": "o1",
        **changes,
    }
    return Allocation(
        source=SOURCE,
        id=id,
        version=version(v),
        amount=Decimal(amount),
        **fields,  # type: ignore[arg-type]
    )


def write_off(id: str = "w1", v: int = 1, amount: str = "31.81", **changes: object) -> WriteOff:
    """Nobody will pay the invoice any more."""
    fields: dict[str, object] = {
        "number": "#1001-W1",
        "date": DAY,
        "currency": "USD",
        "invoice": "o1",
        **changes,
    }
    return WriteOff(
        source=SOURCE,
        id=id,
        version=version(v),
        amount=Decimal(amount),
        **fields,  # type: ignore[arg-type]
    )


def bill(id: str = "b1", v: int = 1, number: str = "PO-7", **changes: object) -> Bill:
    """What the mugs cost: 10 at 4.00, bought without tax."""
    lines = (line(quantity=Decimal(10), unit_price=Decimal(4), gross=Decimal("40.00"), taxes=()),)
    fields: dict[str, object] = {
        "date": DAY,
        "currency": "USD",
        "vendor": "v1",
        "lines": lines,
        "total": Decimal("40.00"),
        **changes,
    }
    return Bill(source=SOURCE, id=id, version=version(v), number=number, **fields)  # type: ignore[arg-type]


def vendor_credit(
    id: str = "vc1", v: int = 1, number: str = "PO-7-R", **changes: object
) -> VendorCredit:
    """Two of the mugs went back."""
    lines = (line(quantity=Decimal(2), unit_price=Decimal(4), gross=Decimal("8.00"), taxes=()),)
    fields: dict[str, object] = {
        "date": DAY,
        "currency": "USD",
        "vendor": "v1",
        "lines": lines,
        "total": Decimal("8.00"),
        **changes,
    }
    return VendorCredit(source=SOURCE, id=id, version=version(v), number=number, **fields)  # type: ignore[arg-type]


def entry(
    id: str, side: str, amount: str, role: Role | None = None, **changes: object
) -> JournalLine:
    fields: dict[str, object] = {"side": side, "amount": Decimal(amount), "role": role, **changes}
    return JournalLine(id=id, **fields)  # type: ignore[arg-type]


def cogs(amount: str = "8.00") -> tuple[JournalLine, ...]:
    """Two mugs have left the stock."""
    return (
        entry("cost", "debit", amount, Role.COGS, product="p1"),
        entry("stock", "credit", amount, Role.INVENTORY, product="p1"),
    )


def journal(id: str = "j1", v: int = 1, number: str = "COGS-1001", **changes: object) -> Journal:
    fields: dict[str, object] = {"date": DAY, "currency": "USD", "lines": cogs(), **changes}
    return Journal(source=SOURCE, id=id, version=version(v), number=number, **fields)  # type: ignore[arg-type]


def payout(id: str = "t1", v: int = 1, number: str = "PO-2026-03", **changes: object) -> Payout:
    """What was paid for the mugs, less a fee."""
    fields: dict[str, object] = {
        "date": DAY,
        "currency": "USD",
        "gateway": "shopify_payments",
        "gross": Decimal("31.81"),
        "fees": (Fee(name="Processing fee", amount=Decimal("1.22")),),
        "amount": Decimal("30.59"),
        **changes,
    }
    return Payout(source=SOURCE, id=id, version=version(v), number=number, **fields)  # type: ignore[arg-type]


def bill_payment(
    id: str = "bp1", v: int = 1, amount: str = "40.00", **changes: object
) -> BillPayment:
    fields: dict[str, object] = {
        "date": DAY,
        "currency": "USD",
        "vendor": "v1",
        "bill": "b1",
        "number": "PO-7",
        **changes,
    }
    return BillPayment(
        source=SOURCE,
        id=id,
        version=version(v),
        amount=Decimal(amount),
        **fields,  # type: ignore[arg-type]
    )
