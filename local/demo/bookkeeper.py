"""The shop's bookkeeper: what is in QuickBooks before and beside Tillbook, and a look at the books.

She works in QuickBooks itself, so this goes through the emulator's control plane: nothing here
passes through Tillbook.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import httpx

from local.demo.catalogue import AMY, APRON, KETTLE, PRIYA, Buyer

COMPANY = "Tidewater Supply Co."
NAME = "Beth Bookkeeper"
_OF_OURS = ("Invoice", "Payment", "CreditMemo", "RefundReceipt")
_CHECKING, _BANK_CHARGES, _RENT = "35", "8", "17"


def _name(buyer: Buyer) -> str:
    return f"{buyer.first} {buyer.last}"


@dataclass(frozen=True)
class Books:
    """The company in QuickBooks. `control` has the address of the emulator's control plane."""

    realm: str
    control: httpx.Client

    def open(self) -> None:
        """A company with some months of business. Two of its items and one of its customers carry
        names that the shop uses too, and so does a vendor."""
        kept = {
            "customers": [_name(AMY), "Red Rock Diner", "Cool Cars"],
            "items": [KETTLE.title, APRON.title, "Gift wrapping"],
            "vendors": [_name(PRIYA), "Pacific Potters"],
        }
        body = {"profile": "us", "realm": self.realm, "name": COMPANY, "bookkeeper": kept}
        self.control.post("companies", json=body).raise_for_status()

    def names(self) -> dict[tuple[str, str], str]:
        """Customers and items by sort and id."""
        return {
            (kind, row["Id"]): row[field]
            for kind, entity, field in (
                ("customer", "Customer", "DisplayName"),
                ("product", "Item", "Name"),
            )
            for row in self.objects(entity)
        }

    def post_fee(self, day: str) -> None:
        """The bank has charged a fee."""
        self._journal(day, "Monthly fee of the bank", _BANK_CHARGES, 18)

    def post_rent(self, day: str) -> None:
        self._journal(day, "Rent of the store", _RENT, 1450)

    def objects(self, entity: str) -> list[dict[str, Any]]:
        """All of one entity, voided and inactive ones too."""
        answer = self.control.get(f"companies/{self.realm}/objects", params={"entity": entity})
        rows: list[dict[str, Any]] = answer.raise_for_status().json()[entity]
        return rows

    def calls(self) -> Counter[str]:
        """Calls that QuickBooks has counted so far, by sort."""
        stats = self.control.get("stats").raise_for_status().json()[self.realm]
        return Counter(
            {name: stats[name] for name in ("requests", "batches", "batch_items", "reads")}
        )

    def doubled(self) -> list[str]:
        """What is in the books twice: equal notes or numbers among transactions of one sort."""
        found = []
        for entity in _OF_OURS:
            rows = [row for row in self.objects(entity) if "[tillbook:" in note(row)]
            for what in (note, _number):
                seen = Counter(text for row in rows if (text := what(row)))
                found += [f"{entity} {text}" for text, count in seen.items() if count > 1]
        return found

    def _journal(self, day: str, text: str, account: str, amount: int) -> None:
        lines = [
            {
                "Amount": amount,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": side,
                    "AccountRef": {"value": number},
                },
            }
            for number, side in ((account, "Debit"), (_CHECKING, "Credit"))
        ]
        entry = {"TxnDate": day, "PrivateNote": text, "Line": lines}
        body = {"by": NAME, "action": "create", "entity": "JournalEntry", "object": entry}
        self.control.post(f"companies/{self.realm}/edits", json=body).raise_for_status()


def note(row: dict[str, Any]) -> str:
    return str(row.get("PrivateNote") or "")


def _number(row: dict[str, Any]) -> str:
    return str(row.get("DocNumber") or "")
