"""Faults as QuickBooks sends them, in all their shapes, and what they mean.

The service answers {"Fault": ...}, its gateway {"fault": ...} or XML whatever was asked for, load
balancers HTML, and a fault may come with HTTP status 200.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tillbook.quickbooks import jsontext
from tillbook.quickbooks.fault_table import (
    TABLE,
    UNKNOWN,
    FaultClass,
    Operation,
    Row,
    Who,
)

__all__ = [
    "Explanation",
    "Fault",
    "FaultClass",
    "Who",
    "classify",
    "explain",
    "from_answer",
    "parse",
    "stops_everything",
]

_TAG = re.compile(r"<[^>]*>")
_XML_FAULT = re.compile(r"<Fault[^>]*type=\"(?P<type>[^\"]*)\"")
_XML_ERROR = re.compile(r"<Error(?P<attributes>[^>]*)>(?P<inner>.*?)</Error>", re.DOTALL)
_ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")
_TOKEN = re.compile(r"(?i)(token [a-z]+): \S+")
_LONGEST_TEXT = 1000


@dataclass(frozen=True)
class Fault:
    """One refusal. Details may name people: show them, never log them."""

    code: str = ""
    message: str = ""
    detail: str = ""
    element: str = ""
    type: str = ""
    status: int | None = None
    """HTTP status; None for an item of a batch."""
    tid: str | None = None
    """intuit_tid, by which Intuit's support finds the call."""

    @property
    def said(self) -> str:
        """QuickBooks' own words."""
        words = [self.message, self.detail if self.detail != self.message else ""]
        code = f" (code {self.code})" if self.code else ""
        return ": ".join(word for word in words if word) + code


@dataclass(frozen=True)
class Explanation:
    """A fault in a bookkeeper's words."""

    name: str
    """The entry in the catalogue of errors."""
    what: str
    who: Who
    cure: str
    said: str
    tid: str | None = None

    @property
    def by_tillbook(self) -> bool:
        """Whether Tillbook mends it by itself."""
        return self.who is Who.TILLBOOK


def parse(status: int, body: bytes, tid: str | None = None) -> Fault | None:
    """The fault of a whole answer, or None where there is none: look into the items of a batch."""
    text = body.decode("utf-8", errors="replace").strip()
    try:
        answer = jsontext.loads(text)
    except ValueError:
        return _from_text(text, status, tid)
    if isinstance(answer, dict):
        if fault := from_answer(answer, status, tid):
            return fault
        if status < 400:
            return None
    return Fault(detail=_plain(text), status=status, tid=tid)


def from_answer(
    answer: Mapping[str, Any], status: int | None = None, tid: str | None = None
) -> Fault | None:
    """The fault in an answer or in an item of a batch; several errors become one."""
    found = answer.get("Fault") or answer.get("fault")
    if not isinstance(found, dict):
        return None
    errors = found.get("Error") or found.get("error") or [{}]
    first = {name.lower(): value for name, value in errors[0].items()}
    details = (error.get("Detail") or error.get("detail") or "" for error in errors)
    return Fault(
        code=_code(first.get("code")),
        message=_plain(first.get("message") or ""),
        detail=_plain(" ".join(dict.fromkeys(detail for detail in details if detail))),
        element=first.get("element") or "",
        type=found.get("type") or "",
        status=status,
        tid=tid,
    )


def classify(fault: Fault, operation: Operation | None = None) -> FaultClass:
    """What to do next. The operation tells a missing object from a missing reference (610)."""
    return _row(fault, operation).kind


def explain(fault: Fault, title: str, operation: Operation | None = None) -> Explanation:
    """What happened to a document, who acts and how; unknown faults are shown word for word."""
    row = _row(fault, operation)
    found = re.search(row.text, _words(fault)) if row.text else None
    parts = {**(found.groupdict() if found else {}), "title": title, "code": fault.code}
    what = row.what.format_map(parts)
    return Explanation(
        name=row.name,
        what=what[0].upper() + what[1:],
        who=row.who,
        cure=row.cure,
        said=fault.said,
        tid=fault.tid,
    )


def stops_everything(fault: Fault) -> bool:
    """Whether every other write of the company would be refused as well."""
    return _row(fault, None).whole_company


def _row(fault: Fault, operation: Operation | None) -> Row:
    return next((row for row in TABLE if _fits(row, fault, operation)), UNKNOWN)


def _fits(row: Row, fault: Fault, operation: Operation | None) -> bool:
    if row.operations and operation not in row.operations:
        return False
    if fault.status is not None and fault.status in row.status:
        return not (row.name == "unreadable-answer" and fault.code)
    if row.codes:
        return fault.code in row.codes and re.search(row.text, _words(fault)) is not None
    return bool(row.text) and re.search(row.text, _words(fault)) is not None


def _words(fault: Fault) -> str:
    return f"{fault.message} {fault.detail}".strip()


def _from_text(text: str, status: int, tid: str | None) -> Fault:
    """XML of the gateway, HTML of a load balancer, or plain text."""
    error = _XML_ERROR.search(text)
    if error is None:
        return Fault(detail=_plain(text), status=status, tid=tid)
    kind = _XML_FAULT.search(text)
    attributes = dict(_ATTRIBUTE.findall(error["attributes"]))
    inner = error["inner"]
    return Fault(
        code=_code(attributes.get("code")),
        message=_element(inner, "Message"),
        detail=_element(inner, "Detail"),
        element=attributes.get("element", ""),
        type=kind["type"] if kind else "",
        status=status,
        tid=tid,
    )


def _element(xml: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", xml, re.DOTALL)
    return _plain(found[1]) if found else ""


def _code(code: Any) -> str:
    """Codes come as text or number, some with leading zeros."""
    return str(code or "").lstrip("0")


def _plain(text: str) -> str:
    """One line without markup and without tokens, which the gateway quotes."""
    line = " ".join(_TAG.sub(" ", text).split())
    return _TOKEN.sub(r"\1", line)[:_LONGEST_TEXT]
