"""The faults QuickBooks answers with: code, type, HTTP status and sentence, in one place.

Wordings are those recorded from the real service where a recording is public; the others follow
Intuit's error list. Rules raise these; the wire only renders them.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.qbo.money import grouped

INACTIVE = (
    "Something you're trying to use has been made inactive. Check the fields with accounts, "
    "customers, items, vendors or employees."
)


@dataclass(frozen=True)
class Problem:
    """One entry of a fault's `Error` list; an element of None is left out."""

    code: str
    message: str
    detail: str
    element: str | None = ""

    def render(self) -> dict[str, Any]:
        body = {"Message": self.message, "Detail": self.detail, "code": self.code}
        if self.element is not None:
            body["element"] = self.element
        return body


class QboFault(Exception):
    """A refusal by the QuickBooks service (not by the gateway before it)."""

    def __init__(
        self, *problems: Problem, type: str = "ValidationFault", status: int = 400
    ) -> None:
        super().__init__("; ".join(f"{each.code} {each.detail}" for each in problems))
        self.problems = problems
        self.type = type
        self.status = status

    def render(self) -> dict[str, Any]:
        return {"Error": [each.render() for each in self.problems], "type": self.type}


def fault(code: str, message: str, detail: str, element: str | None = "") -> QboFault:
    return QboFault(Problem(code, message, detail, element))


def unsupported(what: str, element: str | None = "Operation") -> QboFault:
    return fault("500", "Unsupported Operation", f"Operation {what} is not supported.", element)


def no_resource(path: str) -> QboFault:
    return unsupported(
        f"Could not find resource for relative : {path} of full path: "
        f"https://c10.qbo.intuit.com/qbo10{path}",
        None,
    )


def duplicate_request() -> QboFault:
    return fault("600", "Duplicate Request ID", "Duplicate Request ID", "")


def not_found(deleted: bool = False) -> QboFault:
    why = "Another user has deleted this transaction." if deleted else INACTIVE
    return fault("610", "Object Not Found", f"Object Not Found : {why}")


def cannot_link(what: str) -> QboFault:
    return fault("620", "Transaction cannot be linked", f"Transaction cannot be linked : {what}")


def batch_too_large(supplied: int, limit: int) -> QboFault:
    return fault(
        "1040",
        "Batch size exceeds allowed limit",
        f"Batch size exceeds allowed limit : Max:{limit}, Supplied:{supplied}",
    )


def invalid_content_type(supplied: str) -> QboFault:
    return fault("1050", "Invalid Content Type", f"Invalid Content Type : {supplied}")


_LONGEST_LIST = 1000
_PROPERTY = "Request has invalid or unsupported property"


def unknown_property(name: str, owner: str, known: list[str]) -> Problem:
    return Problem(
        "2010",
        _PROPERTY,
        f'Property Name:Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{owner}), '
        f"not marked as ignorable ({len(known)} known properties: {_listed(known)}])\n "
        "specified is unsupported or invalid",
        None,
    )


def _listed(names: list[str]) -> str:
    """The names as QuickBooks' JSON reader lists them: up to a thousand characters."""
    listed = ""
    for name in names:
        if len(listed) > _LONGEST_LIST:
            return f"{listed} [truncated]"
        listed += f'{", " if listed else ""}"{name}"'
    return listed


def unparsable() -> Problem:
    return Problem(
        "2010",
        _PROPERTY,
        "Property Name:failed to parse json object; a property specified is unsupported or invalid",
        None,
    )


def missing(name: str, element: str | None = None) -> Problem:
    return Problem(
        "2020",
        "Required param missing, need to supply the required value for the API",
        f"Required parameter {name} is missing in the request",
        element if element is not None else name,
    )


def invalid_id(supplied: object) -> Problem:
    return Problem(
        "2030", "Invalid ID", f"Id should be a valid number. Supplied value:{supplied}", "Id"
    )


def invalid_characters(supplied: str, element: str) -> Problem:
    return Problem(
        "2040", "Invalid String", f"Element contains invalid characters: {supplied}", element
    )


def wrong_length(element: str, shortest: int, longest: int, supplied: int) -> Problem:
    return Problem(
        "2050",
        "String length is either shorter or longer than supported by specification",
        "String length specified does not match the supported length. "
        f"Min:{shortest} Max:{longest:,} supported. Supplied length:{supplied:,}",
        element,
    )


def invalid_date(supplied: object, element: str) -> Problem:
    return Problem("2060", "Invalid Date Format", f"Invalid Date Format : {supplied}", element)


def invalid_number(supplied: object, element: str) -> Problem:
    return Problem("2090", "Invalid Number", f"Invalid Number : {supplied}", element)


def invalid_request_id(supplied: str) -> QboFault:
    return fault(
        "2130", "Invalid Request Id Format", f"Invalid Request Id Format : {supplied}", "requestid"
    )


def invalid_enumeration(supplied: object, element: str | None = "") -> Problem:
    return Problem("2170", "Invalid Enumeration", f"Invalid Enumeration : {supplied}", element)


def invalid_name(element: str) -> Problem:
    return Problem(
        "2180",
        "Invalid Enumeration",
        "Names must have at least one character, must be on one line, and cannot include colons "
        "or tabbing.",
        element,
    )


def invalid_email(supplied: str, element: str) -> Problem:
    return Problem(
        "2210",
        "Invalid Email Address Format",
        f"Invalid Email Address format : Email Address '{supplied}' does not conform to RFC 822",
        element,
    )


