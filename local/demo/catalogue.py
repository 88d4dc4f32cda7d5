"""What the shop sells, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Article:
    id: int
    title: str
    sku: str
    price: Decimal
    taxable: bool = True
    gift_card: bool = False


KETTLE = Article(6101, "Enamel Kettle", "KET-01", Decimal("64.00"))
MUG = Article(6102, "Stoneware Mug", "MUG-02", Decimal("18.00"))
APRON = Article(6103, "Linen Apron", "APR-03", Decimal("42.50"))
BOARD = Article(6104, "Walnut Board", "BRD-04", Decimal("74.95"))
TOWEL = Article(6105, "Tea Towel", "TWL-05", Decimal("12.25"))
HONEY = Article(6106, "Orange Blossom Honey", "HNY-06", Decimal("9.50"), taxable=False)
GIFT_CARD = Article(6107, "Gift Card", "GIFT-50", Decimal("50.00"), False, gift_card=True)


@dataclass(frozen=True)
class Buyer:
    """A customer of the shop, or a guest, who has no id."""

    id: int | None
    first: str
    last: str
    city: str = "Oakland"

    @property
    def email(self) -> str:
        return f"{self.first}.{self.last}@example.com".lower()

    @property
    def address(self) -> dict[str, Any]:
        return {
            "first_name": self.first,
            "last_name": self.last,
            "name": f"{self.first} {self.last}",
            "address1": f"{10 * len(self.last) + len(self.first)} Harbor Street",
            "city": self.city,
            "province_code": "CA",
            "zip": "94607",
            "country_code": "US",
        }


AMY = Buyer(7201, "Amy", "Lauterbach")
NOAH = Buyer(7202, "Noah", "Baptiste", "Alameda")
PRIYA = Buyer(7203, "Priya", "Raman", "Berkeley")
JONAS = Buyer(7204, "Jonas", "Weiß", "San Leandro")
LENA = Buyer(7205, "Léna", "Dufour")
OMAR = Buyer(7206, "Omar", "Haddad", "Richmond")
SAM = Buyer(7207, "Sam", "O'Neill")
YUKI = Buyer(7208, "Yuki", "Tanaka", "Berkeley")
ROSA = Buyer(None, "Rosa", "Walker", "Albany")
BEN = Buyer(None, "Ben", "Quist")
