import pytest
from pydantic import ValidationError

from tillbook.domain.settings import ConnectionSettings


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/Indiana/Knox"])
def test_time_zones_are_iana_names(name: str) -> None:
    assert ConnectionSettings(time_zone=name).zone.key == name


@pytest.mark.parametrize("name", ["", "Berlin", "Europe", "../etc/passwd", "/etc/passwd", "a\0b"])
def test_another_time_zone_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(ValidationError, match="Europe/Berlin"):
        ConnectionSettings(time_zone=name)
