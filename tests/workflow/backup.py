"""The tables of one connection as they were at a moment, and back to it: a restore from backup."""

from collections.abc import Iterator
from typing import Any

from local.cloud import LocalCloud
from tests.workflow.conftest import Tenant

TABLES = ("ConnectionsTable", "SyncTable")


class Backup:
    """All items of a connection and of its company. The buckets are not part of it."""

    def __init__(self, cloud: LocalCloud, tenant: Tenant) -> None:
        self._cloud = cloud
        self._owners = (tenant.connection, tenant.company.realm)
        self._items = {table: list(self._of(table)) for table in TABLES}

    def restore(self) -> None:
        for table in TABLES:
            name, dynamodb = self._cloud.stack.names[table], self._cloud.boto("dynamodb")
            for item in self._of(table):
                dynamodb.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})
            for item in self._items[table]:
                dynamodb.put_item(TableName=name, Item=item)

    def _of(self, table: str) -> Iterator[dict[str, Any]]:
        name = self._cloud.stack.names[table]
        pages = self._cloud.boto("dynamodb").get_paginator("scan")
        for page in pages.paginate(TableName=name, ConsistentRead=True):
            for item in page["Items"]:
                if any(owner in item["pk"]["S"] for owner in self._owners):
                    yield item
