"""The local cloud with a small application: what real Lambda, API Gateway and SQS would do."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.cloud import FunctionError, LocalCloud, LocalCloudError
from local.cloud.ports import Ports
from local.cloud.processes import ROOT
from local.ministack import SANDBOXES

SAMPLE = Path(__file__).with_name("sample") / "template.yaml"


def eventually(holds: Callable[[], Any], seconds: float = 15) -> Any:
    """What `holds` answers once it is truthy; asked again every 20 ms."""
    deadline = time.monotonic() + seconds
    while not (answer := holds()):
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.02)
    return answer


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be collected (Z) does not."""
    command = ["ps", "-o", "stat=", "-p", str(pid)]
    state = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    return state.strip()[:1] not in ("", "Z")


def test_a_request_reaches_the_function_of_its_route(cloud: LocalCloud) -> None:
    answer = httpx.post(f"{cloud.api_url}/open/anna?a=1&a=2", json={"x": 1})

    assert answer.status_code == 201
    assert answer.headers["x-twice"] == "a"
    assert answer.headers.get_list("set-cookie") == ["one=1", "two=2"]
    event = answer.json()["event"]
    assert event["routeKey"] == "POST /open/{name}"
    assert event["pathParameters"] == {"name": "anna"}
    assert event["queryStringParameters"] == {"a": "1,2"}
    assert json.loads(event["body"]) == {"x": 1}


def test_a_function_sees_the_environment_it_has_in_lambda_and_no_more(cloud: LocalCloud) -> None:
    answer = httpx.post(f"{cloud.api_url}/open/anna").json()

    environment = answer["environment"]
    assert answer["greeting"] == "hello from the layer"
    assert environment["TABLE"] == cloud.stack.names["Table"]
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["AWS_ENDPOINT_URL"] == cloud.aws_url
    assert answer["context"][0] == cloud.stack.functions["echo"]
    assert 5_000 < answer["context"][1] <= 10_000
    private = ("TILLBOOK_", "MINISTACK", "PYTEST", "SFN_", "S3_", "GATEWAY", "PERSIST")
    assert [name for name in environment if name.startswith(private)] == []


def test_a_route_of_its_own_authorizer_wants_a_token(cloud: LocalCloud) -> None:
    guarded = f"{cloud.api_url}/guarded"

    assert httpx.get(guarded).status_code == 401
    assert httpx.get(guarded, headers={"Authorization": "Bearer x.y.z"}).status_code == 401
    bearer = {"Authorization": f"Bearer {cloud.token('shop', ['read'], 'anna')}"}
    event = httpx.get(guarded, headers=bearer).json()["event"]
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert (claims["organisation"], claims["scope"], claims["sub"]) == ("shop", "read", "anna")


def test_a_token_without_the_scope_of_a_route_is_forbidden(cloud: LocalCloud) -> None:
    def status(*scopes: str) -> int:
        bearer = {"Authorization": f"Bearer {cloud.token('shop', scopes)}"}
        return httpx.get(f"{cloud.api_url}/scoped", headers=bearer).status_code

    assert status("read") == 403
    assert status("read", "admin") == 201


def test_tokens_can_be_had_and_checked_over_http(cloud: LocalCloud) -> None:
    issuer = f"{cloud.api_url}/_local"
    configuration = httpx.get(f"{issuer}/.well-known/openid-configuration").json()
    assert configuration["issuer"] == issuer
    assert len(httpx.get(configuration["jwks_uri"]).json()["keys"]) == 1

    token = httpx.post(f"{issuer}/token", json={"organisation": "shop"}).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{cloud.api_url}/guarded", headers=bearer).status_code == 201
    assert httpx.post(f"{issuer}/token", json={}).status_code == 400


def test_an_unknown_route_is_not_found(cloud: LocalCloud) -> None:
    answer = httpx.get(f"{cloud.api_url}/nowhere")

    assert answer.status_code == 404
    assert answer.json() == {"message": "Not Found"}


def test_a_body_over_ten_megabytes_is_refused(cloud: LocalCloud) -> None:
    answer = httpx.post(f"{cloud.api_url}/open/anna", content=b"x" * (10 * 1024 * 1024 + 1))

    assert answer.status_code == 413


def test_a_body_in_chunks_arrives_whole(cloud: LocalCloud) -> None:
    headers = {"content-type": "text/plain"}
    answer = httpx.post(
        f"{cloud.api_url}/open/anna", content=iter([b"one ", b"two"]), headers=headers
    )

    assert answer.json()["event"]["body"] == "one two"


def test_an_object_in_the_bucket_reaches_the_function_behind_its_queue(cloud: LocalCloud) -> None:
    httpx.post(f"{cloud.api_url}/open/stored", json={})

    key = {"pk": {"S": "COUNT"}, "sk": {"S": "stored"}}
    table = cloud.stack.names["Table"]
    # One for the object, one for the test event that S3 sends when the notification is made.
    eventually(
        lambda: (
            cloud.boto("dynamodb").get_item(TableName=table, Key=key).get("Item", {}).get("n")
            == {"N": "2"}
        )
    )


def test_a_state_machine_catches_an_exception_by_its_class_and_skips_waits(
    cloud: LocalCloud,
) -> None:
    machines = cloud.boto("stepfunctions")
    execution = machines.start_execution(
        stateMachineArn=cloud.stack.names["Machine"], input='{"name": "machine"}'
    )["executionArn"]

    def ended() -> Any:
        found = machines.describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    result = eventually(ended)
    assert result["status"] == "SUCCEEDED"
    assert json.loads(result["output"]) == {"caught": "PatienceLost"}


