"""The whole product on loopback: AWS endpoints, QuickBooks, the deployed template, the HTTP API."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from local.clock import FILE, SharedClock
from local.cloud.actions import requests
from local.cloud.calls import AwsCall, read_calls
from local.cloud.deploy import Prepared, Stack, deploy, key_attributes, prepare
from local.cloud.emulator import Emulator, QuickBooks
from local.cloud.endpoints import REGION, Endpoints
from local.cloud.front import INTEGRATION_SECONDS, Front
from local.cloud.permissions import Finding, denied, unused
from local.cloud.ports import Ports
from local.cloud.processes import ROOT, LocalCloudError
from local.cloud.roles import account_of, read_policies
from local.cloud.sandbox import KEYS_FILE
from local.cloud.tokens import AUDIENCE, SCOPES
from local.traps import SetTrap, Trap

_Part = TypeVar("_Part")


class FunctionError(Exception):
    """A function raised; `name` is the class of the exception, as a Retry would match it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class LocalCloud:
    """Started by ``with``, or by :meth:`start` and ended by :meth:`stop`.

    Everything listens on 127.0.0.1, on ports that were free. Nothing outlives the process that
    started it.
    """

    def __init__(
        self,
        template: Path = ROOT / "template.yaml",
        *,
        port: int = 0,
        data: Path | None = None,
        quickbooks: QuickBooks | None = None,
        emulator: bool = True,
        emulator_options: Sequence[str] = (),
        parameters: Mapping[str, str] | None = None,
        wait_scale: float = 1.0,
    ) -> None:
        """
        Args:
            template: with the code and the definitions that it names beside it.
            port: of the HTTP API; 0 takes a free one.
            data: a directory that keeps the state of AWS over a clean stop.
            quickbooks: a QuickBooks server to use instead of the emulator.
            emulator: whether to start the emulator; without it and `quickbooks` the template's
                own defaults stand.
            emulator_options: for ``python -m local.qbo``, as they are.
            parameters: for the template, as they are.
            wait_scale: a Wait of a state machine, or a pause between its retries, takes so many
                times its seconds; 0 skips it. By the clock of functions and of the emulator it
                took its time.
        """
        self._template = template
        self._port = port
        self._data = data
        self._quickbooks = quickbooks
        self._with_emulator = emulator and quickbooks is None
        self._emulator_options = tuple(emulator_options)
        self._parameters = dict(parameters or {})
        self._wait_scale = wait_scale
        self._stopping = contextlib.ExitStack()
        self._front: Front | None = None
        self._emulator: Emulator | None = None
        self._endpoints: Endpoints | None = None
        self._stack: Stack | None = None
        self._own_parameters: dict[str, str] = {}
        self._clock: SharedClock | None = None
        self.run_directory = Path()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Return when the HTTP API answers.

        Raises:
            LocalCloudError: a part did not start or the template did not deploy.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        _sweep()
        run = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self.run_directory = run
        self._stopping.callback(shutil.rmtree, run, ignore_errors=True)
        (run / "logs").mkdir()
        self._clock = SharedClock(run / FILE)
        ports = Ports(self._data)
        self._stopping.callback(ports.close)
        self._front = Front(self._port or ports.take("api"))
        self._stopping.callback(self._front.close)
        if self._with_emulator:
            self._emulator = Emulator(run, ports.take("quickbooks"), self._emulator_options)
            self._stopping.callback(self._emulator.stop)
        # The endpoints start while the template is read and expanded.
        with ThreadPoolExecutor(1) as pool:
            preparing = pool.submit(prepare, self._template, REGION)
            self._endpoints = Endpoints(
                run, port=ports.take("aws"), data=self._data, wait_scale=self._wait_scale
            )
            self._stopping.callback(self._endpoints.stop)
            self._endpoints.await_ready()
            prepared = preparing.result()
        if self._emulator is not None:
            self._emulator.await_ready()
            self._quickbooks = self._emulator.quickbooks
        own = {
            "TokenIssuer": self._front.tokens.url,
            "TokenAudience": AUDIENCE,
            "PublicUrl": self._front.url,
            **(self._quickbooks.parameters if self._quickbooks else {}),
        }
        self._own_parameters = own
        self._deploy(prepared)
        ports.keep()

    def _deploy(self, prepared: Prepared) -> None:
        attributes = sorted(key_attributes(prepared.template))
        (self.run_directory / KEYS_FILE).write_text(json.dumps(attributes))
        wanted = {
            name: value
            for name, value in self._own_parameters.items()
            if name in prepared.template.get("Parameters", {})
        }
        endpoints, front = _running(self._endpoints), _running(self._front)
        self._stack = deploy(prepared, {**wanted, **self._parameters}, endpoints.client)
        front.connect(self._stack, endpoints.client("lambda", INTEGRATION_SECONDS))

    def deploy(self, template: Path) -> None:
        """Deploy another version over the one that runs, whatever is under way. Sandboxes of the
        old one end at once, where those of AWS would end their invocation first.

        Raises:
            LocalCloudError: the template did not deploy.
        """
        self._deploy(prepare(template, REGION))

    def stop(self) -> None:
        """End everything; what `data` keeps is saved first. Can be called again."""
        self._stopping.close()

    # ------------------------------------------------------------------------------ addresses

    @property
    def api_url(self) -> str:
        """Address of the HTTP API, without a slash at the end."""
        return _running(self._front).url

    @property
    def aws_url(self) -> str:
        """Address of the AWS endpoints (``AWS_ENDPOINT_URL``)."""
        return _running(self._endpoints).url

    @property
    def emulator_url(self) -> str:
        """Address of the QuickBooks emulator."""
        return _running(self._emulator).url

    @property
    def quickbooks(self) -> QuickBooks | None:
        """The QuickBooks server in use, if one was given or the emulator runs."""
        return self._quickbooks

    @property
    def stack(self) -> Stack:
        """The deployed template, with the physical names of its resources."""
        return _running(self._stack)

    # ------------------------------------------------------------------------- using the product

    def token(
        self,
        organisation: str = "demo",
        scopes: Iterable[str] = SCOPES,
        subject: str = "owner",
    ) -> str:
        """A token for the HTTP API: ``Authorization: Bearer …``."""
        return _running(self._front).tokens.issue(organisation, scopes, subject)

    def boto(self, service: str) -> Any:
        """A boto3 client for the local account."""
        return _running(self._endpoints).client(service)

    def invoke(self, function: str, event: Any) -> Any:
        """What a function answers to an event; `function` is the name of its file.

        Raises:
            FunctionError: it raised, timed out or died.
        """
        result = self.boto("lambda").invoke(
            FunctionName=self.stack.functions[function], Payload=json.dumps(event)
        )
        payload = json.loads(result["Payload"].read() or b"null")
        if "FunctionError" in result:
            raise FunctionError(payload.get("errorType", ""), payload.get("errorMessage", ""))
        return payload

    def stop_execution(self, execution_arn: str) -> None:
        """End an execution of a state machine where it stands."""
        self.boto("stepfunctions").stop_execution(executionArn=execution_arn)

    # ------------------------------------------------------------------- time, and what dies in it

    def time(self) -> float:
        """What functions and the emulator take for the time, in seconds since the epoch."""
        return _running(self._clock).time()

    def skip(self, seconds: float) -> None:
        """Let so much time have passed for functions and for the emulator."""
        _running(self._clock).skip(seconds)

    def trap(self, trap: Trap) -> SetTrap:
        """Let a sandbox get a signal at a moment; see :mod:`local.traps`."""
        return SetTrap(self.run_directory, trap)

    # ------------------------------------------------------------------------------ looking at it

    def logs(self, function: str | None = None) -> str:
        """All that a function, or every function, has written to its log."""
        pattern = f"{function}.log" if function else "*.log"
        found = sorted((self.run_directory / "logs").glob(pattern))
        return "".join(path.read_text(errors="replace") for path in found)

    @property
    def calls(self) -> list[AwsCall]:
        """Every AWS call that functions have made, in the order of time."""
        return read_calls(self.run_directory)

    def permission_findings(self) -> tuple[list[Finding], list[Finding]]:
        """What IAM would have refused to functions so far, and what they have not used of what
        their roles grant."""
        policies = read_policies(self.stack, self.boto)
        account = account_of(self.stack)
        asked = [(call.function, ask) for call in self.calls for ask in requests(call, account)]
        return denied(asked, policies), unused(asked, policies)

    def kill(self, function: str) -> int:
        """kill -9 all sandboxes of a function, as when a machine dies; answers how many died."""
        killed = 0
        for path in (self.run_directory / "sandboxes").glob(f"{function}.*"):
            if _held(path):
                os.kill(int(path.suffix[1:]), signal.SIGKILL)
                killed += 1
            path.unlink()
        return killed


def _held(path: Path) -> bool:
    """Whether the sandbox that made this file still lives."""
    with path.open() as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


_PREFIX = "tillbook-local-"


def _sweep() -> None:
    """Remove the run directories of processes that were killed before they could do it."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not _alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def _running(part: _Part | None) -> _Part:
    if part is None:
        raise LocalCloudError("This part of the local cloud is not running.")
    return part
