"""A transaction on paper: a small PDF with its number, its party, its lines and its total."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from local.qbo.money import grouped
from local.qbo.rules import Values
from local.qbo.state.store import Row

if TYPE_CHECKING:
    from local.qbo.company import Company

_LINES_ON_A_PAGE = 54
_WIDE = 60


def printed(company: "Company", row: Row) -> bytes:
    """The document of a transaction."""
    data = company.show(row)
    party = data.get("CustomerRef") or data.get("VendorRef") or {}
    number = data.get("DocNumber") or data.get("PaymentRefNum") or row.id
    lines = [
        company.name,
        "",
        f"{row.entity.label or row.entity.name} {number}",
        f"Date: {data.get('TxnDate', '')}",
        *([f"Due: {data['DueDate']}"] if data.get("DueDate") else []),
        *([f"To: {party['name']}"] if party.get("name") else []),
        "",
        *(_columns(_text(line), line.get("Amount")) for line in data.get("Line", [])),
        "",
    ]
    tax = (data.get("TxnTaxDetail") or {}).get("TotalTax")
    if tax:
        lines.append(_columns("Tax", tax))
    currency = (data.get("CurrencyRef") or {}).get("value", "")
    lines.append(_columns(f"TOTAL {currency}", data.get("TotalAmt")))
    if "Balance" in data:
        lines.append(_columns(f"BALANCE DUE {currency}", data["Balance"]))
    return document(lines)


def _text(line: Values) -> str:
    if line.get("DetailType") == "SubTotalLineDetail":
        return "Subtotal"
    detail = line.get(line.get("DetailType", "")) or {}
    item = (detail.get("ItemRef") or detail.get("AccountRef") or {}).get("name", "")
    text = " ".join(each for each in (item, line.get("Description", "")) if each)
    links = ", ".join(
        f"{each.get('TxnType')} {each.get('TxnId')}" for each in line.get("LinkedTxn", [])
    )
    count = f" x {grouped(Decimal(detail['Qty']))}" if detail.get("Qty") is not None else ""
    return (text or links or "Line") + count


def _columns(text: str, amount: Any) -> str:
    shown = f"{amount:,.2f}" if amount is not None else ""
    return f"{text[:_WIDE]:<{_WIDE}}{shown:>18}"


def document(lines: list[str]) -> bytes:
    """Lines of text as a PDF 1.4 in Courier, 54 to a page."""
    pages = [
        lines[start : start + _LINES_ON_A_PAGE] for start in range(0, len(lines), _LINES_ON_A_PAGE)
    ]
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for index, page in enumerate(pages):
        content = b"BT /F1 10 Tf 13 TL 50 780 Td\n"
        content += b"".join(b"(" + _escaped(line) + b") Tj T*\n" for line in page) + b"ET"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] "
            b"/Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {5 + 2 * index} 0 R >>".encode()
        )
        objects.append(
            f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"
        )
    return _file(objects)


def _escaped(text: str) -> bytes:
    plain = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return " ".join(plain.split("\n")).encode("cp1252", "replace")


def _file(objects: list[bytes]) -> bytes:
    result = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(result))
        result += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(result)
    result += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    result += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    result += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n".encode()
    return result + f"startxref\n{start}\n%%EOF\n".encode()
