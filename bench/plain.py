"""The usual way, to compare with: a script on python-quickbooks that looks each name up, creates
what is missing and saves order by order. And the same with the library's batch helper.

Neither keeps what it sends before it sends it, so a lost answer is a duplicate or a gap; neither
proves the books. What is compared is only what it asks of QuickBooks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from quickbooks import QuickBooks
from quickbooks.batch import batch_create
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
from bench.line import Books, books_of
from local.qbo import DEFAULT_REALM, Emulator, Latency, Limits, ManualClock
from local.qbo.in_process import EmulatorTransport

_INCOME = "79"
_CLEARING = "93"
_TAX_CODE = "2"
_BATCH = 30
_EARLY = 60


@dataclass(frozen=True)
class Plain:
    """One export. Calls are requests to QuickBooks, reads those that only look something up."""

    orders: int
    calls: int
    reads: int
    batches: int
    emulated_seconds: float
    books: Books


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
        content = data or None
        return self._http.request(method, url, headers=headers, params=params, content=content)

    def _renew(self) -> None:
        tokens = self._emulator.connect(DEFAULT_REALM)
        self.access_token = str(tokens["access_token"])
        seconds = int(str(tokens["expires_in"])) - _EARLY
        self._expires = self._emulator.clock.now() + timedelta(seconds=seconds)


def measure(count: int, *, new_names: bool, in_batches: bool) -> Plain:
    clock = ManualClock()
    emulator = Emulator(clock=clock, limits=Limits(), latency=Latency(0.3, 0.02))
    company = emulator.seed("us", realm=DEFAULT_REALM)
    qb = QuickBooks(company_id=DEFAULT_REALM, minorversion=75, use_decimal=True)
    qb.session = _Session(emulator)
    wanted = orders.cold(count) if new_names else orders.warm(count)
    if not new_names:
        for one in orders.warm(orders.KNOWN_CUSTOMERS):
            _names(qb, one)
    clock.advance(120)
    stats = emulator.stats[DEFAULT_REALM]
    before = (stats.requests, stats.reads, stats.batches)
    begun = clock.now()
    if in_batches:
        for start in range(0, count, _BATCH):
            _export_together(qb, wanted[start : start + _BATCH])
    else:
        for one in wanted:
            _export(qb, one)
    after = (stats.requests, stats.reads, stats.batches)
    calls, reads, batches = (new - old for new, old in zip(after, before, strict=True))
    seconds = (clock.now() - begun).total_seconds()
    return Plain(count, calls, reads, batches, seconds, books_of(company))


def _export(qb: QuickBooks, order: orders.Order) -> None:
    invoice = _invoice(order, *_names(qb, order))
    invoice.save(qb=qb)
    _payment(order, invoice).save(qb=qb)


def _export_together(qb: QuickBooks, batch: Iterable[orders.Order]) -> None:
    """Invoices in one call, their payments in another; names still one by one."""
    found = list(batch)
    invoices = batch_create([_invoice(one, *_names(qb, one)) for one in found], qb=qb)
    assert not invoices.faults
    by_number = {one.DocNumber: one for one in invoices.successes}
    payments = batch_create([_payment(one, by_number[one.invoice.number]) for one in found], qb=qb)
    assert not payments.faults


def _names(qb: QuickBooks, order: orders.Order) -> tuple[Ref, list[Ref]]:
    """The customer and the items of an order, created where they are missing."""
    found = Customer.filter(DisplayName=order.customer.name, qb=qb)
    if not found:
        customer = Customer()
        customer.DisplayName = order.customer.name
        customer.PrimaryEmailAddr = EmailAddress()
        customer.PrimaryEmailAddr.Address = order.customer.email
        found = [customer.save(qb=qb)]
    return found[0].to_ref(), [_item(qb, one.name, one.sku) for one in order.products]


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
