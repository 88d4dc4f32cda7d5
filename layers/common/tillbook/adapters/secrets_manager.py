"""The Intuit app's client id and secret."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tillbook.adapters.aws import client, transient_errors
from tillbook.errors import NeedsPerson

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_KEPT_SECONDS = 300.0
_CURE = (
    "Put the client id and client secret of your Intuit app into the secret as JSON: "
    '{"client_id": "...", "client_secret": "..."}.'
)


@dataclass(frozen=True)
class IntuitApp:
    client_id: str
    client_secret: str = field(repr=False)


class IntuitAppSecret:
    """Reads the secret when it is first asked, and again after five minutes, so that a new one
    needs no deployment."""

    def __init__(
        self,
        secret_arn: str,
        secrets_manager: "SecretsManagerClient | None" = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secret_arn = secret_arn
        self._client: SecretsManagerClient = secrets_manager or client("secretsmanager")
        self._monotonic = monotonic
        self._kept: tuple[float, IntuitApp] | None = None

    def __call__(self) -> IntuitApp:
        """Raises NeedsPerson where the secret was not filled in."""
        now = self._monotonic()
        if self._kept is None or now >= self._kept[0]:
            with transient_errors("Secrets Manager"):
                answer = self._client.get_secret_value(SecretId=self._secret_arn)
            self._kept = (now + _KEPT_SECONDS, _parse(answer.get("SecretString", "")))
        return self._kept[1]


def _parse(text: str) -> IntuitApp:
    try:
        values = json.loads(text)
        app = IntuitApp(values["client_id"].strip(), values["client_secret"].strip())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NeedsPerson(f"The secret of the Intuit app cannot be read. {_CURE}") from None
    if not app.client_id or not app.client_secret:
        raise NeedsPerson(f"The secret of the Intuit app is empty. {_CURE}")
    return app
