"""What is bought and owed."""

from typing import Literal

from pydantic import Field

from tillbook.domain.documents.base import Day, Identifier, Kind, TradeDocument


class PurchaseDocument(TradeDocument):
    """What is bought from a vendor. Lines of stocked products go to the inventory account."""

    vendor: Identifier = Field(description="The id of a vendor document.")


class Bill(PurchaseDocument):
    """What a vendor is owed: for goods received so far, or for services."""

    kind: Literal[Kind.BILL] = Kind.BILL
    due_date: Day | None = None


class VendorCredit(PurchaseDocument):
    """What a vendor credits: goods sent back, a price lowered later. Lines are positive amounts
    that are credited."""

    kind: Literal[Kind.VENDOR_CREDIT] = Kind.VENDOR_CREDIT
