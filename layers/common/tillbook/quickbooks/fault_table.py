"""The table of faults: what QuickBooks says, what it means, who acts, what to do.

The first row that fits decides. `codes` are QuickBooks' codes without leading zeros; `text` is a
pattern searched in what it said, whose named groups may be used in the sentences beside {title}
(the document) and {code}. Sources: Intuit, "Error codes" and "Handling common errors", and recorded
answers of the service.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Operation = Literal["create", "update", "void", "delete"]


class FaultClass(StrEnum):
    """What to do next. Only UNCLEAR and THROTTLED leave it open whether the write took effect;
    everything else is a definite refusal."""

    TRANSIENT = "transient"
    """Refused for now: the same document goes again later."""
    UNCLEAR = "unclear"
    """It may have been saved: repeat with the same identity, or look it up."""
    THROTTLED = "throttled"
    """Too many calls: the whole connection waits, then repeats with the same identity."""
    STALE = "stale"
    """The object was changed since we saw it: read it and decide again."""
    NAME_TAKEN = "name_taken"
    """Look the name up and adopt it, or take the next name."""
    NUMBER_TAKEN = "number_taken"
    """Look the number up: it may be ours."""
    ONE_AT_A_TIME = "one_at_a_time"
    """Repeat in a batch of one."""
    GONE = "gone"
    """The object was deleted or merged in QuickBooks."""
    NEEDS_PERSON = "needs_person"
    RECONNECT = "reconnect"
    UNKNOWN = "unknown"
    """Refused for a reason that this table does not know."""

    @property
    def is_unclear(self) -> bool:
        return self in (FaultClass.UNCLEAR, FaultClass.THROTTLED)


class Who(StrEnum):
    TILLBOOK = "nobody: Tillbook does it by itself"
    BOOKKEEPER = "the bookkeeper"
    ADMINISTRATOR = "an administrator of the QuickBooks company"
    SUPPORT = "whoever looks after Tillbook"


@dataclass(frozen=True)
class Row:
    name: str
    """Stable name; the anchor in the catalogue of errors."""
    kind: FaultClass
    who: Who
    what: str
    cure: str
    codes: tuple[str, ...] = ()
    text: str = ""
    status: range = range(0)
    """HTTP statuses that are enough by themselves."""
    operations: tuple[Operation, ...] = ()
    whole_company: bool = False
    """Every other write would be refused too."""


_TRANSIENT_CURE = "Nothing to do: Tillbook sends it again by itself."
_LOOK_CURE = (
    "Nothing to do: Tillbook repeats the same request, which QuickBooks carries out once at most, "
    "or looks in the books before it sends anything again."
)
_RECONNECT_CURE = (
    "Connect again in Tillbook, signed in to QuickBooks as an administrator. Everything waits and "
    "continues by itself."
)

TABLE: tuple[Row, ...] = (
    Row(
        "throttled", FaultClass.THROTTLED, Who.TILLBOOK,
        "QuickBooks was asked too often, by Tillbook or another app, and did not answer for "
        "{title}.",
        "Nothing to do: Tillbook waits and continues by itself. If it happens often, lower "
        "settings.limits to leave room for the other app.",
        codes=("3001",), status=range(429, 430), whole_company=True,
    ),
    Row(
        "server-error", FaultClass.UNCLEAR, Who.TILLBOOK,
        "QuickBooks failed while it worked on {title}; it may or may not have been saved.",
        _LOOK_CURE, status=range(500, 600),
    ),
    Row(
        "system-failure", FaultClass.UNCLEAR, Who.TILLBOOK,
        "QuickBooks had an error of its own on {title}; it may or may not have been saved.",
        _LOOK_CURE, codes=("10000",),
    ),
    Row(
        "request-repeated", FaultClass.UNCLEAR, Who.TILLBOOK,
        "QuickBooks already knows the request that carried {title}.",
        _LOOK_CURE, codes=("600",),
    ),
    Row(
        "may-have-been-saved", FaultClass.UNCLEAR, Who.TILLBOOK,
        "QuickBooks had an unexpected error while saving {title}; it may have been saved.",
        _LOOK_CURE, codes=("6000",),
        text=r"unexpected error occurred while accessing or saving|may have been saved",
    ),
    Row(
        "company-unavailable", FaultClass.TRANSIENT, Who.TILLBOOK,
        "Intuit is moving or maintaining the QuickBooks company, or has locked it for the moment.",
        _TRANSIENT_CURE, codes=("130", "140", "150"), whole_company=True,
    ),
    Row(
        "access-lost", FaultClass.RECONNECT, Who.ADMINISTRATOR,
        "The person who connected Tillbook may no longer use this QuickBooks company.",
        _RECONNECT_CURE, codes=("120",), whole_company=True,
    ),
    Row(
        "stale", FaultClass.STALE, Who.TILLBOOK,
        "{title} was changed in QuickBooks by {editor} at the same time.",
        "Nothing to do: Tillbook reads it again and applies your conflict setting.",
        codes=("5010",), text=r"You and (?P<editor>.+?) were working",
    ),
    Row(
        "stale", FaultClass.STALE, Who.TILLBOOK,
        "{title} was changed in QuickBooks at the same time.",
        "Nothing to do: Tillbook reads it again and applies your conflict setting.",
        codes=("5010",),
    ),
    Row(
        "name-taken", FaultClass.NAME_TAKEN, Who.TILLBOOK,
        "The name of {title} is already used in QuickBooks by a customer, vendor, employee, item "
        "or account, perhaps an inactive one.",
        "Nothing to do: Tillbook links to it where it is the same, else adds to the name. To merge "
        "two names yourself, rename one in QuickBooks and retry.",
        codes=("6240",),
    ),
    Row(
        "number-taken", FaultClass.NUMBER_TAKEN, Who.BOOKKEEPER,
        "The number of {title} is already used in QuickBooks: {type} with id {id}.",
        "If that is the same sale, skip this one. Else change the number there, or set a prefix in "
        "settings.number_prefix, and retry. QuickBooks can also stop checking: Account and "
        "settings > Advanced > Warn if duplicate number is used.",
        codes=("6140",), text=r"TxnType=(?P<type>.+?) with TxnId=(?P<id>\d+)",
    ),
    Row(
        "number-taken", FaultClass.NUMBER_TAKEN, Who.BOOKKEEPER,
        "The number of {title} is already used in QuickBooks.",
        "Search for the number in QuickBooks. If it is the same sale, skip this one; else change "
        "one of the numbers or set a prefix in settings.number_prefix, and retry.",
        codes=("6140",),
    ),
    Row(
        "one-at-a-time", FaultClass.ONE_AT_A_TIME, Who.TILLBOOK,
        "QuickBooks was saving another name when {title} came.",
        "Nothing to do: Tillbook sends it again, alone.",
        codes=("6000",), text=r"one (?:name|product or service|\w+) at a time",
    ),
    Row(
        "stock-lock", FaultClass.TRANSIENT, Who.TILLBOOK,
        "Somebody was saving another transaction with stock items when {title} came.",
        _TRANSIENT_CURE, codes=("6000",), text=r"inventory products at exactly the same time",
    ),
    Row(
        "merged", FaultClass.GONE, Who.TILLBOOK,
        "{title} was merged into another name or deleted in QuickBooks.",
        "Nothing to do: Tillbook links it to what carries the name now.",
        codes=("6000",), text=r"modify a list element that has been deleted",
    ),
    Row(
        "inactive-reference", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} uses an account, customer or item that was made inactive or deleted in "
        "QuickBooks.",
        "Make it active again in QuickBooks or choose another account in the settings, then retry.",
        codes=("610",), operations=("create",),
    ),
    Row(
        "gone", FaultClass.GONE, Who.BOOKKEEPER,
        "{title} is no longer in QuickBooks, or uses something that was made inactive there.",
        "Tillbook looks which it is. If it was deleted by mistake, retry to create it again; if "
        "it shall stay deleted, skip it.",
        codes=("610",),
    ),
    Row(
        "category-as-item", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} uses an item that is a category in QuickBooks.",
        "Rename the category in QuickBooks, then retry the product and this document.",
        codes=("2500",), text=r"set up as a category",
    ),
    Row(
        "inactive-reference", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} uses an account, customer, item or tax code that QuickBooks does not have or that "
        "was made inactive.",
        "Make it active again in QuickBooks or choose another one in the settings, then retry.",
        codes=("2500",),
    ),
    Row(
        "cannot-be-linked", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} cannot be applied: the invoice is paid already, void, or another customer's.",
        "Look at the invoice in QuickBooks. If the payment is there already, skip this one.",
        codes=("620",),
    ),
    Row(
        "period-closed", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} is dated in a period that is closed in QuickBooks.",
        "Move the closing date in QuickBooks (Account and settings > Advanced > Accounting) and "
        "retry, or skip it and enter it by hand in an open period.",
        codes=("6200", "6210"),
    ),
    Row(
        "deposited", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} is part of a bank deposit in QuickBooks and cannot be changed there.",
        "Take it out of the deposit in QuickBooks and retry, or skip this change.",
        codes=("6540",),
    ),
    Row(
        "bank-matched", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} is matched to a bank transaction in QuickBooks and cannot be changed there.",
        "Undo the match in QuickBooks (Banking) and retry, or skip this change.",
        codes=("6000",), text=r"matched to a downloaded transaction",
    ),
    Row(
        "bank-matched", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} is matched to a bank transaction in QuickBooks and cannot be changed there.",
        "Undo the match in QuickBooks (Banking) and retry, or skip this change.",
        codes=("6480",),
    ),
    Row(
        "subscription-ended", FaultClass.NEEDS_PERSON, Who.ADMINISTRATOR,
        "QuickBooks is read-only: its subscription or trial has ended, or it could not be billed.",
        "Renew the subscription in QuickBooks, then retry what failed.",
        codes=("6190",), whole_company=True,
    ),
    Row(
        "not-in-plan", FaultClass.NEEDS_PERSON, Who.ADMINISTRATOR,
        "{title} needs something that the QuickBooks plan or the connecting user may not do.",
        "Upgrade the plan, or connect again as an administrator of the QuickBooks company.",
        codes=("5020",),
    ),
    Row(
        "not-in-edition", FaultClass.NEEDS_PERSON, Who.ADMINISTRATOR,
        "{title} needs a feature that this QuickBooks edition does not have.",
        "Switch the feature off in Tillbook's settings, or upgrade the plan.",
        codes=("5030",),
    ),
    Row(
        "wrong-account-type", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} would be posted to an account of a type that QuickBooks does not allow here.",
        "Choose another account in the settings: money received goes to a bank account or "
        "Undeposited Funds.",
        codes=("6430",),
    ),
    Row(
        "wrong-account-type", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} would be posted to an account of a type that QuickBooks does not allow here.",
        "Choose another account in the settings: money received goes to a bank account or "
        "Undeposited Funds.",
        codes=("6000",), text=r"select a different type of account",
    ),
    Row(
        "customer-missing", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} has no customer, or one that was made inactive in QuickBooks.",
        "Make the customer active in QuickBooks, or name one in the channel, and retry.",
        codes=("6250",),
    ),
    Row(
        "customer-missing", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} has no customer.",
        "Name the customer in the channel and send it again.",
        codes=("6000",), text=r"must (?:select|choose) a customer",
    ),
    Row(
        "tax-code-missing", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "A line of {title} has no tax code.",
        "Choose a tax code for its tax in settings.tax_codes, then retry.",
        codes=("6000",), text=r"have an? .* rate before you save|choose a sales tax code",
    ),
    Row(
        "tax-not-accepted", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "QuickBooks could not work out the tax of {title}.",
        "Check the sales tax set-up in QuickBooks (Taxes > Sales tax), the tax codes in the "
        "settings and the customer's address, then retry.",
        codes=("6000",), text=r"error while calculating tax|Invalid tax rate id",
    ),
    Row(
        "tax-not-accepted", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "QuickBooks does not take the tax code of {title}.",
        "Choose another tax code in the settings, then retry.",
        codes=("6100",),
    ),
    Row(
        "currency", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} is in a currency that the QuickBooks company does not use.",
        "State it in the home currency, or switch on multicurrency in QuickBooks (which cannot be "
        "switched off again).",
        codes=("6000",), text=r"(?i)multi-?\s?currency|one foreign currency",
    ),
    Row(
        "negative-total", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} adds up to less than nothing.",
        "Send it as a credit note or a refund.",
        codes=("6000",), text=r"transaction amount that is 0 or greater",
    ),
    Row(
        "stock-date", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "{title} is dated before QuickBooks began to count the stock of one of its items.",
        "Change the inventory start date of the item in QuickBooks, or make it non-inventory.",
        codes=("6270",),
    ),
    Row(
        "too-long", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "A text of {title} is too long or too short for QuickBooks.",
        "Shorten it at its source and send it again; what QuickBooks said names the field.",
        codes=("2050",),
    ),
    Row(
        "name-not-allowed", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "The name of {title} holds characters that QuickBooks does not allow.",
        "Change the name at its source and send it again.",
        codes=("2180",),
    ),
    Row(
        "email-not-valid", FaultClass.NEEDS_PERSON, Who.BOOKKEEPER,
        "QuickBooks does not take the e-mail address of {title}.",
        "Correct the address at its source and send it again.",
        codes=("2210",),
    ),
    Row(
        "request-not-valid", FaultClass.NEEDS_PERSON, Who.SUPPORT,
        "QuickBooks did not understand a field of {title}.",
        "Report it with what QuickBooks said: this is a defect of Tillbook.",
        codes=("2010",),
    ),
    Row(
        "field-missing", FaultClass.NEEDS_PERSON, Who.SUPPORT,
        "QuickBooks wants a field that {title} does not carry.",
        "Fill it in at its source if it is there; else report it with what QuickBooks said.",
        codes=("2020", "6080"),
    ),
    Row(
        "amount-not-product", FaultClass.NEEDS_PERSON, Who.SUPPORT,
        "An amount of {title} is not its quantity times its unit price.",
        "Report it with what QuickBooks said: this is a defect of Tillbook.",
        codes=("6070",),
    ),
    Row(
        "batch-too-large", FaultClass.NEEDS_PERSON, Who.SUPPORT,
        "QuickBooks took fewer documents in one call than it says it does.",
        "Lower settings.limits.batch_size, then retry.",
        codes=("1040",), whole_company=True,
    ),
    Row(
        "access-lost", FaultClass.RECONNECT, Who.ADMINISTRATOR,
        "QuickBooks does not let Tillbook in any more: access was revoked or has expired.",
        _RECONNECT_CURE, codes=("3200", "100", "110"), status=range(401, 402), whole_company=True,
    ),
    Row(
        "wrong-company", FaultClass.RECONNECT, Who.ADMINISTRATOR,
        "Tillbook's access is not for this QuickBooks company.",
        _RECONNECT_CURE, codes=("3100",), status=range(403, 404), whole_company=True,
    ),
    Row(
        "timeout", FaultClass.UNCLEAR, Who.TILLBOOK,
        "QuickBooks did not answer in time for {title}; it may or may not have been saved.",
        _LOOK_CURE, status=range(408, 409),
    ),
    Row(
        "unreadable-answer", FaultClass.UNCLEAR, Who.TILLBOOK,
        "QuickBooks' answer for {title} could not be read; it may or may not have been saved.",
        _LOOK_CURE, status=range(200, 400),
    ),
    Row(
        "no-answer", FaultClass.UNCLEAR, Who.TILLBOOK,
        "QuickBooks gave no answer for {title}; it may or may not have been saved.",
        _LOOK_CURE, text=r"answered this item with nothing|^stream timeout",
    ),
)  # fmt: skip

UNKNOWN = Row(
    "unknown",
    FaultClass.UNKNOWN,
    Who.BOOKKEEPER,
    "QuickBooks refused {title} for a reason that Tillbook does not know.",
    "Read what QuickBooks said. If it does not help, give Intuit's support the words and the "
    "intuit_tid, or skip this document.",
)
