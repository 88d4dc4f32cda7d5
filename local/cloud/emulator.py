"""The QuickBooks that the local cloud talks to: the emulator, or any other server by its URLs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.clock import FILE
from local.cloud.processes import Child

REALM = "9341450000000001"
"""The company that the emulator starts with."""


@dataclass(frozen=True)
class QuickBooks:
    """Addresses and keys of a QuickBooks server, as the template's parameters take them."""

    base_url: str
    authorize_url: str
    token_url: str
    revoke_url: str
    client_id: str = "local-client"
    client_secret: str = "local-secret"  # noqa: S105 - the emulator's own, known to everybody

    @property
    def parameters(self) -> dict[str, str]:
        return {
            "QuickBooksBaseUrl": self.base_url,
            "OAuthAuthorizeUrl": self.authorize_url,
            "OAuthTokenUrl": self.token_url,
            "OAuthRevokeUrl": self.revoke_url,
            "IntuitClientId": self.client_id,
            "IntuitClientSecret": self.client_secret,
        }


class Emulator:
    """The QuickBooks emulator as a process of its own."""

    def __init__(self, run: Path, port: int, options: Sequence[str] = ()) -> None:
        """`options` go to ``python -m local.qbo`` as they are."""
        self.url = f"http://127.0.0.1:{port}"
        self.quickbooks = QuickBooks(
            self.url,
            self.url + "/connect/oauth2",
            self.url + "/oauth2/v1/tokens/bearer",
            self.url + "/v2/oauth2/tokens/revoke",
        )
        own = {
            "--port": str(port),
            "--realm": REALM,
            "--clock-file": str(run / FILE),
            "--client-id": self.quickbooks.client_id,
            "--client-secret": self.quickbooks.client_secret,
        }
        self._child = Child(
            "local.qbo",
            [word for option in own.items() for word in option] + list(options),
            log=run / "logs" / "emulator.txt",
        )

    def await_ready(self) -> None:
        self._child.await_answer(self.url + "/_emulator")

    def stop(self) -> None:
        self._child.stop()
