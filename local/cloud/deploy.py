"""The template deployed through CloudFormation, and what its resources are called then."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.cloud.processes import LocalCloudError
from local.cloud.rewrites import CODE_BUCKET, audience_output, issuer_output, rewrite
from local.cloud.template import Route, Template, authorizers, read_yaml, routes

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

STACK = "tillbook"
TEMPLATE_KEY = "template.json"
DEPLOY_SECONDS = 60.0


@dataclass(frozen=True)
class JwtConfiguration:
    """What a JWT authorizer accepts."""

    issuer: str
    audience: tuple[str, ...]


@dataclass(frozen=True)
class Stack:
    """A deployed template."""

    template: Template
    """Expanded by SAM; expressions are not resolved."""
    names: Mapping[str, str]
    """Physical names by logical id."""
    outputs: Mapping[str, str]
    routes: tuple[Route, ...]
    authorizers: Mapping[str, JwtConfiguration]

    def of_type(self, kind: str) -> dict[str, str]:
        """Physical names by logical id of the resources of one type."""
        return {
            logical: self.names[logical]
            for logical, resource in self.template["Resources"].items()
            if resource["Type"] == kind and logical in self.names
        }

    @property
    def functions(self) -> dict[str, str]:
        """Physical names of functions by the name of their file in functions/."""
        return {self.file_of(logical): name for logical, name in self.lambdas.items()}

    @property
    def lambdas(self) -> dict[str, str]:
        return self.of_type("AWS::Lambda::Function")

    def file_of(self, function: str) -> str:
        """The file (without .py) that holds the handler of a function, by its logical id."""
        handler: str = self.template["Resources"][function]["Properties"]["Handler"]
        return handler.partition(".")[0]


def key_attributes(template: Template) -> set[str]:
    """Names of all attributes that are keys of a table or of an index."""
    return {
        attribute["AttributeName"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::DynamoDB::Table"
        for attribute in resource["Properties"]["AttributeDefinitions"]
    }


@dataclass(frozen=True)
class Prepared:
    """A template rewritten for the local cloud, ready to deploy."""

    template: Template
    packages: Mapping[str, bytes]


def prepare(path: Path, region: str) -> Prepared:
    """Read, rewrite and expand a template; needs no AWS.

    Raises:
        LocalCloudError: SAM cannot make sense of it.
    """
    from samtranslator.model.exceptions import InvalidDocumentException

    try:
        return Prepared(*rewrite(read_yaml(path), path.parent, region))
    except InvalidDocumentException as error:
        causes = "; ".join(cause.message for cause in error.causes)
        raise LocalCloudError(f"{path.name}: {causes}") from error


def deploy(prepared: Prepared, parameters: Mapping[str, str], clients: Any) -> Stack:
    """Create the stack, or update the one that is there, and wait for it.

    `clients` gives a boto3 client for the name of a service.

    Raises:
        LocalCloudError: with CloudFormation's reasons.
    """
    s3 = clients("s3")
    s3.create_bucket(Bucket=CODE_BUCKET)
    # Expanded it is over the 51,200 bytes that a request may carry.
    template = json.dumps(prepared.template).encode()
    for key, content in {**prepared.packages, TEMPLATE_KEY: template}.items():
        s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=content)
    cloudformation: CloudFormationClient = clients("cloudformation")
    known = prepared.template.get("Parameters", {})
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise LocalCloudError(f"template.yaml has no parameter {', '.join(unknown)}.")
    request: dict[str, Any] = {
        "StackName": STACK,
        "TemplateURL": f"https://s3.amazonaws.com/{CODE_BUCKET}/{TEMPLATE_KEY}",
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    try:
        if _exists(cloudformation):
            cloudformation.update_stack(**request)
        else:
            cloudformation.create_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise LocalCloudError(f"The template cannot be deployed: {error}") from error
    outputs = _await(cloudformation)
    names = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        for resource in page["StackResourceSummaries"]
        if "PhysicalResourceId" in resource
    }
    accepted = {
        authorizer.name: JwtConfiguration(
            outputs[issuer_output(authorizer.name)],
            tuple(
                outputs[audience_output(authorizer.name, index)]
                for index in range(len(authorizer.audience))
            ),
        )
        for authorizer in authorizers(prepared.template)
    }
    return Stack(prepared.template, names, outputs, tuple(routes(prepared.template)), accepted)


def _exists(cloudformation: CloudFormationClient) -> bool:
    try:
        cloudformation.describe_stacks(StackName=STACK)
    except ClientError:
        return False
    return True


def _await(cloudformation: CloudFormationClient) -> dict[str, str]:
    """The outputs of the stack once it is complete."""
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        status = stack["StackStatus"]
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}
        if status.endswith(("FAILED", "ROLLBACK_COMPLETE")):
            events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
            reasons = [
                f"  {event['LogicalResourceId']}: {event['ResourceStatusReason']}"
                for event in events
                if event["ResourceStatus"].endswith("FAILED") and "ResourceStatusReason" in event
            ]
            reasons.append(f"  {stack.get('StackStatusReason', '')}")
            raise LocalCloudError(f"The deploy ended as {status}:\n" + "\n".join(reasons))
        time.sleep(0.05)
    raise LocalCloudError(f"The deploy is not complete after {DEPLOY_SECONDS:.0f} s.")
