"""Everything that is changed in template.yaml before it is deployed locally.

Seven changes, each a function of its own and listed in :data:`REWRITES`; ``tests/local`` shows that
nothing else differs. Code is not packed: every function gets a package of one file, the
bootstrap, which runs the code where it stands in the checkout. A deploy so needs no build, and a
changed line counts from the next cold start on.
"""

from __future__ import annotations

import copy
import hashlib
import io
import shlex
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.cloud.template import Template, authorizers, expand, read_yaml

CODE_BUCKET = "tillbook-local-code"
RUNTIME = "provided.al2023"
"""ministack's own Python worker reports every exception as ``Runtime.HandlerError``, which no
Retry or Catch matches; with a runtime of our own AWS's client reports the class name."""

SANDBOX = Path(__file__).with_name("sandbox.py")


@dataclass
class Source:
    """Where a template is, and the packages that its rewritten form refers to."""

    directory: Path
    packages: dict[str, bytes] = field(default_factory=dict)
    """Content of the code bucket by object key."""

    def package(self, code: Path, layers: tuple[Path, ...]) -> str:
        """The S3 URI of a package whose bootstrap runs the handlers in `code`."""
        paths = [sys.executable, str(SANDBOX), str(code), *map(str, layers)]
        bootstrap = "#!/bin/sh\nexec " + " ".join(map(shlex.quote, paths)) + "\n"
        content = _zip("bootstrap", bootstrap)
        # Another name for other code: CloudFormation updates what is described differently.
        key = f"{code.name}-{hashlib.sha256(content).hexdigest()[:16]}.zip"
        self.packages[key] = content
        return f"s3://{CODE_BUCKET}/{key}"


def _zip(name: str, text: str) -> bytes:
    """A zip file of one executable file, the same bytes for the same text."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o755 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(entry, text)
    return packed.getvalue()


def _of_type(template: Template, kind: str) -> Iterator[dict[str, Any]]:
    for resource in template["Resources"].values():
        if resource["Type"] == kind:
            yield resource.setdefault("Properties", {})


def _globals(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = template.get("Globals", {}).get("Function", {})
    return found


def code_runs_in_the_checkout(template: Template, source: Source) -> None:
    """``CodeUri`` and a layer's ``ContentUri`` become packages that point at the directories."""
    shared = _globals(template)
    layers = {
        name: source.directory / resource["Properties"]["ContentUri"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::LayerVersion"
    }
    for function in _of_type(template, "AWS::Serverless::Function"):
        used = [*shared.get("Layers", []), *function.get("Layers", [])]
        function["CodeUri"] = source.package(
            source.directory / function.get("CodeUri", shared.get("CodeUri", ".")),
            tuple(layers[layer["Ref"]] for layer in used),
        )
    for name, content in layers.items():
        properties = template["Resources"][name]["Properties"]
        properties["ContentUri"] = source.package(content, ())
    shared.pop("CodeUri", None)


def functions_bring_their_runtime(template: Template, source: Source) -> None:
    """``Runtime`` becomes the one in which AWS's own runtime client runs the handlers."""
    del source
    _globals(template).pop("Runtime", None)
    for function in _of_type(template, "AWS::Serverless::Function"):
        function["Runtime"] = RUNTIME


def definitions_are_inline(template: Template, source: Source) -> None:
    """``DefinitionUri`` becomes the definition itself, as ``sam deploy`` puts it into S3."""
    for machine in _of_type(template, "AWS::Serverless::StateMachine"):
        if "DefinitionUri" in machine:
            machine["Definition"] = read_yaml(source.directory / machine.pop("DefinitionUri"))


def alarms_watch_single_metrics(template: Template, source: Source) -> None:
    """Alarms on an expression over metrics are left out: ministack has no metric math."""
    del source
    template["Resources"] = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] != "AWS::CloudWatch::Alarm" or "Metrics" not in resource["Properties"]
    }


def environments_are_strings(template: Template, source: Source) -> None:
    """Values of environment variables become strings, as CloudFormation makes them."""
    del source
    for function in _of_type(template, "AWS::Lambda::Function"):
        variables = function.get("Environment", {}).get("Variables", {})
        for name, value in variables.items():
            if isinstance(value, bool):
                variables[name] = str(value).lower()
            elif isinstance(value, (int, float)):
                variables[name] = str(value)


def secrets_are_named_by_arn(template: Template, source: Source) -> None:
    """``!Ref`` of a secret becomes its ARN, as it is in CloudFormation; ministack has the name."""
    del source
    secrets = {
        name
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::SecretsManager::Secret"
    }
    for section in ("Resources", "Outputs"):
        template[section] = _with_arns(template.get(section, {}), secrets)


def _with_arns(value: Any, secrets: set[str]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"Ref"} and value["Ref"] in secrets:
            return {"Fn::GetAtt": [value["Ref"], "Id"]}
        return {key: _with_arns(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_arns(item, secrets) for item in value]
    return value


def authorizers_are_outputs(template: Template, source: Source) -> None:
    """The issuer and audience of each authorizer become outputs, for our HTTP front to check."""
    del source
    for authorizer in authorizers(template):
        outputs = template.setdefault("Outputs", {})
        outputs[issuer_output(authorizer.name)] = {"Value": authorizer.issuer}
        for index, audience in enumerate(authorizer.audience):
            outputs[audience_output(authorizer.name, index)] = {"Value": audience}


def issuer_output(authorizer: str) -> str:
    return f"Local{authorizer}Issuer"


def audience_output(authorizer: str, index: int) -> str:
    return f"Local{authorizer}Audience{index}"


BEFORE = (
    code_runs_in_the_checkout,
    functions_bring_their_runtime,
    definitions_are_inline,
    alarms_watch_single_metrics,
)
AFTER = (environments_are_strings, secrets_are_named_by_arn, authorizers_are_outputs)
REWRITES = (*BEFORE, *AFTER)
"""In order; those in AFTER work on the template as SAM has expanded it."""


def rewrite(template: Template, directory: Path, region: str) -> tuple[Template, dict[str, bytes]]:
    """The template to deploy, expanded, and the content of the code bucket it refers to."""
    source = Source(directory)
    rewritten = copy.deepcopy(template)
    for change in BEFORE:
        change(rewritten, source)
    expanded = expand(rewritten, region)
    for change in AFTER:
        change(expanded, source)
    return expanded, source.packages
