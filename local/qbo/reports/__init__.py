"""Reports, by the name in their URL."""

from collections.abc import Callable

from local.qbo.company import Company
from local.qbo.reports.general_ledger import general_ledger
from local.qbo.reports.trial_balance import trial_balance
from local.qbo.rules import Values

REPORTS: dict[str, Callable[[Company, dict[str, str]], Values]] = {
    "TrialBalance": trial_balance,
    "GeneralLedger": general_ledger,
}
