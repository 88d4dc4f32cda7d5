"""``python -m local`` and what it says about its options."""

import pytest

from local.__main__ import arguments, quickbooks


def test_without_options_the_emulator_is_used() -> None:
    options = arguments([])

    assert (options.port, options.data) == (8400, None)
    assert quickbooks(options) is None


def test_another_quickbooks_server_is_named_by_its_four_urls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INTUIT_CLIENT_SECRET", "hush")
    options = arguments(
        [
            "--quickbooks-url=https://sandbox-quickbooks.api.intuit.com/",
            "--oauth-authorize-url=https://a.example/a",
            "--oauth-token-url=https://a.example/t",
            "--oauth-revoke-url=https://a.example/r",
            "--client-id=me",
        ]
    )

    server = quickbooks(options)
    assert server is not None
    assert server.parameters == {
        "QuickBooksBaseUrl": "https://sandbox-quickbooks.api.intuit.com",
        "OAuthAuthorizeUrl": "https://a.example/a",
        "OAuthTokenUrl": "https://a.example/t",
        "OAuthRevokeUrl": "https://a.example/r",
        "IntuitClientId": "me",
        "IntuitClientSecret": "hush",
    }


@pytest.mark.parametrize(
    "given, told",
    [
        (["--quickbooks-url=x", "--oauth-token-url=y"], "--oauth-authorize-url, --oauth-revoke"),
        (["--oauth-token-url=y"], "also need --quickbooks-url"),
        (["--port=many"], "--port"),
    ],
)
def test_options_that_do_not_go_together_are_told_by_name(
    given: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments(given)

    assert ended.value.code == 2
    assert told in capsys.readouterr().err
