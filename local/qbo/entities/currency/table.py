"""The currencies that the emulator knows, with a market rate of its own for each."""

from decimal import Decimal

#: Code → name as QuickBooks shows it, and US dollars for one unit. The rates stand still: they are
#: the emulator's, for companies that have not set one, and no market's.
CURRENCIES: dict[str, tuple[str, Decimal]] = {
    code: (name, Decimal(rate))
    for code, name, rate in (
        ("AED", "United Arab Emirates Dirham", "0.2723"),
        ("AUD", "Australian Dollar", "0.66"),
        ("BRL", "Brazilian Real", "0.18"),
        ("CAD", "Canadian Dollar", "0.73"),
        ("CHF", "Swiss Franc", "1.14"),
        ("CNY", "Chinese Yuan", "0.14"),
        ("CZK", "Czech Koruna", "0.044"),
        ("DKK", "Danish Krone", "0.147"),
        ("EUR", "Euro", "1.1"),
        ("GBP", "British Pound Sterling", "1.28"),
        ("HKD", "Hong Kong Dollar", "0.128"),
        ("INR", "Indian Rupee", "0.012"),
        ("JPY", "Japanese Yen", "0.0067"),
        ("KRW", "South Korean Won", "0.00073"),
        ("MXN", "Mexican Peso", "0.055"),
        ("NOK", "Norwegian Krone", "0.094"),
        ("NZD", "New Zealand Dollar", "0.61"),
        ("PLN", "Polish Zloty", "0.255"),
        ("SEK", "Swedish Krona", "0.095"),
        ("SGD", "Singapore Dollar", "0.75"),
        ("USD", "United States Dollar", "1"),
        ("ZAR", "South African Rand", "0.055"),
    )
}

_PRECISION = Decimal("0.0000001")


def name_of(code: str) -> str:
    """The currency's name, or its code where it is not known."""
    return CURRENCIES[code][0] if code in CURRENCIES else code


def market_rate(source: str, target: str) -> Decimal:
    """Units of `target` for one unit of `source`, by the emulator's own table."""
    if source == target:
        return Decimal(1)
    rate = CURRENCIES[source][1] / CURRENCIES[target][1]
    return rate.quantize(_PRECISION).normalize()
