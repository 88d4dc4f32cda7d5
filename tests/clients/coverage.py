"""Which client has methods for what: the table of README.md, read off the installed clients.

python -m tests.clients.coverage
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PAGE = FOLDER / "README.md"
NODE_CLIENT = FOLDER / "node/node_modules/node-quickbooks/index.js"
_MARKS = ("<!-- table -->\n", "<!-- end of table -->\n")

#: Entities of the API that the emulator has, in the order of its own table.
ENTITIES = (
    "CompanyInfo Preferences Account CompanyCurrency ExchangeRate Customer Vendor Employee Item "
    "Term PaymentMethod Class Department TaxAgency TaxRate TaxCode TaxService Estimate Invoice "
    "SalesReceipt CreditMemo RefundReceipt Payment PurchaseOrder Bill VendorCredit BillPayment "
    "Purchase JournalEntry InventoryAdjustment Deposit Transfer CreditCardPayment Attachable "
    "RecurringTransaction"
).split()
_MODULES = {
    "Class": "trackingclass",
    "CompanyInfo": "company_info",
    "CreditCardPayment": "creditcardpayment_entity",
}
_PYTHON = {
    "write": "save",
    "read": "get",
    "query": "where",
    "delete": "delete",
    "void": "void",
    "send": "send",
    "pdf": "download_pdf",
}
_NODE = {
    "create": "create{0}",
    "read": "get{0}",
    "query": "find{1}",
    "update": "update{0}",
    "delete": "delete{0}",
    "void": "void{0}",
    "send": "send{0}Pdf|send{0}",
    "pdf": "get{0}Pdf",
}


def kind(entity: str) -> Any:
    """python-quickbooks' class for an entity; None when it has none."""
    try:
        module = import_module(f"quickbooks.objects.{_MODULES.get(entity, entity.lower())}")
    except ModuleNotFoundError:
        return None
    return getattr(module, entity)


def plural(entity: str) -> str:
    """As node-quickbooks makes it."""
    if entity.endswith("s"):
        return f"{entity}es"
    return f"{entity[:-1]}ies" if entity.endswith("y") else f"{entity}s"


def table() -> str:
    """What each client has for each entity, in Markdown."""
    methods = set(re.findall(r"QuickBooks\.prototype\.(\w+) =", NODE_CLIENT.read_text()))
    lines = ["| Entity | python-quickbooks | node-quickbooks |", "|---|---|---|"]
    for entity in ENTITIES:
        cls = kind(entity)
        python = [what for what, name in _PYTHON.items() if hasattr(cls, name)]
        node = [
            what
            for what, names in _NODE.items()
            if methods.intersection(names.format(entity, plural(entity)).split("|"))
        ]
        lines.append(f"| {entity} | {', '.join(python) or '–'} | {', '.join(node) or '–'} |")
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """The page with the table in place of the one it has."""
    start, end = (text.index(mark) for mark in _MARKS)
    return text[: start + len(_MARKS[0])] + table() + text[end:]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
