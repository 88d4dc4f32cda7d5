"""What transactions are called in reports, where a country has another word than the US."""

from collections.abc import Mapping

_CHEQUES = {"Check": "Cheque", "Bill Payment (Check)": "Bill Payment (Cheque)"}
_BRITISH = {**_CHEQUES, "Credit Memo": "Credit Note", "Vendor Credit": "Supplier Credit"}
_LABELS: Mapping[str, Mapping[str, str]] = {
    "GB": _BRITISH,
    "AU": {**_BRITISH, "Credit Memo": "Adjustment Note"},
    "CA": _CHEQUES,
}


def localised(country: str, label: str) -> str:
    """The word for a kind of transaction in a country."""
    return _LABELS.get(country, {}).get(label, label)
