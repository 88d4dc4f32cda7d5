"""Names, numbers, payments, and features that are turned off."""

import re

from tests.conformance.ground import Ground, ref
from tests.conformance.probes.registry import Undetermined, probe


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


@probe("duplicate_doc_number_among")
def duplicate_doc_number_among(ground: Ground) -> str:
    """An invoice's number on another invoice, then on a sales receipt."""
    number = ground.service.name()
    with ground.service.preference("SalesFormsPrefs", CustomTxnNumbers=True):
        ground.invoice(DocNumber=number)
        if not ground.service.post("invoice", ground.sale(DocNumber=number)).refused:
            raise Undetermined("a number may be used twice here")
        other = ground.service.post("salesreceipt", ground.sale(DocNumber=number))
    return "sales_forms" if other.code == "6140" else "type"


@probe("auto_generate")
def auto_generate(ground: Ground) -> str:
    with ground.service.preference("SalesFormsPrefs", CustomTxnNumbers=True):
        made = ground.invoice(DocNumber="AUTO_GENERATE")
    return "literal" if made.get("DocNumber") == "AUTO_GENERATE" else "numbered"


@probe("doc_number_prefix")
def doc_number_prefix(ground: Ground) -> str:
    """The number after one that begins with a word."""
    wanted = ground.service.name()
    with ground.service.preference("SalesFormsPrefs", CustomTxnNumbers=False):
        if ground.invoice(DocNumber=wanted).get("DocNumber") != wanted:
            raise Undetermined("a number that is sent is not kept here")
        after = str(ground.invoice()["DocNumber"])
    return "keep" if after.startswith(ground.service.prefix) else "drop"


@probe("sales_number_series")
def sales_number_series(ground: Ground) -> str:
    """An invoice and a sales receipt, one after the other, both without a number."""
    with ground.service.preference("SalesFormsPrefs", CustomTxnNumbers=False):
        first = ground.invoice()["DocNumber"]
        second = ground.service.create("salesreceipt", ground.sale())["DocNumber"]
    return "shared" if _digits(second) == _digits(first) + 1 else "type"


def _digits(number: str) -> int:
    found = re.search(r"\d+$", number)
    if found is None:
        raise Undetermined(f"{number} ends with no digits")
    return int(found[0])


@probe("empty_in_sparse_update")
def empty_in_sparse_update(ground: Ground) -> str:
    made = ground.service.create("customer", {"DisplayName": ground.service.name(), "Notes": "x"})
    return "ignore" if ground.service.update("customer", made, Notes="").get("Notes") else "clear"


@probe("duplicate_name_detail")
def duplicate_name_detail(ground: Ground) -> str:
    name = ground.service.name()
    ground.service.create("customer", {"DisplayName": name})
    detail = str(ground.service.post("customer", {"DisplayName": name}).fault.get("detail", ""))
    if detail.rstrip().endswith("null"):
        return "null"
    return "id" if "Id=" in detail else "plain"


@probe("customer_name_length")
def customer_name_length(ground: Ground) -> int:
    """Intuit's reference allows 500 characters; 100 is quoted elsewhere."""
    name = ground.service.name().ljust(101, "x")
    return 100 if ground.service.post("customer", {"DisplayName": name}).code == "2050" else 500


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


@probe("delete_by_full_body")
def delete_by_full_body(ground: Ground) -> str:
    """A purchase, deleted with all that a read of it answered."""
    service = ground.service
    body = ground.bill() | {"PaymentType": "Cash", "AccountRef": ref(ground.bank)}
    del body["VendorRef"]
    made = service.read("purchase", service.create("purchase", body)["Id"])
    if "PurchaseEx" not in made:
        raise Undetermined("a purchase was read without PurchaseEx")
    refused = service.call("POST", "purchase", made, operation="delete").code == "2010"
    return "refuse" if refused else "accept"
