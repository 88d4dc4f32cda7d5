"""Tax of random documents in every country against a computation of its own."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.qbo import Company, Emulator, Limits, ManualClock
from tests.emulator.conftest import Api, line, sale

CENT = Decimal("0.01")

#: Code → (rate id, percent) for sales, all on the amount.
Table = dict[str, list[tuple[str, Decimal | int]]]
UK: Table = {"2": [("1", 20)], "3": [("3", 5)], "4": [("5", 0)]}
AU: Table = {"2": [("1", 10)], "3": [("3", 0)]}
CA: Table = {
    "2": [("3", 13)],
    "3": [("1", 5)],
    "4": [("1", 5), ("5", 7)],
    "5": [("1", 5), ("6", Decimal("9.975"))],
}
TABLES = {"uk": UK, "au": AU, "ca": CA}


@pytest.fixture(scope="module")
def apis() -> dict[str, Api]:
    emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
    made = {}
    for realm, profile in enumerate(TABLES, start=71):
        emulator.seed(profile, realm=str(realm))
        made[profile] = Api(emulator, str(realm))
        made[profile].customer()
    return made


def _company(api: Api) -> Company:
    return api.emulator.company(api.realm)


amounts = st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)
documents = st.sampled_from(sorted(TABLES)).flatmap(
    lambda profile: st.tuples(
        st.just(profile),
        st.lists(
            st.tuples(st.sampled_from(sorted(TABLES[profile])), amounts), min_size=1, max_size=6
        ),
    )
)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _owed(company: Company) -> Decimal:
    rows = company.table("Account").rows.values()
    subtypes = {row.id for row in rows if row.data["AccountSubType"] == "GlobalTaxPayable"}
    return sum((-company.balance(id) for id in subtypes), Decimal(0))


@settings(max_examples=50, deadline=None)
@given(document=documents, credit=st.booleans())
def test_each_rate_is_what_it_comes_to_on_the_sum_of_its_lines(
    apis: dict[str, Api], document: tuple[str, list[tuple[str, Decimal]]], credit: bool
) -> None:
    profile, lines = document
    api = apis[profile]
    company = _company(api)
    customer = company.all("Customer")[0]["Id"]
    before = _owed(company)

    made = api.save(
        "creditmemo" if credit else "invoice",
        sale(customer, Line=[line(str(amount), code) for code, amount in lines]),
    )

    expected: dict[str, Decimal] = {}
    for code, amount in lines:
        for rate, percent in TABLES[profile][code]:
            expected[rate] = expected.get(rate, Decimal(0)) + amount * percent / 100
    taxes = {
        each["TaxLineDetail"]["TaxRateRef"]["value"]: each["Amount"]
        for each in made["TxnTaxDetail"]["TaxLine"]
    }
    assert taxes == {rate: _rounded(amount) for rate, amount in expected.items()}
    total = sum(taxes.values())
    assert made["TxnTaxDetail"]["TotalTax"] == total
    assert made["TotalAmt"] == sum(amount for _, amount in lines) + total
    assert _owed(company) - before == (-total if credit else total)
    assert sum(company.balances().values()) == 0


@settings(max_examples=50, deadline=None)
@given(document=documents, discount=st.booleans())
def test_gross_prices_come_back_and_survive_an_update(
    apis: dict[str, Api], document: tuple[str, list[tuple[str, Decimal]]], discount: bool
) -> None:
    profile, grosses = document
    api = apis[profile]
    company = _company(api)
    lines = []
    for code, gross in grosses:
        percent = sum(each for _, each in TABLES[profile][code])
        net = _rounded(gross / (1 + Decimal(percent) / 100))
        lines.append(line(str(net), code, TaxInclusiveAmt=gross))
    reduced = [
        {
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
        }
    ]
    before = _owed(company)

    made = api.save(
        "salesreceipt",
        sale(
            None,
            Line=lines + (reduced if discount else []),
            GlobalTaxCalculation="TaxInclusive",
        ),
    )
    head = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    again = api.save("salesreceipt", {**head, "PrivateNote": "seen"})

    tax = made["TxnTaxDetail"]["TotalTax"]
    assert tax == sum(each["Amount"] for each in made["TxnTaxDetail"]["TaxLine"])
    if not discount:
        assert made["TotalAmt"] == sum(gross for _, gross in grosses)
    assert again["TotalAmt"] == made["TotalAmt"]
    assert again["Line"] == made["Line"]
    assert _owed(company) - before == tax
    assert sum(company.balances().values()) == 0
