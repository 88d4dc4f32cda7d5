"""Tax, currencies, stock and reports."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.conformance.ground import Ground, ref
from tests.conformance.probes.registry import Undetermined, probe


@probe("trial_balance_lists_zero")
def trial_balance_lists_zero(ground: Ground) -> bool:
    """An account that was debited and credited with the same."""
    service = ground.service
    account = ground.new_account("Bank")
    service.create("journalentry", ground.journal(account, ground.expense))
    service.create("journalentry", ground.journal(ground.expense, account))
    report = service.call("GET", "reports/TrialBalance", date_macro="All")
    return f'"{account}"' in report.text


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


@probe("us_purchase_tax")
def us_purchase_tax(ground: Ground) -> str:
    """A bill that brings tax of its own."""
    if ground.country != "US":
        raise Undetermined("needs a company in the US")
    taxed = ground.bill() | {"TxnTaxDetail": {"TotalTax": 1}}
    return "refuse" if ground.service.post("bill", taxed).refused else "ignore"


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


@probe("discount_on_shipping")
def discount_on_shipping(ground: Ground) -> bool:
    """A tenth off a hundred and ten for shipping."""
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }
    shipping = ground.line(10, ItemRef=ref("SHIPPING_ITEM_ID"))
    with ground.service.preference("SalesFormsPrefs", AllowDiscount=True, AllowShipping=True):
        made = ground.invoice(Line=[ground.line(100), shipping, discount])
    (found,) = [each for each in made["Line"] if each["DetailType"] == "DiscountLineDetail"]
    return bool(Decimal(found["Amount"]) == 11)


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


@probe("home_currency_sent")
def home_currency_sent(ground: Ground) -> str:
    currencies = ground.service.call("GET", "preferences").object["CurrencyPrefs"]
    if currencies.get("MultiCurrencyEnabled"):
        raise Undetermined("needs a company with one currency")
    sale = ground.sale(CurrencyRef=ref(currencies["HomeCurrency"]["value"]))
    return "refuse" if ground.service.post("invoice", sale).refused else "accept"


@probe("unbalanced_journal")
def unbalanced_journal(ground: Ground) -> str:
    entry = ground.journal(ground.bank, ground.expense)
    entry["Line"][0]["Amount"] = 11
    return ground.service.post("journalentry", entry).code


@probe("adjustment_cost")
def adjustment_cost(ground: Ground) -> str:
    """A piece found, of an item that costs 2 and was last bought for 5."""
    service = ground.service
    item = ground.stock
    bought = {"ItemRef": ref(item["Id"]), "Qty": 1, "UnitPrice": 5}
    line = {
        "Amount": 5,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": bought,
    }
    service.create("bill", ground.bill() | {"Line": [line]})
    account = item["AssetAccountRef"]["value"]
    before = Decimal(service.read("account", account)["CurrentBalance"])
    service.create("inventoryadjustment", ground.adjustment(item))
    worth = Decimal(service.read("account", account)["CurrentBalance"]) - before
    places = {5: "last", 2: "purchase_cost"}
    if worth not in places:
        raise Undetermined(f"a piece found was worth {worth}, where 2 and 5 were expected")
    return places[int(worth)]


@probe("duplicate_adjustment_number")
def duplicate_adjustment_number(ground: Ground) -> str:
    body = ground.adjustment(ground.stock) | {"DocNumber": ground.service.name()}
    ground.service.create("inventoryadjustment", body)
    refused = ground.service.post("inventoryadjustment", body).code == "6140"
    return "refuse" if refused else "accept"


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


@probe("aging_open_items")
def aging_open_items(ground: Ground) -> str:
    """A debt of ten days ago, paid today: was it open five days ago?"""
    service = ground.service
    today = datetime.now(UTC).date()
    customer = service.create("customer", {"DisplayName": service.name()})
    owner = ref(customer["Id"])
    invoice = ground.invoice(TxnDate=str(today - timedelta(days=10)), CustomerRef=owner)
    service.create("payment", ground.payment(invoice, customer["Id"]))
    day = str(today - timedelta(days=5))
    report = service.call("GET", "reports/AgedReceivables", report_date=day)
    return "report_date" if customer["DisplayName"] in report.text else "today"
