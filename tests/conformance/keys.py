"""The owner's keys to a sandbox company: from the environment, else from a file outside git."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

KEYS_FILE = Path(".sandbox-keys")
SANDBOX = "https://sandbox-quickbooks.api.intuit.com"
TOKENS = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"
#: Companies that keep somebody's real books answer here; nothing is ever created in them.
PRODUCTION = "quickbooks.api.intuit.com"
NAMES = (
    "QBO_REALM_ID",
    "QBO_ACCESS_TOKEN",
    "QBO_CLIENT_ID",
    "QBO_CLIENT_SECRET",
    "QBO_REFRESH_TOKEN",
    "QBO_BASE_URL",
    "QBO_TOKEN_URL",
)


class KeysMissing(Exception):
    """The message says what to set."""


@dataclass(frozen=True)
class Keys:
    """What opens one company; the secrets show in no message."""

    realm: str
    access_token: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    base_url: str = SANDBOX
    token_url: str = TOKENS
    file: Path = KEYS_FILE

    @property
    def renewable(self) -> bool:
        return bool(self.client_id and self.client_secret and self.refresh_token)

    def renewed(self, access_token: str, refresh_token: str) -> "Keys":
        """With new tokens. The refresh token goes to the file at once: the old one will die."""
        if refresh_token != self.refresh_token:
            kept = _lines(self.file)
            kept["QBO_REFRESH_TOKEN"] = refresh_token
            text = "".join(f"{name}={value}\n" for name, value in kept.items())
            self.file.touch(mode=0o600)
            self.file.write_text(text)
        return replace(self, access_token=access_token, refresh_token=refresh_token)


def load(environ: Mapping[str, str] = os.environ, file: Path = KEYS_FILE) -> Keys:
    """Keys from `environ`, and what is missing there from lines `NAME=value` of `file`.

    Raises KeysMissing for keys that are absent or that open a production company.
    """
    found = _lines(file) | {name: environ[name] for name in NAMES if environ.get(name)}
    keys = Keys(
        found.get("QBO_REALM_ID", ""),
        found.get("QBO_ACCESS_TOKEN", ""),
        found.get("QBO_CLIENT_ID", ""),
        found.get("QBO_CLIENT_SECRET", ""),
        found.get("QBO_REFRESH_TOKEN", ""),
        found.get("QBO_BASE_URL", SANDBOX).rstrip("/"),
        found.get("QBO_TOKEN_URL", TOKENS),
        file,
    )
    if not keys.realm or not (keys.access_token or keys.renewable):
        raise KeysMissing(
            "QBO_REALM_ID, and either QBO_ACCESS_TOKEN or QBO_CLIENT_ID, QBO_CLIENT_SECRET and "
            f"QBO_REFRESH_TOKEN, must be set in the environment or in {file}. "
            "docs/sandbox.md says how to get them."
        )
    if urlsplit(keys.base_url).hostname == PRODUCTION:
        raise KeysMissing(
            "QBO_BASE_URL: this is where real companies are, and the checks create and delete; "
            f"use a sandbox company at {SANDBOX}."
        )
    return keys


def _lines(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    pairs = (line.partition("=") for line in file.read_text().splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in pairs if not name.startswith("#")}
