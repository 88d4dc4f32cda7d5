"""What every transaction asks about currency: which, at what rate, and what it is at home.

The home currency is what the ledger is kept in. A customer or vendor has one currency for good,
and its transactions are in it; each currency has a receivable and a payable account of its own.
"""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities.currency.table import CURRENCIES, market_rate, name_of
from local.qbo.ledger.ledger import Split
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Values
from local.qbo.state.store import Row
from local.qbo.writer import save

if TYPE_CHECKING:
    from local.qbo.company import Company

HOME_RATE = Decimal(1)
_SYSTEM = "QuickBooks"
_OTHER_CURRENCY = "The currency of the transaction must be the currency of its customer or vendor."


def home_code(company: "Company") -> str:
    return str(company.preference("CurrencyPrefs", "HomeCurrency", {}).get("value", "USD"))


def home_currency(company: "Company") -> Values:
    """The company's own currency, as a reference."""
    return reference(home_code(company))


def multicurrency(company: "Company") -> bool:
    return bool(company.preference("CurrencyPrefs", "MultiCurrencyEnabled"))


def reference(code: str) -> Values:
    return {"value": code, "name": name_of(code)}


def only_home(company: "Company", values: Values) -> Values:
    """The home currency; raises 6000 when another one was sent."""
    sent, home = values.get("CurrencyRef"), home_currency(company)
    if sent and sent["value"] != home["value"]:
        raise _one_currency()
    return home


def _one_currency() -> faults.QboFault:
    return faults.business("Multi Currency should be enabled to perform this operation.")


def own_currency(change: Change, values: Values) -> Values:
    """The currency of a name or an account, for good: as sent on creation, else the home currency.

    Raises 6000 in a company without multicurrency, or when it would change; 2500 when it is no
    currency. A currency used for the first time joins the company's list.
    """
    company = change.company
    if not multicurrency(company):
        return only_home(company, values)
    earlier = change.earlier("CurrencyRef")
    code = (values.get("CurrencyRef") or earlier or home_currency(company))["value"]
    if earlier and code != earlier["value"]:
        raise faults.business("The currency cannot be changed once it has been set.", "CurrencyRef")
    adopt(company, code)
    return reference(code)


def adopt(company: "Company", code: str) -> None:
    """Put a currency on the company's list, active, unless it is there. Raises 2500."""
    if code not in CURRENCIES:
        raise faults.invalid_reference(f"Currency element id {code} not found", "CurrencyRef")
    table = company.table("CompanyCurrency")
    if code == home_code(company) or table.found("Code", code.casefold()):
        return
    save(company, table.entity, {"Code": code}, _SYSTEM)


def set_currency(change: Change, values: Values, party: Row | None) -> Decimal:
    """Set the transaction's currency and rate; answers home units for one of its own.

    `party` is the customer or vendor, whose currency it must be. Raises 6000 for another currency,
    or for any foreign one in a company without multicurrency; 2500 for an unknown one.
    """
    company = change.company
    if not multicurrency(company):
        home_sent = "CurrencyRef" in change.sent and values.get("CurrencyRef") is not None
        if home_sent and company.switches.home_currency_sent == "refuse":
            raise _one_currency()
        values["CurrencyRef"] = only_home(company, values)
        values.pop("ExchangeRate", None)
        return HOME_RATE
    home = home_code(company)
    sent = (values.get("CurrencyRef") or {}).get("value")
    theirs = (party.data.get("CurrencyRef") or {}).get("value", home) if party else None
    code = theirs if sent is None or (change.before and "CurrencyRef" not in change.sent) else sent
    code = code or sent or home
    if theirs is not None and code != theirs:
        raise faults.business(_OTHER_CURRENCY, "CurrencyRef")
    adopt(company, code)
    values["CurrencyRef"] = reference(code)
    if code == home:
        rate = HOME_RATE
    elif values.get("ExchangeRate"):
        rate = values["ExchangeRate"]
    else:
        rate = rate_on(company, code, values["TxnDate"])
    if rate <= 0:
        raise faults.QboFault(faults.invalid_number(rate, "ExchangeRate"))
    values["ExchangeRate"] = rate
    return rate


