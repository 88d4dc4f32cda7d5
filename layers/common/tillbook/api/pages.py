"""The one page that Tillbook shows to a browser by itself: what became of a consent."""

from html import escape
from typing import Any

_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    # The address holds a code: it must not travel on in a Referer.
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
}
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} - Tillbook</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto }}
code {{ background: #eee; padding: .1rem .3rem; overflow-wrap: anywhere }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def consented(state: str) -> dict[str, Any]:
    return _page(
        200,
        "Almost connected",
        "<p>QuickBooks has agreed. Go back to where you began and finish there.</p>"
        "<p>If you use the API, send "
        "<code>POST /connections/{id}/authorize/complete</code> with "
        f'<code>{{"state": "{escape(state)}"}}</code> within 15 minutes.</p>',
    )


def refused() -> dict[str, Any]:
    return _page(
        200,
        "Access denied",
        "<p>Access was denied in QuickBooks, so nothing was connected. To connect after all, begin "
        "again in Tillbook, and agree when QuickBooks asks.</p>",
    )


def unusable() -> dict[str, Any]:
    return _page(
        400,
        "This link cannot be used",
        "<p>It is wrong, was used before, or is older than 15 minutes. Nothing was connected.</p>"
        "<p>Begin again in Tillbook. If you use the API, send "
        "<code>POST /connections/{id}/authorize</code> and open its "
        "<code>authorize_url</code>.</p>",
    )


def redirect(address: str) -> dict[str, Any]:
    """303: whatever it was, go there with GET."""
    headers = {"location": address, "cache-control": "no-store", "referrer-policy": "no-referrer"}
    return {"statusCode": 303, "headers": headers, "body": ""}


def _page(status: int, title: str, body: str) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": _HEADERS,
        "body": _PAGE.format(title=escape(title), body=body),
    }
