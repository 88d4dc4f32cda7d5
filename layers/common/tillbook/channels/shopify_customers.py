"""Customers: from customer webhooks, and from orders of customers and guests."""

from datetime import UTC, datetime

from tillbook.channels.parsing import stamp
from tillbook.channels.shopify_payload import Address, Customer, Order
from tillbook.channels.shopify_products import no_version
from tillbook.domain import documents as model
from tillbook.errors import BadInput

GUESTS = "guests"
"""Id of the customer that stands for everybody whom the channel does not name."""


def customer(payload: Customer, source: str, triggered: datetime | None) -> model.Customer | None:
    """The customer of a customer webhook; None if it tells nothing by which to name one."""
    changed = payload.updated_at or triggered
    if changed is None:
        raise BadInput(no_version())
    # At the same time, the customer's own webhook knows more than an order does.
    return _known(payload, source, f"{stamp(changed)}-1")


def customer_of_order(order: Order, source: str, revised: datetime) -> model.Customer:
    """Who is invoiced: the customer, else a guest known by e-mail, else all other guests as one.

    `revised` is when this revision of the order was made.
    """
    if order.customer is not None and order.customer.id is not None:
        changed = order.customer.updated_at
        version = f"{stamp(changed)}-0" if changed else f"0-{stamp(revised)}"
        known = _known(order.customer, source, version)
        if known is not None:
            return known
    emails = (order.email, order.contact_email, order.customer and order.customer.email)
    email = next((one for one in emails if isinstance(one, str)), None)
    if email is not None and len(email) <= 190:
        return _guest(order, email, source, revised)
    return model.Customer(
        source=source,
        id=GUESTS,
        version="1",
        name=f"Shopify customers ({source.partition('/')[2] or source})"[:1000],
        generic=True,
    )


def address(payload: Address | None) -> model.Address | None:
    """An address cut to what the document holds; None where nothing is known."""
    if payload is None:
        return None
    lines = tuple(line[:500] for line in (payload.address1, payload.address2) if line)
    found = model.Address(
        lines=lines,
        city=_cut(payload.city, 255),
        region=_cut(payload.province_code or payload.province, 255),
        postcode=_cut(payload.zip, 30),
        country=_cut(payload.country or payload.country_code, 255),
    )
    return found if found != model.Address() else None


def _known(customer: Customer, source: str, version: str) -> model.Customer | None:
    home = customer.default_address or Address()
    name = (
        _join(customer.first_name, customer.last_name)
        or home.name
        or _join(home.first_name, home.last_name)
        or home.company
        or customer.email
        or customer.phone
    )
    if name is None or customer.id is None:
        return None
    return model.Customer(
        source=source,
        id=customer.id,
        version=version,
        name=name[:1000],
        given_name=_cut(customer.first_name, 1000),
        family_name=_cut(customer.last_name, 1000),
        company=_cut(home.company, 1000),
        email=_email(customer.email),
        phone=_cut(customer.phone or home.phone, 100),
        billing_address=address(customer.default_address),
        tax_exempt=customer.tax_exempt,
    )


def _guest(order: Order, email: str, source: str, revised: datetime) -> model.Customer:
    """Their newest order describes guests; of one order, its newest revision."""
    bill = order.billing_address or order.shipping_address or Address()
    placed = (order.created_at or revised).astimezone(UTC)
    return model.Customer(
        source=source,
        id=f"email:{email.lower()}",
        version=f"{placed:%Y%m%dT%H%M%SZ}-{revised.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}",
        name=(bill.name or _join(bill.first_name, bill.last_name) or bill.company or email)[:1000],
        given_name=_cut(bill.first_name, 1000),
        family_name=_cut(bill.last_name, 1000),
        company=_cut(bill.company, 1000),
        email=_email(email),
        phone=_cut(bill.phone, 100),
        billing_address=address(order.billing_address),
        shipping_address=address(order.shipping_address),
    )


def _join(first: str | None, last: str | None) -> str | None:
    return " ".join(part for part in (first, last) if part) or None


def _cut(text: str | None, length: int) -> str | None:
    return text and text[:length]


def _email(text: str | None) -> str | None:
    """An address that is cut off reaches somebody else, so one too long is left out."""
    return text if text is not None and len(text) <= 320 else None
