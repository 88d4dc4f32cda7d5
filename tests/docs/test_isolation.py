"""No test can reach beyond this machine, nor use the credentials that lie on it."""

import os
import socket

import boto3
import pytest

from tests.conftest import is_loopback


@pytest.mark.parametrize("host", ["example.com", "192.0.2.1", "169.254.169.254", "2001:db8::1"])
def test_a_connection_beyond_loopback_is_refused(host: str) -> None:
    with pytest.raises(RuntimeError, match="only loopback is allowed"):
        socket.create_connection((host, 443), timeout=1)


def test_loopback_is_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=1) as client,
    ):
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", b"localhost", "books.localhost"])
def test_names_of_this_machine_are_loopback(host: str | bytes) -> None:
    assert is_loopback(host)


def test_credentials_are_made_up() -> None:
    credentials = boto3.Session().get_credentials()

    assert credentials is not None
    assert credentials.access_key == "testing"
    assert not any(name.lower().endswith("_proxy") for name in os.environ)
