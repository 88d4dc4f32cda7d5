"""A company with a past: made from a seed, posted by the rules, and dated as it would be."""

from decimal import Decimal

import pytest

from local.qbo import Company, Emulator, Limits, ManualClock
from local.qbo.jsonio import dumps
from local.qbo.profiles.old import Size, fill
from tests.emulator.conftest import Api

SMALL = Size(customers=60, items=50, vendors=6, days=40, a_day=6)


def made(seed: int = 1) -> Emulator:
    emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
    fill(emulator.seed("us"), SMALL, seed)
    return emulator


@pytest.fixture(scope="module")
def old() -> Emulator:
    return made()


@pytest.fixture
def company(old: Emulator) -> Company:
    return old.company()


def everything(emulator: Emulator) -> str:
    company = emulator.company()
    kinds = ("Customer", "Item", "Invoice", "Payment", "Bill", "Deposit", "JournalEntry")
    return dumps([company.balances(), *(company.all(kind) for kind in kinds)])


def test_the_same_seed_makes_the_same_books(old: Emulator) -> None:
    assert everything(made()) == everything(old)
    assert everything(made(2)) != everything(old)


def test_its_books_balance_and_follow_from_its_documents(company: Company) -> None:
    owed = sum(each["Balance"] for each in company.all("Customer"))
    due = sum(each["Balance"] for each in company.all("Vendor"))

    assert sum(company.balances().values()) == 0
    assert company.balance("Accounts Receivable (A/R)") == owed
    assert company.balance("Accounts Payable (A/P)") == -due


def test_it_holds_what_makes_books_hard(company: Company) -> None:
    names = [each["DisplayName"] for each in company.all("Customer")]
    assert any(name.endswith(" (deleted)") and name[:-10].upper() in names for name in names)
    assert {each["Type"] for each in company.all("Item")} == {
        "Service",
        "Category",
        "Inventory",
        "NonInventory",
    }
    skus = [each["Sku"] for each in company.all("Item") if "Sku" in each]
    assert len(set(skus)) < len(skus)
    assert any(each["UnappliedAmt"] > 0 for each in company.all("Payment"))
    assert any(0 < each["Balance"] < each["TotalAmt"] for each in company.all("Invoice"))
    assert company.preference("AccountingInfoPrefs", "BookCloseDate") == "2025-06-30"


def test_what_is_long_past_is_no_recent_change(old: Emulator, company: Company) -> None:
    answer = Api(old).get("cdc", entities="Customer,Invoice", changedSince="2026-09-29")

    blocks = answer.json()["CDCResponse"][0]["QueryResponse"]
    changed = {name for block in blocks for name in block if name in ("Customer", "Invoice")}
    assert changed == {"Invoice"}
    newest = company.all("Invoice")[-1]
    assert newest["MetaData"]["CreateTime"][:10] == newest["TxnDate"] == "2026-09-30"
    assert company.clock is old.clock


def test_the_full_one_is_a_profile_with_thousands_of_names() -> None:
    size = Size()

    assert (size.customers, size.items, size.days) == (5000, 3000, 730)
    assert size.a_day * size.days > Decimal(14000)
