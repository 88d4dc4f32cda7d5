"""The AWS endpoints as a process, and clients for them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local import ministack
from local.clock import FILE
from local.cloud import sandbox
from local.cloud.processes import CLOUD_PYTHON, Child, LocalCloudError

ACCOUNT = "123456789012"
REGION = "us-east-1"

LONGEST_SECONDS = 910
"""Longer than the longest time limit of a function."""


class Endpoints:
    """ministack, listening on loopback only, with nothing of the caller's environment."""

    def __init__(self, run: Path, *, port: int, data: Path | None, wait_scale: float) -> None:
        """`run` gets logs and recorded calls, `data` keeps state over a clean stop; a Wait of a
        state machine takes `wait_scale` times its seconds, and the clock skips the rest."""
        if not CLOUD_PYTHON.exists():
            raise LocalCloudError("The environment .venv-cloud is missing: run 'make setup'.")
        self.url = f"http://127.0.0.1:{port}"
        scratch = run / "tmp"
        for directory in (scratch, run / "calls", run / "logs", run / "sandboxes"):
            directory.mkdir(parents=True, exist_ok=True)
        private = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "SFN_WAIT_SCALE": str(wait_scale),
            "TMPDIR": str(scratch),
            "PYTHONUNBUFFERED": "1",
            "S3_DATA_DIR": str(scratch / "s3"),
            **_kept(data),
            sandbox.RUN_DIRECTORY: str(run),
            ministack.CLOCK: str(run / FILE),
        }
        private[sandbox.PRIVATE] = ",".join([*private, sandbox.PRIVATE])
        # Not private: in Lambda's place, functions find AWS by it.
        environment = {**private, "AWS_ENDPOINT_URL": self.url}
        self._child = Child(
            "local.ministack",
            log=run / "logs" / "ministack.txt",
            python=CLOUD_PYTHON,
            environment=environment,
        )
        self._session = boto3.Session(ACCOUNT, "local", region_name=REGION)
        self._clients: dict[tuple[str, int], Any] = {}
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        return self._child.pid

    def await_ready(self) -> None:
        self._child.await_answer(self.url + "/_ministack/ready")

    def client(self, service: str, read_timeout: int = LONGEST_SECONDS) -> Any:
        """A boto3 client of the local account, which never tries twice; the same one each time."""
        with self._lock:
            if (service, read_timeout) not in self._clients:
                self._clients[service, read_timeout] = self._session.client(
                    service,  # type: ignore[call-overload,unused-ignore]
                    endpoint_url=self.url,
                    config=Config(
                        connect_timeout=5,
                        read_timeout=read_timeout,
                        retries={"total_max_attempts": 1},
                        max_pool_connections=50,
                        proxies={},
                    ),
                )
            return self._clients[service, read_timeout]

    def stop(self) -> None:
        self._child.stop()


def _kept(data: Path | None) -> dict[str, str]:
    if data is None:
        return {}
    state = data / "aws"
    state.mkdir(parents=True, exist_ok=True)
    return {
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "s3"),
    }
