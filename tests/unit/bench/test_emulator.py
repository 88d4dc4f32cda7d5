"""The books that the emulator's figures are measured on are books."""

from bench.emulator import Client, fill
from local.qbo import Emulator, Limits, ManualClock
from local.qbo.jsonio import loads


def test_the_stored_invoices_are_posted_counted_and_numbered_like_any_others() -> None:
    emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
    company = emulator.seed("us")
    client = Client(emulator)

    fill(client, company, 500)

    invoices = company.all("Invoice")
    assert len({each["DocNumber"] for each in invoices}) == 500
    assert len(company.ledger.entries) == 500
    total = sum(each["TotalAmt"] for each in invoices)
    assert company.balance("Accounts Receivable (A/R)") == total
    assert sum(company.balances().values()) == 0
    shown = loads(client.call("query", query="select count(*) from Invoice"))
    assert shown["QueryResponse"]["totalCount"] == 500
