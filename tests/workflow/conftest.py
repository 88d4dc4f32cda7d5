"""The whole product for workflow tests: one local cloud, and a company of its own for each test."""

import itertools
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.client import Client, Shop, wait_for
from local.cloud import LocalCloud
from tests.workflow.mailbox import Mailbox, subscribed
from tests.workflow.shop import DOMAIN, OPENING, SECRET
from tests.workflow.stock import check_nothing_is_lost

HERE = Path(__file__).parent
JUDGED_LAST = {HERE / "test_permissions.py", HERE / "test_privacy.py"}

_realms = itertools.count(9_341_450_000_100_000)


@dataclass(frozen=True)
class Company:
    """A QuickBooks company in the emulator, seen by its control plane."""

    realm: str
    control: httpx.Client

    def objects(self, entity: str) -> list[dict[str, Any]]:
        """All objects of one entity, voided and inactive ones too."""
        answer = self.control.get(f"companies/{self.realm}/objects", params={"entity": entity})
        rows: list[dict[str, Any]] = answer.raise_for_status().json()[entity]
        return rows

    def ledger(self) -> Any:
        """Balances by account, debit positive."""
        return self.control.get(f"companies/{self.realm}/ledger").raise_for_status().json()

    def edit(self, action: str, entity: str, values: dict[str, Any], by: str = "a person") -> Any:
        """Change something as a person in QuickBooks would."""
        body = {"by": by, "action": action, "entity": entity, "object": values}
        edited = self.control.post(f"companies/{self.realm}/edits", json=body)
        return edited.raise_for_status().json()

    def goes_wrong(self, answer: str, **how: Any) -> None:
        """Let something go wrong with calls to this company; see local/qbo/README.md."""
        fault = {"answer": answer, "realm": self.realm, **how}
        self.control.post("faults", json=fault).raise_for_status()

    def await_fault(self) -> None:
        """Return once all that shall go wrong has begun to."""

        def struck() -> bool | None:
            faults = self.control.get("faults").raise_for_status().json()["faults"]
            return all(one["struck"] for one in faults if one["realm"] == self.realm) or None

        wait_for(struck, "a fault to strike", pause=0.02)


@dataclass(frozen=True)
class Tenant:
    """A caller of an organisation of their own, with a connection to a company of their own."""

    client: Client
    connection: str
    company: Company

    @property
    def path(self) -> str:
        """Where the connection is in the HTTP API."""
        return f"/connections/{self.connection}"

    def configure(self, **changes: Any) -> None:
        """Change some settings."""
        settings = self.client.get(f"{self.path}/settings")
        self.client.put(f"{self.path}/settings", {**settings, **changes})

    def add_shop(self) -> Shop:
        """A Shopify channel of the made-up shop."""
        return self.client.add_shop(self.connection, SECRET, DOMAIN)

    def events(self) -> list[dict[str, Any]]:
        return list(self.client.all(f"{self.path}/events"))

    def records(self, kind: str | None = None) -> list[dict[str, Any]]:
        return list(self.client.all(f"{self.path}/records" + (f"?kind={kind}" if kind else "")))

    def sync(self) -> dict[str, Any]:
        return self.client.sync(self.connection)


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    """Waits and pauses of the state machine take no time, and QuickBooks' limits, which all
    companies of an app share, are lifted: many tests are one app."""
    with LocalCloud(wait_scale=0, emulator_options=["--no-limits"]) as running:
        yield running


@pytest.fixture(scope="session")
def control(cloud: LocalCloud) -> Iterator[httpx.Client]:
    """The control plane of the QuickBooks emulator."""
    with httpx.Client(base_url=f"{cloud.emulator_url}/_emulator/", trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def mailbox(cloud: LocalCloud) -> Iterator[Mailbox]:
    """Gets every notice that is sent out."""
    with subscribed(cloud) as box:
        yield box


def new_company(control: httpx.Client) -> Company:
    realm = str(next(_realms))
    control.post("companies", json={"profile": "us", "realm": realm}).raise_for_status()
    return Company(realm, control)


@pytest.fixture
def company(control: httpx.Client) -> Company:
    """An American company without a single posting of ours."""
    return new_company(control)


@pytest.fixture
def client(cloud: LocalCloud, company: Company) -> Iterator[Client]:
    """An administrator of an organisation of their own."""
    caller = Client(cloud.api_url, cloud.token(f"organisation-{company.realm}"), cloud.time)
    yield caller
    caller.close()


@pytest.fixture
def tenant(cloud: LocalCloud, client: Client, company: Company) -> Iterator[Tenant]:
    """Connected: the consent is given and the company is known. After the test the stores have to
    add up, whatever the test did."""
    connection = client.create_connection("Books")
    client.connect(connection, company.realm)
    yield Tenant(client, connection, company)
    check_nothing_is_lost(cloud, connection)


@contextmanager
def new_tenant(cloud: LocalCloud, control: httpx.Client) -> Iterator[Tenant]:
    """One that serves several tests: all that the shop sells is exported, with California's tax.
    In the end the stores have to add up."""
    company = new_company(control)
    caller = Client(cloud.api_url, cloud.token(f"organisation-{company.realm}"), cloud.time)
    connection = caller.create_connection("Books")
    caller.connect(connection, company.realm)
    tenant = Tenant(caller, connection, company)
    tenant.configure(export_from=str(OPENING), tax_code="2")
    yield tenant
    check_nothing_is_lost(cloud, connection)
    caller.close()


@pytest.fixture(scope="session")
def life(cloud: LocalCloud, control: httpx.Client, mailbox: Mailbox) -> Iterator[list[str]]:
    """Everything has happened once (see :mod:`tests.workflow.life`); what the queue carried."""
    from tests.workflow.life import live

    with new_tenant(cloud, control) as tenant:
        yield live(cloud, tenant)


@pytest.fixture
def ready(tenant: Tenant) -> Tenant:
    """All that the shop sells is exported, with California's tax."""
    tenant.configure(export_from=str(OPENING), tax_code="2")
    return tenant


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is said about everything that ever happened in the cloud is judged last."""
    items.sort(key=lambda item: item.path in JUDGED_LAST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows what the functions logged: the reason is there, not here."""
    report = yield
    cloud = getattr(item, "funcargs", {}).get("cloud")
    if report.failed and isinstance(cloud, LocalCloud):
        lines = [line for line in cloud.logs().splitlines() if '"CloudWatchMetrics"' not in line]
        report.sections.append(("Logs of functions", "\n".join(lines[-40:])))
    return report
