"""Settings of one connection, validated as a whole. Account values are QuickBooks account Ids."""

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from tillbook.domain.documents import AccountId, Kind, LineKind, Model


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)  # kept by the process; listing all zones would read hundreds of files
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError("unknown time zone: use an IANA name such as Europe/Berlin") from None
    return name


class Accounts(Model):
    """Where lines and money are posted. What is left empty is found in the company by its account
    type when it is connected, and named in the connection's readiness."""

    income: AccountId | None = Field(None, description="Sales of products.")
    shipping: AccountId | None = Field(None, description="Shipping charged; else income.")
    tips: AccountId | None = Field(None, description="Tips; else income.")
    duties: AccountId | None = Field(None, description="Duties; else income.")
    fees: AccountId | None = Field(None, description="Fees charged to customers; else income.")
    gift_cards: AccountId | None = Field(None, description="Liability for gift cards sold.")
    adjustments: AccountId | None = Field(
        None, description="Amount-only refunds and other adjustments; else income."
    )
    write_offs: AccountId | None = Field(
        None, description="What is not expected any more of invoices; the account for bad debts."
    )
    discount: AccountId | None = Field(None, description="Discounts given.")
    deposit: AccountId | None = Field(
        None, description="Where money received waits; Undeposited Funds by default."
    )
    inventory: AccountId | None = Field(
        None, description="Goods on stock; what is bought of stocked products goes there."
    )
    purchases: AccountId | None = Field(
        None, description="Everything else that is bought: services, goods that are not stocked."
    )
    freight: AccountId | None = Field(
        None, description="Freight that vendors charge; else purchases."
    )
    purchase_discounts: AccountId | None = Field(
        None, description="Discounts that vendors give; else purchases."
    )
    purchase_tax: AccountId | None = Field(
        None, description="US: tax on purchases, which QuickBooks does not calculate there."
    )
    paid_from: AccountId | None = Field(
        None,
        description="Bank account that bills are paid from, by check or transfer; found where the "
        "company has one alone.",
    )
    card: AccountId | None = Field(
        None,
        description="Credit card that bills are paid with; found where the company has one alone.",
    )
    cogs: AccountId | None = Field(
        None, description="Journals: what the goods cost that were sold; else purchases."
    )
    stock_adjustments: AccountId | None = Field(
        None, description="Journals: goods found, lost or written off; else cogs."
    )
    landed_costs: AccountId | None = Field(
        None, description="Journals: freight and duty that become part of the goods' cost."
    )
    work_in_progress: AccountId | None = Field(
        None, description="Journals: goods in assembly; else inventory."
    )
    payouts_to: AccountId | None = Field(
        None, description="The bank account that gateways pay out to."
    )
    payment_fees: AccountId | None = Field(None, description="What gateways keep of their payouts.")
    gateways: dict[str, AccountId] = Field(
        default_factory=dict, description="A clearing account per payment gateway."
    )

    def of_line(self, kind: LineKind) -> str | None:
        """The income or liability account of a line that has an item of Tillbook's own."""
        special = {
            LineKind.SHIPPING: self.shipping,
            LineKind.TIP: self.tips,
            LineKind.DUTY: self.duties,
            LineKind.FEE: self.fees,
            LineKind.ADJUSTMENT: self.adjustments,
        }
        if kind is LineKind.WRITE_OFF:
            return self.write_offs
        if kind is LineKind.GIFT_CARD:
            return self.gift_cards
        return special.get(kind) or self.income

    def of_gateway(self, gateway: str | None) -> str | None:
        return self.gateways.get(gateway or "") or self.deposit


class Limits(Model):
    """What QuickBooks allows a realm; lower them to leave room for other apps."""

    requests_per_minute: Annotated[int, Field(ge=1, le=500)] = Field(
        450, description="Calls of all kinds; QuickBooks allows 500."
    )
    requests_per_second: Annotated[int, Field(ge=1, le=10)] = Field(
        8, description="Calls of all kinds; QuickBooks allows 10."
    )
    batches_per_minute: Annotated[int, Field(ge=1, le=40)] = Field(
        38, description="Batches of writes; QuickBooks allows 40."
    )
    batches_in_flight: Annotated[int, Field(ge=1, le=10)] = Field(
        10,
        description="Batches under way at a time. QuickBooks answers at most 10 requests of an "
        "app and company at once.",
    )
    batch_size: Annotated[int, Field(ge=1, le=30)] = Field(
        30, description="Writes in one batch; QuickBooks allows 30."
    )


Policy = Literal["ask", "ours", "theirs"]


class Conflicts(Model):
    """What becomes of a field that a person changed in QuickBooks and that Tillbook would change
    again."""

    default: Policy = Field(
        "ask",
        description="Where a person changed in QuickBooks what Tillbook is about to write: `ask` "
        "(the record fails, and says what is there and what would be written), `ours` (Tillbook's "
        "version is written) or `theirs` (the one in QuickBooks stays).",
    )
    fields: dict[str, Policy] = Field(
        default_factory=dict,
        description="The same for single fields, by QuickBooks' names, such as "
        "{'Customer.PrimaryEmailAddr': 'theirs', 'Invoice.Line': 'ours'}. `Line` is all lines of a "
        "document and its tax; of a payment the customer, the amount and what it is applied to.",
    )

    def policy(self, entity: str, field: str) -> Policy:
        return self.fields.get(f"{entity}.{field}", self.default)


def _can_be_left_out(kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    for kind in kinds:
        if kind in (Kind.CUSTOMER, Kind.VENDOR, Kind.PRODUCT):
            raise ValueError(f"{kind} cannot be left out: documents refer to it")
    return tuple(sorted(set(kinds)))


class ConnectionSettings(Model):
    export_from: date | None = Field(
        None, description="Nothing dated before it is sent. The day of connecting by default."
    )
    kinds_off: Annotated[tuple[Kind, ...], AfterValidator(_can_be_left_out)] = Field(
        (),
        description="Kinds of documents that are not sent, such as ['vendor_credit']. What is in "
        "QuickBooks already is kept up to date.",
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(
        "UTC", description="IANA name; the company's own zone when it is connected."
    )
    export_quotes: bool = Field(
        False, description="Whether quotes are sent, as estimates; they post nothing."
    )
    accounts: Accounts = Accounts()
    tax_code: Annotated[str, Field(max_length=30)] | None = Field(
        None, description="Id of the tax code that carries sales tax in a US company."
    )
    tax_codes: dict[str, str] = Field(
        default_factory=dict,
        description="Outside the US: tax code Id by rate in percent ('20') or by tax name.",
    )
    number_prefix: Annotated[str, Field(max_length=8, pattern=r"^[^\x00-\x1f\x7f]*$")] = Field(
        "", description="Put before document numbers, to tell channels apart."
    )
    trust_window_seconds: Annotated[int, Field(ge=0, le=3600)] = Field(
        0,
        description="0: what QuickBooks left unclear is looked up in the books, and sent again "
        "only when the earlier call can no longer commit. Otherwise it is sent again at once for "
        "so long after the first call, in the trust that QuickBooks still knows its request id.",
    )
    conflicts: Conflicts = Conflicts()
    limits: Limits = Limits()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
