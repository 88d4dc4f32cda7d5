"""Reports, by the name in their URL."""

from collections.abc import Callable
from dataclasses import dataclass

from local.qbo import faults, plans
from local.qbo.company import Company
from local.qbo.reports import aging, balances, transactions
from local.qbo.reports.account_list import account_list
from local.qbo.reports.balance_sheet import balance_sheet
from local.qbo.reports.frame import Params
from local.qbo.reports.general_ledger import general_ledger
from local.qbo.reports.inventory_valuation import inventory_valuation_summary
from local.qbo.reports.limit import limited
from local.qbo.reports.profit_and_loss import profit_and_loss
from local.qbo.reports.profit_and_loss_detail import profit_and_loss_detail
from local.qbo.reports.trial_balance import trial_balance
from local.qbo.rules import Values


@dataclass(frozen=True)
class Report:
    """A report and what a company's plan must include for it (see `plans.py`)."""

    make: Callable[[Company, Params], Values]
    feature: str = ""


REPORTS = {
    "TrialBalance": Report(trial_balance),
    "GeneralLedger": Report(general_ledger),
    "ProfitAndLoss": Report(profit_and_loss),
    "ProfitAndLossDetail": Report(profit_and_loss_detail),
    "BalanceSheet": Report(balance_sheet),
    "AgedReceivables": Report(aging.aged_receivables),
    "AgedReceivableDetail": Report(aging.aged_receivable_detail),
    "AgedPayables": Report(aging.aged_payables, "bills"),
    "AgedPayableDetail": Report(aging.aged_payable_detail, "bills"),
    "CustomerBalance": Report(balances.customer_balance),
    "CustomerBalanceDetail": Report(balances.customer_balance_detail),
    "VendorBalance": Report(balances.vendor_balance, "bills"),
    "VendorBalanceDetail": Report(balances.vendor_balance_detail, "bills"),
    "TransactionList": Report(transactions.transaction_list),
    "TransactionListByCustomer": Report(transactions.by_customer),
    "TransactionListByVendor": Report(transactions.by_vendor),
    "JournalReport": Report(transactions.journal_report),
    "InventoryValuationSummary": Report(inventory_valuation_summary, "inventory"),
    "AccountList": Report(account_list),
}


def run(company: Company, name: str, params: Params) -> Values:
    """A report by the name in its URL. Raises 5020 for one that is not there, or that the
    company's plan does not have."""
    report = REPORTS.get(name)
    if report is None or not plans.includes(company, report.feature):
        raise faults.permission_denied("ReportName")
    return limited(report.make(company, params), company.switches.report_cells)
