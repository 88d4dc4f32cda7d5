"""OAuth over HTTP: the consent page, tokens, revocation, discovery."""

import base64
import binascii
import re
from html import escape
from urllib.parse import urlencode

from local.qbo.emulator import Emulator
from local.qbo.wire import idtokens
from local.qbo.wire.gateway import transport_answer
from local.qbo.wire.http import ConnectionDropped, Request, Response, html, json_response, redirect
from local.qbo.wire.injection import Injection
from local.qbo.wire.oauth import SCOPE, App, OAuthError

_SCOPES = {SCOPE, "com.intuit.quickbooks.payment", "openid", "profile", "email", "phone", "address"}
#: What can stand in a Location: printable, without a space, and with a scheme.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_HARD_EXPIRY = "x-include-refresh-token-hard-expires-in"
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Connect to QuickBooks (emulated)</title><style>
body{{font:16px system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}}
button{{font:inherit;padding:.5rem 1rem;margin-right:.5rem}}label{{display:block;margin:.5rem 0}}
</style></head><body><h1>Connect to QuickBooks</h1>
<p>This is an emulator. <strong>{client}</strong> asks to read and write the accounting data of
one company:</p><form method="post">{companies}{hidden}
<p><button name="consent" value="yes">Connect</button>
<button name="consent" value="deny">No thanks</button></p></form></body></html>"""


def authorize(emulator: Emulator, request: Request) -> Response:
    """GET shows the consent page, POST carries the choice back to the app."""
    asked = {**request.query, **(request.form() if request.method == "POST" else {})}
    app = emulator.apps.get(asked.get("client_id", ""))
    target = asked.get("redirect_uri", "")
    if app is None:
        return _sorry("The client_id is not known.")
    known = app.redirect_uris is None or target in app.redirect_uris
    if not known or not _ADDRESS.fullmatch(target):
        return _sorry("The redirect_uri query parameter value is invalid.")
    state = asked.get("state", "")
    if asked.get("response_type") != "code":
        return _back(target, error="unsupported_response_type", state=state)
    scopes = asked.get("scope", "").split()
    if not scopes or not set(scopes) <= _SCOPES:
        return _back(target, error="invalid_scope", error_description="Invalid scope", state=state)
    if not state:
        return _sorry("The state query parameter is missing from the authorization request.")
    consent = (
        asked.get("consent")
        or {"page": "", "auto": "auto", "deny": "deny"}[emulator.switches.consent]
    )
    if consent == "deny":
        return _back(target, error="access_denied", state=state)
    if consent not in ("yes", "auto"):
        return _page(emulator, app, asked)
    realm = asked.get("realm") or next(iter(emulator.companies), "")
    if realm not in emulator.companies:
        return _sorry("There is no such company.")
    with emulator.lock:
        code = emulator.tokens.authorize(
            app.client_id, realm, asked["scope"], target, asked.get("nonce", "")
        )
    return _back(target, code=code, state=state, realmId=realm)


def token(emulator: Emulator, request: Request) -> Response:
    """The token endpoint."""
    form = request.form()
    try:
        app = _app(emulator, request)
        struck = emulator.injections.for_token(app.client_id)
        if struck is not None:
            return _strike(emulator, request, app, struck)
        with emulator.lock:
            answer = _granted(emulator, app, form)
            if request.headers.get(_HARD_EXPIRY, "").lower() == "true":
                grant = emulator.tokens.access[str(answer["access_token"])].grant
                left = emulator.tokens.hard_end(grant) - emulator.clock.now()
                answer["x_refresh_token_hard_expires_in"] = int(left.total_seconds())
    except OAuthError as error:
        return _refused(error)
    return json_response(answer)


def _strike(emulator: Emulator, request: Request, app: App, struck: Injection) -> Response:
    """What goes wrong with a call on demand; tokens may have been issued all the same."""
    emulator.clock.sleep(struck.seconds)
    answered = None
    if struck.answer == "normal" or struck.commits == "yes":
        with emulator.lock:
            answered = json_response(_granted(emulator, app, request.form()))
    if struck.answer == "normal" and answered is not None:
        return answered
    if struck.answer == "dropped":
        emulator.save()
        raise ConnectionDropped("injected")
    return transport_answer(emulator, request, struck.answer)


def _granted(emulator: Emulator, app: App, form: dict[str, str]) -> dict[str, object]:
    kind = form.get("grant_type", "")
    if kind == "authorization_code":
        _need(form, "code", "redirect_uri")
        return emulator.tokens.exchange(app.client_id, form["code"], form["redirect_uri"])
    if kind == "refresh_token":
        _need(form, "refresh_token")
        return emulator.tokens.renew(app.client_id, form["refresh_token"])
    if kind:
        raise OAuthError("unsupported_grant_type")
    _need(form, "grant_type")
    raise OAuthError("invalid_request")


def _need(form: dict[str, str], *names: str) -> None:
    for name in names:
        if not form.get(name):
            raise OAuthError("invalid_request", f"The {name} parameter is missing")


def revoke(emulator: Emulator, request: Request) -> Response:
    """The revocation endpoint; it takes either token."""
    try:
        app = _app(emulator, request)
        with emulator.lock:
            emulator.tokens.revoke(app.client_id, request.form().get("token", ""))
    except OAuthError as error:
        return _refused(error)
    return Response(200)


def discovery(emulator: Emulator, request: Request) -> Response:
    """Where everything is; Intuit's clients fetch it first."""
    base = emulator.public_url or request.base_url
    return json_response(
        {
            "issuer": idtokens.ISSUER,
            "authorization_endpoint": f"{base}/connect/oauth2",
            "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
            "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
            "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
            "jwks_uri": f"{base}/op/v1/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile", "address", "phone"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
        }
    )


