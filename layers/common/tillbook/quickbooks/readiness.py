"""What a company and its settings lack before documents can be sent, by name and how to mend it."""

from tillbook.domain.checks import Finding
from tillbook.domain.settings import ConnectionSettings
from tillbook.quickbooks.company import Company, default_accounts

_UNSUPPORTED_PLANS = ("simple start", "self-employed", "solopreneur", "ledger")
_REQUIRED = {
    "income": ("Income", "sales are posted to it"),
    "deposit": ("Undeposited Funds, of type Other Current Asset", "money received waits in it"),
}


def problems(company: Company, settings: ConnectionSettings) -> list[Finding]:
    """What keeps documents from being sent. None means ready."""
    return [
        *_plan(company),
        *_accounts(company, settings),
        *_taxes(company, settings),
    ]


def advice(company: Company, settings: ConnectionSettings) -> list[Finding]:
    """What works, but not as a bookkeeper would expect, or will fail for some documents."""
    found = []
    if not company.custom_txn_numbers:
        found.append(
            Finding(
                "QuickBooks > Account and settings > Sales > Custom transaction numbers",
                "is off: QuickBooks may replace the numbers of your channels with its own.",
                "Switch it on.",
            )
        )
    if not company.allow_discount:
        found.append(
            Finding(
                "QuickBooks > Account and settings > Sales > Discount",
                "is off: documents with a discount are not sent.",
                "Switch it on.",
            )
        )
    if company.automated_tax:
        found.append(
            Finding(
                "QuickBooks > Taxes",
                "uses Automated Sales Tax: the tax total is your channel's, but QuickBooks decides "
                "by the address which agency it is owed to.",
                "Check the agencies in QuickBooks; settings.tax_code names the one expected where "
                "there are several.",
            )
        )
    if settings.accounts.gift_cards is None:
        found.append(
            Finding(
                "settings.accounts.gift_cards",
                "is not set: sales of gift cards wait.",
                "If you sell gift cards, choose a liability account for them.",
            )
        )
    if company.multicurrency:
        found.append(
            Finding(
                "currency",
                f"of documents must be {company.home_currency}: others are not sent.",
                "Enter sales in other currencies in QuickBooks by hand.",
            )
        )
    return found


def _plan(company: Company) -> list[Finding]:
    plan = company.offering.lower()
    if any(name in plan for name in _UNSUPPORTED_PLANS):
        return [
            Finding(
                "QuickBooks plan",
                f"is {company.offering}, which cannot be connected.",
                "Upgrade to QuickBooks Online Essentials, Plus or Advanced.",
            )
        ]
    return []


def _accounts(company: Company, settings: ConnectionSettings) -> list[Finding]:
    found = []
    if company.receivables is None:
        found.append(
            Finding(
                "accounts receivable",
                "is missing from the chart of accounts: what customers owe is posted to it.",
                "In QuickBooks, create an account of type Accounts Receivable (A/R).",
            )
        )
    completed = default_accounts(company, settings.accounts)
    for name, (type_, use) in _REQUIRED.items():
        if getattr(completed, name) is None:
            found.append(
                Finding(
                    f"settings.accounts.{name}",
                    f"is not set, and QuickBooks has no such account: {use}.",
                    f"In QuickBooks, create an account {type_}, or choose one in the settings.",
                )
            )
    if company.allow_discount and completed.discount is None:
        found.append(
            Finding(
                "settings.accounts.discount",
                "is not set, and QuickBooks has no account for discounts.",
                "In QuickBooks, create an Income account of detail type Discounts/Refunds Given, "
                "or choose an account in the settings.",
            )
        )
    chosen = settings.accounts.model_dump(exclude={"gateways"})
    chosen |= {f"gateways.{name}": id_ for name, id_ in settings.accounts.gateways.items()}
    for name, account in chosen.items():
        known = company.accounts.get(account) if account else None
        if account and (known is None or not known.active):
            found.append(
                Finding(
                    f"settings.accounts.{name}",
                    f"is account {account}, which is not in QuickBooks or was made inactive.",
                    "Choose another account in the settings, or make it active in QuickBooks.",
                )
            )
    return found


def _taxes(company: Company, settings: ConnectionSettings) -> list[Finding]:
    if not company.uses_sales_tax:
        return []
    if company.is_us:
        if settings.tax_code is None and not company.automated_tax:
            return [
                Finding(
                    "settings.tax_code",
                    f"is not set: documents with sales tax are not sent.{_suggestion(company)}",
                    "Choose the QuickBooks tax code that carries your sales tax.",
                )
            ]
        chosen = {"settings.tax_code": settings.tax_code} if settings.tax_code else {}
    else:
        if not settings.tax_codes:
            return [
                Finding(
                    "settings.tax_codes",
                    "is empty: every line needs a tax code in this country.",
                    "Choose a QuickBooks tax code for each rate that your channels charge, and "
                    "one for '0'.",
                )
            ]
        chosen = {f"settings.tax_codes.{key}": code for key, code in settings.tax_codes.items()}
    return [
        Finding(
            name,
            f"is tax code {code}, which QuickBooks does not have or made inactive.",
            "Choose another tax code in the settings.",
        )
        for name, code in chosen.items()
        if code not in company.tax_codes or not company.tax_codes[code].active
    ]


def _suggestion(company: Company) -> str:
    code = company.tax_codes.get(company.default_tax_code or "")
    return f" QuickBooks' own default is {code.name} ({code.id})." if code else ""
