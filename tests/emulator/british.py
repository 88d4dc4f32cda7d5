"""A client of a company in the United Kingdom that sends what tests send to one in the US."""

from typing import Any

import httpx

from tests.emulator.buying import PAYABLE
from tests.emulator.conftest import Api


class British(Api):
    """A client of a company with VAT: each line names a code."""

    def post(self, path: str, body: Any, **params: str) -> httpx.Response:
        return super().post(path, _with_vat(body), **params)


def _with_vat(body: Any) -> Any:
    if isinstance(body, list):
        return [_with_vat(each) for each in body]
    if not isinstance(body, dict):
        return body
    changed = {name: _with_vat(value) for name, value in body.items()}
    if "TaxCodeRef" in changed:
        changed["TaxCodeRef"] = {"value": "2" if body["TaxCodeRef"]["value"] == "TAX" else "6"}
    for name in ("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"):
        if name in changed:
            payable = changed[name].get("AccountRef", {}).get("value") == PAYABLE
            changed[name]["TaxCodeRef"] = {"value": "6" if payable else "2"}
    if "TxnTaxDetail" in changed:
        changed["TxnTaxDetail"].pop("TxnTaxCodeRef", None)
    return changed
