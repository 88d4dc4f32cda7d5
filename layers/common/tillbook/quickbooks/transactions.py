"""Header fields that every transaction has: number, date, currency, customer, note."""

from tillbook.domain.checks import Finding
from tillbook.domain.documents import (
    Address,
    Allocation,
    Bill,
    BillPayment,
    CreditNote,
    Invoice,
    Journal,
    Kind,
    Payment,
    Payout,
    PurchaseDocument,
    Quote,
    Refund,
    VendorCredit,
    document_key,
    key_of,
    title,
)
from tillbook.quickbooks.context import Body, Context, NeedsMapping, ref
from tillbook.quickbooks.markers import defused, marker
from tillbook.quickbooks.names import clean_text, cut

Transaction = (
    Quote
    | Invoice
    | Payment
    | CreditNote
    | Refund
    | Allocation
    | Bill
    | VendorCredit
    | BillPayment
    | Journal
    | Payout
)
Sale = Quote | Invoice | Payment | CreditNote | Refund | Allocation

NUMBER_LENGTH = 21
NOTE_LENGTH = 4000


def header(document: Transaction, context: Context) -> Body:
    """What all transactions share, but for the number: a payment has none of its own."""
    body: Body = {"TxnDate": document.date.isoformat(), "PrivateNote": note(document, context)}
    check_currency(document, context)
    if context.company.multicurrency:
        body["CurrencyRef"] = ref(document.currency)
    return body


def check_currency(document: Transaction | PurchaseDocument, context: Context) -> None:
    """Only the home currency can be proved: QuickBooks picks the rate of any other by itself."""
    home = context.company.home_currency
    if document.currency == home:
        return
    raise NeedsMapping(
        Finding(
            "currency",
            f"is {document.currency}, but the QuickBooks company keeps its books in {home}.",
            f"Have the channel state this document in {home}, or skip it here and enter it in "
            "QuickBooks by hand.",
        )
    )


def doc_number(document: Transaction, context: Context) -> str:
    """DocNumber: the prefix of the settings and the document's own number, never shortened,
    because a cut number could be another document's."""
    prefix = context.settings.number_prefix
    number = clean_text(prefix + document.number, context.company)
    if number and len(number) <= NUMBER_LENGTH:
        return number
    problem = f"has {len(number)} characters" if number else "holds no letter QuickBooks can store"
    cure = "Shorten it at its source" + (" or shorten settings.number_prefix." if prefix else ".")
    raise NeedsMapping(
        Finding("number", f"{problem}; QuickBooks takes 1 to {NUMBER_LENGTH}.", cure)
    )


def vendor_id(document: PurchaseDocument | BillPayment, context: Context) -> str:
    return context.link(document_key(Kind.VENDOR, document.source, document.vendor), "vendor").id


def customer_id(document: Sale, context: Context) -> str | None:
    """The QuickBooks customer: the document's own, else that of the invoice it belongs to."""
    customer, source = document.customer, document.source
    if (
        customer is None
        and not isinstance(document, Quote | Invoice)
        and document.invoice is not None
    ):
        parent = context.documents.get(document_key(Kind.INVOICE, source, document.invoice))
        if isinstance(parent, Invoice):
            customer = parent.customer
    if customer is None:
        return None
    return context.link(document_key(Kind.CUSTOMER, source, customer), "customer").id


def customer_ref(document: Sale, context: Context) -> dict[str, str]:
    """QuickBooks takes no invoice, payment or credit memo without a customer."""
    customer = customer_id(document, context)
    if customer is None:
        raise NeedsMapping(
            Finding(
                "customer",
                "is missing.",
                "Name a customer; for guests, one generic customer that stands for all of them.",
            )
        )
    return ref(customer)


def note(document: Transaction, context: Context) -> str:
    """PrivateNote: the memo and the origin for people, and the marker that finds it again."""
    memo = "" if isinstance(document, Payment | Allocation) else document.memo
    name = title(document)
    told = defused(
        clean_text(f"{name[0].upper()}{name[1:]} from {document.source}.", context.company)
    )
    origin = f"{told} {marker(key_of(document))}"
    text = cut(defused(clean_text(memo, context.company)), NOTE_LENGTH - len(origin) - 1)
    return f"{text}\n{origin}" if text else origin


def address(address: Address, context: Context) -> dict[str, str]:
    """PhysicalAddress, each part cut to what QuickBooks takes; empty parts are left out."""
    company = context.company
    parts = {
        f"Line{index}": (line, 500) for index, line in enumerate(address.lines[:5], start=1)
    } | {
        "City": (address.city, 255),
        "CountrySubDivisionCode": (address.region, 255),
        "PostalCode": (address.postcode, 30),
        "Country": (address.country, 255),
    }
    cleaned = {
        name: cut(clean_text(text or "", company).replace("\n", ", "), length)
        for name, (text, length) in parts.items()
    }
    return {name: text for name, text in cleaned.items() if text}
