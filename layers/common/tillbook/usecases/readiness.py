"""What a connection does, kind by kind, and what it still lacks."""

from dataclasses import dataclass

from tillbook.domain.checks import Finding
from tillbook.domain.documents import Kind
from tillbook.ports import Database
from tillbook.quickbooks.readiness import problems
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
    Flow("names of customers, vendors and products", "Customer, Vendor, Employee, Item", _IMPORT),
    Flow(str(Kind.CUSTOMER), "Customer", _EXPORT),
    Flow(str(Kind.VENDOR), "Vendor", _EXPORT),
    Flow(str(Kind.PRODUCT), "Item", _EXPORT),
    Flow(str(Kind.QUOTE), "Estimate", _EXPORT),
    Flow(str(Kind.INVOICE), "Invoice", _EXPORT),
    Flow(str(Kind.PAYMENT), "Payment", _EXPORT),
    Flow(str(Kind.CREDIT_NOTE), "CreditMemo", _EXPORT),
    Flow(str(Kind.WRITE_OFF), "CreditMemo", _EXPORT),
    Flow(str(Kind.ALLOCATION), "Payment", _EXPORT),
    Flow(str(Kind.REFUND), "RefundReceipt", _EXPORT),
    Flow(str(Kind.BILL), "Bill", _EXPORT),
    Flow(str(Kind.VENDOR_CREDIT), "VendorCredit", _EXPORT),
    Flow(str(Kind.BILL_PAYMENT), "BillPayment", _EXPORT),
    Flow(str(Kind.JOURNAL), "JournalEntry", _EXPORT),
    Flow(str(Kind.PAYOUT), "Deposit", _EXPORT),
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
        findings += problems(company, settings.load(db, connection.id))
    if not channels.list_channels(db, connection.id):
        findings.append(
            Finding(
                "channels",
                "are none.",
                "Add one with POST /connections/{id}/channels, or send documents yourself.",
            )
        )
    return findings
