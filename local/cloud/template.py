"""The template as data: CloudFormation YAML read, and expanded by AWS's own SAM transform."""

from __future__ import annotations

import copy
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML 1.1 with CloudFormation's short forms; dates stay strings (`Version: 2012-10-17`)."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _short_form(loader: yaml.Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


def read_yaml(path: Path) -> Any:
    """A YAML (or JSON) document, CloudFormation's short forms included."""
    with path.open() as document:
        return yaml.load(document, _Loader)  # noqa: S506 - it is a safe loader


def expand(template: Template, region: str) -> Template:
    """Plain CloudFormation for a template whose code is in S3 already.

    Raises samtranslator's own error, which names the resource and the mistake.
    """
    # Imported here because it takes most of a second, and only a deploy needs it.
    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    # It warns of usage metrics that nobody collects.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    # Without a session of its own it would look for the region in the caller's AWS settings.
    session = boto3.Session("local", "local", region_name=region)
    translator = Translator(None, Parser(), boto_session=session)
    expanded: Template = translator.translate(
        copy.deepcopy(template), {}, get_managed_policy_map=dict
    )
    return expanded


@dataclass(frozen=True)
class Route:
    """A route of the HTTP API, as API Gateway imports it from the expanded template."""

    method: str
    path: str
    function: str
    """Logical id of the function."""
    authorizer: str | None
    scopes: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Authorizer:
    """A JWT authorizer; issuer and audience are still CloudFormation expressions."""

    name: str
    issuer: Any
    audience: tuple[Any, ...]


def _http_apis(template: Template) -> list[dict[str, Any]]:
    return [
        resource["Properties"]["Body"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in resource["Properties"]
    ]


def routes(template: Template) -> list[Route]:
    """The routes of an expanded template."""
    found = []
    for body in _http_apis(template):
        for path, methods in body["paths"].items():
            for method, operation in methods.items():
                uri = str(operation["x-amazon-apigateway-integration"]["uri"])
                function = re.search(r"\$\{(\w+)(\.Alias)?\.Arn\}", uri)
                if function is None:
                    raise ValueError(f"{method} {path}: no function in the integration {uri}")
                security = next(iter(operation.get("security") or [{}]))
                name = next(iter(security), None)
                found.append(
                    Route(
                        "ANY" if method == "x-amazon-apigateway-any-method" else method.upper(),
                        path,
                        function.group(1),
                        None if name in (None, "NONE") else name,
                        tuple(security.get(name, ())),
                    )
                )
    return found


def authorizers(template: Template) -> list[Authorizer]:
    """The JWT authorizers of an expanded template."""
    found = []
    for body in _http_apis(template):
        schemes = body.get("components", {}).get("securitySchemes", {})
        for name, scheme in schemes.items():
            jwt = scheme["x-amazon-apigateway-authorizer"]["jwtConfiguration"]
            found.append(Authorizer(name, jwt["issuer"], tuple(jwt.get("audience", ()))))
    return found
