"""Texts that were recorded from the real service: provoked anew, compared to the letter.

Every text names what makes the service say it. Where it holds a name, an id or a list that
differs by company, the text is a pattern.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.ground import Ground, ref
from tests.conformance.service import Answer

Act = Callable[[Ground], Answer]

_INACTIVE = (
    "Something you're trying to use has been made inactive. Check the fields with accounts, "
    "customers, items, vendors or employees."
)
_TAKEN = "The name supplied already exists. : "
_NO_OPERATION = "Unsupported Operation"
_PROPERTY = "Request has invalid or unsupported property"


@dataclass(frozen=True)
class Text:
    """A fault as it was recorded; `pattern` is the Detail as a regular expression."""

    act: Act
    code: str
    message: str
    pattern: str
    element: str | None = None
    status: int = 400

    def check(self, ground: Ground) -> str:
        """Provoke it; answers what is not as recorded, empty when all is."""
        answer = self.act(ground)
        fault = answer.fault
        found = {
            "status": answer.status,
            "code": answer.code,
            "message": fault.get("message"),
            "detail": fault.get("detail"),
        }
        wanted = {"status": self.status, "code": self.code, "message": self.message}
        wrong = [f"{name} {found[name]!r}" for name in wanted if found[name] != wanted[name]]
        if not re.fullmatch(self.pattern, str(found["detail"]), re.DOTALL):
            wrong.append(f"detail {found['detail']!r}")
        if self.element is not None and fault.get("element") != self.element:
            wrong.append(f"element {fault.get('element')!r}")
        return ", ".join(wrong)


def exactly(
    act: Act, code: str, message: str, detail: str, element: str | None = None, status: int = 400
) -> Text:
    return Text(act, code, message, re.escape(detail), element, status)


def _stale(ground: Ground) -> Answer:
    made = ground.invoice()
    ground.service.update("invoice", made, PrivateNote="first")
    head = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    return ground.service.post("invoice", {**head, "PrivateNote": "second"})


def _deleted(ground: Ground) -> Answer:
    made = ground.invoice()
    ground.service.delete("invoice", made)
    return ground.service.post(
        "invoice", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "late"}
    )


def _inactive_customer(ground: Ground) -> Answer:
    service = ground.service
    made = service.create("customer", {"DisplayName": service.name()})
    service.update("customer", made, Active=False)
    return service.post("invoice", ground.sale(CustomerRef=ref(made["Id"])))


def _same_name(first: str, second: str) -> Act:
    def act(ground: Ground) -> Answer:
        name = ground.service.name()
        ground.service.create(first, {"DisplayName": name})
        return ground.service.post(second, {"DisplayName": name})

    return act


def _same_account(ground: Ground) -> Answer:
    body = {"Name": ground.service.name(), "AccountType": "Expense"}
    ground.service.create("account", body)
    return ground.service.post("account", body)


def _same_number(ground: Ground) -> Answer:
    number = ground.service.prefix[-4:]
    body = {"AccountType": "Expense", "AcctNum": number}
    with ground.service.preference("AccountingInfoPrefs", UseAccountNumbers=True):
        ground.service.create("account", {"Name": ground.service.name(), **body})
        return ground.service.post("account", {"Name": ground.service.name(), **body})


def _same_document_number(ground: Ground) -> Answer:
    number = ground.service.name()
    with ground.service.preference("SalesFormsPrefs", CustomTxnNumbers=True):
        ground.invoice(DocNumber=number)
        return ground.service.post("invoice", ground.sale(DocNumber=number))


def _stock_without_quantity(ground: Ground) -> Answer:
    line = ground.line(2, ItemRef=ref(ground.stocked()["Id"]), UnitPrice=2)
    return ground.service.post("invoice", ground.sale(Line=[line]))


def _stock_before_its_start(ground: Ground) -> Answer:
    line = ground.line(2, ItemRef=ref(ground.stocked()["Id"]), UnitPrice=2, Qty=1)
    return ground.service.post("invoice", ground.sale(Line=[line], TxnDate="2024-12-31"))


def _changed_after_its_deposit(ground: Ground) -> Answer:
    service = ground.service
    receipt = service.create("salesreceipt", ground.sale())
    linked = [{"TxnId": receipt["Id"], "TxnType": "SalesReceipt", "TxnLineId": "0"}]
    service.create(
        "deposit",
        {"DepositToAccountRef": ref(ground.bank), "Line": [{"Amount": 10, "LinkedTxn": linked}]},
    )
    kept = service.read("salesreceipt", receipt["Id"])
    head = {"Id": kept["Id"], "SyncToken": kept["SyncToken"], "sparse": True}
    return service.post("salesreceipt", {**head, "Line": [ground.line(11)]})


def _voided(path: str) -> Act:
    def act(ground: Ground) -> Answer:
        body = ground.bill()
        if path == "purchase":
            del body["VendorRef"]
            body |= {"PaymentType": "Cash", "AccountRef": ref(ground.bank)}
        made = ground.service.create(path, body)
        head = {"Id": made["Id"], "SyncToken": made["SyncToken"]}
        return ground.service.call("POST", path, head, operation="void")

    return act


def _query(statement: str) -> Act:
    return lambda ground: ground.service.call("GET", "query", query=statement)


def _post(path: str, **body: object) -> Act:
    return lambda ground: ground.service.post(path, body)


TEXTS = {
    "an invoice without lines": exactly(
        lambda ground: ground.service.post("invoice", {"CustomerRef": ref(ground.customer)}),
        "2020",
        "Required param missing, need to supply the required value for the API",
        "Required parameter Line is missing in the request",
        "Line",
    ),
    "a property that nobody knows": Text(
        _post("invoice", BadJson=1),
        "2010",
        _PROPERTY,
        r'Property Name:Unrecognized field "BadJson" \(class com\.intuit\.schema\.finance\.v3\.'
        r"Invoice\), not marked as ignorable \(\d+ known properties: .*\)\s+specified is "
        r"unsupported or invalid",
    ),
    "a body that is no JSON": exactly(
        lambda ground: ground.service.call("POST", "invoice", b'{"Line": '),
        "2010",
        _PROPERTY,
        "Property Name:failed to parse json object; a property specified is unsupported or invalid",
    ),
    "an id that is no number": exactly(
        lambda ground: ground.service.post("invoice", ground.sale(Id="1.5", SyncToken="0")),
        "2030",
        "Invalid ID",
        "Id should be a valid number. Supplied value:1.5",
        "Id",
    ),
    "a colon in a name": exactly(
        lambda ground: ground.service.post(
            "customer", {"DisplayName": f"{ground.service.name()}:x"}
        ),
        "2180",
        "Invalid Enumeration",
        "Names must have at least one character, must be on one line, and cannot include colons "
        "or tabbing.",
    ),
    "an object that never was": exactly(
        lambda ground: ground.service.call("GET", "invoice/999999999"),
        "610",
        "Object Not Found",
        f"Object Not Found : {_INACTIVE}",
    ),
    "an object that was deleted": exactly(
        _deleted,
        "610",
        "Object Not Found",
        "Object Not Found : Another user has deleted this transaction.",
    ),
    "an inactive customer in an invoice": exactly(
        _inactive_customer, "2500", "Invalid Reference Id", f"Invalid Reference Id : {_INACTIVE}"
    ),
    "a stale object": Text(
        _stale,
        "5010",
        "Stale Object Error",
        r"Stale Object Error : You and (.+) were working on this at the same time\. \1 finished "
        r"before you did, so your work was not saved\.",
    ),
    "an amount that is not price times quantity": exactly(
        lambda ground: ground.service.post(
            "invoice", ground.sale(Line=[ground.line(1000, Qty=2, UnitPrice=5)])
        ),
        "6070",
        "Amount calculation incorrect in the request",
        "Amount is not equal to UnitPrice * Qty. Supplied value:1,000",
        "Line.Amount",
    ),
    "a customer's name for another customer": Text(
        _same_name("customer", "customer"),
        "6240",
        "Duplicate Name Exists Error",
        re.escape(_TAKEN)
        + r"Another customer is already using this name\. Please use a different name\..*",
    ),
    "a customer's name for a vendor": Text(
        _same_name("customer", "vendor"),
        "6240",
        "Duplicate Name Exists Error",
        re.escape(_TAKEN) + r"Another customer, vendor or employee is already using this\s+name\. "
        r"Please use a different name\..*",
    ),
    "an account's name for another account": Text(
        _same_account,
        "6240",
        "Duplicate Name Exists Error",
        re.escape(_TAKEN) + r"An account already has the same display name\. Display Name must be "
        r"unique\. Please provide a different display name\..*",
    ),
    "an account's number for another account": exactly(
        _same_number,
        "6000",
        "A business validation error has occurred while processing your request",
        "Business Validation Error: Another account is already using this number.  Please use a "
        "different number.",
    ),
    "an invoice's number for another": Text(
        _same_document_number,
        "6140",
        "Duplicate Document Number Error",
        r"Duplicate Document Number Error : You must specify a different number\. This number has "
        r"already been used\. DocNumber=.* is assigned to TxnType=Invoice with TxnId=\d+",
    ),
    "a deposit into an expense account": exactly(
        lambda ground: ground.service.post(
            "salesreceipt", ground.sale(DepositToAccountRef=ref(ground.expense))
        ),
        "6430",
        "Invalid account type used",
        "Invalid account type: You need to select a different type of account for this "
        "transaction.",
    ),
    "the deletion of a customer": exactly(
        lambda ground: ground.service.call(
            "POST", "customer", {"Id": ground.customer, "SyncToken": "0"}, operation="delete"
        ),
        "500",
        _NO_OPERATION,
        "Operation Delete is not supported.",
    ),
    "a path that leads nowhere": Text(
        lambda ground: ground.service.call("GET", "horoscope/1"),
        "500",
        _NO_OPERATION,
        r"Operation Could not find resource for relative : /v3/company/.* of full path: "
        r"https://.*/v3/company/.* is not supported\.",
    ),
    "a query for a property that is not there": exactly(
        _query("select * from Customer where EmailAddress = 'x'"),
        "4001",
        "Invalid query",
        "QueryValidationError: Property EmailAddress not found for Entity Customer",
    ),
    "a query for a property that is not queryable": exactly(
        _query("select * from Invoice where PrivateNote = 'x'"),
        "4001",
        "Invalid query",
        "QueryValidationError: property 'PrivateNote' is not queryable",
    ),
    "a query that starts at nothing": exactly(
        _query("select * from Customer startposition 0"),
        "4001",
        "Invalid query",
        "QueryValidationError: value 0 is too small. Min allowed value is 1",
    ),
    "stock in an invoice without a quantity": exactly(
        _stock_without_quantity,
        "6520",
        "Missing Inventory Item Quantity",
        "Quantity required for inventory item",
    ),
    "stock in an invoice before it was tracked": exactly(
        _stock_before_its_start,
        "6270",
        "Transaction date is prior to start date for inventory item",
        "Transactions with inventory (QOH) products cant be dated earlier than the Inventory Start "
        "Date for the product",
    ),
    "a receipt that was deposited": Text(
        _changed_after_its_deposit,
        "6540",
        "Deposited Transaction cannot be changed",
        r".*This transaction has been deposited\. If you want to change or delete it, you must "
        r"edit the deposit it appears on and remove it first\.",
    ),
    "the void of a purchase": exactly(
        _voided("purchase"), "500", _NO_OPERATION, "Operation void is not supported.", "Operation"
    ),
    "the void of a bill": exactly(
        _voided("bill"),
        "10000",
        "An application error has occurred while processing your request",
        "System Failure Error: java.lang.UnsupportedOperationException",
        "SystemFailureError",
        status=200,
    ),
    "a token that is none": exactly(
        lambda ground: ground.service.call(
            "GET", "companyinfo/1", None, {"Authorization": "Bearer short"}
        ),
        "3200",
        "message=AuthenticationFailed; errorCode=003200; statusCode=401",
        "Malformed bearer token: too short or too long",
        status=401,
    ),
}
