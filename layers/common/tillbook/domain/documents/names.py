"""Who and what documents refer to: customers, vendors and products."""

from typing import Annotated, Literal

from pydantic import Field

from tillbook.domain.documents.base import Address, Amount, DocumentBase, Kind, Text


class Customer(DocumentBase):
    kind: Literal[Kind.CUSTOMER] = Kind.CUSTOMER
    name: Annotated[str, Field(min_length=1, max_length=1000)]
    given_name: Annotated[str, Field(max_length=1000)] | None = None
    family_name: Annotated[str, Field(max_length=1000)] | None = None
    company: Annotated[str, Field(max_length=1000)] | None = None
    email: Annotated[str, Field(max_length=320)] | None = None
    phone: Annotated[str, Field(max_length=100)] | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    tax_exempt: bool = False
    generic: bool = Field(False, description="One customer that stands for all guests.")


class Vendor(DocumentBase):
    kind: Literal[Kind.VENDOR] = Kind.VENDOR
    name: Annotated[str, Field(min_length=1, max_length=1000)]
    given_name: Annotated[str, Field(max_length=1000)] | None = None
    family_name: Annotated[str, Field(max_length=1000)] | None = None
    company: Annotated[str, Field(max_length=1000)] | None = None
    email: Annotated[str, Field(max_length=320)] | None = None
    phone: Annotated[str, Field(max_length=100)] | None = None
    address: Address | None = None
    account_number: Annotated[str, Field(max_length=100)] | None = Field(
        None, description="Our account number with the vendor."
    )


class Product(DocumentBase):
    kind: Literal[Kind.PRODUCT] = Kind.PRODUCT
    name: Annotated[str, Field(min_length=1, max_length=1000)]
    sku: Annotated[str, Field(max_length=255)] | None = None
    description: Text = ""
    unit_price: Amount | None = None
    stocked: bool = False
    purchased: bool = Field(False, description="Bought from vendors, not only sold.")
    taxable: bool = True
