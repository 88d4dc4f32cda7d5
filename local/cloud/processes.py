"""The child processes of the local cloud: started, awaited and ended with everything below them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: where template.yaml is."""

CLOUD_PYTHON = ROOT / ".venv-cloud" / "bin" / "python"

READY_SECONDS = 30.0
STOP_SECONDS = 8.0
"""Longer than :data:`local.child.GRACE_SECONDS`: state is saved before a child leaves."""

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "OPENBLAS_CORETYPE")


class LocalCloudError(Exception):
    """The local cloud cannot do what was asked; the text says what and what to do about it."""


def free_port(wanted: int = 0) -> int:
    """A port of the loopback address that nothing listens on at the moment: `wanted`, if it is
    free."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            free: int = probe.getsockname()[1]
            return free
    raise LocalCloudError("No port of 127.0.0.1 is free.")


class Child:
    """One module running as a process, with its output in a file."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        log: Path,
        python: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start `module`. The child sees `environment` and little else of ours, so that nothing
        of the caller's shell (credentials, proxies, Python settings) reaches it."""
        self.module = module
        self.log = log
        clean = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(python or sys.executable), "-m", "local.child", module, *arguments],
                cwd=ROOT,
                env={**clean, **(environment or {})},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def await_answer(self, url: str, seconds: float = READY_SECONDS) -> None:
        """Return when `url` answers with any status.

        Raises:
            LocalCloudError: the process ended, or `seconds` are over.
        """
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise LocalCloudError(
                    f"{self.module} ended with status {self._process.returncode}.\n{self.tail()}"
                )
            try:
                with opener.open(url, timeout=2):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.02)
        raise LocalCloudError(f"{self.module} did not answer in {seconds:.0f} s.\n{self.tail()}")

    def tail(self, lines: int = 20) -> str:
        """The end of what the process has printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """End the process and everything it started; it has time to save what it keeps."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # nothing of the group was left
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
