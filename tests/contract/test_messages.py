"""What every queue of events and every notifier does."""

from collections.abc import Callable

import pytest

from tillbook.ports import Notifier, TranslateQueue


def test_an_event_that_is_sent_reaches_the_reader_as_its_key(
    translate_queue: tuple[TranslateQueue, Callable[[], list[str]]],
) -> None:
    queue, received = translate_queue

    queue.send("0f3a/2c26b46b68ffc68ff99b453c1d304134")

    assert received() == ["0f3a/2c26b46b68ffc68ff99b453c1d304134"]


def test_a_key_is_encoded_as_in_a_notification_of_the_bucket(
    translate_queue: tuple[TranslateQueue, Callable[[], list[str]]],
) -> None:
    queue, received = translate_queue

    queue.send("channel one/a+b=é")

    assert received() == ["channel one/a+b=é"]


@pytest.mark.parametrize(
    "subject",
    ["Reconnect QuickBooks", "Größe: ☕", "two\nlines", "", "x" * 500, " " * 99 + "late"],
)
def test_people_are_told_whatever_the_subject(
    notifier: tuple[Notifier, Callable[[], list[str]]], subject: str
) -> None:
    port, told = notifier

    port.tell(subject, "Invoice 1001 waits for Größe M ☕.")

    assert told() == ["Invoice 1001 waits for Größe M ☕."]
