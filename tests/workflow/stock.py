"""Nothing lost, counted by a second hand: from what lies in the stores, not by Tillbook's code."""

from collections import Counter
from functools import cache
from typing import Any

from local.cloud import LocalCloud

OUTCOMES = {"translated", "ignored", "superseded", "failed"}
STATUSES = {"completed", "pending", "failed", "skipped"}


@cache
def _owner(s3: Any, bucket: str, key: str) -> str:
    """The connection of an event; it never changes."""
    return str(s3.head_object(Bucket=bucket, Key=key)["Metadata"]["connection"])


def logged_events(cloud: LocalCloud, connection: str) -> set[str]:
    """Keys in the event log of a connection's deliveries."""
    s3, bucket = cloud.boto("s3"), cloud.stack.names["EventLogBucket"]
    return {
        item["Key"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        for item in page.get("Contents", [])
        if _owner(s3, bucket, item["Key"]) == connection
    }


def sync_items(cloud: LocalCloud, connection: str) -> list[dict[str, Any]]:
    """All items of a connection in SyncTable; of each attribute only its value."""
    pages = cloud.boto("dynamodb").get_paginator("scan")
    return [
        {name: next(iter(value.values())) for name, value in item.items()}
        for page in pages.paginate(TableName=cloud.stack.names["SyncTable"], ConsistentRead=True)
        for item in page["Items"]
        if item["pk"]["S"].startswith(f"{connection}#")
    ]


def check_nothing_is_lost(cloud: LocalCloud, connection: str) -> None:
    """Events in the log = translated + ignored + superseded + failed + queued, and documents =
    completed + pending + failed + skipped."""
    logged = logged_events(cloud, connection)
    items = sync_items(cloud, connection)
    outcomes = {
        item["sk"]: item["outcome"] for item in items if item["pk"] == f"{connection}#EVENT"
    }
    assert set(outcomes.values()) <= OUTCOMES
    assert outcomes.keys() <= logged, "an outcome without its event"
    queued = len(logged - outcomes.keys())
    assert len(logged) == sum(Counter(outcomes.values()).values()) + queued

    records = {
        item["sk"]: "pending" if item["status"] == "sending" else item["status"]
        for item in items
        if item["pk"].startswith(f"{connection}#RECORD#")
    }
    documents = {
        item["sk"].partition("#")[0]
        for item in items
        if item["pk"].startswith(f"{connection}#DOCUMENT#")
    }
    assert set(records.values()) <= STATUSES
    assert documents == records.keys(), "a document without its record, or a record without one"
    pointers = {
        item["sk"].partition("#")[2]
        for item in items
        if item["pk"].startswith(f"{connection}#PENDING#")
    }
    assert pointers == {key for key, status in records.items() if status == "pending"}
