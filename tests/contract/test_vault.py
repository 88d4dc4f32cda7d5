"""What every vault does."""

import pytest

from tillbook.ports import Purpose, Vault


def test_what_is_sealed_opens_for_the_same_purpose_and_id(vault: Vault) -> None:
    sealed = vault.seal("shpss_naïve".encode(), Purpose.CHANNEL, "ch-1")

    assert vault.open(sealed, Purpose.CHANNEL, "ch-1") == "shpss_naïve".encode()


@pytest.mark.parametrize("plaintext", [b"", b"\x00", b"x" * 10_000])
def test_any_bytes_can_be_sealed(vault: Vault, plaintext: bytes) -> None:
    sealed = vault.seal(plaintext, Purpose.TOKENS, "c-1")

    assert vault.open(sealed, Purpose.TOKENS, "c-1") == plaintext


def test_the_sealed_text_does_not_show_the_secret(vault: Vault) -> None:
    sealed = vault.seal(b"refresh-token", Purpose.TOKENS, "c-1")

    assert "refresh-token" not in sealed
    assert sealed.isascii()


def test_the_same_secret_is_sealed_differently_each_time(vault: Vault) -> None:
    first = vault.seal(b"secret", Purpose.TOKENS, "c-1")
    second = vault.seal(b"secret", Purpose.TOKENS, "c-1")

    assert first != second


@pytest.mark.parametrize(
    "purpose, id",
    [(Purpose.TOKENS, "ch-1"), (Purpose.AUTHORIZATION, "ch-1"), (Purpose.CHANNEL, "ch-2")],
)
def test_nothing_opens_for_another_purpose_or_id(vault: Vault, purpose: Purpose, id: str) -> None:
    sealed = vault.seal(b"secret", Purpose.CHANNEL, "ch-1")
    vault.open(sealed, Purpose.CHANNEL, "ch-1")

    with pytest.raises(ValueError, match="not sealed for this purpose and id"):
        vault.open(sealed, purpose, id)


def test_a_sealed_text_that_was_altered_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(b"secret", Purpose.CHANNEL, "ch-1")
    swapped = "A" if sealed[-6] != "A" else "B"

    for altered in (sealed[:-6] + swapped + sealed[-5:], sealed[:10], "", "2.a.b", "1.é.é", "1."):
        with pytest.raises(ValueError, match="altered"):
            vault.open(altered, Purpose.CHANNEL, "ch-1")
