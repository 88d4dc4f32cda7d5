"""The environment of a function: the one place that reads it, and only when it is asked.

template.yaml sets for each function what that function needs; asking for anything else is a mistake
in the template and says so. A plain dataclass, because intake starts faster without pydantic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields


class MissingSetting(Exception):
    """A function uses what the template did not give it, or the value makes no sense."""


@dataclass(frozen=True)
class Environment:
    """Each field is the environment variable of the same name in capitals."""

    connections_table: str | None = None
    sync_table: str | None = None
    event_log_bucket: str | None = None
    payload_bucket: str | None = None
    kms_key_arn: str | None = None
    translate_queue_url: str | None = None
    state_machine_arn: str | None = None
    notice_topic_arn: str | None = None
    intuit_secret_arn: str | None = None
    """A secret with JSON: {"client_id": "...", "client_secret": "..."}."""
    quickbooks_base_url: str = "https://quickbooks.api.intuit.com"
    oauth_authorize_url: str = "https://appcenter.intuit.com/connect/oauth2"
    oauth_token_url: str = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"  # noqa: S105
    oauth_revoke_url: str = "https://developer.api.intuit.com/v2/oauth2/tokens/revoke"
    public_url: str | None = None
    """Where callers reach the HTTP API; else each request says it."""
    console_url: str | None = None

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> "Environment":
        """Raises MissingSetting for a URL that is none. An empty variable counts as not set."""
        given = {}
        for field in fields(cls):
            value = variables.get(field.name.upper(), "").strip()
            if not value:
                continue
            if field.name.endswith("_url"):
                value = _url(field.name, value)
            given[field.name] = value
        return cls(**given)

    def need(self, name: str) -> str:
        """The value of a field that this function cannot do without."""
        value = getattr(self, name)
        if not value:
            raise MissingSetting(f"{name.upper()} is not set: give it to this function.")
        return str(value)


def _url(name: str, value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise MissingSetting(f"{name.upper()} must begin with https:// (or http:// locally).")
    return value.rstrip("/")
