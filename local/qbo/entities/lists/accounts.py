"""Accounts: types, subtypes, numbers, hierarchy, and their balance from the ledger."""

from decimal import Decimal
from typing import TYPE_CHECKING

from local.qbo import faults
from local.qbo.entities import opening
from local.qbo.entities.currency.rules import currency_of_account, home_code, own_currency
from local.qbo.entities.lists.named import NamedRules, below
from local.qbo.faults import QboFault
from local.qbo.money import ZERO, cents
from local.qbo.rules import Change, Values
from local.qbo.schema import Entity, anything, day, flag, list_name, money, ref, text
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

#: Account type → classification, the subtype taken when none is sent, further subtypes.
TYPES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "Bank": (
        "Asset",
        "CashOnHand",
        ("Checking", "Savings", "MoneyMarket", "TrustAccounts", "RentsHeldInTrust"),
    ),
    "Accounts Receivable": ("Asset", "AccountsReceivable", ()),
    "Other Current Asset": (
        "Asset",
        "EmployeeCashAdvances",
        (
            "Inventory",
            "UndepositedFunds",
            "PrepaidExpenses",
            "OtherCurrentAssets",
            "AllowanceForBadDebts",
            "DevelopmentCosts",
            "LoansToOthers",
            "LoansToOfficers",
            "Retainage",
        ),
    ),
    "Fixed Asset": (
        "Asset",
        "FurnitureAndFixtures",
        (
            "AccumulatedDepreciation",
            "Vehicles",
            "MachineryAndEquipment",
            "Buildings",
            "Land",
            "LeaseholdImprovements",
            "OtherFixedAssets",
        ),
    ),
    "Other Asset": (
        "Asset",
        "SecurityDeposits",
        ("OtherLongTermAssets", "Licenses", "Goodwill", "LeaseBuyout"),
    ),
    "Accounts Payable": ("Liability", "AccountsPayable", ()),
    "Credit Card": ("Liability", "CreditCard", ()),
    "Other Current Liability": (
        "Liability",
        "OtherCurrentLiabilities",
        (
            "SalesTaxPayable",
            "GlobalTaxPayable",
            "GlobalTaxSuspense",
            "LoanPayable",
            "LineOfCredit",
            "PayrollClearing",
            "PayrollTaxPayable",
            "PrepaidExpensesPayable",
            "TrustAccountsLiabilities",
        ),
    ),
    "Long Term Liability": (
        "Liability",
        "NotesPayable",
        ("OtherLongTermLiabilities", "ShareholderNotesPayable"),
    ),
    "Equity": (
        "Equity",
        "OpeningBalanceEquity",
        (
            "RetainedEarnings",
            "OwnersEquity",
            "PartnersEquity",
            "CommonStock",
            "PaidInCapitalOrSurplus",
            "PartnerDistributions",
            "PartnerContributions",
        ),
    ),
    "Income": (
        "Revenue",
        "ServiceFeeIncome",
        (
            "SalesOfProductIncome",
            "DiscountsRefundsGiven",
            "OtherPrimaryIncome",
            "NonProfitIncome",
            "UnappliedCashPaymentIncome",
        ),
    ),
    "Other Income": (
        "Revenue",
        "OtherMiscellaneousIncome",
        ("InterestEarned", "DividendIncome", "OtherInvestmentIncome", "TaxExemptInterest"),
    ),
    "Cost of Goods Sold": (
        "Expense",
        "SuppliesMaterialsCogs",
        (
            "ShippingFreightDeliveryCos",
            "OtherCostsOfServiceCos",
            "CostOfLaborCos",
            "EquipmentRentalCos",
        ),
    ),
    "Expense": (
        "Expense",
        "Travel",
        (
            "OfficeGeneralAdministrativeExpenses",
            "BankCharges",
            "AdvertisingPromotional",
            "OtherMiscellaneousServiceCost",
            "SuppliesMaterials",
            "RentOrLeaseOfBuildings",
            "Utilities",
            "Insurance",
            "LegalProfessionalFees",
            "RepairMaintenance",
            "DuesSubscriptions",
            "TravelMeals",
            "Auto",
            "BadDebts",
            "TaxesPaid",
            "InterestPaid",
            "ShippingFreightDelivery",
            "PayrollExpenses",
            "OtherBusinessExpenses",
            "EntertainmentMeals",
            "EquipmentRental",
        ),
    ),
    "Other Expense": (
        "Expense",
        "OtherMiscellaneousExpense",
        ("Depreciation", "ExchangeGainOrLoss", "PenaltiesSettlements", "Amortization"),
    ),
}
_TYPE_OF = {subtype: type for type, (_, first, more) in TYPES.items() for subtype in (first, *more)}
_FOLDED = {type.casefold(): type for type in TYPES}
BALANCE_SHEET = ("Asset", "Liability", "Equity")
#: Types of account that may be in a foreign currency.
_FOREIGN = ("Bank", "Credit Card", "Accounts Receivable", "Accounts Payable")
#: Countries where account numbers have 20 characters, not 7.
_LONG_NUMBERS = ("AU", "CA")
#: Subtypes that are neither above nor below another account.
_ALONE = (
    "OpeningBalanceEquity",
    "UndepositedFunds",
    "RetainedEarnings",
    "CashReceiptIncome",
    "CashExpenditureExpense",
    "ExchangeGainOrLoss",
)


