"""The parts of Shopify's webhook bodies that matter to the books, in Shopify's words.

Source: Shopify's REST Admin API reference, resources Order, Refund, Customer and Product. Bare
amounts are in the shop's currency; a `…_set` has them in the buyer's (presentment) currency too.
"""

from typing import Annotated

from pydantic import BeforeValidator, StrictBool

from tillbook.channels.parsing import (
    Amount,
    Count,
    Flag,
    Id,
    Instant,
    Many,
    Number,
    Payload,
    Rate,
    Text,
)
from tillbook.domain.documents import Currency
from tillbook.domain.money import ZERO

NullIsZero = BeforeValidator(lambda value: ZERO if value is None else value)


class Money(Payload):
    amount: Number
    currency_code: Text = None


class MoneySet(Payload):
    shop_money: Money
    presentment_money: Money | None = None


class TaxLine(Payload):
    title: Text = None
    price: Amount
    price_set: MoneySet | None = None
    rate: Rate | None = None
    channel_liable: Flag = False
    """True: the marketplace or Shopify remits this tax, so the shop does not owe it."""


class DiscountAllocation(Payload):
    amount: Amount


class Duty(Payload):
    shop_money: Money | None = None
    tax_lines: Many[TaxLine] = ()


class LineItem(Payload):
    id: Id
    variant_id: Id | None = None
    product_id: Id | None = None
    sku: Text = None
    title: Text = None
    variant_title: Text = None
    name: Text = None
    quantity: Count
    """As ordered; never goes down."""
    current_quantity: Count | None = None
    """What is left after edits and refunds."""
    price: Amount
    gift_card: Flag = False
    taxable: StrictBool | None = None
    tip_payment_gateway: Text = None
    tip_payment_method: Text = None
    discount_allocations: Many[DiscountAllocation] = ()
    tax_lines: Many[TaxLine] = ()
    duties: Many[Duty] = ()

    @property
    def is_tip(self) -> bool:
        return bool(self.tip_payment_gateway or self.tip_payment_method)


class ShippingLine(Payload):
    id: Id | None = None
    title: Text = None
    price: Amount
    discounted_price: Amount | None = None
    discount_allocations: Many[DiscountAllocation] = ()
    tax_lines: Many[TaxLine] = ()
    is_removed: Flag = False


class Address(Payload):
    name: Text = None
    first_name: Text = None
    last_name: Text = None
    company: Text = None
    address1: Text = None
    address2: Text = None
    city: Text = None
    province: Text = None
    province_code: Text = None
    zip: Text = None
    country: Text = None
    country_code: Text = None
    phone: Text = None


class Customer(Payload):
    """Names, e-mail and address are null where the app may not see personal data."""

    id: Id | None = None
    updated_at: Instant | None = None
    first_name: Text = None
    last_name: Text = None
    email: Text = None
    phone: Text = None
    tax_exempt: Flag = False
    default_address: Address | None = None


class IdentifiedCustomer(Customer):
    """A customer by their own webhook, which always has an id."""

    id: Id


class Transaction(Payload):
    kind: Text = None
    status: Text = None
    gateway: Text = None
    amount: Amount | None = None
    currency: Text = None
    """The currency of `amount`: the buyer's, where that differs from the shop's."""
    amount_rounding: Number | None = None
    """Rounding of cash, in the amount or beside it."""
    test: Flag = False


class RefundLineItem(Payload):
    line_item_id: Id
    quantity: Count
    subtotal: Amount
    """Of the refunded units, after discounts."""
    total_tax: Annotated[Amount, NullIsZero] = ZERO
    subtotal_set: MoneySet | None = None
    total_tax_set: MoneySet | None = None
    line_item: LineItem | None = None


class OrderAdjustment(Payload):
    """A negative amount raises what is paid back; a positive one lowers it."""

    kind: Text = None
    reason: Text = None
    amount: Number
    tax_amount: Annotated[Number, NullIsZero] = ZERO
    amount_set: MoneySet | None = None
    tax_amount_set: MoneySet | None = None


class RefundShippingLine(Payload):
    """Repeats the shipping refund of `order_adjustments`."""

    subtotal_amount_set: MoneySet | None = None
    tax_amount_set: MoneySet | None = None


class Refund(Payload):
    id: Id
    order_id: Id
    created_at: Instant | None = None
    processed_at: Instant | None = None
    note: Text = None
    refund_line_items: Many[RefundLineItem] = ()
    refund_shipping_lines: Many[RefundShippingLine] = ()
    order_adjustments: Many[OrderAdjustment] = ()
    transactions: Many[Transaction] = ()
    total_duties_set: MoneySet | None = None
    total_additional_fees_set: MoneySet | None = None


class PaymentSchedule(Payload):
    due_at: Instant | None = None
    completed_at: Instant | None = None


class PaymentTerms(Payload):
    payment_schedules: Many[PaymentSchedule] = ()


class Order(Payload):
    id: Id
    name: Text = None
    order_number: Count | None = None
    po_number: Text = None
    note: Text = None
    created_at: Instant | None = None
    processed_at: Instant | None = None
    updated_at: Instant | None = None
    cancelled_at: Instant | None = None
    currency: Currency
    presentment_currency: Text = None
    financial_status: Text = None
    taxes_included: Flag = False
    duties_included: Flag = False
    test: Flag = False
    email: Text = None
    contact_email: Text = None
    payment_gateway_names: Many[Text] = ()
    payment_terms: PaymentTerms | None = None
    customer: Customer | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    line_items: Many[LineItem]
    shipping_lines: Many[ShippingLine] = ()
    refunds: Many[Refund] = ()
    transactions: Many[Transaction] = ()
    total_line_items_price: Amount | None = None
    subtotal_price: Amount | None = None
    total_discounts: Amount | None = None
    total_tax: Amount | None = None
    total_price: Amount
    current_total_price: Amount | None = None
    current_total_tax: Amount | None = None
    total_outstanding: Number | None = None
    total_tip_received: Annotated[Amount, NullIsZero] = ZERO
    original_total_duties_set: MoneySet | None = None
    original_total_additional_fees_set: MoneySet | None = None
    total_cash_rounding_payment_adjustment_set: MoneySet | None = None

    @property
    def label(self) -> str:
        """The number that people see."""
        number = f"#{self.order_number}" if self.order_number is not None else self.id
        return (self.name or number)[:100]

    @property
    def multi_currency(self) -> bool:
        return self.presentment_currency not in (None, self.currency)


class Variant(Payload):
    id: Id
    title: Text = None
    sku: Text = None
    price: Amount | None = None
    taxable: StrictBool | None = None
    updated_at: Instant | None = None


class Product(Payload):
    id: Id
    title: Text = None
    updated_at: Instant | None = None
    variants: Many[Variant] = ()
