"""The positions of what nobody outside Intuit knows, and the limits, as data.

Each switch stands for a behaviour that public sources leave open. A client should work with every
position. `README.md` lists them with their defaults from this file.
"""

from dataclasses import dataclass, field, fields
from typing import Any
from zoneinfo import available_timezones

from local.qbo import checked


def _value(default: Any, *, doc: str) -> Any:
    """A switch with a free value; `doc` says what it decides."""
    return field(default=default, metadata={"doc": doc})


def _one_of(default: Any, *others: Any, doc: str) -> Any:
    """A switch with named positions."""
    return field(default=default, metadata={"doc": doc, "values": (default, *others)})


@dataclass
class Switches:
    """Named behaviours; each field's metadata says what it decides."""

    requestid_retention: float | None = _value(
        None, doc="seconds a request id is remembered: 0, 480, or null for ever"
    )
    requestid_identity: str = _one_of(
        "request_and_bid",
        "request",
        doc="what identifies a batch item: `request_and_bid`, or `request` (a known request "
        "id returns the first batch's whole answer, whatever the items)",
    )
    requestid_other_body: str = _one_of(
        "replay",
        "execute",
        doc="a known request id with another body, outside batches: `replay` the first answer, or "
        "`execute` it as another request",
    )
    requestid_replays_failures: bool = _value(
        False, doc="whether a refused write is remembered and its refusal repeated"
    )
    requestid_while_running: str = _one_of(
        "wait",
        "error",
        "execute",
        doc="a second call while the first still runs: `wait` for its answer, `error` "
        "(fault 600), or `execute` (both run)",
    )
    batch_unknown_property: str = _one_of(
        "item",
        "batch",
        doc="an unknown property in one item of a batch refuses (2010) the `item`, or the "
        "whole `batch`",
    )
    consent: str = _one_of(
        "page",
        "auto",
        "deny",
        doc="the authorise page: `page` shows a form, `auto` consents at once to the first "
        "company, `deny` refuses",
    )
    refresh_rotation_seconds: float = _value(
        86400, doc="age at which a refresh answers a new refresh token"
    )
    refresh_grace_seconds: float = _value(
        86400, doc="how long the previous refresh token stays usable"
    )
    doc_number_when_automatic: str = _one_of(
        "keep",
        "replace",
        doc="a DocNumber sent while QuickBooks numbers by itself: `keep` or `replace`",
    )
    duplicate_sales_doc_number: str = _one_of(
        "refuse",
        "accept",
        doc="a sales DocNumber used before, with custom numbers on: `refuse` (6140) or `accept`",
    )
    duplicate_doc_number_among: str = _one_of(
        "type",
        "sales_forms",
        doc="among which forms a sales DocNumber is a duplicate: those of its `type`, or all "
        "`sales_forms`",
    )
    sales_number_series: str = _one_of(
        "shared",
        "type",
        doc="the numbers that QuickBooks gives sales forms: one `shared` series, or one per `type`",
    )
    duplicate_adjustment_number: str = _one_of(
        "accept",
        "refuse",
        doc="a DocNumber that another inventory adjustment has: `accept` or `refuse` (6140)",
    )
    auto_generate: str = _one_of(
        "literal",
        "numbered",
        doc="the DocNumber `AUTO_GENERATE` of a sales or purchase form or a journal entry: kept as "
        "`literal` text, or `numbered` by QuickBooks",
    )
    doc_number_prefix: str = _one_of(
        "drop",
        "keep",
        doc="the automatic sales number after `INV-009`: `drop` what stands before the digits "
        "(`10`), or `keep` it and their width (`INV-010`)",
    )
    discount_on_shipping: bool = _value(
        False, doc="whether a percent discount is taken off shipping too"
    )
    empty_in_sparse_update: str = _one_of(
        "clear",
        "ignore",
        doc='`null` or `""` for a field of a sparse update: `clear` the field, or `ignore` it',
    )
    instant_without_offset: str = _one_of(
        "pacific",
        "utc",
        doc="a date-time without an offset in a query or CDC: `pacific` time, or `utc`",
    )
    today: str = _one_of(
        "pacific",
        "company",
        doc="whose today a document without TxnDate, CURRENT_DATE and the reports take: `pacific` "
        "time's, or that of the `company`'s DefaultTimeZone",
    )
    duplicate_name_detail: str = _one_of(
        "plain",
        "id",
        "null",
        doc="detail of fault 6240: `plain`, `id` (with `Id=` appended) or `null`",
    )
    customer_name_length: int = _one_of(
        500, 100, doc="longest DisplayName of a customer: 500, as documented, or 100"
    )
    inactive_names_block: bool = _value(
        False, doc="whether an inactive name still blocks its name (6240, detail null)"
    )
    linked_payment_bumps: bool = _value(
        True,
        doc="whether applying a payment, or depositing it, raises the SyncToken of what it "
        "settles, or of itself; likewise billing an order",
    )
    payment_for_other_customer: str = _one_of(
        "unapplied",
        "refuse",
        doc="a payment line naming another customer's document: saved `unapplied`, or "
        "`refuse` (620)",
    )
    adjustment_cost: str = _one_of(
        "last",
        "purchase_cost",
        doc="unit cost of a quantity adjusted upwards: the `last` cost that came in (else "
        "the item's PurchaseCost), or always the item's `purchase_cost`",
    )
    item_quantity_update: str = _one_of(
        "adjust",
        "refuse",
        doc="another QtyOnHand sent with an item's update: `adjust` the quantity, or "
        "`refuse` (6000 with -10600)",
    )
    deactivated_stock: str = _one_of(
        "adjust",
        "keep",
        doc="deactivating an item of which there is stock: `adjust` the quantity to zero, "
        "or `keep` it",
    )
    inventory_adjustment_query: bool = _value(
        True, doc="whether inventory adjustments can be queried"
    )
    delete_paid_document: str = _one_of(
        "unapply",
        "refuse",
        doc="deleting what a later document uses (an invoice, bill or credit that is paid, "
        "an order that is billed): `unapply` or `refuse`",
    )
    disabled_feature: str = _one_of(
        "refuse",
        "ignore",
        doc="a discount, shipping, deposit, service date, billable expense or customer on one "
        "while its preference is off: `refuse` (6000) or `ignore`",
    )
    untracked_dimension: str = _one_of(
        "ignore",
        "refuse",
        doc="a class or location while its tracking is off: `ignore` or `refuse` (6000)",
    )
    quantities_turned_off: str = _one_of(
        "keep",
        "drop",
        doc="Qty and UnitPrice while QuantityWithPriceAndRate is off: `keep` or `drop`",
    )
    missing_feature: str = _one_of(
        "5020", "5030", doc="the fault of an entity that the plan does not have: `5020` or `5030`"
    )
    simple_start_bills: bool = _value(
        False, doc="whether Simple Start has bills and what pays them"
    )
    delete_by_full_body: str = _one_of(
        "accept",
        "refuse",
        doc="a delete whose body brings back what only QuickBooks can read, as `PurchaseEx` "
        "of a purchase: `accept` or `refuse` (2010)",
    )
    customer_makes_billable: bool = _value(
        True,
        doc="whether a customer on an expense line makes it Billable where no "
        "BillableStatus is sent",
    )
    purchase_numbers: str = _one_of(
        "all",
        "orders",
        doc="what QuickBooks numbers while custom numbers are off for purchases: `all` "
        "(orders, vendor credits and purchases, as documented), or `orders` only",
    )
    us_document_without_tax_code: str = _one_of(
        "untaxed",
        "customer",
        doc="a US document without TxnTaxCodeRef, sales tax set up by hand: `untaxed`, or "
        "taxed by the `customer`'s default code",
    )
    us_purchase_tax: str = _one_of(
        "refuse",
        "ignore",
        doc="tax sent on a bill or another purchase in the US: `refuse` (6000) or `ignore`",
    )
    global_tax_calculation: str = _one_of(
        "TaxExcluded",
        "TaxInclusive",
        "NotApplicable",
        doc="outside the US, a document without GlobalTaxCalculation: `TaxExcluded`, "
        "`TaxInclusive` or `NotApplicable`",
    )
    ended_subscription_status: int = _one_of(
        400,
        200,
        doc="HTTP status of the refusal to write once the subscription has ended (6190): "
        "400, or 200 as was once recorded",
    )
    home_currency_sent: str = _one_of(
        "accept",
        "refuse",
        doc="a document that names the home currency where there is no other: `accept`, or "
        "`refuse` (6000) as was met in Canada",
    )
    unbalanced_journal: str = _one_of(
        "2300",
        "6000",
        doc="the fault of a journal entry whose debits are not its credits: `2300`, as "
        "listed, or `6000`",
    )
    tax_rate_name_length: int = _value(
        100, doc="longest name of a rate that the tax service makes; documented as 10"
    )
    missing_line_tax_code: str = _one_of(
        "refuse",
        "item",
        doc="outside the US, a line without TaxCodeRef: `refuse` (6000), or take the one "
        "of its `item` where that has one",
    )
    global_discount_before_tax: bool = _value(
        True, doc="outside the US, whether a document's discount lowers what is taxed"
    )
    max_results_above_limit: str = _one_of(
        "clamp", "refuse", doc="MAXRESULTS above 1,000: `clamp` or `refuse` (4001)"
    )
    doubtful_filters: str = _one_of(
        "some",
        "all",
        "none",
        doc="queries by ParentRef of a customer, AcctNum of an account, DepositToAccountRef or "
        "TotalAmt of a deposit: accepted in `some` and `all`; by VendorRef of a purchase order, "
        "AccountRef or EntityRef of a purchase: in `all`; otherwise refused (4001)",
    )
    order_by_id: str = _one_of(
        "accept", "refuse", doc="ORDERBY Id, announced to end: `accept` or `refuse` (4001)"
    )
    cdc_of_settings: bool = _value(
        False, doc="whether change data capture knows Preferences and CompanyInfo"
    )
    cdc_too_old: str = _one_of(
        "refuse",
        "truncate",
        doc="changedSince more than 30 days back: `refuse` or `truncate` to 30 days",
    )
    throttle_answers_json: bool = _value(
        False, doc="429 as JSON where asked for, instead of XML always"
    )
    throttle_counts_refused: bool = _value(
        False, doc="whether a throttled call counts against the limits"
    )
    throttle_counts_batch_items: bool = _value(
        False, doc="whether each item of a batch counts against the company's calls per minute"
    )
    throttle_retry_after: int | None = _value(
        None, doc="seconds in the header `Retry-After` of a 429; null for no such header"
    )
    webhook_tells_linked: bool = _value(
        False,
        doc="whether an object that changes because another one did (an invoice that a "
        "payment settles) gets an `updated` event too",
    )
    webhook_failure_holds: bool = _value(
        False, doc="whether a delivery that failed holds up the endpoint's later ones"
    )
    webhook_retries: str = _one_of(
        "current",
        "old",
        doc="a failed delivery is sent again after 10, 20, 30 s, 5, 20 min, 2, 4, 6 h and "
        "every 6 h (`current`), or after 20, 30, 50 min on 408 and 5xx, whereupon the endpoint "
        "is dropped (`old`)",
    )
    trial_balance_lists_zero: bool = _value(
        False, doc="whether the trial balance lists accounts whose balance came back to 0"
    )
    report_cells: int | None = _value(
        400_000,
        doc="cells after which a report ends with a row that asks to reduce the date range; "
        "null for no end",
    )
    aging_open_items: str = _one_of(
        "today",
        "report_date",
        doc="which items the aging reports show for another `report_date`: those open "
        "`today`, in other columns, or those open on the `report_date`",
    )
    plain_amounts_with_currencies: str = _one_of(
        "keep",
        "drop",
        doc="`debt_amt`, `credit_amt`, `subt_nat_amount` and `rbal_nat_amount` in a company "
        "with several currencies: `keep` (at home, as the `…_home_…` columns), or `drop`",
    )

    def set(self, name: str, value: Any) -> None:
        """Move one switch. Raises ValueError for an unknown name or a position it does not have."""
        known = {each.name: each for each in fields(self)}
        if name not in known:
            raise ValueError(f"{name}: no such switch; there are {', '.join(sorted(known))}")
        values = known[name].metadata.get("values")
        if values and value not in values:
            there_are = ", ".join(map(str, values))
            raise ValueError(
                f"{name}: {checked.shown(value)} is no position; use one of {there_are}"
            )
        if (name, value) == ("today", "company") and not available_timezones():
            raise ValueError("today: this machine has no time zones; install the tzdata package")
        setattr(self, name, checked.typed(Switches, {name: value})[name])


@dataclass
class Limits:
    """Calls that are let through; a limit of None is not enforced."""

    realm_per_minute: int | None = 500
    app_per_second: int | None = 10
    app_batches_per_minute: int | None = 40
    realm_batches_per_minute: int | None = 120
    batch_items: int = 30
    app_at_once: int | None = None
    realm_reports_per_minute: int | None = None
    realm_emails_per_day: int | None = None
    request_seconds: int | None = 120

    @classmethod
    def none(cls) -> "Limits":
        """No throttling at all."""
        return cls(None, None, None, None)


@dataclass
class Latency:
    """How long an answer takes, in seconds; on a manual clock the clock moves instead."""

    base: float = 0.0
    per_item: float = 0.0
