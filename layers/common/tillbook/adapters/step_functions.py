"""Runs of the sync state machine."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tillbook.adapters.aws import client, error_code, transient_errors

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StepFunctionsRuns:
    def __init__(self, state_machine_arn: str, step_functions: "SFNClient | None" = None) -> None:
        self._state_machine = state_machine_arn
        self._client: SFNClient = step_functions or client("stepfunctions")

    def start(self, run_id: str, payload: Mapping[str, str]) -> None:
        """The execution's name is the run id, which Step Functions takes once in 90 days."""
        try:
            with transient_errors("Step Functions"):
                self._client.start_execution(
                    stateMachineArn=self._state_machine,
                    name=run_id,
                    input=json.dumps(payload, sort_keys=True),
                )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise
