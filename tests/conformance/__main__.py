"""`make verify-sandbox`: ask Intuit's sandbox everything, with the owner's keys."""

import os
import secrets
import sys
from pathlib import Path

from tests.conformance.findings import Findings, investigate, render
from tests.conformance.keys import KEYS_FILE, KeysMissing, load
from tests.conformance.service import Refused, Service

PAGE = Path("sandbox-findings.md")


def main(keys_file: Path = KEYS_FILE, page: Path = PAGE) -> int:
    """Answers 0, or 2 when the keys do not open a company."""
    try:
        keys = load(os.environ, keys_file)
        with Service(keys, f"vq{secrets.token_hex(3)}") as service:
            verify(service, page)
    except (KeysMissing, Refused) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def verify(service: Service, page: Path) -> Findings:
    """Ask everything, and write what was found to `page`."""
    print(f"Asking {service.keys.base_url}; what is made is named {service.prefix} … and taken")
    print("away again. It takes about twelve minutes, eight of them waiting for one request id")
    print("to be forgotten.")
    found = investigate(service, lambda what: print(f"  {what}", flush=True))
    page.write_text(render(found))
    told = sum(each.told for each in found.positions)
    other = sum(each.told and each.found != each.default for each in found.positions)
    print(f"{told} of {len(found.positions)} switches told, {other} not in their default position.")
    print(f"{'As recorded' if found.as_expected else 'Not all as recorded'}; see {page}.")
    return found


if __name__ == "__main__":
    sys.exit(main())
