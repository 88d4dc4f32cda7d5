"""Settings, ids and the composition root."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.qbo import DEFAULT_REALM, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Emulator, ManualClock
from local.qbo.in_process import EmulatorTransport
from tests.fakes import MemoryBlobs, MemoryDatabase
from tillbook import ids, runtime
from tillbook.adapters.http import http_client
from tillbook.adapters.intuit_oauth import IntuitAuthorizationServer
from tillbook.adapters.secrets_manager import IntuitApp
from tillbook.domain.settings import Limits
from tillbook.runtime import Services
from tillbook.settings import Environment, MissingSetting
from tillbook.usecases.tokens import FixedToken

LAYER = Path(runtime.__file__).parent.parent
FULL = {
    "CONNECTIONS_TABLE": "connections",
    "SYNC_TABLE": "sync",
    "EVENT_LOG_BUCKET": "event-log",
    "PAYLOAD_BUCKET": "payloads",
    "KMS_KEY_ARN": "arn:aws:kms:eu-west-1:123456789012:key/k",
    "TRANSLATE_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/translate",
    "STATE_MACHINE_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:sync",
    "NOTICE_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:notices",
    "INTUIT_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:intuit",
    "QUICKBOOKS_BASE_URL": "http://127.0.0.1:9/",
    "PUBLIC_URL": "https://api.example",
    "UNKNOWN": "ignored",
}


def test_the_environment_is_read_field_by_field() -> None:
    environment = Environment.read(FULL)

    assert environment.need("sync_table") == "sync"
    assert environment.quickbooks_base_url == "http://127.0.0.1:9"
    assert environment.public_url == "https://api.example"


def test_intuits_own_addresses_are_the_default() -> None:
    environment = Environment.read({"QUICKBOOKS_BASE_URL": ""})

    assert environment.quickbooks_base_url == "https://quickbooks.api.intuit.com"
    assert environment.oauth_token_url.startswith("https://oauth.platform.intuit.com/")


def test_what_the_template_did_not_give_is_named_when_it_is_needed() -> None:
    environment = Environment.read({"SYNC_TABLE": "  "})

    with pytest.raises(MissingSetting, match="SYNC_TABLE is not set"):
        environment.need("sync_table")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(MissingSetting, match="CONSOLE_URL must begin with https://"):
        Environment.read({"CONSOLE_URL": "console.example"})


def test_every_port_is_made_from_the_environment() -> None:
    services = Services(Environment.read(FULL))

    for name in ("database", "event_log", "payloads", "vault", "runs", "translate_queue"):
        assert getattr(services, name) is getattr(services, name)
    for name in ("notifier", "authorization_server", "rate_limiter"):
        assert getattr(services, name) is getattr(services, name)
    assert services.now().tzinfo is UTC
    services.http.close()


def test_a_port_without_its_setting_says_which_one() -> None:
    with pytest.raises(MissingSetting, match="EVENT_LOG_BUCKET"):
        _ = Services(Environment()).event_log


def test_a_port_can_be_given() -> None:
    database = MemoryDatabase()

    services = Services(Environment(), database=database)

    assert services.database is database


def test_a_port_that_does_not_exist_cannot_be_given() -> None:
    with pytest.raises(TypeError, match="no port databse"):
        Services(Environment(), databse=MemoryDatabase())


def test_functions_find_the_services_of_the_process() -> None:
    replacement = Services(Environment(), event_log=MemoryBlobs())

    with runtime.using(replacement):
        assert runtime.services() is replacement

    assert runtime.services() is not replacement
    assert runtime.services() is runtime.services()


def test_the_books_of_a_company_are_opened_with_everything_they_need() -> None:
    emulator = Emulator(clock=ManualClock(), seed=1)
    emulator.seed("us")
    services = Services(
        Environment(),
        database=MemoryDatabase(),
        now=emulator.clock.now,
        sleep=emulator.clock.sleep,
        http=http_client(EmulatorTransport(emulator)),
    )
    tokens = FixedToken(str(emulator.connect()["access_token"]))

    books = services.books(DEFAULT_REALM, tokens, Limits(), lambda: 300.0)

    assert books.get("preferences").status == 200
    services.http.close()


def test_the_authorization_server_uses_the_addresses_of_the_environment() -> None:
    environment = Environment.read(FULL | {"OAUTH_AUTHORIZE_URL": "https://other.example/oauth"})
    services = Services(environment)
    server = services.authorization_server
    assert isinstance(server, IntuitAuthorizationServer)

    server._app = lambda: IntuitApp(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)

    assert server.authorize_url("s", "https://t.example").startswith("https://other.example/oauth?")
    services.http.close()


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 1500


def test_the_seconds_left_come_from_lambda() -> None:
    assert runtime.seconds_left(Context())() == 1.5


def loaded_by(statement: str) -> set[str]:
    """The modules in a fresh process after a statement."""
    program = f"import sys; {statement}; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(LAYER), "AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_importing_needs_no_environment_and_loads_no_client() -> None:
    loaded = loaded_by("from tillbook import runtime; runtime.services()")

    assert not loaded & {"boto3", "httpx", "pydantic", "cryptography"}


def test_the_database_loads_neither_httpx_nor_pydantic() -> None:
    loaded = loaded_by(
        "from tillbook import runtime, settings;"
        "runtime.Services(settings.Environment(sync_table='sync')).database"
    )

    assert "boto3" in loaded
    assert not loaded & {"httpx", "pydantic"}


def test_run_ids_sort_by_time() -> None:
    start = datetime(2026, 3, 2, 12, tzinfo=UTC)

    made = [ids.new_sorted_id(start + timedelta(milliseconds=step)) for step in range(50)]

    assert made == sorted(made)
    assert len(set(made)) == 50
    assert all(re.fullmatch(r"[0-9a-z]{26}", run_id) for run_id in made)


def test_run_ids_of_one_moment_differ() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    assert len({ids.new_sorted_id(now) for _ in range(1000)}) == 1000


def test_ids_cannot_be_guessed() -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", ids.new_id())
    assert ids.new_id() != ids.new_id()