def test_a_warm_invocation_takes_no_tenth_of_a_second(cloud: LocalCloud) -> None:
    """Holds what local/ministack.py takes out of ministack, which it does by private names."""
    cloud.invoke("refuse", {"as": "answer"})
    times = []
    for _ in range(20):
        started = time.perf_counter()
        cloud.invoke("refuse", {"as": "answer"})
        times.append(time.perf_counter() - started)

    assert min(times) < 0.035


def test_a_burst_waits_for_its_turn_instead_of_starting_a_sandbox_each(cloud: LocalCloud) -> None:
    work = {"as": "sleep", "seconds": 0.05}
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: cloud.invoke("refuse", work), range(12)))

    assert 1 <= len({answer["pid"] for answer in answers}) <= SANDBOXES


@pytest.mark.parametrize(
    "how, name",
    [("raise", "PatienceLost"), ("exit", "Runtime.ExitError"), ("sleep", "Sandbox.Timedout")],
)
def test_errors_of_functions_have_the_names_that_lambda_gives_them(
    cloud: LocalCloud, how: str, name: str
) -> None:
    with pytest.raises(FunctionError) as raised:
        cloud.invoke("refuse", {"as": how})

    assert raised.value.name == name


def test_a_killed_sandbox_is_replaced(cloud: LocalCloud) -> None:
    before = cloud.invoke("refuse", {"as": "answer"})["pid"]

    assert 1 <= cloud.kill("refuse") <= SANDBOXES

    eventually(lambda: not alive(before))
    assert cloud.invoke("refuse", {"as": "answer"})["pid"] != before


def test_logs_of_every_sandbox_are_kept(cloud: LocalCloud) -> None:
    httpx.post(f"{cloud.api_url}/open/for-the-log")

    assert "echo /open/for-the-log" in cloud.logs("echo")
    assert "for-the-log" not in cloud.logs("count")
    assert "for-the-log" in cloud.logs()


def test_calls_are_recorded_and_found_to_be_allowed(cloud: LocalCloud) -> None:
    cloud.invoke("count", {"name": "recorded"})

    [call] = [call for call in cloud.calls if "recorded" in str(call.parameters)]
    assert (call.function, call.service, call.operation) == ("count", "dynamodb", "UpdateItem")
    assert call.parameters["TableName"] == cloud.stack.names["Table"]
    refused, idle = cloud.permission_findings()
    assert refused == []
    assert "count: Count: dynamodb:DeleteItem is granted and was never used" in map(str, idle)


def test_a_mistake_in_the_template_is_told_with_the_resource(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n"
        "  Broken: {Type: AWS::Serverless::StateMachine, Properties: {Name: x}}\n"
    )

    with pytest.raises(LocalCloudError, match="Broken"):
        LocalCloud(template, emulator=False).start()


def test_a_template_that_cannot_be_deployed_is_told_with_the_reason(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n"
        "  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 99999999}}\n"
        "  Strange: {Type: AWS::Nowhere::Thing, Properties: {}}\n"
    )

    with pytest.raises(LocalCloudError, match="AWS::Nowhere::Thing"):
        LocalCloud(template, emulator=False).start()


def test_a_port_that_is_taken_is_told(cloud: LocalCloud) -> None:
    port = int(cloud.api_url.rpartition(":")[2])

    with pytest.raises(LocalCloudError, match=f"Port {port} cannot be used"):
        LocalCloud(SAMPLE, emulator=False, port=port).start()


def test_a_directory_for_the_state_has_one_user_at_a_time(tmp_path: Path) -> None:
    ports = Ports(tmp_path)
    with pytest.raises(LocalCloudError, match="Another local cloud"):
        LocalCloud(SAMPLE, emulator=False, data=tmp_path).start()
    ports.close()

    (tmp_path / "file").touch()
    with pytest.raises(LocalCloudError, match="cannot keep the state"):
        Ports(tmp_path / "file")


def test_state_is_kept_over_a_clean_stop_where_asked(tmp_path: Path) -> None:
    def count() -> Any:
        with LocalCloud(SAMPLE, emulator=False, data=tmp_path) as cloud:
            httpx.post(f"{cloud.api_url}/open/stored", json={}).raise_for_status()
            bucket = cloud.stack.names["Bucket"]
            kept = cloud.boto("s3").list_objects_v2(Bucket=bucket)["KeyCount"]
            return cloud.api_url, kept, cloud.invoke("count", {"name": "kept"})["count"]

    first, second = count(), count()
    assert first[1:] == (1, 1)
    assert second[1:] == (1, 2)
    assert first[0] == second[0]


STARTER = """
import sys, time
from pathlib import Path
from local.cloud import LocalCloud
cloud = LocalCloud(Path(sys.argv[1]), emulator=False)
cloud.start()
cloud.invoke("refuse", {"as": "answer"})
pid = cloud._endpoints.pid
sandbox = cloud.invoke("refuse", {"as": "answer"})["pid"]
print(pid, sandbox, cloud.run_directory, flush=True)
time.sleep(600)
"""


def test_nothing_outlives_a_process_that_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(SAMPLE)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stdout is not None
        *words, run_directory = starter.stdout.readline().split()
        pids = [int(word) for word in words]
        assert len(pids) == 2
        assert all(map(alive, pids))
        os.kill(starter.pid, signal.SIGKILL)

    eventually(lambda: not any(map(alive, pids)))
    with LocalCloud(SAMPLE, emulator=False):
        assert not Path(run_directory).exists()
