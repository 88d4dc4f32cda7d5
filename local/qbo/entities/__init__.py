"""Every entity that the emulator knows, by name."""

from local.qbo.entities.banking.deposits import ENTITIES as DEPOSITS
from local.qbo.entities.banking.transfers import ENTITIES as TRANSFERS
from local.qbo.entities.company import ENTITIES as COMPANY
from local.qbo.entities.currency.lists import ENTITIES as CURRENCIES
from local.qbo.entities.files.attachables import ENTITIES as FILES
from local.qbo.entities.inventory.adjustments import ENTITIES as INVENTORY
from local.qbo.entities.journal import ENTITIES as JOURNAL
from local.qbo.entities.lists.accounts import ENTITIES as ACCOUNTS
from local.qbo.entities.lists.items import ENTITIES as ITEMS
from local.qbo.entities.lists.names import ENTITIES as NAMES
from local.qbo.entities.lists.small import ENTITIES as LISTS
from local.qbo.entities.preferences import ENTITIES as PREFERENCES
from local.qbo.entities.purchases.bill_payments import ENTITIES as BILL_PAYMENTS
from local.qbo.entities.purchases.expenses import ENTITIES as EXPENSES
from local.qbo.entities.purchases.forms import ENTITIES as BILLS
from local.qbo.entities.purchases.purchase_orders import ENTITIES as ORDERS
from local.qbo.entities.recurring import ENTITIES as RECURRING
from local.qbo.entities.sales.estimates import ENTITIES as ESTIMATES
from local.qbo.entities.sales.forms import ENTITIES as SALES
from local.qbo.entities.sales.payments import ENTITIES as PAYMENTS
from local.qbo.entities.tax.lists import ENTITIES as TAX
from local.qbo.entities.tax.service import ENTITIES as TAX_SERVICE
from local.qbo.schema import Entity

_FAMILIES = (
    COMPANY,
    PREFERENCES,
    ACCOUNTS,
    CURRENCIES,
    NAMES,
    ITEMS,
    LISTS,
    TAX,
    TAX_SERVICE,
    ESTIMATES,
    SALES,
    PAYMENTS,
    ORDERS,
    BILLS,
    BILL_PAYMENTS,
    EXPENSES,
    JOURNAL,
    INVENTORY,
    DEPOSITS,
    TRANSFERS,
    FILES,
    RECURRING,
)
ENTITIES: dict[str, Entity] = {each.name: each for family in _FAMILIES for each in family}

BY_PATH: dict[str, Entity] = {each.path: each for each in ENTITIES.values()}
BY_FOLDED: dict[str, Entity] = {name.lower(): each for name, each in ENTITIES.items()}
#: As bodies name them.
BY_KEY: dict[str, Entity] = {each.key: each for each in ENTITIES.values()}
