"""No secret and no person's data where operators read: logs, executions, queues, e-mails."""

import json
import re
from collections.abc import Iterator

import pytest

from local.cloud import LocalCloud
from tests.workflow.life import SHOP_SECRET
from tests.workflow.mailbox import Mailbox
from tests.workflow.shop import SECRET

pytestmark = pytest.mark.e2e

SECRETS = {
    "access token or JSON web token": r"eyJ[\w-]{8}",
    "refresh token": r"AB11\w{20}",
    "authorisation code": r"XAB1\w{20}",
    "feed secret": r"whsec_",
    "shop secret": rf"{SHOP_SECRET}|{SECRET}|shpss_",
    "client secret": r"local-secret",
    "authorisation header": r"Bearer ",
    "sealed data": r"AQICAH|\"sealed\"",
}
PEOPLE = {
    "e-mail address": r"[\w.+-]+@[\w-]+\.\w+",
    "name": r"Zebedee|Quillfeather|Ada\b|Brandt|Ren(é|\\u00e9)e|O'Neil|Kim Lee|Buyer|Loooong",
    "address": r"Plantation|Plantedville|Harbour|Portland",
    "phone": r"5550199887|2075550123",
}


def found_in(text: str) -> list[str]:
    """What is in a text that should not be, with where it stands."""
    return [
        f"{what}: …{text[max(0, match.start() - 60) : match.end() + 60]}…"
        for what, pattern in (SECRETS | PEOPLE).items()
        if (match := re.search(pattern, text)) is not None
    ]


def executions(cloud: LocalCloud) -> Iterator[str]:
    """Input, output, error and every event of every execution."""
    stepfunctions, machine = cloud.boto("stepfunctions"), cloud.stack.names["SyncStateMachine"]
    listed = stepfunctions.get_paginator("list_executions").paginate(stateMachineArn=machine)
    for execution in (one for page in listed for one in page["executions"]):
        arn = execution["executionArn"]
        described = stepfunctions.describe_execution(executionArn=arn)
        yield json.dumps(described, default=str, ensure_ascii=False)
        history = stepfunctions.get_paginator("get_execution_history")
        for page in history.paginate(executionArn=arn, includeExecutionData=True):
            yield json.dumps(page["events"], default=str, ensure_ascii=False)


def test_the_logs_hold_no_secret_and_nobodys_data(cloud: LocalCloud, life: list[str]) -> None:
    logs = cloud.logs()

    for ended_by in ("UnexpectedError", "ReconnectNeeded", "NeedsPerson", "TransientError"):
        assert ended_by in logs
    assert found_in(logs) == []


def test_executions_hold_no_secret_and_nobodys_data(cloud: LocalCloud, life: list[str]) -> None:
    texts = list(executions(cloud))

    assert any("UnexpectedError" in text for text in texts)
    assert [found for text in texts for found in found_in(text)] == []


def test_messages_of_the_queue_hold_no_secret_and_nobodys_data(life: list[str]) -> None:
    assert len(life) >= 2
    assert [found for text in life for found in found_in(text)] == []


def test_e_mails_hold_no_secret_and_nobodys_data(mailbox: Mailbox, life: list[str]) -> None:
    mailbox.read()

    assert len(mailbox.received) >= 6
    assert [found for text in mailbox.received for found in found_in(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        '{"Authorization": "Bearer eyJlbmMiOiJBMTI4Q0JDLUhTMjU2"}',
        "DocumentError: zq.private@planted.example is no e-mail address",
        "KeyError: 'Zebedee'",
        f"key {SHOP_SECRET}",
    ],
)
def test_what_is_looked_for_would_be_found(text: str) -> None:
    assert found_in(text) != []