def set_home_amounts(values: Values, rate: Decimal, company: "Company") -> None:
    """What a total and a balance are at home; only shown where there are several currencies."""
    if not multicurrency(company):
        return
    values["HomeTotalAmt"] = cents(values["TotalAmt"] * rate)
    if "Balance" in values:
        values["HomeBalance"] = cents(values["Balance"] * rate)


def rate_on(company: "Company", code: str, day: str) -> Decimal:
    """Home units for one unit of a currency: the newest rate set up to a day, else the market's."""
    home = home_code(company)
    table = company.table("ExchangeRate")
    rows = [table.rows[id] for id in table.found("SourceCurrencyCode", code.casefold())]
    known = [row for row in rows if row.data["AsOfDate"] <= day]
    if known:
        newest = max(known, key=lambda row: row.data["AsOfDate"])
        return Decimal(newest.data["Rate"])
    return market_rate(code, home)


def currency_of_account(company: "Company", account: str) -> str:
    row = company.table("Account").rows[account]
    return str((row.data.get("CurrencyRef") or {}).get("value", home_code(company)))


def one_foreign(company: "Company", code: str, *accounts: str) -> None:
    """Refuse accounts in a foreign currency that is not the transaction's. Raises 6000."""
    if not multicurrency(company):
        return
    foreign = {currency_of_account(company, each) for each in accounts} | {code}
    if len(foreign - {home_code(company)}) > 1:
        raise faults.business("You can only use one foreign currency per transaction.")


def at_home(
    company: "Company", splits: tuple[Split, ...], code: str, rate: Decimal, day: str
) -> tuple[Split, ...]:
    """Splits in a transaction's own currency, converted; they balance again afterwards.

    What rounding leaves goes to the greatest split after the first, which keeps its exact value.
    Raises 6000 for an account in another foreign currency, and for one whose currency is not that
    of the customer or vendor whose balance it moves.
    """
    if not multicurrency(company) or not splits:
        return splits
    one_foreign(company, code, *(each.account for each in splits))
    for each in splits:
        _refuse_other_currency(company, each)
    if code == home_code(company):
        return tuple(_in_account(company, each, day) for each in splits)
    done = [replace(each, amount=cents(each.amount * rate), foreign=each.amount) for each in splits]
    left = sum((each.amount for each in done), ZERO)
    if left and len(done) > 1:
        at = max(range(1, len(done)), key=lambda index: abs(done[index].amount))
        done[at] = replace(done[at], amount=done[at].amount - left)
    return tuple(done)


def _refuse_other_currency(company: "Company", split: Split) -> None:
    """A customer's or vendor's balance is in one currency, which is that of its account."""
    if split.name is None:
        return
    kind, id = split.name
    party = company.table(kind).rows[id].data
    theirs = (party.get("CurrencyRef") or {}).get("value", home_code(company))
    if theirs != currency_of_account(company, split.account):
        raise faults.business(_OTHER_CURRENCY, "CurrencyRef")


def _in_account(company: "Company", split: Split, day: str) -> Split:
    """A split of a home transaction; an account in a foreign currency counts in its own."""
    code = currency_of_account(company, split.account)
    if code == home_code(company):
        return split
    return replace(split, foreign=cents(split.amount / rate_on(company, code, day)))


def control_account(company: "Company", subtype: str, code: str | None = None) -> str | None:
    """The receivable or payable account of a currency; a foreign one is made on first use.

    None when the company has none at all for its home currency.
    """
    home = company.account_by_subtype(subtype)
    if home is None or code is None or code == home_code(company):
        return home
    table = company.table("Account")
    for id in table.found("AccountSubType", subtype.casefold()):
        row = table.rows[id]
        if row.data.get("Active") and row.data["CurrencyRef"]["value"] == code:
            return id
    body = {
        "Name": f"{table.rows[home].data['Name']} - {code}",
        "AccountSubType": subtype,
        "CurrencyRef": {"value": code},
    }
    return save(company, table.entity, body, _SYSTEM).id


def exchange_account(company: "Company") -> str:
    """The account of gains and losses from exchange; made on first use."""
    found = company.account_by_subtype("ExchangeGainOrLoss")
    if found is not None:
        return found
    body = {"Name": "Exchange Gain or Loss", "AccountSubType": "ExchangeGainOrLoss"}
    return save(company, company.table("Account").entity, body, _SYSTEM).id
