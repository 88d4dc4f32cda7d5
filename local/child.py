"""Run a module as a child process that never outlives its parent.

``python -m local.child MODULE [ARGUMENT…]`` runs MODULE as ``__main__``. The parent holds the
write end of the child's standard input and never writes: when it ends, however it ends, the pipe
closes and the child goes too, first politely (what keeps state saves it), then with everything
it started. A pipe does this on every POSIX system and, unlike Linux's parent-death signal, does
not depend on which thread of the parent started the child.

Only the standard library is used here, because the AWS endpoints run in an environment of their
own.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

GRACE_SECONDS = 3.0
"""How long a child may take to stop by itself once its parent is gone."""


def leave_with_parent() -> None:
    """End this process and its group once standard input closes. Returns at once."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def main() -> None:
    if os.getpgrp() != os.getpid():
        # Never aim the last signal at a group that this process does not lead.
        os.setpgid(0, 0)
    leave_with_parent()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
