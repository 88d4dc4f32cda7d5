"""An app that listens to webhooks without a socket."""

import json
from typing import Any

from tests.emulator.conftest import Api

URL = "https://app.example/qbo/hook"


class Listener:
    """An app's endpoint: what came in, and what it answers."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes, dict[str, str]]] = []
        self.answers: list[int] = []

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        self.received.append((url, body, headers))
        status = self.answers.pop(0) if self.answers else 200
        if status == 0:
            raise TimeoutError("no answer")
        return status

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body, _ in self.received]

    @property
    def events(self) -> list[tuple[str, str]]:
        """Type and id of every event, in the order of arrival."""
        return [
            (each["type"].removeprefix("qbo.").removesuffix(".v1"), each["intuitentityid"])
            for body in self.bodies
            for each in body
        ]


def control(api: Api, path: str, body: Any = None, method: str = "POST") -> Any:
    answer = api.http.request(method, f"/_emulator/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def register(api: Api, **more: Any) -> None:
    control(api, "webhooks", {"url": URL, "verifier": "v-token", **more})
