"""Webhooks in the control plane: what an app sets in Intuit's developer portal, and more."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from local.qbo.emulator import DEMO_CLIENT_ID, Emulator
from local.qbo.rules import Values
from local.qbo.webhooks.deliveries import Endpoint, Trouble


def _registered(emulator: Emulator, given: Values, realm: str) -> Any:
    hooks = emulator.webhooks
    return {
        "endpoints": [each.values() for each in hooks.endpoints],
        "waiting": [
            {
                "delivery": each.number,
                "url": each.endpoint.url,
                "due": each.due.isoformat(),
                "attempts": each.attempts,
                "events": [f"{event.type} {event.object_id}" for event in each.events],
            }
            for each in hooks.queue.values()
        ],
    }


def _register(emulator: Emulator, given: Values, realm: str) -> Any:
    """`url`, `verifier`, `entities`, `payload`, `together`, `client_id`."""
    endpoint = Endpoint.from_values(given, DEMO_CLIENT_ID)
    emulator.webhooks.register(endpoint)
    return endpoint.values()


def _unregister(emulator: Emulator, given: Values, realm: str) -> Any:
    """The endpoint of `client_id`, or every endpoint."""
    client_id = given.get("client_id")
    emulator.webhooks.unregister(str(client_id) if client_id is not None else None)
    return {}


def _deliver(emulator: Emulator, given: Values, realm: str) -> Any:
    """Send what is due now; answers what was tried."""
    return {"attempts": [asdict(each) for each in emulator.webhooks.deliver()]}


def _log(emulator: Emulator, given: Values, realm: str) -> Any:
    return {"attempts": [asdict(each) for each in emulator.webhooks.log]}


def _troubles(emulator: Emulator, given: Values, realm: str) -> Any:
    return {"troubles": [each.values() for each in emulator.webhooks.troubles.list]}


def _trouble(emulator: Emulator, given: Values, realm: str) -> Any:
    trouble = Trouble.from_values(given)
    emulator.webhooks.troubles.add(trouble)
    return trouble.values()


def _clear_troubles(emulator: Emulator, given: Values, realm: str) -> Any:
    emulator.webhooks.troubles.clear()
    return {}


ROUTES: dict[tuple[str, str], Callable[[Emulator, Values, str], Any]] = {
    ("GET", "webhooks"): _registered,
    ("POST", "webhooks"): _register,
    ("DELETE", "webhooks"): _unregister,
    ("POST", "webhooks/deliver"): _deliver,
    ("GET", "webhooks/log"): _log,
    ("GET", "webhooks/troubles"): _troubles,
    ("POST", "webhooks/troubles"): _trouble,
    ("DELETE", "webhooks/troubles"): _clear_troubles,
}
