"""Reports, by the name in their URL."""

from collections.abc import Callable

from local.qbo import faults
from local.qbo.company import Company
from local.qbo.reports.balance_sheet import balance_sheet
from local.qbo.reports.frame import Params
from local.qbo.reports.general_ledger import general_ledger
from local.qbo.reports.limit import limited
from local.qbo.reports.profit_and_loss import profit_and_loss
from local.qbo.reports.trial_balance import trial_balance
from local.qbo.rules import Values

REPORTS: dict[str, Callable[[Company, Params], Values]] = {
    "TrialBalance": trial_balance,
    "GeneralLedger": general_ledger,
    "ProfitAndLoss": profit_and_loss,
    "BalanceSheet": balance_sheet,
}


def run(company: Company, name: str, params: Params) -> Values:
    """A report by the name in its URL. Raises 5020 for one that is not there."""
    report = REPORTS.get(name)
    if report is None:
        raise faults.permission_denied("ReportName")
    return limited(report(company, params), company.switches.report_cells)