def userinfo(emulator: Emulator, request: Request) -> Response:
    """Who consented, for clients that asked for `openid`: as much as the scopes allow."""
    _, _, value = request.headers.get("authorization", "").partition(" ")
    access = emulator.tokens.access.get(value)
    if access is None or access.grant.revoked or access.expires <= emulator.clock.now():
        return json_response({"error": "invalid_token"}, 401)
    scopes = access.grant.scope.split()
    if "openid" not in scopes:
        return json_response({"error": "insufficient_scope"}, 403)
    claims: dict[str, object] = {"sub": access.grant.subject}
    for scope in scopes:
        claims.update(_PERSON.get(scope, {}))
    return json_response(claims)


_PERSON: dict[str, dict[str, object]] = {
    "email": {"email": "owner@example.com", "emailVerified": True},
    "profile": {"givenName": "Olivia", "familyName": "Owner"},
    "phone": {"phoneNumber": "+1 6505550100", "phoneNumberVerified": False},
    "address": {
        "address": {
            "streetAddress": "123 Sierra Way",
            "locality": "San Pablo",
            "region": "CA",
            "postalCode": "87999",
            "country": "US",
        }
    },
}


def keys(emulator: Emulator, request: Request) -> Response:
    """The public key of the emulator's id tokens."""
    return json_response(idtokens.key_set())


def _app(emulator: Emulator, request: Request) -> App:
    """The app that calls, by its Basic header or, failing that, by its form."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        client_id, _, secret = pair.partition(":")
    else:
        form = request.form()
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    app = emulator.apps.get(client_id)
    if app is None or app.secret != secret:
        raise OAuthError("invalid_client", status=401)
    return app


def _refused(error: OAuthError) -> Response:
    body = {"error": error.error}
    if error.description:
        body["error_description"] = error.description
    return json_response(body, error.status)


def _back(target: str, **parameters: str) -> Response:
    joiner = "&" if "?" in target else "?"
    return redirect(f"{target}{joiner}{urlencode(parameters)}")


def _page(emulator: Emulator, app: App, asked: dict[str, str]) -> Response:
    companies = "".join(
        f'<label><input type="radio" name="realm" value="{escape(realm)}"'
        f"{' checked' if index == 0 else ''}> {escape(company.name)} "
        f"<small>{escape(realm)}</small></label>"
        for index, (realm, company) in enumerate(emulator.companies.items())
    )
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
        if name not in ("realm", "consent")
    )
    return html(_PAGE.format(client=escape(app.client_id), companies=companies, hidden=hidden))


def _sorry(what: str) -> Response:
    return html(
        f"<h1>Sorry, but the app you're trying to reach isn't connected</h1><p>{escape(what)}</p>",
        400,
    )
