"""What the checks stand on: accounts, an item, customers, made when first asked for."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from tests.conformance.service import Service, Values


class Ground:
    """A company with what the run has made in it."""

    def __init__(self, service: Service) -> None:
        self.service = service

    @cached_property
    def customer(self) -> str:
        return self.new_customer()

    @cached_property
    def other_customer(self) -> str:
        return self.new_customer()

    @cached_property
    def vendor(self) -> str:
        return str(self.service.create("vendor", {"DisplayName": self.service.name()})["Id"])

    @cached_property
    def bank(self) -> str:
        return self.new_account("Bank")

    @cached_property
    def expense(self) -> str:
        return self.new_account("Expense")

    @cached_property
    def item(self) -> str:
        body = {
            "Name": self.service.name(),
            "Type": "Service",
            "IncomeAccountRef": ref(self.new_account("Income")),
        }
        return str(self.service.create("item", body)["Id"])

    @cached_property
    def country(self) -> str:
        realm = self.service.keys.realm
        return str(self.service.read("companyinfo", realm)["Country"])

    @cached_property
    def rate_code(self) -> str:
        """Outside the US: a tax code whose rate for sales is above nought."""
        rates = self.service.query("select * from TaxRate")["TaxRate"]
        above = {each["Id"] for each in rates if Decimal(each.get("RateValue", 0)) > 0}
        for code in self.service.query("select * from TaxCode")["TaxCode"]:
            listed = code.get("SalesTaxRateList", {}).get("TaxRateDetail", [])
            if any(each["TaxRateRef"]["value"] in above for each in listed):
                return str(code["Id"])
        raise LookupError("this company has no tax code with a rate for sales")

    @cached_property
    def no_tax_code(self) -> str:
        """The code of a line that is not taxed: NON in the US, any code elsewhere."""
        return "NON" if self.country == "US" else self.rate_code

    @cached_property
    def stock(self) -> Values:
        """A tracked item that several questions share."""
        return self.stocked()

    def stocked(self) -> Values:
        """A tracked item with one piece on hand that cost 2; it has accounts of its own."""
        accounts = {
            "IncomeAccountRef": ("Income", "SalesOfProductIncome"),
            "ExpenseAccountRef": ("Cost of Goods Sold", "SuppliesMaterialsCogs"),
            "AssetAccountRef": ("Other Current Asset", "Inventory"),
        }
        body = {
            "Name": self.service.name(),
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "QtyOnHand": 1,
            "InvStartDate": "2025-01-01",
            "PurchaseCost": 2,
            **{name: ref(self.new_account(*kind)) for name, kind in accounts.items()},
        }
        made: Values = self.service.create("item", body)
        return made

    def adjustment(self, item: Values) -> Values:
        """One more piece of an item, found."""
        detail = {"ItemRef": ref(item["Id"]), "QtyDiff": 1}
        return {
            "AdjustAccountRef": ref(self.expense),
            "Line": [
                {"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": detail}
            ],
        }

    def new_customer(self, **more: Any) -> str:
        body = {"DisplayName": self.service.name(), **more}
        return str(self.service.create("customer", body)["Id"])

    def new_account(self, type: str, subtype: str = "") -> str:
        body = {"Name": self.service.name(), "AccountType": type}
        if subtype:
            body["AccountSubType"] = subtype
        return str(self.service.create("account", body)["Id"])

    def invoice(self, amount: float = 10, **more: Any) -> Any:
        return self.service.create("invoice", self.sale(amount, **more))

    def sale(self, amount: float = 10, **more: Any) -> Values:
        return {"CustomerRef": ref(self.customer), "Line": [self.line(amount)], **more}

    def line(self, amount: float = 10, **more: Any) -> Values:
        detail = {"ItemRef": ref(self.item), "TaxCodeRef": ref(self.no_tax_code), **more}
        return {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": detail,
        }

    def payment(self, invoice: Values, customer: str = "", amount: float = 10) -> Values:
        return {
            "CustomerRef": ref(customer or self.customer),
            "TotalAmt": amount,
            "Line": [
                {
                    "Amount": amount,
                    "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}],
                }
            ],
        }

    def bill(self, **detail: Any) -> Values:
        """A bill or a vendor credit."""
        line = {
            "Amount": 10,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail or {"AccountRef": ref(self.expense)},
        }
        return {"VendorRef": ref(self.vendor), "Line": [line]}

    def journal(self, debit: str, credit: str, amount: float = 10) -> Values:
        return {
            "Line": [
                {
                    "Amount": amount,
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": {"PostingType": side, "AccountRef": ref(account)},
                }
                for side, account in (("Debit", debit), ("Credit", credit))
            ]
        }


def ref(value: str) -> Values:
    return {"value": value}
