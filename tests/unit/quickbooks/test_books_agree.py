"""Documents are sent to a QuickBooks that checks and posts, and its ledger is compared with what
was projected."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.unit.quickbooks.books import Books
from tests.unit.quickbooks.builders import (
    US_SETTINGS,
    Sale,
    credit_note,
    customer,
    invoice,
    line,
    payment,
    product,
    refund,
    sales_documents,
    tax,
)
from tillbook.domain.documents import (
    Document,
    Kind,
    LineKind,
    key_of,
    system_product,
)
from tillbook.quickbooks import identity, mapping, projection
from tillbook.quickbooks.faults import Fault


@pytest.fixture
def books() -> Books:
    return with_names(Books())


@pytest.fixture(scope="module")
def shared() -> Books:
    return with_names(Books())


def with_names(books: Books) -> Books:
    books.send(customer(), product())
    books.send(*(system_product(kind) for kind in LineKind))
    return books


def saved(books: Books, document: Document) -> dict[str, Any]:
    answer = books.send(document)[0]
    assert not isinstance(answer, Fault), answer.said
    return answer


def projected(books: Books, document: Document) -> dict[str, Decimal]:
    postings = projection.postings(document, books.context(document))
    return {one.account_id: one.amount for one in postings}


SALE = invoice(
    line("50.00", quantity=2, id="1", discount=Decimal("10.00"), taxes=(tax("7.20"),)),
    line("5.00", id="2", kind=LineKind.SHIPPING, product=None),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=sales_documents())
def test_every_sale_is_accepted_and_posted_as_projected(shared: Books, document: Sale) -> None:
    fresh = document.model_copy(update={"id": f"d{len(shared.links)}"})
    if document.kind is Kind.INVOICE or document.total:
        number = f"N{len(shared.links)}"
        fresh = fresh.model_copy(update={"number": number})
        answer = saved(shared, fresh)

        assert mapping.disagreement(fresh, answer) is None
        assert shared.ledger(answer["Id"]) == projected(shared, fresh)


@pytest.mark.feature("DEAR-029", "ZOHO-055", "ZOHO-058", "INF-025")
def test_an_order_with_payment_refund_and_credit_note_posts_as_projected(books: Books) -> None:
    documents: list[Document] = [
        SALE,
        payment("60.00"),
        refund(line("20.00", taxes=(tax("1.60"),)), invoice=SALE.id, customer=None),
        credit_note(line("10.00"), invoice=SALE.id),
    ]

    answers = [saved(books, document) for document in documents]

    for document, answer in zip(documents, answers, strict=True):
        assert books.ledger(answer["Id"]) == projected(books, document), document.kind
    assert books.file.get("Invoice", answers[0]["Id"])["Balance"] == Decimal("42.20")


def test_a_group_of_tax_rates_posts_each_agency_its_part(books: Books) -> None:
    books.settings = US_SETTINGS.model_copy(update={"tax_code": "3"})
    sale = invoice(line("100.00", taxes=(tax("9.10", "0.091"),)))

    answer = saved(books, sale)

    assert books.ledger(answer["Id"]) == projected(books, sale)
    assert [one["Amount"] for one in answer["TxnTaxDetail"]["TaxLine"]] == [
        Decimal("7.10"),
        Decimal("2.00"),
    ]


@pytest.mark.feature("ZOHO-052")
def test_an_update_keeps_the_lines_that_stay_and_their_ids(books: Books) -> None:
    first = saved(books, SALE)
    kept = {one["Id"] for one in first["Line"] if one["DetailType"] == "SalesItemLineDetail"}
    changed = invoice(
        line("5.00", id="2", kind=LineKind.SHIPPING, product=None),
        line("50.00", quantity=1, id="1"),
        line("7.00", id="3"),
        version="2",
    )

    second = saved(books, changed)

    ours = books.links[key_of(SALE)].line_ids
    assert (second["Id"], second["SyncToken"]) == (first["Id"], "1")
    assert {ours["1"], ours["2"]} == kept
    assert ours["3"] not in kept
    assert books.ledger(second["Id"]) == projected(books, changed)


def test_an_update_that_removes_tax_and_discount_removes_them_in_quickbooks(books: Books) -> None:
    saved(books, SALE)

    answer = saved(books, invoice(line("40.00"), version="2"))

    assert (answer["TotalAmt"], answer["TxnTaxDetail"]["TotalTax"]) == (40, 0)


def test_a_cancelled_invoice_is_voided_and_can_come_back(books: Books) -> None:
    first = saved(books, SALE)
    voided = saved(books, SALE.model_copy(update={"status": "cancelled"}))
    assert (voided["TotalAmt"], books.ledger(first["Id"])) == (0, {})
    assert identity.marked(voided) == key_of(SALE)

    again = saved(books, SALE)

    assert books.ledger(again["Id"]) == projected(books, SALE)


@pytest.mark.feature("ZOHO-057")
def test_a_cancelled_payment_and_refund_are_deleted(books: Books) -> None:
    saved(books, SALE)
    paid, back = payment("60.00"), refund(line("20.00"), invoice=SALE.id)
    ids = [saved(books, one)["Id"] for one in (paid, back)]

    for one in (paid, back):
        answer = saved(books, one.model_copy(update={"status": "cancelled"}))
        assert answer["status"] == "Deleted"

    assert [books.ledger(id) for id in ids] == [{}, {}]
    sale = books.file.get("Invoice", books.links[key_of(SALE)].id)
    assert sale["Balance"] == SALE.total
    assert key_of(paid) not in books.links


@pytest.mark.feature("ZOHO-056")
def test_a_payment_changes_its_amount(books: Books) -> None:
    saved(books, SALE)
    first = saved(books, payment("60.00"))

    answer = saved(books, payment("70.00", version="2"))

    assert (answer["Id"], answer["TotalAmt"], answer["SyncToken"]) == (first["Id"], 70, "1")
    assert books.ledger(answer["Id"]) == {"93": 70, "84": -70}


def test_nothing_of_what_quickbooks_returns_is_an_edit_until_somebody_edits_it(
    books: Books,
) -> None:
    answer = saved(books, SALE)
    link = books.links[key_of(SALE)]
    saved(books, payment("60.00"))
    paid = books.query(f"select * from Invoice where Id = '{answer['Id']}'", "Invoice")[0]
    assert mapping.seen(link, paid).edits == {}

    edited = {**paid, "Line": [{**paid["Line"][0], "Amount": Decimal(1)}, *paid["Line"][1:]]}

    assert list(mapping.seen(link, edited).edits) == ["Line"]


def created(books: Books, document: Any) -> mapping.Request:
    """What it is created with."""
    request = mapping.build(document, books.context(document), None)
    assert isinstance(request, mapping.Request)
    return request


@pytest.mark.parametrize(
    "document",
    [SALE, payment("60.00"), customer(name="Zoë"), product(id="P9", name="Cup", sku=None)],
)
def test_an_object_of_ours_is_found_again_by_its_queries(books: Books, document: Any) -> None:
    if document.kind is Kind.PAYMENT:
        saved(books, SALE)
    request = created(books, document)
    answer = saved(books, document)

    for statement in identity.find_queries(request, since=books.emulator.clock.now()):
        found = books.query(statement, request.entity)
        ours = [
            one["Id"] for one in found if identity.is_ours(document, request, key_of(document), one)
        ]
        assert ours == [answer["Id"]], statement


def test_an_unclear_update_is_known_by_token_and_content(books: Books) -> None:
    before = saved(books, SALE)
    request = mapping.build(
        invoice(line("40.00"), version="2"), books.context(SALE), books.links[key_of(SALE)]
    )
    assert isinstance(request, mapping.Request)
    assert not identity.took_effect(request, before)

    after = books.batch([request])[0]

    assert isinstance(after, dict)
    assert identity.took_effect(request, after)
    assert not identity.took_effect(request, {**after, "TxnDate": "2026-09-15"})


@pytest.mark.feature("DEAR-114")
def test_the_tax_of_the_channel_stands_whatever_quickbooks_would_calculate(books: Books) -> None:
    for number, amount in (("A", "7.25"), ("B", "10.44")):
        sale = invoice(line("100.00", taxes=(tax(amount),)), id=number, number=number)

        answer = saved(books, sale)

        assert answer["TxnTaxDetail"]["TotalTax"] == Decimal(amount)
        assert books.ledger(answer["Id"])["90"] == -Decimal(amount)


@pytest.mark.feature("INF-024")
def test_the_number_of_the_order_is_the_number_of_the_invoice(books: Books) -> None:
    answer = saved(books, SALE.model_copy(update={"number": "#1001"}))

    assert answer["DocNumber"] == "#1001"


def test_a_document_is_found_though_quickbooks_gave_it_its_own_number() -> None:
    books = Books()
    books.file.preferences["SalesFormsPrefs"]["CustomTxnNumbers"] = False
    books.emulator.switches.doc_number_when_automatic = "replace"
    sale = SALE.model_copy(update={"number": "#7001"})
    request = created(with_names(books), sale)
    answer = saved(books, sale)
    assert answer["DocNumber"] != sale.number

    found = [
        one["Id"]
        for statement in identity.find_queries(request)
        for one in books.query(statement, "Invoice")
        if identity.is_ours(sale, request, key_of(sale), one)
    ]

    assert found == [answer["Id"]]


def test_totals_that_a_switched_off_preference_changes_are_noticed(books: Books) -> None:
    books.file.preferences["TaxPrefs"]["UsingSalesTax"] = False

    answer = saved(books, SALE)

    found = mapping.disagreement(SALE, answer)
    assert found
    assert found.field in ("TotalAmt", "TotalTax")
