"""What a connection does, kind by kind, and what it still lacks."""

from dataclasses import dataclass

from tillbook.domain.checks import Finding
from tillbook.domain.documents import Kind
from tillbook.domain.settings import ConnectionSettings
from tillbook.ports import Database
from tillbook.quickbooks.company import Company, default_accounts
from tillbook.store import channels, settings
from tillbook.store import company as companies
from tillbook.store.connections import Connection, State


@dataclass(frozen=True)
class Flow:
    """One row of the data-flow table."""

    kind: str
    quickbooks: str
    direction: str


_IMPORT = "from QuickBooks"
_EXPORT = "to QuickBooks"
DATA_FLOW = (
    Flow("accounts", "Account", _IMPORT),
    Flow("tax codes", "TaxCode, TaxRate", _IMPORT),
    Flow("names of customers and products", "Customer, Vendor, Employee, Item", _IMPORT),
    Flow(str(Kind.CUSTOMER), "Customer", _EXPORT),
    Flow(str(Kind.PRODUCT), "Item", _EXPORT),
    Flow(str(Kind.INVOICE), "Invoice", _EXPORT),
    Flow(str(Kind.PAYMENT), "Payment", _EXPORT),
    Flow(str(Kind.CREDIT_NOTE), "CreditMemo", _EXPORT),
    Flow(str(Kind.REFUND), "RefundReceipt", _EXPORT),
)


def check_readiness(db: Database, connection: Connection) -> list[Finding]:
    """What is missing before documents can be sent, each with its cure; none means ready."""
    if connection.state is not State.CONNECTED:
        cure = "Send an administrator through POST /connections/{id}/authorize."
        return [Finding("connection", f"is {connection.state}.", cure)]
    findings: list[Finding] = []
    company, _ = companies.load(db, connection.id)
    if company is None:
        findings.append(
            Finding(
                "company",
                "has not been imported yet.",
                "Start a run with POST /connections/{id}/runs.",
            )
        )
    else:
        findings += _missing_accounts(settings.load(db, connection.id), company)
    if not channels.list_channels(db, connection.id):
        findings.append(
            Finding(
                "channels",
                "are none.",
                "Add one with POST /connections/{id}/channels, or send documents yourself.",
            )
        )
    return findings


def _missing_accounts(chosen: ConnectionSettings, company: Company) -> list[Finding]:
    accounts = default_accounts(company, chosen.accounts)
    wanted = {
        "income": (accounts.income, "sales of products", "Income"),
        "discount": (accounts.discount, "discounts given", "Income"),
        "deposit": (accounts.deposit, "money received", "Other Current Asset"),
    }
    findings = [
        Finding(
            f"accounts.{name}",
            f"is not set, and the company has no account for {purpose}.",
            f"Make one of type {type} in QuickBooks, or choose one in the settings.",
        )
        for name, (account, purpose, type) in wanted.items()
        if account is None
    ]
    if company.receivables is None:
        findings.append(
            Finding(
                "accounts receivable",
                f"of currency {company.home_currency} is missing in the company.",
                "Make an account of type Accounts Receivable in QuickBooks.",
            )
        )
    return findings
