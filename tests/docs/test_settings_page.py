"""Every setting is in the docs, as the model that validates it says."""

from tests.docs.settings_page import PAGE, page


def test_the_settings_page_is_current() -> None:
    assert PAGE.read_text() == page(), "run `make docs`"


def test_every_setting_says_what_it_means() -> None:
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| `")]

    assert len(rows) > 15
    assert all(len(row[2].strip(" |")) > 10 for row in rows)