class AccountRules(NamedRules):
    """The chart of accounts."""

    space = "Account"
    child_flag = "SubAccount"
    taken = (
        "An account already has the same display name. Display Name must be unique. Please "
        "provide a different display name."
    )
    checks = (
        *NamedRules.checks,
        "AccountType or AccountSubType (6010), and that they fit",
        "AcctNum unique among active accounts (6000)",
        "a sub-account has its parent's type (6000)",
        "OpeningBalance on creation, with its date (6060), on the balance sheet (6000)",
    )

    def build(self, change: Change) -> Values:
        values = change.values
        type, subtype = _types(values)
        values["AccountType"], values["AccountSubType"] = type, subtype
        values["Classification"] = TYPES[type][0]
        values["CurrencyRef"] = own_currency(change, values)
        if type not in _FOREIGN and values["CurrencyRef"]["value"] != home_code(change.company):
            raise faults.business("This type of account can only be in your home currency.")
        if '"' in str(values.get("Name", "")):
            raise QboFault(faults.invalid_name("Name"))
        self._check_number(change, values)
        opening.check_account(change, values)
        return super().build(change)

    def parent(self, change: Change, values: Values) -> Row | None:
        row = super().parent(change, values)
        if row is not None:
            if row.data["AccountSubType"] == "AccumulatedDepreciation":
                raise faults.business(
                    "Fixed asset accounts (Accumulated Amortization, Depletion, or Depreciation) "
                    "cannot be parent accounts."
                )
            if row.data["AccountType"] != values["AccountType"] or (
                row.data["AccountSubType"] in _ALONE or values["AccountSubType"] in _ALONE
            ):
                raise faults.business(
                    "For subaccounts, you must select the same account type as their parent."
                )
        return row

    def saved(self, change: Change, row: Row) -> None:
        super().saved(change, row)
        numbers = change.company.names
        before = _number(change.before) if change.before else None
        after = _number(row)
        if before != after:
            if before:
                numbers.free("AcctNum", before)
            if after:
                numbers.claim("AcctNum", after, row.key)
        opening.open_account(change, row)

    def show(self, company: "Company", row: Row) -> Values:
        balance = shown_balance(company, row)
        under = (shown_balance(company, each) for each in below(company, "Account", row.id))
        return {
            **row.data,
            "CurrentBalance": balance,
            "CurrentBalanceWithSubAccounts": sum(under, balance),
        }

    def value(self, company: "Company", row: Row, name: str) -> object:
        if name == "CurrentBalance":
            return shown_balance(company, row)
        return row.data.get(name)

    def _check_number(self, change: Change, values: Values) -> None:
        number = values.get("AcctNum")
        longest = 20 if change.company.country in _LONG_NUMBERS else 7
        if number and len(number) > longest:
            raise QboFault(faults.wrong_length("AcctNum", 0, longest, len(number)))
        owner = change.company.names.owner("AcctNum", number) if number else None
        if owner is not None and owner[1] != change.id:
            raise faults.business(
                "Another account is already using this number.  Please use a different number."
            )


def shown_balance(company: "Company", row: Row) -> Decimal:
    """The balance as QuickBooks shows it, in the account's currency; 0 for income and expense.

    Debits are positive, on liabilities and equity too, but on credit cards, which show what is
    owed: so in charts of accounts of real companies.
    """
    if row.data["Classification"] not in BALANCE_SHEET:
        return ZERO
    foreign = currency_of_account(company, row.id) != home_code(company)
    amount = company.ledger.own_balance(row.id) if foreign else company.ledger.balance(row.id)
    return cents(ZERO - amount if row.data["AccountType"] == "Credit Card" else amount)


def _types(values: Values) -> tuple[str, str]:
    type, subtype = values.get("AccountType"), values.get("AccountSubType")
    if not type and not subtype:
        raise QboFault(faults.account_type_missing())
    if type and type.casefold() not in _FOLDED:
        raise QboFault(faults.invalid_enumeration(type, "AccountType"))
    if subtype and subtype not in _TYPE_OF:
        raise QboFault(faults.invalid_enumeration(subtype, "AccountSubType"))
    type = _FOLDED[type.casefold()] if type else _TYPE_OF[str(subtype)]
    if not subtype:
        subtype = TYPES[type][1]
    elif _TYPE_OF[subtype] != type:
        raise QboFault(faults.invalid_enumeration(subtype, "AccountSubType"))
    return type, subtype


def _number(row: Row) -> str | None:
    return row.data.get("AcctNum") if row.data.get("Active") else None


ACCOUNT = Entity(
    "Account",
    (
        list_name("Name", 100, required=True, keep=True),
        flag("SubAccount", filterable=True),
        ref("ParentRef", filterable=True),
        text("FullyQualifiedName", read_only=True, filterable=True),
        text("Description", 100),
        flag("Active", keep=True, filterable=True),
        text("Classification", read_only=True, filterable=True),
        text("AccountType", keep=True, filterable=True),
        text("AccountSubType", keep=True, filterable=True),
        text("AcctNum", 20, filterable=True),
        money("CurrentBalance", read_only=True, filterable=True),
        money("CurrentBalanceWithSubAccounts", read_only=True),
        ref("CurrencyRef", keep=True),
        ref("TaxCodeRef", "TaxCode"),
        money("OpeningBalance"),
        day("OpeningBalanceDate"),
        anything("TxnLocationType"),
        anything("AccountAlias"),
        anything("CustomField"),
    ),
    AccountRules(),
)

ENTITIES = (ACCOUNT,)
