"""The small shop of the other tests, as a warehouse that sends its documents itself."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from tests.unit.usecases import documents as make
from tillbook.domain.documents import DocumentBase

DAY = make.DAY
SOURCE = "feed/warehouse"
Given = ParamSpec("Given")
Made = TypeVar("Made", bound=DocumentBase)


def sent_by_feed(maker: Callable[Given, Made]) -> Callable[Given, Made]:
    def made(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        return maker(*args, **kwargs).model_copy(update={"source": SOURCE})

    return made


line = make.line
entry = make.entry
cogs = make.cogs
shipping = make.shipping
customer = sent_by_feed(make.customer)
product = sent_by_feed(make.product)
quote = sent_by_feed(make.quote)
invoice = sent_by_feed(make.invoice)
payment = sent_by_feed(make.payment)
refund = sent_by_feed(make.refund)
credit_note = sent_by_feed(make.credit_note)
allocation = sent_by_feed(make.allocation)
write_off = sent_by_feed(make.write_off)
vendor = sent_by_feed(make.vendor)
bill = sent_by_feed(make.bill)
vendor_credit = sent_by_feed(make.vendor_credit)
bill_payment = sent_by_feed(make.bill_payment)
journal = sent_by_feed(make.journal)
payout = sent_by_feed(make.payout)


def sale() -> tuple[Any, ...]:
    """A customer buys two mugs, 31.81 with tax and shipping, and pays."""
    return customer(), product(), invoice(), payment()
