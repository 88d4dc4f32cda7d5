"""What holds for every test: no machine's credentials, no network beyond loopback."""

import os
import sys
from ipaddress import ip_address

import hypothesis

MADE_UP_AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def isolate_environment() -> None:
    """Take away what a machine or a shell could add: credentials, profiles, endpoints, proxies."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "POWERTOOLS_")) or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ |= MADE_UP_AWS


def is_loopback(host: object) -> bool:
    """Whether `host`, as given to the socket module, is this machine; None means all interfaces."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(str(name)).is_loopback
    except ValueError:
        return str(name).endswith(".localhost")


def refuse_network(event: str, args: tuple[object, ...]) -> None:
    """An audit hook: sees every connection of this process, whichever library makes it."""
    host: object
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if not is_loopback(host):
        raise RuntimeError(f"a test reached for {host!r}; only loopback is allowed")


isolate_environment()
sys.addaudithook(refuse_network)

hypothesis.settings.register_profile(
    "quick",
    max_examples=50,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "thorough",
    parent=hypothesis.settings.get_profile("quick"),
    max_examples=1000,
    derandomize=False,
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
