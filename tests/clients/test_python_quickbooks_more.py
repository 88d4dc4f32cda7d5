"""What `python-quickbooks` does with files, taxes, currencies, templates and card payments."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from quickbooks import QuickBooks
from quickbooks.exceptions import ObjectNotFoundException
from quickbooks.objects.attachable import Attachable
from quickbooks.objects.base import AttachableRef
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.recurringtransaction import RecurringTransaction
from quickbooks.objects.taxagency import TaxAgency
from quickbooks.objects.taxcode import TaxCode
from quickbooks.objects.taxservice import TaxRateDetails, TaxService

from tests.clients.conftest import ABROAD, Books
from tests.clients.entities import SALE, document


@pytest.fixture
def invoice(books: Books, qb: QuickBooks) -> Any:
    body, _ = books.fresh(document("Invoice", **SALE))
    return Invoice.from_json(body).save(qb=qb)


@pytest.fixture
def abroad(books: Books, qb: QuickBooks) -> Iterator[QuickBooks]:
    """The same client in a company with several currencies."""
    made = QuickBooks(company_id=ABROAD, minorversion=75)
    made.session, made.api_url_v3 = qb.session, qb.api_url_v3
    before = qb.session.access_token
    qb.session.access_token = books.emulator.connect(ABROAD)["access_token"]
    yield made
    qb.session.access_token = before


def test_a_file_is_uploaded_and_hangs_on_an_invoice(invoice: Any, qb: QuickBooks) -> None:
    content = b"\x89PNG not really, \x00 but bytes"
    file = Attachable()
    file.FileName, file.ContentType, file._FileBytes = "photo.png", "image/png", content
    link = AttachableRef()
    link.EntityRef = invoice.to_ref()
    file.AttachableRef = [link]

    saved = file.save(qb=qb)

    assert (saved.FileName, saved.Size) == ("photo.png", len(content))
    link = "AttachableRef.EntityRef"
    on_invoice = f"{link}.Type = 'Invoice' AND {link}.value = '{invoice.Id}'"
    assert [each.Id for each in Attachable.where(on_invoice, qb=qb)] == [saved.Id]
    found = Attachable.get(saved.Id, qb=qb)
    assert httpx.get(found.TempDownloadUri).content == content


def test_a_tax_agency_and_a_code_with_a_rate_of_it_are_made(qb: QuickBooks) -> None:
    agency = TaxAgency.from_json({"DisplayName": "Agency of a client"}).save(qb=qb)
    rate = TaxRateDetails()
    rate.TaxRateName, rate.RateValue, rate.TaxAgencyId = "py rate", 7, agency.Id
    service = TaxService()
    service.TaxCode, service.TaxRateDetails = "Code of a client", [rate]

    service.save(qb=qb)

    (made,) = TaxCode.filter(Name="Code of a client", qb=qb)
    assert len(made.SalesTaxRateList.TaxRateDetail) == 1


def test_a_currency_is_added_read_and_put_away(abroad: QuickBooks) -> None:
    made = CompanyCurrency.from_json({"Code": "CHF"}).save(qb=abroad)

    assert CompanyCurrency.get(made.Id, qb=abroad).Name == "Swiss Franc"
    made.Active = False
    made.save(qb=abroad)
    assert CompanyCurrency.filter(Code="CHF", qb=abroad) == []


def test_an_exchange_rate_is_set_and_found(abroad: QuickBooks) -> None:
    body = {
        "SourceCurrencyCode": "EUR",
        "TargetCurrencyCode": "USD",
        "AsOfDate": "2026-01-31",
        "Rate": 1.25,
    }

    ExchangeRate.from_json(body).save(qb=abroad)

    wanted = {"SourceCurrencyCode": "EUR", "AsOfDate": "2026-01-31"}
    assert [each.Rate for each in ExchangeRate.filter(**wanted, qb=abroad)] == [1.25]


def test_a_payment_of_a_credit_card_is_made_found_and_deleted(qb: QuickBooks) -> None:
    body = {
        "CreditCardAccountRef": {"value": "41"},
        "BankAccountRef": {"value": "35"},
        "Amount": 20,
    }

    made = CreditCardPayment.from_json(body).save(qb=qb)

    assert CreditCardPayment.get(made.Id, qb=qb).Amount == 20
    assert made.Id in {each.Id for each in CreditCardPayment.all(qb=qb)}
    made.delete(qb=qb)
    with pytest.raises(ObjectNotFoundException):
        CreditCardPayment.get(made.Id, qb=qb)


def test_a_template_of_an_invoice_is_made_and_deleted(books: Books, qb: QuickBooks) -> None:
    body, _ = books.fresh(document("Invoice", **SALE))
    schedule = {"IntervalType": "Monthly", "NumInterval": 1, "DayOfMonth": 1}
    info = {"Name": "Rent", "RecurType": "Automated", "Active": True, "ScheduleInfo": schedule}
    template = RecurringTransaction.from_json({"Invoice": body | {"RecurringInfo": info}})

    saved = template.save(qb=qb)

    assert saved.Invoice.RecurringInfo.Name == "Rent"
    assert len(RecurringTransaction.all(qb=qb)) == 1
    saved.delete(qb=qb)
    assert RecurringTransaction.all(qb=qb) == []


def test_a_webhook_carries_a_signature_that_the_client_accepts(
    books: Books, qb: QuickBooks
) -> None:
    received: list[tuple[str, str]] = []

    def listen(url: str, body: bytes, headers: dict[str, str]) -> int:
        received.append((body.decode(), headers["intuit-signature"]))
        return 200

    books.emulator.webhooks.sender = listen
    hook = {"url": "https://example.com/hook", "verifier": "a verifier token"}
    httpx.post(f"{books.url}/_emulator/webhooks", json=hook).raise_for_status()
    books.post("customer", {"DisplayName": "Told of by webhook"})

    books.emulator.webhooks.deliver()

    ((body, signature),) = received
    assert qb.validate_webhook_signature(body, signature, "a verifier token")
    assert not qb.validate_webhook_signature(body, signature, "another")
