"""With a file, an emulator outlives its process: nothing is lost, nothing is half there."""

import pickle
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.qbo import DEFAULT_REALM, Company, Emulator, Limits, ManualClock
from local.qbo.entities import ENTITIES
from local.qbo.people.bookkeeper import keep_books
from local.qbo.state.storage import Storage, StorageError
from tests.emulator.conftest import Api, line, pay, sale


class Files:
    """Emulators on one file, one after the other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._storage: Storage | None = None

    def start(self) -> Emulator:
        """The next emulator; the one before is gone as if its process had been killed."""
        self.stop()
        emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
        self._storage = Storage(self.path)
        self._storage.load(emulator)
        return emulator

    def stop(self) -> None:
        if self._storage is not None:
            self._storage.close()
            self._storage = None


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    made = Files(tmp_path / "books.db")
    yield made
    made.stop()


def all_that_a_client_sees(api: Api) -> list[str]:
    paths = [f"query?query=select * from {name} maxresults 1000" for name in ENTITIES]
    changed = ",".join(name for name, each in ENTITIES.items() if each.changes)
    paths += [f"cdc?entities={changed}&changedSince=2026-09-20", "reports/TrialBalance"]
    paths += ["reports/GeneralLedger?start_date=2026-01-01&end_date=2027-01-01"]
    return [re.sub(r'"time":"[^"]*"', "", api.get(path).text) for path in paths]


def a_day_of_work(api: Api) -> None:
    keep_books(api.emulator.company())
    customer = api.customer("Zoë ✓")
    first = api.invoice(customer, "10.00", "0.10")
    second = api.invoice(customer, "7.50", PrivateNote="x")
    payment = api.save("payment", pay(customer, "12.00", ("Invoice", first["Id"], "10.10")))
    api.save("invoice", {**head(second), "sparse": True, "PrivateNote": "y"})
    api.save("payment", head(payment), operation="delete")
    receipt = api.save("salesreceipt", {"Line": [line("3.333", "TAX", Qty=Decimal("1.000"))]})
    api.save("salesreceipt", head(receipt), include="void")
    api.save("customer", {**head(api.read(f"customer/{customer}")), "sparse": True, "Notes": "n"})


def head(shown: Any) -> dict[str, Any]:
    return {"Id": shown["Id"], "SyncToken": shown["SyncToken"]}


def test_a_client_sees_after_a_restart_what_it_saw_before(files: Files) -> None:
    emulator = files.start()
    emulator.seed("us")
    api = Api(emulator)
    a_day_of_work(api)
    before = all_that_a_client_sees(api)

    again = Api(files.start())

    assert all_that_a_client_sees(again) == before
    assert again.emulator.company().balances() == emulator.company().balances()
    assert again.customer("New")


def test_numbers_names_and_deletions_go_on_after_a_restart(files: Files) -> None:
    emulator = files.start()
    emulator.seed("us")
    api = Api(emulator)
    customer = api.customer("Jane")
    last = api.invoice(customer, "1")
    api.save("invoice", head(last), operation="delete")

    api = Api(files.start())

    assert int(api.invoice(customer, "1")["Id"]) == int(last["Id"]) + 1
    assert api.refusal("customer", {"DisplayName": "JANE"})["code"] == "6240"
    assert "Object Not Found" in api.get(f"invoice/{last['Id']}").text
    gone = api.get("cdc", entities="Invoice", changedSince="2026-09-30").text
    assert '"status":"Deleted"' in gone


def test_a_connected_app_stays_connected(files: Files) -> None:
    emulator = files.start()
    emulator.seed("us")
    emulator.add_app("mine", "secret", ("https://app.example/back",))
    tokens = emulator.connect(client_id="mine")
    emulator.clock.advance(60)
    emulator.save()

    emulator = files.start()

    assert emulator.apps["mine"].redirect_uris == ("https://app.example/back",)
    access = emulator.tokens.access[str(tokens["access_token"])]
    assert access.grant.refreshes[0].value == tokens["refresh_token"]
    renewed = emulator.tokens.renew("mine", str(tokens["refresh_token"]))
    assert renewed["access_token"] != tokens["access_token"]
    emulator.tokens.revoke("mine", str(tokens["access_token"]))
    assert access.grant.revoked


def test_switches_limits_and_settings_survive(files: Files) -> None:
    emulator = files.start()
    emulator.seed("us")
    http = Api(emulator).http
    http.post("/_emulator/switches", json={"requestid_retention": 480})
    http.post("/_emulator/limits", json={"realm_per_minute": 90})
    http.post("/_emulator/latency", json={"base": 0.5})
    http.post(f"/_emulator/companies/{DEFAULT_REALM}/settings", json={"read_only": True})

    emulator = files.start()

    assert emulator.switches.requestid_retention == 480
    assert emulator.limits.realm_per_minute == 90
    assert emulator.latency.base == 0.5
    assert emulator.company().read_only


def test_time_never_goes_back(files: Files) -> None:
    emulator = files.start()
    emulator.seed("us")
    emulator.clock.advance(86400 * 3)
    api = Api(emulator)
    emulator.clock.sleep(5)
    customer = api.customer()

    emulator = files.start()

    assert emulator.clock.now() - ManualClock().now() == timedelta(days=3, seconds=5)
    assert Api(emulator).read(f"customer/{customer}")["MetaData"]["CreateTime"][:10] == "2026-10-04"


def test_an_answered_write_is_not_done_again_after_a_restart(files: Files) -> None:
    emulator = files.start()
    emulator.seed("us")
    api = Api(emulator)
    customer = api.customer()
    single = api.post("invoice", sale(customer, "5"), requestid="r1")
    items = [{"bId": "1", "operation": "create", "Invoice": sale(customer, "6")}]
    batch = api.post("batch", {"BatchItemRequest": items}, requestid="r2")

    api = Api(files.start())

    assert api.post("invoice", sale(customer, "5"), requestid="r1").text == single.text
    again = api.post("batch", {"BatchItemRequest": items}, requestid="r2")
    assert again.text == batch.text
    assert len(api.emulator.company().all("Invoice")) == 2


def stocked(api: Api) -> str:
    """A tracked item, of which there are ten at 2.00."""
    asset = api.query("select Id from Account where AccountSubType = 'Inventory'")["Account"][0]
    accounts = api.emulator.company().table("Account").rows.values()
    cost = next(a.id for a in accounts if a.data["AccountType"] == "Cost of Goods Sold")
    income = next(a.id for a in accounts if a.data["AccountSubType"] == "SalesOfProductIncome")
    made = api.save(
        "item",
        {
            "Name": "Pump",
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "QtyOnHand": 10,
            "PurchaseCost": Decimal(2),
            "InvStartDate": "2026-09-01",
            "AssetAccountRef": {"value": asset["Id"]},
            "ExpenseAccountRef": {"value": cost},
            "IncomeAccountRef": {"value": income},
        },
    )
    return str(made["Id"])


def test_stock_and_its_cost_go_on_as_if_there_had_been_no_restart(
    files: Files, tmp_path: Path
) -> None:
    ends = []
    for restarted in (True, False):
        emulator = files.start()
        emulator.reset()
        emulator.seed("us")
        item = stocked(Api(emulator))
        for sold in ("3", "9", "1"):
            emulator = files.start() if restarted else emulator
            Api(emulator).save("salesreceipt", {"Line": [line("50", item=item, Qty=Decimal(sold))]})
        ends.append(
            (emulator.company().balances(), Api(emulator).read(f"item/{item}")["QtyOnHand"])
        )
    assert ends[0] == ends[1]
    assert ends[0][1] == -3


def test_whoever_adds_state_decides_whether_a_file_keeps_it(emulator: Emulator) -> None:
    kept = {"names", "ledger", "_tables", "sequences", *Company.SETTINGS}
    follows = {"inventory"}
    passing = {"realm", "clock", "switches", "lock", "undo", "base_url", "notices"}
    assert set(vars(emulator.company())) == kept | follows | passing

    kept = {"clock", "switches", "limits", "latency", "apps", "companies", "requestids", "tokens"}
    kept |= {"webhooks"}  # its endpoints
    passing = {"public_url", "injections", "lock", "storage", "stats", "throttle", "deferred"}
    passing |= {"log", "_seed", "_numbers"}
    assert set(vars(emulator)) == kept | passing


def test_a_refused_request_leaves_nothing_in_the_file(files: Files) -> None:
    emulator = files.start()
    emulator.seed("us")
    api = Api(emulator)
    before = contents(files.path, files)
    files_again = files.start()
    api = Api(files_again)
    api.refusal("invoice", sale("999", "5"))
    api.refusal("customer", {"DisplayName": "a:b"})

    assert contents(files.path, files) == before


def contents(path: Path, files: Files) -> list[Any]:
    files.stop()
    with sqlite3.connect(path) as file:
        found = file.execute(
            "SELECT * FROM kept WHERE section <> 'state' AND realm <> '' ORDER BY place"
        ).fetchall()
    file.close()
    return found


def test_a_reset_empties_the_file(files: Files) -> None:
    emulator = files.start()
    emulator.seed("us")
    emulator.seed("us", "2")
    access = str(emulator.connect()["access_token"])
    Api(emulator).http.post("/_emulator/reset")

    emulator = files.start()

    assert emulator.companies == {}
    assert access not in emulator.tokens.access
    assert contents(files.path, files) == []


def test_a_company_seeded_again_takes_the_place_of_the_first(files: Files) -> None:
    emulator = files.start()
    emulator.seed("us", name="First")
    Api(emulator).customer("Jane")
    emulator.seed("us", name="Second")

    emulator = files.start()

    assert emulator.company().name == "Second"
    assert emulator.company().find("Customer", DisplayName="Jane") == []


def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Not a database, but long enough to be taken for the head of one. " * 30)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as file:
        file.execute("CREATE TABLE kept (a)")
    file.close()

    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(StorageError, match=f"{path.name} is no file of this emulator: name"):
            Storage(path)
        assert path.read_bytes() == before


def test_a_file_of_another_format_is_refused_with_the_cure(files: Files) -> None:
    files.start().seed("us")
    files.stop()
    with sqlite3.connect(files.path) as file:
        file.execute("PRAGMA user_version = 99")
    file.close()

    with pytest.raises(StorageError, match=r"books.db was written by another version .*99.* name"):
        files.start()


def test_a_file_in_use_is_refused(files: Files) -> None:
    files.start().seed("us")

    with pytest.raises(StorageError, match=r"in use by another emulator: stop that one"):
        Storage(files.path)


def test_a_file_that_would_run_code_is_refused(files: Files) -> None:
    files.start().seed("us")
    files.stop()
    with sqlite3.connect(files.path) as file:
        file.execute("UPDATE kept SET value = ? WHERE section = 'name'", (pickle.dumps(print),))
    file.close()

    with pytest.raises(StorageError, match=r"damaged \(builtins.print does not belong here\)"):
        files.start()
