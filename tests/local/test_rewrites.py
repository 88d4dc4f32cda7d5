"""What is changed in a template before it is deployed locally, and that nothing else is."""

import copy
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from local.cloud import rewrites
from local.cloud.processes import ROOT
from local.cloud.rewrites import BEFORE, REWRITES, Source, rewrite
from local.cloud.template import Template, expand, read_yaml, routes

SAMPLE = Path(__file__).with_name("sample") / "template.yaml"


@pytest.fixture
def template() -> Template:
    found: Template = read_yaml(SAMPLE)
    return found


def changed(before: Any, after: Any, path: str = "") -> set[str]:
    """Paths at which two documents differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {
            difference
            for key in before.keys() | after.keys()
            for difference in (
                changed(before[key], after[key], f"{path}/{key}")
                if key in before and key in after
                else {f"{path}/{key}"}
            )
        }
    return set() if before == after else {path}


def test_short_forms_and_dates_are_read_as_cloudformation_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        "a: !Ref X\nb: !GetAtt X.Arn.Y\nc: !Sub '${X}'\nd: !If [C, !Ref X, 1]\n"
        "e: 2012-10-17\nf: !Condition C\ng: !Transform {Name: N}\n"
    )

    assert read_yaml(path) == {
        "a": {"Ref": "X"},
        "b": {"Fn::GetAtt": ["X", "Arn.Y"]},
        "c": {"Fn::Sub": "${X}"},
        "d": {"Fn::If": ["C", {"Ref": "X"}, 1]},
        "e": "2012-10-17",
        "f": {"Condition": "C"},
        "g": {"Fn::Transform": {"Name": "N"}},
    }


def test_before_the_transform_only_code_runtime_and_definition_change(template: Template) -> None:
    rewritten = copy.deepcopy(template)
    for change in BEFORE:
        change(rewritten, Source(SAMPLE.parent))

    functions = ("CountFunction", "EchoFunction", "RefuseFunction")
    assert changed(template, rewritten) == {
        "/Globals/Function/CodeUri",
        "/Globals/Function/Runtime",
        "/Resources/Layer/Properties/ContentUri",
        "/Resources/Machine/Properties/Definition",
        "/Resources/Machine/Properties/DefinitionUri",
        *(f"/Resources/{name}/Properties/CodeUri" for name in functions),
        *(f"/Resources/{name}/Properties/Runtime" for name in functions),
    }


def test_a_package_runs_the_code_and_the_layers_where_they_stand(template: Template) -> None:
    source = Source(SAMPLE.parent)
    rewrites.code_runs_in_the_checkout(template, source)

    uri = template["Resources"]["EchoFunction"]["Properties"]["CodeUri"]
    packed = source.packages[uri.rpartition("/")[2]]
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["bootstrap"]
        assert archive.getinfo("bootstrap").external_attr >> 16 == 0o755
        words = archive.read("bootstrap").decode().split()
    assert words[-2:] == [str(SAMPLE.parent / "functions"), str(SAMPLE.parent / "layer")]
    # Functions of one directory share a package.
    assert uri == template["Resources"]["CountFunction"]["Properties"]["CodeUri"]


def test_a_definition_is_put_in_place_of_its_file(template: Template) -> None:
    rewrites.definitions_are_inline(template, Source(SAMPLE.parent))

    machine = template["Resources"]["Machine"]["Properties"]
    assert machine["Definition"]["StartAt"] == "Count"
    assert machine["DefinitionSubstitutions"].keys() == {"Count", "Refuse"}


def test_environment_values_become_strings() -> None:
    variables = {"A": 300, "B": True, "C": 1.5, "D": "x", "E": {"Ref": "X"}}
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Environment": {"Variables": variables}},
    }
    rewrites.environments_are_strings({"Resources": {"F": function}}, Source(ROOT))

    assert variables == {"A": "300", "B": "true", "C": "1.5", "D": "x", "E": {"Ref": "X"}}


def test_references_to_secrets_become_their_arns() -> None:
    template: Template = {
        "Resources": {
            "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {}},
            "Other": {"Type": "X", "Properties": {"a": [{"Ref": "Secret"}], "b": {"Ref": "Other"}}},
        },
        "Outputs": {"Arn": {"Value": {"Ref": "Secret"}}},
    }
    rewrites.secrets_are_named_by_arn(template, Source(ROOT))

    arn = {"Fn::GetAtt": ["Secret", "Id"]}
    assert template["Resources"]["Other"]["Properties"] == {"a": [arn], "b": {"Ref": "Other"}}
    assert template["Outputs"] == {"Arn": {"Value": arn}}


def test_only_alarms_on_expressions_are_left_out() -> None:
    template: Template = {
        "Resources": {
            "Plain": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}},
            "Sum": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": []}},
        }
    }
    rewrites.alarms_watch_single_metrics(template, Source(ROOT))

    assert list(template["Resources"]) == ["Plain"]


def test_the_authorizer_becomes_outputs(template: Template) -> None:
    expanded, _ = rewrite(template, SAMPLE.parent, "us-east-1")

    assert expanded["Outputs"] == {
        "LocalTokenIssuer": {"Value": {"Ref": "TokenIssuer"}},
        "LocalTokenAudience0": {"Value": {"Ref": "TokenAudience"}},
    }


def test_routes_are_those_of_the_functions_events(template: Template) -> None:
    expanded, _ = rewrite(template, SAMPLE.parent, "us-east-1")

    found = {
        route.key: (route.function, route.authorizer, route.scopes) for route in routes(expanded)
    }
    assert found == {
        "POST /open/{name}": ("EchoFunction", None, ()),
        "GET /guarded": ("EchoFunction", "Token", ()),
        "GET /scoped": ("EchoFunction", "Token", ("admin",)),
    }


def test_the_list_of_rewrites_is_short_and_every_one_says_what_it_does() -> None:
    assert len(REWRITES) == 7
    assert all(change.__doc__ for change in REWRITES)


def test_of_the_real_template_nothing_but_the_listed_changes() -> None:
    """The expanded template is compared too: before its rewrites, and after them."""
    template: Template = read_yaml(ROOT / "template.yaml")
    source = Source(ROOT)
    prepared = copy.deepcopy(template)
    for change in BEFORE:
        change(prepared, source)
    allowed = ("CodeUri", "Runtime", "ContentUri", "Definition", "DefinitionUri")
    for path in changed(template, prepared):
        resource = template["Resources"].get(path.split("/")[2], {})
        assert path.endswith(allowed) or resource["Type"] == "AWS::CloudWatch::Alarm", path

    plain = expand(prepared, "us-east-1")
    rewritten = copy.deepcopy(plain)
    for change in rewrites.AFTER:
        change(rewritten, source)
    for path in changed(plain, rewritten):
        assert path.startswith("/Outputs/") or "/Environment/" in path or "/Policies" in path, path