def invalid_reference(what: str = INACTIVE, element: str = "") -> QboFault:
    return fault("2500", "Invalid Reference Id", f"Invalid Reference Id : {what}", element)


def query_syntax(detail: str) -> QboFault:
    return fault("4000", "Error parsing query", f"QueryParserError: {detail}", None)


def query_invalid(detail: str) -> QboFault:
    return fault("4001", "Invalid query", f"QueryValidationError: {detail}", None)


def no_email_address() -> QboFault:
    return fault("2380", "Email address is missing", "Email address is missing", "BillEmail")


def internal_error() -> QboFault:
    """What a URL without a company answers."""
    return business("Unexpected Internal Error. (-30000)")


def too_many_lines(most: int) -> QboFault:
    return business(f"A transaction can have at most {most:,} lines.", "Line")


def list_element_deleted() -> QboFault:
    """The object has been merged into another one."""
    return business("You cannot modify a list element that has been deleted.")


def matched_transaction(*, delete: bool) -> QboFault:
    """A person has matched the transaction to one that the bank delivered."""
    if not delete:
        return business(
            "This transaction is matched to a downloaded transaction. Unmatch it before you "
            "change it."
        )
    return fault(
        "6480",
        "Matched Transaction Delete Error",
        "Matched Transaction Delete Error : the transaction is matched to a downloaded transaction",
    )


def query_processing() -> QboFault:
    """One stored object that does not fit its own rules fails a whole page."""
    return fault(
        "4002",
        "Error processing query",
        "QueryProcessingError: To email address entered is invalid",
        None,
    )


def stale(editor: str) -> QboFault:
    return fault(
        "5010",
        "Stale Object Error",
        f"Stale Object Error : You and {editor} were working on this at the same time. "
        f"{editor} finished before you did, so your work was not saved.",
    )


def permission_denied(element: str) -> QboFault:
    return fault("5020", "Permission Denied Error", "Permission Denied Error", element)


def business(sentence: str, element: str = "") -> QboFault:
    return fault(
        "6000",
        "A business validation error has occurred while processing your request",
        f"Business Validation Error: {sentence}",
        element,
    )


def account_type_missing() -> Problem:
    return Problem(
        "6010",
        "Invalid Account.AccountType && Account.SubType",
        "Account.AccountType and Account.SubType are both missing",
        "AccountType",
    )


def amount_mismatch(supplied: Decimal) -> QboFault:
    return fault(
        "6070",
        "Amount calculation incorrect in the request",
        f"Amount is not equal to UnitPrice * Qty. Supplied value:{grouped(supplied)}",
        "Line.Amount",
    )


def no_name() -> Problem:
    return Problem(
        "6080",
        "No Name Provided",
        "No Name Provided : At least one of Title, GivenName, MiddleName, FamilyName, Suffix or "
        "DisplayName is required",
        "",
    )


def invalid_line_tax_code(supplied: str) -> QboFault:
    return fault(
        "6100",
        "Invalid Line TaxCode in the request",
        f"Valid Line TaxCodes for US should be TAX or NON. Supplied value:{supplied}",
        "Line",
    )


def duplicate_doc_number(number: str, label: str, txn_id: str) -> QboFault:
    return fault(
        "6140",
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. This number has "
        f"already been used. DocNumber={number} is assigned to TxnType={label} with TxnId={txn_id}",
    )


def invalid_tax_code(supplied: str) -> QboFault:
    return fault(
        "6160", "Invalid TaxCodeRef Error", f"Invalid TaxCodeRef Error : {supplied}", "TxnTaxDetail"
    )


def books_closed() -> QboFault:
    return fault(
        "6210",
        "Account Period Closed, Cannot Update Through Services API",
        "The account period has closed and the account books cannot be updated through through "
        "the QBO Services API. Please use the QBO website to make these changes.",
    )


def read_only_company(status: int = 400) -> QboFault:
    return QboFault(
        Problem(
            "6190",
            "Invalid Company Status",
            "Subscription period has ended or cancelled or there was a billing problem : You can't "
            "add data to QuickBooks Online Plus because your trial or subscription period ended, "
            "you cancelled your subscription, or there was a billing problem. To update your "
            "subscription, click the gear icon and view your account information.",
        ),
        status=status,
    )


def duplicate_name(detail: str) -> QboFault:
    return fault(
        "6240",
        "Duplicate Name Exists Error",
        f"The name supplied already exists. : {detail}",
    )


def wrong_account_type() -> QboFault:
    return fault(
        "6430",
        "Invalid account type used",
        "Invalid account type: You need to select a different type of account for this "
        "transaction.",
    )


def line_detail_missing() -> QboFault:
    return fault(
        "6440",
        "Transaction Detail Information Required",
        "Transaction Detail Information Required : enter an item or an account on each line",
        "Line",
    )


def deposited() -> QboFault:
    return fault(
        "6540",
        "Deposited Transaction cannot be changed",
        "This transaction has been deposited. If you want to change or delete it, you must edit "
        "the deposit it appears on and remove it first.",
    )


def system_failure(what: str = "java.lang.NullPointerException", status: int = 500) -> QboFault:
    return QboFault(
        Problem(
            "10000",
            "An application error has occurred while processing your request",
            f"System Failure Error: {what}",
            "SystemFailureError",
        ),
        type="SystemFault",
        status=status,
    )
