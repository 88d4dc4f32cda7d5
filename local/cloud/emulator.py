"""The QuickBooks that the local cloud talks to: the emulator, or any other server by its URLs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from local.cloud.processes import Child, free_port


@dataclass(frozen=True)
class QuickBooks:
    """Addresses and keys of a QuickBooks server, as the template's parameters take them."""

    base_url: str
    authorize_url: str
    token_url: str
    revoke_url: str
    client_id: str = "local"
    client_secret: str = "local"  # noqa: S105 - what the emulator's app is called

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

    def __init__(self, run: Path, data: Path | None = None, port: int = 0) -> None:
        del data
        port = port or free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._child = Child("local.qbo", ["--port", str(port)], log=run / "logs" / "emulator.txt")

    def await_ready(self) -> None:
        self._child.await_answer(self.url + "/_emulator/")

    @property
    def quickbooks(self) -> QuickBooks:
        return QuickBooks(
            self.url,
            self.url + "/connect/oauth2",
            self.url + "/oauth2/v1/tokens/bearer",
            self.url + "/v2/oauth2/tokens/revoke",
        )

    def stop(self) -> None:
        self._child.stop()
