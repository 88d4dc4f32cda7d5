"""One question to the service per switch: in which position is it found?

A probe answers the position, or raises Undetermined with why it could not be told this time.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.conformance.ground import Ground, ref

Probe = Callable[[Ground], Any]
PROBES: dict[str, Probe] = {}

#: Switches that no client can find out in a run of minutes, and why.
UNASKED = {
    "consent": "the emulator's own convenience; the real page always asks a person",
    "refresh_rotation_seconds": "a refresh token is renewed about once a day; a run takes minutes",
    "refresh_grace_seconds": "needs a rotation, a day after the first refresh, and a wait after it",
    "throttle_counts_refused": "needs calls beyond the limits, which these checks keep",
    "simple_start_bills": "needs a company on the Simple Start plan",
    "report_cells": "needs books of hundreds of thousands of report cells",
    "webhook_tells_linked": "needs an endpoint that Intuit can reach",
    "webhook_failure_holds": "needs an endpoint that Intuit can reach",
    "webhook_retries": "needs an endpoint that Intuit can reach, for hours",
}


class Undetermined(Exception):
    """The position could not be told; the message says why."""


def probe(switch: str) -> Callable[[Probe], Probe]:
    def register(ask: Probe) -> Probe:
        PROBES[switch] = ask
        return ask

    return register


@probe("requestid_identity")
def requestid_identity(ground: Ground) -> str:
    """The same request id with another batch item: is that another request?"""
    service = ground.service
    request = service.name().replace(" ", "-")
    answered = []
    for bid in ("a", "b"):
        item = {"bId": bid, "operation": "create", "Customer": {"DisplayName": service.name()}}
        (got,) = service.batch(item, requestid=request)
        answered.append(got["Customer"]["Id"])
    return "request" if answered[0] == answered[1] else "request_and_bid"


@probe("requestid_replays_failures")
def requestid_replays_failures(ground: Ground) -> bool:
    """A refused write, repeated under its request id once nothing stands against it."""
    service = ground.service
    request = service.name().replace(" ", "-")
    name = service.name()
    twin = service.create("customer", {"DisplayName": name})
    refused = service.post("customer", {"DisplayName": name}, requestid=request)
    if refused.code != "6240":
        raise Undetermined(f"a name that is taken was answered {refused.status} {refused.code}")
    service.update("customer", twin, DisplayName=service.name())
    return service.post("customer", {"DisplayName": name}, requestid=request).code == "6240"


@probe("requestid_while_running")
def requestid_while_running(ground: Ground) -> str:
    """The same batch twice at a time; queries make it slow enough to overlap."""
    service = ground.service
    items: list[dict[str, Any]] = [
        {
            "bId": "0",
            "operation": "create",
            "JournalEntry": ground.journal(ground.bank, ground.expense),
        }
    ]
    items += [{"bId": str(n), "Query": "select * from Account"} for n in range(1, 30)]
    request = service.name().replace(" ", "-")
    first, second, overlapped = service.race(
        "batch", {"BatchItemRequest": items}, requestid=request
    )
    for answer in (first, second):
        for got in answer.body.get("BatchItemResponse", []):
            service.remember("journalentry", got.get("JournalEntry"))
    if not overlapped:
        raise Undetermined("the first call had ended before the second began")
    made = [_made(answer) for answer in (first, second)]
    if "600" in (first.code, second.code) or "600" in made:
        return "error"
    return "wait" if made[0] == made[1] else "execute"


def _made(answer: Any) -> str:
    item = answer.body.get("BatchItemResponse", [{}])[0]
    if "JournalEntry" in item:
        return str(item["JournalEntry"]["Id"])
    return str(item.get("Fault", {}).get("Error", [{}])[0].get("code", answer.code))


@probe("batch_unknown_property")
def batch_unknown_property(ground: Ground) -> str:
    """One item with a property that nobody knows, beside a sound one."""
    answer = ground.service.call(
        "POST",
        "batch",
        {
            "BatchItemRequest": [
                {"bId": "bad", "operation": "create", "Customer": {"Oddity": 1}},
                {"bId": "good", "Query": "select Id from Term"},
            ]
        },
    )
    return "batch" if answer.refused else "item"


@probe("doc_number_when_automatic")
def doc_number_when_automatic(ground: Ground) -> str:
    wanted = ground.service.name()
    with ground.service.preference("SalesFormsPrefs", CustomTxnNumbers=False):
        made = ground.invoice(DocNumber=wanted)
    return "keep" if made.get("DocNumber") == wanted else "replace"


@probe("duplicate_sales_doc_number")
def duplicate_sales_doc_number(ground: Ground) -> str:
    number = ground.service.name()
    with ground.service.preference("SalesFormsPrefs", CustomTxnNumbers=True):
        ground.invoice(DocNumber=number)
        again = ground.service.post("invoice", ground.sale(DocNumber=number))
    return "refuse" if again.code == "6140" else "accept"


@probe("duplicate_name_detail")
def duplicate_name_detail(ground: Ground) -> str:
    name = ground.service.name()
    ground.service.create("customer", {"DisplayName": name})
    detail = str(ground.service.post("customer", {"DisplayName": name}).fault.get("detail", ""))
    if detail.rstrip().endswith("null"):
        return "null"
    return "id" if "Id=" in detail else "plain"


@probe("inactive_names_block")
def inactive_names_block(ground: Ground) -> bool:
    name = ground.service.name()
    made = ground.service.create("customer", {"DisplayName": name})
    ground.service.update("customer", made, Active=False)
    return ground.service.post("customer", {"DisplayName": name}).code == "6240"


@probe("linked_payment_bumps")
def linked_payment_bumps(ground: Ground) -> bool:
    invoice = ground.invoice()
    ground.service.create("payment", ground.payment(invoice))
    return bool(ground.service.read("invoice", invoice["Id"])["SyncToken"] != invoice["SyncToken"])


@probe("payment_for_other_customer")
def payment_for_other_customer(ground: Ground) -> str:
    invoice = ground.invoice()
    answer = ground.service.post("payment", ground.payment(invoice, ground.other_customer))
    return "refuse" if answer.refused else "unapplied"


@probe("delete_paid_document")
def delete_paid_document(ground: Ground) -> str:
    invoice = ground.invoice()
    ground.service.create("payment", ground.payment(invoice))
    paid = ground.service.read("invoice", invoice["Id"])
    return "refuse" if ground.service.delete("invoice", paid).refused else "unapply"


@probe("disabled_feature")
def disabled_feature(ground: Ground) -> str:
    """A discount while discounts are off."""
    discount = {
        "Amount": 1,
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": False},
    }
    with ground.service.preference("SalesFormsPrefs", AllowDiscount=False):
        body = ground.sale(Line=[ground.line(), discount])
        answer = ground.service.post("invoice", body)
    return "refuse" if answer.refused else "ignore"


@probe("untracked_dimension")
def untracked_dimension(ground: Ground) -> str:
    """A class while classes are not tracked."""
    service = ground.service
    tracked = {"ClassTrackingPerTxn": True, "ClassTrackingPerTxnLine": False}
    with service.preference("AccountingInfoPrefs", **tracked):
        made = service.create("class", {"Name": service.name()})
    off = dict.fromkeys(tracked, False)
    with service.preference("AccountingInfoPrefs", **off):
        answer = service.post("invoice", ground.sale(ClassRef=ref(made["Id"])))
    return "refuse" if answer.refused else "ignore"


@probe("quantities_turned_off")
def quantities_turned_off(ground: Ground) -> str:
    with ground.service.preference("ProductAndServicesPrefs", QuantityWithPriceAndRate=False):
        made = ground.invoice(Line=[ground.line(10, Qty=2, UnitPrice=5)])
    return "keep" if "Qty" in made["Line"][0]["SalesItemLineDetail"] else "drop"


@probe("max_results_above_limit")
def max_results_above_limit(ground: Ground) -> str:
    answer = ground.service.call("GET", "query", query="select Id from Account maxresults 1001")
    return "refuse" if answer.refused else "clamp"


@probe("order_by_id")
def order_by_id(ground: Ground) -> str:
    answer = ground.service.call("GET", "query", query="select Id from Account orderby Id")
    return "refuse" if answer.refused else "accept"


@probe("cdc_too_old")
def cdc_too_old(ground: Ground) -> str:
    since = (datetime.now(UTC) - timedelta(days=400)).isoformat(timespec="seconds")
    answer = ground.service.call("GET", "cdc", entities="Term", changedSince=since)
    return "refuse" if answer.refused else "truncate"


@probe("throttle_answers_json")
def throttle_answers_json(ground: Ground) -> bool:
    if not ground.service.throttled:
        raise Undetermined("no call was throttled, and these checks keep the limits")
    return all("json" in each for each in ground.service.throttled)


@probe("trial_balance_lists_zero")
def trial_balance_lists_zero(ground: Ground) -> bool:
    """An account that was debited and credited with the same."""
    service = ground.service
    account = ground.new_account("Bank")
    service.create("journalentry", ground.journal(account, ground.expense))
    service.create("journalentry", ground.journal(ground.expense, account))
    report = service.call("GET", "reports/TrialBalance", date_macro="All")
    return f'"{account}"' in report.text


@probe("customer_makes_billable")
def customer_makes_billable(ground: Ground) -> bool:
    """An expense line with a customer and without BillableStatus."""
    detail = {"AccountRef": ref(ground.expense), "CustomerRef": ref(ground.customer)}
    made = ground.service.create("bill", ground.bill(**detail))
    found = made["Line"][0]["AccountBasedExpenseLineDetail"].get("BillableStatus")
    return bool(found == "Billable")


@probe("purchase_numbers")
def purchase_numbers(ground: Ground) -> str:
    """A vendor credit without a number, while QuickBooks numbers purchases by itself."""
    others = ground.service.call("GET", "preferences").object["OtherPrefs"]["NameValue"]
    custom = {"Name": "VendorAndPurchasesPrefs.UseCustomTxnNumbers", "Value": "true"}
    if custom in others:
        raise Undetermined("this company has custom numbers on for purchases")
    made = ground.service.create("vendorcredit", ground.bill())
    return "all" if made.get("DocNumber") else "orders"


@probe("us_document_without_tax_code")
def us_document_without_tax_code(ground: Ground) -> str:
    """A taxable line for a customer who has a tax code, and none on the document."""
    service = ground.service
    taxes = service.call("GET", "preferences").object["TaxPrefs"]
    if ground.country != "US" or taxes.get("PartnerTaxEnabled") or not taxes.get("UsingSalesTax"):
        raise Undetermined("needs a US company whose sales tax is set up by hand")
    codes = service.query("select * from TaxCode")["TaxCode"]
    code = next(each["Id"] for each in codes if each["Id"] not in ("TAX", "NON"))
    customer = ground.new_customer(Taxable=True, DefaultTaxCodeRef=ref(code))
    line = ground.line(100, TaxCodeRef=ref("TAX"))
    made = ground.invoice(CustomerRef=ref(customer), Line=[line])
    tax = made.get("TxnTaxDetail", {}).get("TotalTax", 0)
    return "customer" if tax else "untaxed"


@probe("global_tax_calculation")
def global_tax_calculation(ground: Ground) -> str:
    _outside_the_us(ground)
    return str(ground.invoice().get("GlobalTaxCalculation", "NotApplicable"))


@probe("missing_line_tax_code")
def missing_line_tax_code(ground: Ground) -> str:
    """A line without a code whose item has one."""
    _outside_the_us(ground)
    service = ground.service
    item = service.read("item", ground.item)
    service.update("item", item, SalesTaxCodeRef=ref(ground.rate_code))
    line = ground.line()
    del line["SalesItemLineDetail"]["TaxCodeRef"]
    return "refuse" if service.post("invoice", ground.sale(Line=[line])).refused else "item"


@probe("global_discount_before_tax")
def global_discount_before_tax(ground: Ground) -> bool:
    """A tenth off a hundred, at a rate above nought: on what is the tax?"""
    _outside_the_us(ground)
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }
    line = ground.line(100, TaxCodeRef=ref(ground.rate_code))
    with ground.service.preference("SalesFormsPrefs", AllowDiscount=True):
        made = ground.invoice(Line=[line, discount], GlobalTaxCalculation="TaxExcluded")
    taxed = made["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["NetAmountTaxable"]
    return bool(Decimal(taxed) == 90)


def _outside_the_us(ground: Ground) -> None:
    if ground.country == "US":
        raise Undetermined("needs a company outside the US")


@probe("plain_amounts_with_currencies")
def plain_amounts_with_currencies(ground: Ground) -> str:
    service = ground.service
    currencies = service.call("GET", "preferences").object["CurrencyPrefs"]
    if not currencies.get("MultiCurrencyEnabled"):
        raise Undetermined("needs a company with several currencies")
    service.create("journalentry", ground.journal(ground.bank, ground.expense))
    report = service.call("GET", "reports/GeneralLedger", columns="tx_date,subt_nat_amount")
    return "keep" if "subt_nat_amount" in report.text else "drop"


@probe("adjustment_cost")
def adjustment_cost(ground: Ground) -> str:
    """A piece found, of an item that costs 2 and was last bought for 5."""
    service = ground.service
    item = ground.stocked()
    bought = {"ItemRef": ref(item["Id"]), "Qty": 1, "UnitPrice": 5}
    line = {
        "Amount": 5,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": bought,
    }
    service.create("bill", ground.bill() | {"Line": [line]})
    account = item["AssetAccountRef"]["value"]
    before = Decimal(service.read("account", account)["CurrentBalance"])
    found = {"ItemRef": ref(item["Id"]), "QtyDiff": 1}
    service.create(
        "inventoryadjustment",
        {
            "AdjustAccountRef": ref(ground.expense),
            "Line": [{"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": found}],
        },
    )
    worth = Decimal(service.read("account", account)["CurrentBalance"]) - before
    places = {5: "last", 2: "purchase_cost"}
    if worth not in places:
        raise Undetermined(f"a piece found was worth {worth}, where 2 and 5 were expected")
    return places[int(worth)]


@probe("item_quantity_update")
def item_quantity_update(ground: Ground) -> str:
    item = ground.stocked()
    answer = ground.service.post("item", {**item, "QtyOnHand": 3})
    return "refuse" if answer.refused else "adjust"


@probe("deactivated_stock")
def deactivated_stock(ground: Ground) -> str:
    item = ground.stocked()
    ended = ground.service.update("item", item, Active=False)
    return "adjust" if Decimal(ended["QtyOnHand"]) == 0 else "keep"


@probe("inventory_adjustment_query")
def inventory_adjustment_query(ground: Ground) -> bool:
    answer = ground.service.call("GET", "query", query="select * from InventoryAdjustment")
    return not answer.refused


@probe("requestid_retention")
def requestid_retention(ground: Ground) -> float | None:
    """Repeated at once, and after eight minutes: the last, for it takes the longest."""
    service = ground.service
    body = ground.journal(ground.bank, ground.expense)
    request = service.name().replace(" ", "-")
    first = service.create("journalentry", body, requestid=request)
    if service.create("journalentry", body, requestid=request)["Id"] != first["Id"]:
        return 0
    service.wait(481)
    later = service.create("journalentry", body, requestid=request)
    return None if later["Id"] == first["Id"] else 480
