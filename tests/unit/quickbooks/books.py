"""A QuickBooks company to send requests to, over the wire of the emulator in this process."""

import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import httpx

from local.qbo.clock import ManualClock
from local.qbo.emulator import DEFAULT_REALM, Emulator
from local.qbo.in_process import EmulatorTransport
from local.qbo.switches import Limits
from tests.unit.quickbooks.builders import US_SETTINGS
from tillbook.domain.documents import Document, key_of, references
from tillbook.domain.settings import ConnectionSettings
from tillbook.domain.sync import Link
from tillbook.quickbooks import batch, faults, jsontext, mapping, query, reports
from tillbook.quickbooks.company import Company, parse
from tillbook.quickbooks.context import Context, Request, Skip
from tillbook.quickbooks.faults import Fault

_ALL = "Active in (true, false)"


class Books:
    """Sends documents as Tillbook does: batches, with the links of what was sent before."""

    def __init__(self, settings: ConnectionSettings = US_SETTINGS) -> None:
        self.emulator = Emulator(ManualClock(), limits=Limits.none(), seed=1)
        self.file = self.emulator.seed("us")
        token = self.emulator.connect()["access_token"]
        self._client = httpx.Client(
            transport=EmulatorTransport(self.emulator),
            base_url=f"https://quickbooks.api.intuit.com/v3/company/{DEFAULT_REALM}/",
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        )
        self._numbers = itertools.count(1)
        self.settings = settings
        self.company = self._import()
        self.links: dict[str, Link] = {}
        self.documents: dict[str, Document] = {}

    def context(self, document: Document, name: str | None = None) -> Context:
        links = {key: self.links[key] for key in references(document) if key in self.links}
        for key in mapping.needs(document):
            parent = self.documents[key]
            links |= {one: self.links[one] for one in references(parent) if one in self.links}
        return Context(self.settings, self.company, links, self.documents, name)

    def send(self, *documents: Document) -> list[dict[str, Any] | Fault]:
        """Sends each in a batch of its own and keeps its link."""
        return [self._send(document) for document in documents]

    def batch(self, requests: Sequence[Request]) -> list[dict[str, Any] | Fault]:
        """One batch call; answers in the order of the requests."""
        items = [(str(number), request) for number, request in enumerate(requests, start=1)]
        answer = self._client.post(
            "batch",
            params={"requestid": f"test-{next(self._numbers)}"},
            content=batch.encode(items),
            headers={"Content-Type": "application/json"},
        )
        fault = faults.parse(answer.status_code, answer.content)
        assert fault is None, fault
        answers = batch.decode(answer.content)
        return [answers[bid] for bid, _ in items]

    def query(self, statement: str, entity: str) -> list[dict[str, Any]]:
        answer = self._client.get("query", params={"query": query.page(statement)})
        fault = faults.parse(answer.status_code, answer.content)
        assert fault is None, fault
        return list(query.rows(jsontext.loads(answer.content), entity))

    def report(self, name: str, **params: str) -> dict[str, Any]:
        answer = self._client.get(f"reports/{name}", params=params)
        found: dict[str, Any] = jsontext.loads(answer.content)
        return found

    def ledger(self, txn_id: str) -> dict[str, Decimal]:
        """What a transaction posts, by account, as the general ledger reports it."""
        report = self.report(
            "GeneralLedger",
            start_date="2026-01-01",
            end_date="2026-12-31",
            columns=reports.LEDGER_COLUMNS,
        )
        found: dict[str, Decimal] = {}
        for row in reports.general_ledger(report, self.company):
            if row.txn_id == txn_id:
                found[row.account] = found.get(row.account, Decimal(0)) + row.amount
        return {account: amount for account, amount in found.items() if amount}

    def _send(self, document: Document) -> dict[str, Any] | Fault:
        key = key_of(document)
        request = mapping.build(document, self.context(document), self.links.get(key))
        assert not isinstance(request, Skip), request
        answer = self.batch([request])[0]
        if isinstance(answer, Fault):
            return answer
        link = mapping.link_from_answer(document, request, answer)
        self.documents[key] = document
        if link is None:
            del self.links[key]
        else:
            self.links[key] = link
        return answer

    def _import(self) -> Company:
        info = self.query("select * from CompanyInfo", "CompanyInfo")[0]
        preferences = self.query("select * from Preferences", "Preferences")[0]
        return parse(
            info,
            preferences,
            self.query(query.select("Account", _ALL), "Account"),
            self.query(query.select("TaxCode", _ALL), "TaxCode"),
            self.query(query.select("TaxRate", _ALL), "TaxRate"),
            self.query("select * from TaxAgency", "TaxAgency"),
            realm_id=DEFAULT_REALM,
        )
