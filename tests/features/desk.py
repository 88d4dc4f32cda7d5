"""A bookkeeper's desk: the HTTP API in front of the whole line, with a QuickBooks behind it."""

from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx

from local.qbo import DEFAULT_REALM
from local.qbo.in_process import EmulatorTransport
from tests.functions.api import JWT, Api, HttpAnswer, claims
from tests.workbench import CONNECTION, HOST, Workbench
from tests.world import World
from tillbook.domain.documents import Document, key_of, to_json

ADMIN = claims()
Row = dict[str, Any]
SECOND = "9130000000000002"
"""Realm of a second company, for tests that need one."""


class Desk:
    """What people do and see through the API, and the workbench with QuickBooks itself."""

    def __init__(self, bench: Workbench | None = None) -> None:
        self.bench = bench or Workbench()
        # The workbench's services have every port that a world has.
        self.api = Api(cast(World, self.bench.services))
        self.browser = httpx.Client(transport=EmulatorTransport(self.bench.emulator))

    def call(
        self, method: str, path: str = "", body: object = None, *, caller: JWT = ADMIN
    ) -> HttpAnswer:
        """A route of the connection."""
        return self.api.call(method, f"/connections/{CONNECTION}{path}", body, claims=caller)

    def see(self, path: str = "") -> Any:
        answer = self.call("GET", path)
        assert answer.status == 200, answer.body
        return answer.body

    def do(self, method: str, path: str, body: object = None) -> Any:
        answer = self.call(method, path, body)
        assert answer.status < 300, answer.body
        return answer.body

    def browse(self, address: str, **choice: str) -> httpx.Response:
        """The person's browser opens an address at Intuit."""
        return self.browser.get(httpx.URL(address).copy_merge_params(choice))

    def consent(self, realm: str = DEFAULT_REALM, connection: str = CONNECTION) -> HttpAnswer:
        """The whole way of a consent, for the company that the person chooses."""
        path = f"/connections/{connection}/authorize"
        address = self.api.call("POST", path, claims=ADMIN).body["authorize_url"]
        choice = self.browse(address, consent="yes", realm=realm)
        back = urlsplit(choice.headers["location"])
        self.api.call("GET", f"{back.path}?{back.query}")
        state = parse_qs(back.query)["state"][0]
        return self.api.call("POST", f"{path}/complete", {"state": state}, claims=ADMIN)

    def configure(self, **changes: Any) -> None:
        """Changes these settings, and these accounts, as an administrator."""
        settings = self.see("/settings")
        accounts = settings["accounts"] | changes.pop("accounts", {})
        self.do("PUT", "/settings", settings | {"accounts": accounts} | changes)

    def send(self, *documents: Document) -> list[str]:
        """Documents in Tillbook's own form; the status of each."""
        body = {"documents": [to_json(one) for one in documents]}
        return [one["status"] for one in self.do("POST", "/documents", body)["results"]]

    def sync(self, direction: str = "both") -> Row:
        """'Sync now' and its end; the run as the API shows it afterwards."""
        run = self.do("POST", "/runs", {"direction": direction})["id"]
        self.bench.execute(run, direction)
        shown: Row = self.see(f"/runs/{run}")
        return shown

    def sync_proven(self) -> Row:
        """The same, and the books have to agree."""
        run = self.sync()
        proof = self.see("/reconciliation")
        assert proof["agrees"], proof["differences"]
        return run

    def record(self, document: Document) -> Row:
        found: Row = self.see(f"/records/{key_of(document)}")
        return found

    def records(self, query: str = "") -> list[Row]:
        found: list[Row] = self.see(f"/records{query}")["items"]
        return found

    def move(self, document: Document, move: str, why: str = "") -> HttpAnswer:
        return self.call("POST", f"/records/{key_of(document)}/{move}", {"why": why})

    def in_quickbooks(self, what: str, **values: Any) -> None:
        """The administrator of the company changes something in QuickBooks itself."""
        self.browser.post(
            f"{HOST}/_emulator/companies/{DEFAULT_REALM}/{what}", json=values
        ).raise_for_status()

    def close_books(self, until: str | None) -> None:
        """The closing date, or None to open the books again."""
        self.in_quickbooks("preferences", AccountingInfoPrefs={"BookCloseDate": until})

    def in_books(self, entity: str) -> list[Row]:
        """Objects as QuickBooks has them now; deleted ones are left out, inactive ones are not."""
        return self.bench.in_books(entity)

    def object_of(self, document: Document) -> Row:
        """The QuickBooks object that a document became."""
        link = self.record(document)["quickbooks"]
        return next(one for one in self.in_books(link["entity"]) if one["Id"] == link["id"])

    def written(self) -> int:
        """How many writes QuickBooks has had."""
        return sum(stats.writes for stats in self.bench.emulator.stats.values())
