"""Links as they are stored, those of the first version too."""

import hashlib
import json
from typing import Any

import pytest

from tillbook.domain.settings import Conflicts
from tillbook.domain.sync import Link
from tillbook.quickbooks import conflicts, mapping
from tillbook.quickbooks.owned import hashes, owned
from tillbook.store import links

CUSTOMER = {"Id": "7", "SyncToken": "3", "DisplayName": "Ana", "GivenName": "Ana", "Active": True}


def first_version(obj: dict[str, Any]) -> Link:
    text = json.dumps(owned("Customer", obj), sort_keys=True)
    return links.from_item(
        {
            "entity": "Customer",
            "id": "7",
            "sync_token": "2",
            "owned_hash": hashlib.sha256(text.encode()).hexdigest()[:32],
            "line_ids": {},
            "account": None,
        }
    )


def test_a_link_is_read_as_it_was_stored() -> None:
    link = Link("Invoice", "9", "1", {"Line": "abc"}, {"Line": "def"}, {"1": "2"}, "79")

    assert links.from_item(links.to_item(link)) == link


def test_a_link_of_the_first_version_knows_whether_anything_was_edited() -> None:
    link = first_version(CUSTOMER)

    assert mapping.seen(link, CUSTOMER).edits == {}
    edited = {**CUSTOMER, "GivenName": "Annabel"}
    # It cannot tell which field; what differs from what we would write is then told.
    assert mapping.seen(link, edited).edits == hashes("Customer", edited)
    assert mapping.seen(link, edited).sync_token == "3"


def test_after_a_retry_a_link_of_the_first_version_knows_its_fields() -> None:
    edited = {**CUSTOMER, "GivenName": "Annabel"}
    link = conflicts.approve(mapping.seen(first_version(CUSTOMER), edited), Conflicts())

    assert (link.written, link.edits) == (hashes("Customer", edited), {})
    assert list(mapping.seen(link, {**edited, "GivenName": "Bell"}).edits) == ["GivenName"]


@pytest.mark.parametrize("item", [{}, {"owned_hash": ""}])
def test_of_an_object_that_was_only_found_nothing_is_an_edit(item: dict[str, Any]) -> None:
    stored = {**links.to_item(Link("Customer", "7", "2")), "written": {}, **item}

    assert mapping.seen(links.from_item(stored), CUSTOMER).edits == {}
