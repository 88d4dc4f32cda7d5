"""The tree of errors. The class says what to do next; the text is fit for a person and holds no
secret and nobody's data.

TillbookError
├── BadInput            the caller mends the named fields              (400, 422)
├── Unauthorised        signature or token missing or wrong            (401)
├── Forbidden           the caller lacks a scope                       (403)
├── NotFound            no such thing, or somebody else's              (404)
├── Conflict            the state does not allow it now                (409)
├── TooLarge            the body is over the limit                     (413)
├── TransientError      try again later
│   ├── Throttled       try again after `wait_seconds`
│   └── AnswerLost      sent, and unknown whether it took effect
├── ReconnectNeeded     a person must consent again
├── NeedsPerson         QuickBooks refuses until a person acts
└── LeaseLost           another run holds the connection: stop, touch nothing
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # intake raises these and must start without loading the document model
    from tillbook.domain.checks import Finding


class TillbookError(Exception):
    """Root of everything we raise on purpose."""


class BadInput(TillbookError):
    """Names each field and its cure; nothing was changed."""

    def __init__(self, *findings: "Finding") -> None:
        self.findings = findings
        super().__init__("; ".join(str(finding) for finding in findings))


class Unauthorised(TillbookError):
    pass


class Forbidden(TillbookError):
    pass


class NotFound(TillbookError):
    pass


class Conflict(TillbookError):
    pass


class TooLarge(TillbookError):
    pass


class TransientError(TillbookError):
    pass


class Throttled(TransientError):
    def __init__(self, wait_seconds: float) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(f"QuickBooks asks to wait {wait_seconds:.0f} s")


class AnswerLost(TransientError):
    """A request may or may not have taken effect: timeout, lost connection, 5xx."""


class ReconnectNeeded(TillbookError):
    pass


class NeedsPerson(TillbookError):
    pass


class LeaseLost(TillbookError):
    pass
