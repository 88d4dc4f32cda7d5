"""The owner's keys: where they come from, what is said when they are missing, how they are kept."""

import stat
from pathlib import Path

import pytest

from tests.conformance.__main__ import main
from tests.conformance.keys import KeysMissing, load

RENEWABLE = {
    "QBO_REALM_ID": "1",
    "QBO_CLIENT_ID": "id",
    "QBO_CLIENT_SECRET": "hush",
    "QBO_REFRESH_TOKEN": "AB11old",
}


def test_without_keys_the_command_says_what_to_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in RENEWABLE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("QBO_ACCESS_TOKEN", raising=False)

    assert main(keys_file=tmp_path / "none", page=tmp_path / "page") == 2

    said = capsys.readouterr().err
    assert [name for name in RENEWABLE if name not in said] == []
    assert "docs/sandbox.md" in said
    assert not (tmp_path / "page").exists()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("# mine\nQBO_REALM_ID = 7\nQBO_ACCESS_TOKEN=from the file\n")

    keys = load({"QBO_ACCESS_TOKEN": "from the environment"}, file)

    assert (keys.realm, keys.access_token) == ("7", "from the environment")


def test_a_production_company_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="real companies"):
        load(RENEWABLE | {"QBO_BASE_URL": "https://quickbooks.api.intuit.com/"}, tmp_path / "none")


def test_a_rotated_refresh_token_is_kept_for_the_next_run_and_for_nobody_else(
    tmp_path: Path,
) -> None:
    file = tmp_path / "keys"

    load(RENEWABLE, file).renewed("access", "AB11new")

    assert load(RENEWABLE | {"QBO_REFRESH_TOKEN": ""}, file).refresh_token == "AB11new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_keys_do_not_show(tmp_path: Path) -> None:
    shown = repr(load(RENEWABLE, tmp_path / "none"))

    assert "hush" not in shown
    assert "AB11old" not in shown
