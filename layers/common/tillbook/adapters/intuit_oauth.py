"""Intuit's OAuth 2.0 server."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx

from tillbook.adapters.secrets_manager import IntuitApp
from tillbook.errors import NeedsPerson, TransientError
from tillbook.ports import InvalidGrant, Tokens

SCOPE = "com.intuit.quickbooks.accounting"
# Far below the lock of a refresher (120 s), so that a refresh ends before another may begin.
_TIMEOUT = httpx.Timeout(connect=3, write=3, read=15, pool=1)
_OK = 200
_BAD_REQUEST = 400
_UNAUTHORISED = 401
_TOO_MANY = 429


class IntuitAuthorizationServer:
    def __init__(
        self,
        app: Callable[[], IntuitApp],
        *,
        http: httpx.Client,
        authorize_url: str,
        token_url: str,
        revoke_url: str,
    ) -> None:
        self._app = app
        self._http = http
        self._authorize_url = authorize_url
        self._token_url = token_url
        self._revoke_url = revoke_url

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        query = {
            "client_id": self._app().client_id,
            "response_type": "code",
            "scope": SCOPE,
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return f"{self._authorize_url}?{urlencode(query)}"

    def exchange(self, code: str, redirect_uri: str) -> Tokens:
        return self._tokens(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        )

    def refresh(self, refresh_token: str) -> Tokens:
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def revoke(self, token: str) -> None:
        """A token that Intuit knows no longer counts as revoked."""
        response = self._post(self._revoke_url, json={"token": token})
        if response.status_code not in {_OK, _BAD_REQUEST}:
            raise _refusal(response)

    def _tokens(self, form: dict[str, str]) -> Tokens:
        response = self._post(self._token_url, data=form)
        if response.status_code != _OK:
            raise _refusal(response)
        body = _json(response)
        try:
            return Tokens(
                access_token=str(body["access_token"]),
                refresh_token=str(body["refresh_token"]),
                expires_in=int(body["expires_in"]),
                refresh_expires_in=int(body["x_refresh_token_expires_in"]),
            )
        except (KeyError, TypeError, ValueError):
            raise TransientError("Intuit's answer holds no tokens.") from None

    def _post(self, url: str, **content: Any) -> httpx.Response:
        app = self._app()
        try:
            return self._http.post(
                url, auth=(app.client_id, app.client_secret), timeout=_TIMEOUT, **content
            )
        except httpx.RequestError as error:
            raise TransientError(
                f"Intuit's authorization server does not answer ({type(error).__name__})."
            ) from error


def _refusal(response: httpx.Response) -> Exception:
    """RFC 6749, 5.2, apart from what passes by itself."""
    error = _json(response).get("error")
    if error == "invalid_grant":
        return InvalidGrant()
    if error == "invalid_client" or response.status_code == _UNAUTHORISED:
        return NeedsPerson(
            "Intuit does not accept the client id and client secret of the app: correct them in "
            "the secret of the Intuit app."
        )
    if response.status_code >= 500 or response.status_code == _TOO_MANY:
        return TransientError(f"Intuit's authorization server is busy ({response.status_code}).")
    return NeedsPerson(
        "Intuit's authorization server refuses the request: compare the redirect URI registered "
        "for the app at developer.intuit.com with the address of this installation."
    )


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
