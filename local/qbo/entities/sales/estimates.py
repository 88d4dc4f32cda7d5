"""Estimates: what a customer is offered. They post nothing until an invoice is made of them."""

from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities.sales import conversions
from local.qbo.entities.sales.fields import ESTIMATE_FIELDS
from local.qbo.entities.sales.forms import SalesRules
from local.qbo.entities.sales.lines import Priced
from local.qbo.entities.tax.documents import Taxed
from local.qbo.ledger.ledger import Split
from local.qbo.rules import Change, Values
from local.qbo.schema import Entity
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company


class EstimateRules(SalesRules):
    """Priced and taxed as an invoice, with a status and without a balance."""

    checks = (
        *SalesRules.checks,
        "needs AllowEstimates (6000)",
        "customer exists and is active (2020, 2500)",
        "TxnStatus and LinkedTxn follow from the invoice or receipt made of it",
    )

    def build(self, change: Change) -> Values:
        if not change.company.preference("SalesFormsPrefs", "AllowEstimates"):
            raise faults.business("Estimates are turned off for this company.")
        return super().build(change)

    def finish(self, change: Change, values: Values) -> None:
        values["LinkedTxn"] = change.earlier("LinkedTxn") or []
        values.setdefault("TxnStatus", "Pending")

    def money_account(self, company: "Company", values: Values) -> str:
        """None: an estimate posts nothing."""
        return ""

    def _splits(
        self, change: Change, values: Values, priced: Priced, taxed: Taxed, rate: Decimal
    ) -> tuple[Split, ...]:
        return ()

    def stock(self, priced: Priced) -> tuple[tuple[str, Decimal, None, str], ...]:
        return ()

    def saved(self, change: Change, row: Row) -> None:
        """Its own links follow from the sale."""

    def deleted(self, company: "Company", row: Row, editor: str) -> None:
        conversions.unlink(company, row, editor)


ESTIMATE = Entity(
    "Estimate",
    ESTIMATE_FIELDS,
    EstimateRules(),
    frozenset({"create", "read", "update", "delete", "query", "send", "pdf"}),
    "transaction",
    label="Estimate",
)

ENTITIES = (ESTIMATE,)
