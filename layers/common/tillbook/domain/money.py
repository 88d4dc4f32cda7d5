"""Money is Decimal from the first parse to the last write, and rounded in one place."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

# ISO 4217 active codes. The minor unit is two digits unless listed below.
CURRENCIES = frozenset(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL
    GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
    KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
    NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK
    SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS
    VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG""".split()
)
_NO_MINOR_UNIT = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()
)
_THREE_DIGITS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())

ZERO = Decimal(0)
CENT = Decimal("0.01")


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency (0.01 for USD, 1 for JPY). Source: ISO 4217."""
    if currency in _NO_MINOR_UNIT:
        return Decimal(1)
    if currency in _THREE_DIGITS:
        return Decimal("0.001")
    return CENT


def round_money(amount: Decimal, currency: str = "USD") -> Decimal:
    """Round half up to the minor unit: the only rounding of money in the product.

    QuickBooks Online rounds half up (away from zero); channels state amounts that are rounded.
    """
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def parse_decimal(value: object) -> Decimal:
    """A finite Decimal from a JSON string, int or Decimal. Raises ValueError otherwise.

    Floats are refused: they have lost what was written. JSON is parsed with parse_float=Decimal.
    """
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        raise ValueError(f"{type(value).__name__} is not a decimal number")
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        raise ValueError("not a decimal number") from None
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number
