"""What every bucket does."""

import pytest

from tillbook.errors import TooLarge
from tillbook.ports import Blob, Blobs


def test_what_is_put_comes_back_with_its_metadata(blobs: Blobs) -> None:
    blobs.put("intents/1/request", b'{"BatchItemRequest": []}', {"kind": "invoice"})

    assert blobs.get("intents/1/request") == Blob(b'{"BatchItemRequest": []}', {"kind": "invoice"})


def test_an_absent_blob_is_none(blobs: Blobs) -> None:
    assert blobs.get("nothing") is None


def test_bytes_are_kept_as_they_are(blobs: Blobs) -> None:
    body = bytes(range(256))

    blobs.put("raw", body)
    blobs.put("empty", b"")

    assert blobs.get("raw") == Blob(body, {})
    assert blobs.get("empty") == Blob(b"", {})


def test_a_put_replaces(blobs: Blobs) -> None:
    blobs.put("key", b"first", {"time": "1"})
    blobs.put("key", b"second")

    assert blobs.get("key") == Blob(b"second", {})


def test_only_the_first_of_two_is_stored_if_absent(blobs: Blobs) -> None:
    first = blobs.put_if_absent("channel/event", b"first", {"received-at": "2026-03-02T12:00:00Z"})
    second = blobs.put_if_absent("channel/event", b"second")

    assert (first, second) == (True, False)
    assert blobs.get("channel/event") == Blob(b"first", {"received-at": "2026-03-02T12:00:00Z"})


@pytest.mark.parametrize(
    "value",
    ["", "Café ☕", "50 % + tax", "  spaces  around ", "line\r\nbreak", "=?utf-8?q?x?=", "a,b;c:d"],
)
def test_metadata_may_be_any_text(blobs: Blobs, value: str) -> None:
    blobs.put("key", b"", {"value": value})

    blob = blobs.get("key")

    assert blob is not None
    assert blob.metadata == {"value": value}


@pytest.mark.parametrize("name", ["", "Topic", "delivery id", "zeit-für", "-x"])
def test_metadata_names_are_plain(blobs: Blobs, name: str) -> None:
    with pytest.raises(ValueError, match="metadata name"):
        blobs.put("key", b"", {name: "value"})

    assert blobs.get("key") is None


def test_metadata_over_2_kb_is_too_large(blobs: Blobs) -> None:
    blobs.put("key", b"", {"value": "x" * 2043})

    with pytest.raises(TooLarge):
        blobs.put_if_absent("other", b"", {"value": "x" * 2044})


def test_keys_are_listed_in_order_under_a_prefix(blobs: Blobs) -> None:
    for key in ("b/2", "a/1", "b/10", "b/1", "bb/1", "c/é"):
        blobs.put(key, b"")

    assert list(blobs.keys("b/")) == ["b/1", "b/10", "b/2"]
    assert list(blobs.keys("c/")) == ["c/é"]
    assert list(blobs.keys("nothing/")) == []
    assert len(list(blobs.keys(""))) == 6


@pytest.mark.parametrize(
    "after, left",
    [("", ["b/1", "b/2", "b/3"]), ("b/1", ["b/2", "b/3"]), ("b/2~", ["b/3"]), ("b/3", [])],
)
def test_a_listing_goes_on_after_a_key_whether_it_is_there_or_not(
    blobs: Blobs, after: str, left: list[str]
) -> None:
    for key in ("b/3", "b/1", "a/9", "b/2", "c/1"):
        blobs.put(key, b"")

    assert list(blobs.keys("b/", after=after)) == left
