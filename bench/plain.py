"""The usual way, to compare with: a script on python-quickbooks that looks each name up, creates
what is missing and saves order by order. And the same with the library's batch helper.

Neither keeps what it sends before it sends it, nor looks whether what it sent is there: where an
answer is lost it is sent again, or logged and left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from quickbooks import QuickBooks
from quickbooks.batch import batch_create
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects import (
    Customer,
    EmailAddress,
    Invoice,
    Item,
    LinkedTxn,
    Payment,
    PaymentLine,
    Ref,
    SalesItemLine,
    SalesItemLineDetail,
    TxnTaxDetail,
)

from bench import orders
from bench.line import STANDARD, Books, Loss, books_of, effects
from local.qbo import DEFAULT_REALM, Emulator, Limits, ManualClock
from local.qbo.in_process import EmulatorTransport

_INCOME = "79"
_CLEARING = "93"
_TAX_CODE = "2"
_BATCH = 30
_EARLY = 60
_TOO_MANY = 429
_PAUSE = 60
_THERE_ALREADY = frozenset({6140, 6000})
"""The number is taken; the invoice is paid."""


@dataclass(frozen=True)
class Plain:
    """One export. Calls are requests to QuickBooks, reads those that only look something up."""

    orders: int
    calls: int
    reads: int
    batches: int
    emulated_seconds: float
    lost_answers: int
    books: Books
    doubled: int
    missing: int


class _Session:
    """What python-quickbooks asks of an OAuth session, on the emulator in this process. The access
    token lives for an hour, and is renewed as `requests_oauthlib` does it."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._http = httpx.Client(transport=EmulatorTransport(emulator))
        self._renew()

    def request(
        self, method: str, url: str, *, headers: Any, params: Any, data: str
    ) -> httpx.Response:
        if self._emulator.clock.now() >= self._expires:
            self._renew()
            headers = {**headers, "Authorization": f"Bearer {self.access_token}"}
        while True:
            answer = self._http.request(
                method, url, headers=headers, params=params, content=data or None
            )
            if answer.status_code != _TOO_MANY:
                return answer
            self._emulator.clock.advance(_PAUSE)

    def _renew(self) -> None:
        tokens = self._emulator.connect(DEFAULT_REALM)
        self.access_token = str(tokens["access_token"])
        seconds = int(str(tokens["expires_in"])) - _EARLY
        self._expires = self._emulator.clock.now() + timedelta(seconds=seconds)


def measure(
    count: int,
    *,
    new_names: bool,
    in_batches: bool,
    loss: Loss | None = None,
    resends: bool = True,
) -> Plain:
    """An export of so many orders. What the script does about a lost answer: it sends again
    (`resends`), or goes on with the next order. Where answers are lost it remembers names, since
    their look-ups are not what is measured then."""
    clock = ManualClock()
    emulator = Emulator(clock=clock, limits=Limits(), latency=STANDARD)
    company = emulator.seed("us", realm=DEFAULT_REALM)
    qb = QuickBooks(company_id=DEFAULT_REALM, minorversion=75, use_decimal=True)
    qb.session = _Session(emulator)
    script = _Script(qb, resends, {} if loss else None)
    wanted = orders.cold(count) if new_names else orders.warm(count)
    if not new_names:
        for one in orders.warm(orders.KNOWN_CUSTOMERS):
            script.names(one)
    clock.advance(120)
    stats = emulator.stats[DEFAULT_REALM]
    before = (stats.requests, stats.reads, stats.batches)
    begun = clock.now()
    losing = loss.inject(emulator) if loss else None
    if in_batches:
        for start in range(0, count, _BATCH):
            script.export_together(wanted[start : start + _BATCH])
    else:
        for one in wanted:
            script.export(one)
    after = (stats.requests, stats.reads, stats.batches)
    calls, reads, batches = (new - old for new, old in zip(after, before, strict=True))
    doubled, missing = effects(company, wanted)
    return Plain(
        orders=count,
        calls=calls,
        reads=reads,
        batches=batches,
        emulated_seconds=(clock.now() - begun).total_seconds(),
        lost_answers=losing.struck if losing else 0,
        books=books_of(company),
        doubled=doubled,
        missing=missing,
    )


