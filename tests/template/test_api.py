"""The HTTP API: who may call what, how often, and what is logged of it."""

import json
import re
from importlib.resources import files

from tests.template.stack import api_routes, expanded, resources, template

PUBLIC = {
    "POST /channels/{channel_id}/events": "signed by the channel",
    "GET /quickbooks/callback": "carries a state that is used once",
    "GET /health": "tells nothing about anybody",
    "GET /openapi.json": "tells nothing about anybody",
}
"""The only routes without a token, and why."""


def test_every_route_needs_a_token_but_four() -> None:
    without = {route.key for route in api_routes() if route.authorizer is None}

    assert without == set(PUBLIC)


def test_no_two_functions_serve_one_route() -> None:
    keys = [route.key for route in api_routes()]

    assert len(keys) == len(set(keys))


def test_the_routes_are_those_that_the_api_describes() -> None:
    described = json.loads((files("tillbook.api") / "openapi.json").read_text())["paths"]

    def anonymous(path: str) -> str:
        return re.sub(r"\{\w+\}", "{}", path)

    assert {f"{route.method} {anonymous(route.path)}" for route in api_routes()} == {
        f"{method.upper()} {anonymous(path)}"
        for path, methods in described.items()
        for method in methods
    }


def test_every_route_is_spelt_out() -> None:
    for route in api_routes():
        assert route.method != "ANY"
        assert "+" not in route.path


def test_public_routes_are_throttled_harder_than_the_others() -> None:
    defaults = {name: entry["Default"] for name, entry in template()["Parameters"].items()
                if "Default" in entry}  # fmt: skip
    limits = resources("AWS::Serverless::HttpApi")["HttpApi"]["RouteSettings"]

    assert set(limits) == set(PUBLIC)
    for limit in limits.values():
        rate, burst = limit["ThrottlingRateLimit"], limit["ThrottlingBurstLimit"]

        assert (defaults[rate["Ref"]] if isinstance(rate, dict) else rate) < 50
        assert (defaults[burst["Ref"]] if isinstance(burst, dict) else burst) < 100
    assert (defaults["ApiRateLimit"], defaults["ApiBurstLimit"]) == (50, 100)


def test_browsers_may_call_from_the_consoles_origin_only() -> None:
    cors = expanded()["Resources"]["HttpApi"]["Properties"]["Body"]["x-amazon-apigateway-cors"]

    [origin] = cors["allowOrigins"]

    # SAM resolves parameters with their defaults here; ConsoleUrl's is empty.
    assert origin["Fn::If"][0] == "HasConsole"
    assert origin["Fn::If"][2] == "https://console.invalid"


def test_the_access_log_names_nobody() -> None:
    logged = resources("AWS::Serverless::HttpApi")["HttpApi"]["AccessLogSettings"]["Format"]

    variables = set(re.findall(r"\$context\.([\w.]+)", logged))

    assert variables == {
        "requestId",
        "requestTimeEpoch",
        "routeKey",
        "status",
        "responseLatency",
        "integrationLatency",
        "integration.status",
        "error.responseType",
    }


def test_a_user_pool_is_made_only_where_no_issuer_is_given() -> None:
    cognito = [
        resource
        for resource in template()["Resources"].values()
        if resource["Type"].startswith("AWS::Cognito::")
    ]

    assert {resource.get("Condition") for resource in cognito} == {"NoIssuer"}


def test_nobody_can_sign_up_or_choose_an_organisation_for_oneself() -> None:
    [pool] = resources("AWS::Cognito::UserPool").values()
    [client] = resources("AWS::Cognito::UserPoolClient").values()

    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert client["WriteAttributes"] == ["email"]
    assert "custom:organisation" in client["ReadAttributes"]


def test_the_user_pools_groups_are_the_scopes() -> None:
    groups = resources("AWS::Cognito::UserPoolGroup").values()

    assert {group["GroupName"] for group in groups} == {"read", "operate", "admin"}
