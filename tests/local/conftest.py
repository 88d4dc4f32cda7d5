"""A local cloud that runs the sample application; one for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.cloud import LocalCloud

SAMPLE = Path(__file__).with_name("sample") / "template.yaml"


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(SAMPLE, emulator=False, wait_scale=0) as running:
        yield running
