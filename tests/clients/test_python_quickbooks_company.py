"""`python-quickbooks` and what concerns the company as a whole: its settings, lists, reports."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from quickbooks import QuickBooks
from quickbooks.cdc import change_data_capture
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.customer import Customer
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.taxagency import TaxAgency
from quickbooks.objects.taxcode import TaxCode
from quickbooks.objects.taxrate import TaxRate
from quickbooks.objects.vendor import Vendor

from local.qbo import DEFAULT_REALM
from local.qbo.reports import REPORTS
from tests.clients.conftest import Books
from tests.clients.entities import SALE, document


def test_the_companys_information_is_read_and_changed(qb: QuickBooks) -> None:
    info = CompanyInfo.get(DEFAULT_REALM, qb=qb)
    info.LegalName = "Legally named by a client"

    saved = info.save(qb=qb)

    assert saved.LegalName == "Legally named by a client"
    assert CompanyInfo.all(qb=qb)[0].CompanyName == info.CompanyName


def test_preferences_are_read_and_changed(qb: QuickBooks) -> None:
    preferences = Preferences.get(qb=qb)
    preferences.SalesFormsPrefs.CustomTxnNumbers = True

    saved = preferences.save(qb=qb)
    saved.SalesFormsPrefs.CustomTxnNumbers = False
    again = saved.save(qb=qb)

    assert int(again.SyncToken) == int(preferences.SyncToken) + 2
    assert again.CurrencyPrefs.HomeCurrency.value == "USD"


@pytest.mark.parametrize("cls", [TaxAgency, TaxCode, TaxRate], ids=lambda cls: cls.__name__)
def test_a_tax_list_is_read_and_queried(cls: Any, qb: QuickBooks) -> None:
    listed = cls.all(qb=qb)

    read = cls.get(listed[0].Id, qb=qb)

    assert read.to_dict() == listed[0].to_dict()
    assert cls.count(qb=qb) == len(listed)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_has_its_header_columns_and_rows(name: str, qb: QuickBooks, books: Books) -> None:
    invoice, _ = books.fresh(document("Invoice", **SALE))
    Invoice.from_json(invoice).save(qb=qb)

    report = qb.get_report(name, {"date_macro": "This Fiscal Year-to-date"})

    assert report["Header"]["ReportName"] == name
    assert report["Columns"]["Column"]
    assert report["Rows"]["Row"]


def test_changes_of_several_entities_come_in_one_answer(qb: QuickBooks) -> None:
    made = Customer.from_json({"DisplayName": "Captured with others"}).save(qb=qb)
    since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat(timespec="seconds")

    changed = change_data_capture([Vendor, Customer, Invoice], since, qb=qb)

    assert made.Id in {each.Id for each in changed.Customer}
    assert len(changed.Vendor) == 1


def test_amounts_are_exact_for_a_client_that_wants_decimals(qb: QuickBooks, books: Books) -> None:
    exact = QuickBooks(company_id=DEFAULT_REALM, minorversion=75, use_decimal=True)
    exact.session, exact.api_url_v3 = qb.session, qb.api_url_v3
    body, _ = books.fresh(document("Invoice", **SALE))
    body["Line"][0]["Amount"] = 0.1
    body["Line"][0]["SalesItemLineDetail"]["UnitPrice"] = 0.1

    saved = Invoice.from_json(body).save(qb=exact)

    assert str(saved.TotalAmt) == "0.10"
