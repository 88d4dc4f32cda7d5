"""The positions of what nobody outside Intuit knows, and the limits, as data.

Each switch stands for a behaviour that public sources leave open. A client should work with every
position. `README.md` lists them with their defaults from this file.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from local.qbo import checked


@dataclass
class Switches:
    """Named behaviours; each field's metadata says what it decides."""

    requestid_retention: float | None = field(
        default=None,
        metadata={"doc": "seconds a request id is remembered: 0, 480, or null for ever"},
    )
    requestid_identity: str = field(
        default="request_and_bid",
        metadata={
            "doc": "what identifies a batch item: `request_and_bid`, or `request` (a known request "
            "id returns the first batch's whole answer, whatever the items)",
            "values": ("request_and_bid", "request"),
        },
    )
    requestid_replays_failures: bool = field(
        default=False,
        metadata={"doc": "whether a refused write is remembered and its refusal repeated"},
    )
    requestid_while_running: str = field(
        default="wait",
        metadata={
            "doc": "a second call while the first still runs: `wait` for its answer, `error` "
            "(fault 600), or `execute` (both run)",
            "values": ("wait", "error", "execute"),
        },
    )
    batch_unknown_property: str = field(
        default="item",
        metadata={
            "doc": "an unknown property in one item of a batch refuses (2010) the `item`, or the "
            "whole `batch`",
            "values": ("item", "batch"),
        },
    )
    consent: str = field(
        default="page",
        metadata={
            "doc": "the authorise page: `page` shows a form, `auto` consents at once to the first "
            "company, `deny` refuses",
            "values": ("page", "auto", "deny"),
        },
    )
    refresh_rotation_seconds: float = field(
        default=86400, metadata={"doc": "age at which a refresh answers a new refresh token"}
    )
    refresh_grace_seconds: float = field(
        default=86400, metadata={"doc": "how long the previous refresh token stays usable"}
    )
    doc_number_when_automatic: str = field(
        default="keep",
        metadata={
            "doc": "a DocNumber sent while QuickBooks numbers by itself: `keep` or `replace`",
            "values": ("keep", "replace"),
        },
    )
    duplicate_sales_doc_number: str = field(
        default="refuse",
        metadata={
            "doc": "a sales DocNumber used before, with custom numbers on: `refuse` (6140) or "
            "`accept`",
            "values": ("refuse", "accept"),
        },
    )
    duplicate_name_detail: str = field(
        default="plain",
        metadata={
            "doc": "detail of fault 6240: `plain`, `id` (with `Id=` appended) or `null`",
            "values": ("plain", "id", "null"),
        },
    )
    customer_name_length: int = field(
        default=500,
        metadata={
            "doc": "longest DisplayName of a customer: 500, as documented, or 100",
            "values": (500, 100),
        },
    )
    inactive_names_block: bool = field(
        default=False,
        metadata={"doc": "whether an inactive name still blocks its name (6240, detail null)"},
    )
    linked_payment_bumps: bool = field(
        default=True,
        metadata={
            "doc": "whether applying a payment, or depositing it, raises the SyncToken of what it "
            "settles, or of itself; likewise billing an order"
        },
    )
    payment_for_other_customer: str = field(
        default="unapplied",
        metadata={
            "doc": "a payment line naming another customer's document: saved `unapplied`, or "
            "`refuse` (620)",
            "values": ("unapplied", "refuse"),
        },
    )
    adjustment_cost: str = field(
        default="last",
        metadata={
            "doc": "unit cost of a quantity adjusted upwards: the `last` cost that came in (else "
            "the item's PurchaseCost), or always the item's `purchase_cost`",
            "values": ("last", "purchase_cost"),
        },
    )
    item_quantity_update: str = field(
        default="adjust",
        metadata={
            "doc": "another QtyOnHand sent with an item's update: `adjust` the quantity, or "
            "`refuse` (6000 with -10600)",
            "values": ("adjust", "refuse"),
        },
    )
    deactivated_stock: str = field(
        default="adjust",
        metadata={
            "doc": "deactivating an item of which there is stock: `adjust` the quantity to zero, "
            "or `keep` it",
            "values": ("adjust", "keep"),
        },
    )
    inventory_adjustment_query: bool = field(
        default=True, metadata={"doc": "whether inventory adjustments can be queried"}
    )
    delete_paid_document: str = field(
        default="unapply",
        metadata={
            "doc": "deleting what a later document uses (an invoice, bill or credit that is paid, "
            "an order that is billed): `unapply` or `refuse`",
            "values": ("unapply", "refuse"),
        },
    )
    disabled_feature: str = field(
        default="refuse",
        metadata={
            "doc": "a discount, shipping, deposit or service date while its preference is off: "
            "`refuse` (6000) or `ignore`",
            "values": ("refuse", "ignore"),
        },
    )
    untracked_dimension: str = field(
        default="ignore",
        metadata={
            "doc": "a class or location while its tracking is off: `ignore` or `refuse` (6000)",
            "values": ("ignore", "refuse"),
        },
    )
    quantities_turned_off: str = field(
        default="keep",
        metadata={
            "doc": "Qty and UnitPrice while QuantityWithPriceAndRate is off: `keep` or `drop`",
            "values": ("keep", "drop"),
        },
    )
    simple_start_bills: bool = field(
        default=False, metadata={"doc": "whether Simple Start has bills and what pays them"}
    )
    delete_by_full_body: str = field(
        default="accept",
        metadata={
            "doc": "a delete whose body brings back what only QuickBooks can read, as `PurchaseEx` "
            "of a purchase: `accept` or `refuse` (2010)",
            "values": ("accept", "refuse"),
        },
    )
    customer_makes_billable: bool = field(
        default=True,
        metadata={
            "doc": "whether a customer on an expense line makes it Billable where no "
            "BillableStatus is sent"
        },
    )
    purchase_numbers: str = field(
        default="all",
        metadata={
            "doc": "what QuickBooks numbers while custom numbers are off for purchases: `all` "
            "(orders, vendor credits and purchases, as documented), or `orders` only",
            "values": ("all", "orders"),
        },
    )
    us_document_without_tax_code: str = field(
        default="untaxed",
        metadata={
            "doc": "a US document without TxnTaxCodeRef, sales tax set up by hand: `untaxed`, or "
            "taxed by the `customer`'s default code",
            "values": ("untaxed", "customer"),
        },
    )
    us_purchase_tax: str = field(
        default="refuse",
        metadata={
            "doc": "tax sent on a bill or another purchase in the US: `refuse` (6000) or `ignore`",
            "values": ("refuse", "ignore"),
        },
    )
    global_tax_calculation: str = field(
        default="TaxExcluded",
        metadata={
            "doc": "outside the US, a document without GlobalTaxCalculation: `TaxExcluded`, "
            "`TaxInclusive` or `NotApplicable`",
            "values": ("TaxExcluded", "TaxInclusive", "NotApplicable"),
        },
    )
    ended_subscription_status: int = field(
        default=400,
        metadata={
            "doc": "HTTP status of the refusal to write once the subscription has ended (6190): "
            "400, or 200 as was once recorded",
            "values": (400, 200),
        },
    )
    home_currency_sent: str = field(
        default="accept",
        metadata={
            "doc": "a document that names the home currency where there is no other: `accept`, or "
            "`refuse` (6000) as was met in Canada",
            "values": ("accept", "refuse"),
        },
    )
    unbalanced_journal: str = field(
        default="2300",
        metadata={
            "doc": "the fault of a journal entry whose debits are not its credits: `2300`, as "
            "listed, or `6000`",
            "values": ("2300", "6000"),
        },
    )
    tax_rate_name_length: int = field(
        default=100,
        metadata={"doc": "longest name of a rate that the tax service makes; documented as 10"},
    )
    missing_line_tax_code: str = field(
        default="refuse",
        metadata={
            "doc": "outside the US, a line without TaxCodeRef: `refuse` (6000), or take the one "
            "of its `item` where that has one",
            "values": ("refuse", "item"),
        },
    )
    global_discount_before_tax: bool = field(
        default=True,
        metadata={"doc": "outside the US, whether a document's discount lowers what is taxed"},
    )
    max_results_above_limit: str = field(
        default="clamp",
        metadata={
            "doc": "MAXRESULTS above 1,000: `clamp` or `refuse` (4001)",
            "values": ("clamp", "refuse"),
        },
    )
    order_by_id: str = field(
        default="accept",
        metadata={
            "doc": "ORDERBY Id, announced to end: `accept` or `refuse` (4001)",
            "values": ("accept", "refuse"),
        },
    )
    cdc_too_old: str = field(
        default="refuse",
        metadata={
            "doc": "changedSince more than 30 days back: `refuse` or `truncate` to 30 days",
            "values": ("refuse", "truncate"),
        },
    )
    throttle_answers_json: bool = field(
        default=False, metadata={"doc": "429 as JSON where asked for, instead of XML always"}
    )
    throttle_counts_refused: bool = field(
        default=False, metadata={"doc": "whether a throttled call counts against the limits"}
    )
    webhook_tells_linked: bool = field(
        default=False,
        metadata={
            "doc": "whether an object that changes because another one did (an invoice that a "
            "payment settles) gets an `updated` event too"
        },
    )
    webhook_failure_holds: bool = field(
        default=False,
        metadata={"doc": "whether a delivery that failed holds up the endpoint's later ones"},
    )
    webhook_retries: str = field(
        default="current",
        metadata={
            "doc": "a failed delivery is sent again after 10, 20, 30 s, 5, 20 min, 2, 4, 6 h and "
            "every 6 h (`current`), or after 20, 30, 50 min on 408 and 5xx, whereupon the endpoint "
            "is dropped (`old`)",
            "values": ("current", "old"),
        },
    )
    trial_balance_lists_zero: bool = field(
        default=False,
        metadata={"doc": "whether the trial balance lists accounts whose balance came back to 0"},
    )
    report_cells: int | None = field(
        default=400_000,
        metadata={
            "doc": "cells after which a report ends with a row that asks to reduce the date range; "
            "null for no end"
        },
    )
    aging_open_items: str = field(
        default="today",
        metadata={
            "doc": "which items the aging reports show for another `report_date`: those open "
            "`today`, in other columns, or those open on the `report_date`",
            "values": ("today", "report_date"),
        },
    )
    plain_amounts_with_currencies: str = field(
        default="keep",
        metadata={
            "doc": "`debt_amt`, `credit_amt`, `subt_nat_amount` and `rbal_nat_amount` in a company "
            "with several currencies: `keep` (at home, as the `…_home_…` columns), or `drop`",
            "values": ("keep", "drop"),
        },
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