@dataclass(frozen=True)
class _Script:
    qb: QuickBooks
    resends: bool
    remembered: dict[str, tuple[Ref, list[Ref]]] | None
    """Names by order's customer and products; None to look them up each time."""

    def export(self, order: orders.Order) -> None:
        invoice = self._saved(_invoice(order, *self.names(order)))
        if invoice is not None:
            self._saved(_payment(order, invoice))

    def export_together(self, batch: Iterable[orders.Order]) -> None:
        """Invoices in one call, their payments in another; names still one by one."""
        found = list(batch)
        invoices = self._saved_together([_invoice(one, *self.names(one)) for one in found])
        by_number = {one.DocNumber: one for one in invoices}
        payments = [
            _payment(one, by_number[one.invoice.number])
            for one in found
            if one.invoice.number in by_number
        ]
        if payments:
            self._saved_together(payments)

    def names(self, order: orders.Order) -> tuple[Ref, list[Ref]]:
        """The customer and the items of an order, created where they are missing."""
        key = " ".join((order.customer.id, *(one.id for one in order.products)))
        if self.remembered is not None and key in self.remembered:
            return self.remembered[key]
        found = self._looked_up(order)
        if self.remembered is not None:
            self.remembered[key] = found
        return found

    def _looked_up(self, order: orders.Order) -> tuple[Ref, list[Ref]]:
        qb = self.qb
        found = Customer.filter(DisplayName=order.customer.name, qb=qb)
        if not found:
            customer = Customer()
            customer.DisplayName = order.customer.name
            customer.PrimaryEmailAddr = EmailAddress()
            customer.PrimaryEmailAddr.Address = order.customer.email
            found = [customer.save(qb=qb)]
        return found[0].to_ref(), [_item(qb, one.name, one.sku) for one in order.products]

    def _saved(self, wanted: Any) -> Any:
        """What was saved; None where the answer was lost and the script goes on."""
        while True:
            try:
                return wanted.save(qb=self.qb)
            except httpx.RemoteProtocolError:
                if not self.resends:
                    return None
            except QuickbooksException as refused:
                if refused.error_code not in _THERE_ALREADY:
                    raise
                return self._found(wanted)

    def _saved_together(self, wanted: list[Any]) -> list[Any]:
        while True:
            try:
                answer = batch_create(wanted, qb=self.qb)
            except httpx.RemoteProtocolError:
                if not self.resends:
                    return []
                continue
            codes = {int(error.code) for one in answer.faults for error in one.Error}
            assert codes <= _THERE_ALREADY, codes
            there = [self._found(one.original_object) for one in answer.faults]
            return [*answer.successes, *there]

    def _found(self, wanted: Any) -> Any:
        """What QuickBooks says is there already; a careful script takes it."""
        if isinstance(wanted, Payment):
            return wanted
        return Invoice.filter(DocNumber=wanted.DocNumber, qb=self.qb)[0]


def _item(qb: QuickBooks, name: str, sku: str | None) -> Ref:
    found = Item.filter(Name=name, qb=qb)
    if not found:
        item = Item()
        item.Name, item.Sku, item.Type = name, sku, "NonInventory"
        item.UnitPrice = orders.PRICE
        item.Taxable = True
        item.IncomeAccountRef = _ref(_INCOME)
        found = [item.save(qb=qb)]
    return found[0].to_ref()


def _invoice(order: orders.Order, customer: Ref, items: list[Ref]) -> Invoice:
    invoice = Invoice()
    invoice.CustomerRef = customer
    invoice.DocNumber = order.invoice.number
    invoice.TxnDate = order.invoice.date.isoformat()
    invoice.TxnTaxDetail = TxnTaxDetail()
    invoice.TxnTaxDetail.TxnTaxCodeRef = _ref(_TAX_CODE)
    invoice.TxnTaxDetail.TotalTax = order.invoice.tax
    for line, item in zip(order.invoice.lines, items, strict=True):
        sold = SalesItemLine()
        sold.Amount = line.gross
        sold.Description = line.description
        sold.SalesItemLineDetail = SalesItemLineDetail()
        sold.SalesItemLineDetail.ItemRef = item
        sold.SalesItemLineDetail.Qty = line.quantity
        sold.SalesItemLineDetail.UnitPrice = line.unit_price
        sold.SalesItemLineDetail.TaxCodeRef = _ref("TAX")
        invoice.Line.append(sold)
    return invoice


def _payment(order: orders.Order, invoice: Invoice) -> Payment:
    payment = Payment()
    payment.CustomerRef = invoice.CustomerRef
    payment.TotalAmt = order.payment.amount
    payment.PaymentRefNum = order.payment.number
    payment.TxnDate = order.payment.date.isoformat()
    payment.DepositToAccountRef = _ref(_CLEARING)
    line = PaymentLine()
    line.Amount = order.payment.amount
    linked = LinkedTxn()
    linked.TxnId, linked.TxnType = invoice.Id, "Invoice"
    line.LinkedTxn.append(linked)
    payment.Line.append(line)
    return payment


def _ref(value: str) -> Ref:
    ref = Ref()
    ref.value = value
    return ref
