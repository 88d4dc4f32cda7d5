"""What a channel delivers, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # intake makes deliveries and must start without loading the document model
    from tillbook.domain.documents import Document


@dataclass(frozen=True)
class Delivery:
    """One webhook call: header names in lower case, and the body as the bytes that were signed."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Documents:
    """Documents that have passed every check."""

    documents: "tuple[Document, ...]"


@dataclass(frozen=True)
class Ignored:
    """Nothing for the books, and why."""

    reason: str


Translation = Documents | Ignored
