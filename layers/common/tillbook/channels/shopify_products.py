"""Products: one per variant, from product webhooks or, where there are none, from what was sold.

Stock is not followed, so no product is stocked.
"""

from datetime import datetime
from decimal import Decimal

from tillbook.channels.parsing import stamp
from tillbook.channels.shopify_payload import LineItem, Product, RefundLineItem
from tillbook.domain import documents as model
from tillbook.domain.checks import Finding
from tillbook.errors import BadInput

FROM_A_SALE = "0"
"""Version of a product known only from lines: any product webhook is newer. Lines that say the
same make the same document; where a title has changed meanwhile, one of the two stays."""
_NO_VARIANT = "Default Title"


def product_id(line: LineItem) -> str | None:
    """The product document of a line: by variant, else by product, else by SKU. None for a line
    without a name, and for gift cards and tips, which have items of Tillbook's own."""
    if line.gift_card or line.is_tip or _name_of_line(line) is None:
        return None
    if line.variant_id is not None:
        return line.variant_id
    if line.product_id is not None:
        return f"product-{line.product_id}"
    if line.sku is not None and len(line.sku) <= 190:
        return f"sku-{line.sku}"
    return None


def products_of_lines(lines: list[LineItem], source: str) -> list[model.Product]:
    """The products of these lines, each once."""
    found: dict[str, model.Product] = {}
    for line in lines:
        identity, name = product_id(line), _name_of_line(line)
        if identity is None or name is None:
            continue
        product = model.Product(
            source=source,
            id=identity,
            version=FROM_A_SALE,
            name=name,
            sku=line.sku and line.sku[:255],
            taxable=line.taxable is not False,
        )
        # The same tie-break as between two events: the greater content wins.
        found[identity] = max(found.get(identity, product), product, key=model.content_hash)
    return list(found.values())


def refunded_lines(items: tuple[RefundLineItem, ...]) -> list[LineItem]:
    return [item.line_item for item in items if item.line_item is not None]


def products(product: Product, source: str, triggered: datetime | None) -> list[model.Product]:
    """One product per variant. Raises BadInput for a variant without name and SKU."""
    found: list[model.Product] = []
    for index, variant in enumerate(product.variants):
        name = full_name(product.title, variant.title) or variant.sku
        if name is None:
            raise BadInput(
                Finding(
                    "title",
                    f"is missing, and variants[{index}] has no SKU.",
                    "Give the product a title in Shopify; its next update brings it.",
                )
            )
        times = [time for time in (product.updated_at, variant.updated_at) if time is not None]
        changed = max(times, default=triggered)
        if changed is None:
            raise BadInput(no_version())
        found.append(
            model.Product(
                source=source,
                id=variant.id,
                version=stamp(changed),
                name=name[:1000],
                sku=variant.sku and variant.sku[:255],
                unit_price=variant.price if variant.price is None else Decimal(variant.price),
                taxable=variant.taxable is not False,
            )
        )
    return found


def full_name(title: str | None, variant: str | None) -> str | None:
    """`Canvas Tote - Black`; the title alone where the product has a single variant."""
    if title is None or variant is None or variant == _NO_VARIANT:
        return title
    return f"{title} - {variant}"


def no_version() -> Finding:
    return Finding(
        "updated_at",
        "is missing, so newer and older cannot be told apart.",
        "Include updated_at where the webhook's include_fields are set.",
    )


def _name_of_line(line: LineItem) -> str | None:
    name = full_name(line.title, line.variant_title) or line.name or line.sku
    return name and name[:1000]
