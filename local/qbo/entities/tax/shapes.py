"""How the tax of a document is declared: `TxnTaxDetail` and its lines."""

from local.qbo.schema import (
    Field,
    Shape,
    anything,
    flag,
    many,
    number,
    obj,
    ref,
    text,
    whole,
)

TAX_LINE_DETAIL = Shape(
    "TaxLineDetail",
    (
        ref("TaxRateRef"),
        flag("PercentBased"),
        number("TaxPercent"),
        number("NetAmountTaxable"),
        number("TaxInclusiveAmount"),
        number("OverrideDeltaAmount"),
        ref("ServiceDate"),
    ),
)
TAX_LINE = Shape(
    "Line",
    (
        text("Id"),
        whole("LineNum"),
        number("Amount"),
        Field("DetailType", "text"),
        obj("TaxLineDetail", TAX_LINE_DETAIL),
        text("Description"),
    ),
)
TXN_TAX_DETAIL = Shape(
    "TxnTaxDetail",
    (
        ref("TxnTaxCodeRef"),
        ref("DefaultTaxCodeRef"),
        number("TotalTax"),
        many("TaxLine", TAX_LINE),
        anything("TaxReviewStatus"),
        flag("UseAutomatedSalesTax"),
    ),
)
