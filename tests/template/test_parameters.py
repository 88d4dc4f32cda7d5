"""What is asked at a deploy, what is told after it, and the settings for dev and prod."""

import re
import tomllib

import pytest

from tests.template.stack import ROOT, environment, functions, references, template

PARAMETERS = template()["Parameters"]
OUTSIDE_URLS = {
    "QUICKBOOKS_BASE_URL": "QuickBooksBaseUrl",
    "OAUTH_AUTHORIZE_URL": "OAuthAuthorizeUrl",
    "OAUTH_TOKEN_URL": "OAuthTokenUrl",
    "OAUTH_REVOKE_URL": "OAuthRevokeUrl",
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_says_what_it_is_for_and_has_a_default(name: str) -> None:
    assert PARAMETERS[name]["Description"].endswith(".")
    assert "Default" in PARAMETERS[name]


def test_every_parameter_is_in_one_group() -> None:
    interface = template()["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]

    assert sorted(grouped) == sorted(PARAMETERS)


def test_every_parameter_is_used() -> None:
    used = references([section for name, section in template().items() if name != "Parameters"])

    assert set(PARAMETERS) <= used


def test_what_is_secret_is_never_shown() -> None:
    hidden = {name for name, parameter in PARAMETERS.items() if parameter.get("NoEcho")}

    assert hidden == {"IntuitClientId", "IntuitClientSecret"}


@pytest.mark.parametrize("output", template()["Outputs"].values())
def test_every_output_says_what_it_is(output: dict[str, str]) -> None:
    assert output["Description"]


@pytest.mark.parametrize("variable, parameter", OUTSIDE_URLS.items())
def test_every_url_of_quickbooks_can_be_set(variable: str, parameter: str) -> None:
    told = [environment(name)[variable] for name in functions() if variable in environment(name)]

    assert told
    assert all(parameter in references(value) for value in told)


def test_the_sandbox_and_production_of_quickbooks_have_their_own_addresses() -> None:
    mapped = template()["Mappings"]["QuickBooks"]

    assert set(mapped) == set(PARAMETERS["QuickBooksEnvironment"]["AllowedValues"])
    assert mapped["production"]["BaseUrl"] == "https://quickbooks.api.intuit.com"
    assert mapped["sandbox"]["BaseUrl"] == "https://sandbox-quickbooks.api.intuit.com"


@pytest.mark.parametrize("stage, config", [("dev", "default"), ("prod", "prod")])
def test_samconfig_sets_parameters_that_exist_for_its_stage(stage: str, config: str) -> None:
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text())[config]["deploy"]["parameters"]
    overrides = dict(pair.split("=") for pair in settings["parameter_overrides"].split())

    assert set(overrides) <= set(PARAMETERS)
    assert overrides["Stage"] == stage
    for name, value in overrides.items():
        assert value in map(str, PARAMETERS[name].get("AllowedValues", [value]))


@pytest.mark.parametrize("file", ["template.yaml", "samconfig.toml", "statemachine/sync.asl.yaml"])
def test_no_account_is_named(file: str) -> None:
    assert re.findall(r"\b\d{12}\b", (ROOT / file).read_text()) == []
