"""Everything that happens to a connection, once: every route, every state, every privilege.

The person in it is made up to be recognised wherever their data should not be.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.client import Shop, wait_for
from local.cloud import LocalCloud
from tests.workflow.conftest import Tenant
from tests.workflow.shop import DOMAIN, Item, encode, order_by, person, refund_of
from tests.workflow.stock import logged_events

SHOP_SECRET = "shpss_planted0123456789abcdef"
WHO = person(
    5001,
    "Zebedee",
    "Quillfeather",
    "zq.private@planted.example",
    phone="+15550199887",
)
WHO["default_address"] |= {
    "address1": "77 Plantation Alley",
    "city": "Plantedville",
    "zip": "99887",
    "phone": "+15550199887",
}


def live(cloud: LocalCloud, tenant: Tenant) -> list[str]:
    """Go through it all; answers what the queue carried."""
    client, path = tenant.client, tenant.path
    client.request("PATCH", path, {"name": "Zebedee Quillfeather's books"})
    _look_around(cloud, tenant)
    shop = client.add_shop(tenant.connection, SHOP_SECRET, DOMAIN)
    _sell(tenant, shop)
    carried = _read_the_queue(cloud, tenant, shop)
    _take_documents(tenant)
    _interrupted_export(tenant)
    _person_in_between(tenant, shop)
    _move_records(tenant, shop)
    _leave_edits(tenant)
    _sweep(cloud, tenant)
    _restored(cloud, tenant, shop)
    _doubled(tenant)
    _failing_runs(cloud, tenant)
    _lost_consents(tenant)
    _look_around(cloud, tenant)
    _end(tenant)
    return carried


def _look_around(cloud: LocalCloud, tenant: Tenant) -> None:
    """Everything that can be read."""
    client, path = tenant.client, tenant.path
    for public in ("/health", "/openapi.json"):
        httpx.get(cloud.api_url + public, trust_env=False).raise_for_status()
    assert [one["id"] for one in client.all("/connections")] == [tenant.connection]
    client.get(path)
    for lists in ("settings", "channels", "reference/accounts", "reference/tax-codes"):
        client.get(f"{path}/{lists}")
    for listed, query in (("events", ""), ("runs", ""), ("records", "?status=completed&q=lamp")):
        for one in list(client.all(f"{path}/{listed}{query}"))[:3]:
            client.get(f"{path}/{listed}/{one['id']}")
    for notice in client.all(f"{path}/notices"):
        client.post(f"{path}/notices/{notice['id']}/read")
    if client.get(f"{path}/runs")["items"]:
        client.get(f"{path}/reconciliation")


def _sell(tenant: Tenant, shop: Shop) -> None:
    """Good, bad and hopeless deliveries with the person's data in all of them."""
    good = [
        ("orders/create", order_by(5001, WHO)),
        ("orders/create", order_by(5002, WHO, Item("Zebedee's lamp", sku="ZQ"))),
    ]
    bad = [
        ("orders/create", {**order_by(5003, WHO), "total_price": "1.00"}),
        ("orders/create", {**order_by(5004, WHO), "currency": "Zebedee Quillfeather"}),
        ("orders/create", {**order_by(5005, WHO), "processed_at": "zq.private@planted.example"}),
        ("customers/create", {**WHO, "id": "zq.private@planted.example"}),
        ("app/uninstalled", {"id": 1, "email": "zq.private@planted.example"}),
    ]
    raw = encode(order_by(5006, WHO))
    for topic, body in (*good, *bad):
        assert shop.deliver(topic, encode(body)).status_code == 200
    assert shop.deliver("orders/create", raw[:-300]).status_code == 200
    assert shop.deliver("orders/create", raw, signature="zq.private@planted.example") is not None
    tenant.client.await_events(tenant.connection, len(good) + len(bad) + 1)


def _read_the_queue(cloud: LocalCloud, tenant: Tenant, shop: Shop) -> list[str]:
    """What is said to the function that translates: held back, read, and let through."""
    sqs, url = cloud.boto("sqs"), cloud.stack.names["TranslateQueue"]
    _translate(cloud, False)
    before = logged_events(cloud, tenant.connection)
    shop.deliver("orders/create", encode(order_by(5007, WHO)))
    [event] = logged_events(cloud, tenant.connection) - before
    old = tenant.events()[-1]
    tenant.client.post(f"{tenant.path}/events/{old['id']}/replay")
    bodies: dict[str, str] = {}

    def two() -> bool | None:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        bodies.update((one["MessageId"], one["Body"]) for one in answer.get("Messages", []))
        return len(bodies) >= 2 or None

    wait_for(two, "the messages of a delivery and a replay", seconds=20)
    _translate(cloud, True)
    named = event.replace("/", ".")
    wait_for(
        lambda: any(one["id"] == named for one in tenant.events()) or None,
        "the event that was held back",
    )
    return list(bodies.values())


def _translate(cloud: LocalCloud, on: bool) -> None:
    """Whether the function that translates is given what is in its queue."""
    functions, url = cloud.boto("lambda"), cloud.stack.names["TranslateQueue"]
    queue = url.rpartition("/")[2]
    [mapping] = [
        one["UUID"]
        for one in functions.list_event_source_mappings()["EventSourceMappings"]
        if one["EventSourceArn"].endswith(f":{queue}")
    ]
    functions.update_event_source_mapping(UUID=mapping, Enabled=on)


def _take_documents(tenant: Tenant) -> None:
    """Two feeds, one of them given up; documents of our own form, good and bad."""
    client = tenant.client
    given_up = client.add_feed(tenant.connection, "given up")
    given_up.deliver({"documents": []})
    client.request("DELETE", f"{tenant.path}/channels/{given_up.channel}")
    feed = client.add_feed(tenant.connection, "warehouse")
    who = {"kind": "customer", "id": "zq", "version": "1", "name": "Zebedee Quillfeather Snr"}
    feed.deliver({"documents": [{**who, "email": "zq.private@planted.example"}]})
    feed.deliver({"documents": [{**who, "Zebedee Quillfeather": 1, "email": 7}]})
    feed.deliver(b"Zebedee Quillfeather")
    documents = [
        {**who, "source": "feed/direct", "phone": "+15550199887"},
        {**who, "source": "feed/direct", "name": "", "email": "zq.private@planted.example"},
        {"kind": "Zebedee Quillfeather"},
    ]
    answer = client.post(f"{tenant.path}/documents", {"documents": documents})
    assert [one["status"] for one in answer["results"]] == ["accepted", "refused", "refused"]


def _interrupted_export(tenant: Tenant) -> None:
    """Tokens that end early in every state, and an answer that is lost."""
    for operation in ("query", "batch", "report"):
        tenant.company.goes_wrong("expired_token", operation=operation)
    for entity in ("Customer", "Invoice"):
        tenant.company.goes_wrong("dropped", commits="yes", operation="create", entity=entity)
    assert tenant.sync()["status"] == "completed"
    tenant.company.await_fault()


def _person_in_between(tenant: Tenant, shop: Shop) -> None:
    """A bookkeeper takes a name while it is being sent, and edits what we wrote."""
    name = "Zebedee Quillfeather Jnr"
    newcomer = {**WHO, "id": 5008, "last_name": "Quillfeather Jnr", "email": "jnr@planted.example"}
    seen = len(tenant.events())
    shop.deliver("orders/create", encode(order_by(5008, newcomer)))
    shop.deliver("refunds/create", encode(refund_of(order_by(5001, WHO), {0: 1})))
    tenant.client.await_events(tenant.connection, seen + 2)
    [invoice, *_] = tenant.company.objects("Invoice")
    tenant.company.edit("update", "Invoice", {"Id": invoice["Id"], "CustomerMemo": {"value": "Z"}})
    tenant.company.edit("create", "Account", {"Name": "Till float", "AccountType": "Bank"})
    tenant.company.goes_wrong("normal", seconds=1.0, operation="create", entity="Customer")
    run = tenant.client.post(f"{tenant.path}/runs")["id"]
    tenant.company.await_fault()
    tenant.company.edit("create", "Customer", {"DisplayName": name})
    ended = tenant.client.await_run(tenant.connection, run)
    assert ended["status"].startswith("completed"), ended


def _move_records(tenant: Tenant, shop: Shop) -> None:
    """Skip what is pending, retry it, retry one and all that failed; a run that imports only."""
    client = tenant.client
    tenant.configure(tax_code=None)
    seen = len(tenant.events())
    shop.deliver("orders/create", encode(order_by(5009, WHO)))
    shop.deliver("customers/update", encode({**WHO, "updated_at": datetime.now(UTC).isoformat()}))
    client.await_events(tenant.connection, seen + 2)
    [invoice] = [one for one in tenant.records("invoice") if one["title"].endswith("#5009")]
    record = f"{tenant.path}/records/{invoice['id']}"
    client.post(f"{record}/skip", {"why": "Zebedee Quillfeather said so"})
    tenant.sync()
    client.post(f"{record}/retry")
    assert client.sync(tenant.connection, "import")["status"] == "completed"
    tenant.sync()
    tenant.configure(tax_code="2")
    client.post(f"{tenant.path}/records/retry-failed")
    assert tenant.sync()["status"] == "completed"


def _leave_edits(tenant: Tenant) -> None:
    """A person's edit is left as it is, then written over."""
    [invoice] = [one for one in tenant.records("invoice") if one["title"].endswith("#5009")]
    tenant.configure(conflicts={"default": "theirs"})
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": "5.00",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    tenant.company.edit("update", "Invoice", {"Id": invoice["quickbooks"]["id"], "Line": [line]})
    tenant.sync()
    tenant.configure(conflicts={"default": "ask"})
    tenant.client.post(f"{tenant.path}/records/{invoice['id']}/retry")
    tenant.sync()


def _sweep(cloud: LocalCloud, tenant: Tenant) -> None:
    """An event that was never translated, a pointer to nothing that waits, a payment that a person
    deleted: found by the day's sweep."""
    dynamodb, s3 = cloud.boto("dynamodb"), cloud.boto("s3")
    sync, log = cloud.stack.names["SyncTable"], cloud.stack.names["EventLogBucket"]
    [payment, *_] = tenant.company.objects("Payment")
    tenant.company.edit("delete", "Payment", {"Id": payment["Id"]})
    event = min(logged_events(cloud, tenant.connection))
    _translate(cloud, False)
    metadata = s3.head_object(Bucket=log, Key=event)["Metadata"]
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    s3.copy_object(
        Bucket=log,
        Key=event,
        CopySource={"Bucket": log, "Key": event},
        Metadata={**metadata, "received-at": long_ago.isoformat()},
        MetadataDirective="REPLACE",
    )
    outcome = {"pk": {"S": f"{tenant.connection}#EVENT"}, "sk": {"S": event}}
    dynamodb.delete_item(TableName=sync, Key=outcome)
    stray = {"pk": {"S": f"{tenant.connection}#PENDING#invoice"}, "sk": {"S": "2026#invoice-0"}}
    dynamodb.put_item(TableName=sync, Item={**stray, "record": {"S": "invoice-0"}})
    _nobody_else_is_due(cloud, tenant)
    assert cloud.invoke("start_sweeps", {}) == {"started": 1}
    [run, *_] = tenant.client.get(f"{tenant.path}/runs")["items"]
    swept = tenant.client.await_run(tenant.connection, run["id"])
    assert (swept["direction"], swept["error"]) == ("sweep", None), swept
    assert (swept["counts"]["sweep"]["requeued"], swept["counts"]["sweep"]["repaired"]) == (1, 1)
    _translate(cloud, True)
    proof = tenant.client.get(f"{tenant.path}/reconciliation")
    assert proof["completeness"]["counted"].startswith("everything at ")
    [missing] = [one for one in proof["differences"] if not one["found"]]
    tenant.client.post(f"{tenant.path}/records/{missing['record']}/retry")
    assert tenant.sync()["status"] == "completed"
    wait_for(
        lambda: dynamodb.get_item(TableName=sync, Key=outcome).get("Item"),
        "the event that was queued again",
    )


def _nobody_else_is_due(cloud: LocalCloud, tenant: Tenant) -> None:
    """Other tests' connections were swept just now."""
    dynamodb, table = cloud.boto("dynamodb"), cloud.stack.names["ConnectionsTable"]
    listed = dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :all",
        ExpressionAttributeValues={":all": {"S": "CONNECTIONS"}},
    )
    for item in listed["Items"]:
        if item["connection"]["S"] != tenant.connection:
            swept = {"S": datetime.now(UTC).isoformat()}
            dynamodb.put_item(TableName=table, Item={**item, "swept_at": swept})


def _restored(cloud: LocalCloud, tenant: Tenant, shop: Shop) -> None:
    """The tables go back to before a run that created and changed; somebody deletes an invoice that
    Tillbook was told to leave alone."""
    seen = len(tenant.events())
    changed = {**order_by(5009, WHO), "note": "Zebedee", "updated_at": "2030-01-01T00:00:00Z"}
    shop.deliver("orders/updated", encode(changed))
    shop.deliver("orders/create", encode(order_by(5010, WHO)))
    tenant.client.await_events(tenant.connection, seen + 2)
    backup = _stored(cloud, tenant)
    assert tenant.sync()["status"] == "completed"
    invoices = len(tenant.company.objects("Invoice"))
    lost = _stored(cloud, tenant)
    for table, items in backup.items():
        for key in lost[table].keys() - items.keys():
            cloud.boto("dynamodb").delete_item(
                TableName=table, Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}}
            )
        for item in items.values():
            cloud.boto("dynamodb").put_item(TableName=table, Item=item)
    assert tenant.sync()["status"] == "completed"
    assert len(tenant.company.objects("Invoice")) == invoices
    changed |= {"note": "Quillfeather", "updated_at": "2030-01-02T00:00:00Z"}
    shop.deliver("orders/updated", encode(changed))
    tenant.client.await_events(tenant.connection, seen + 3)
    [left] = [one for one in tenant.records("invoice") if one["title"].endswith("#5009")]
    tenant.client.post(f"{tenant.path}/records/{left['id']}/skip", {"why": "as it is"})
    [invoice] = [one for one in tenant.company.objects("Invoice") if one["DocNumber"] == "#5009"]
    tenant.company.edit("delete", "Invoice", {"Id": invoice["Id"]})
    tenant.client.sync(tenant.connection, "import")


def _stored(cloud: LocalCloud, tenant: Tenant) -> dict[str, dict[tuple[str, str], dict[str, Any]]]:
    """What the tables hold of a connection, by key."""
    tables = [cloud.stack.names[name] for name in ("ConnectionsTable", "SyncTable")]
    ours = (tenant.connection, tenant.company.realm)
    return {
        table: {
            (item["pk"]["S"], item["sk"]["S"]): item
            for page in cloud.boto("dynamodb").get_paginator("scan").paginate(TableName=table)
            for item in page["Items"]
            if any(one in item["pk"]["S"] for one in ours)
        }
        for table in tables
    }


def _doubled(tenant: Tenant) -> None:
    """Somebody copies an invoice, our note and all, and deletes the copy when told of it."""
    [invoice, *_] = tenant.company.objects("Invoice")
    copied = ("CustomerRef", "TxnDate", "PrivateNote")
    line = {
        "Amount": 1,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": tenant.company.objects("Item")[0]["Id"]}},
    }
    copy = {name: invoice[name] for name in copied} | {"DocNumber": "COPY-1", "Line": [line]}
    tenant.company.edit("create", "Invoice", copy)
    tenant.client.sync(tenant.connection, "import")
    told = [one["subject"] for one in tenant.client.all(f"{tenant.path}/notices")]
    assert sum(subject.endswith("is in QuickBooks twice") for subject in told) == 1
    [double] = [one for one in tenant.company.objects("Invoice") if one["DocNumber"] == "COPY-1"]
    tenant.company.edit("delete", "Invoice", {"Id": double["Id"]})
    tenant.client.sync(tenant.connection, "import")


def _failing_runs(cloud: LocalCloud, tenant: Tenant) -> None:
    """Runs that end badly: QuickBooks is down, QuickBooks is read-only, an item is spoilt."""
    company = tenant.company
    who = {"kind": "customer", "source": "feed/direct", "version": "1"}

    def one_more() -> str:
        document = {**who, "id": uuid.uuid4().hex, "name": f"Quillfeather {uuid.uuid4().hex}"}
        sent = tenant.client.post(f"{tenant.path}/documents", {"documents": [document]})
        return str(sent["results"][0]["record"])

    one_more()
    company.goes_wrong("server_error", operation="cdc", count=6)
    assert tenant.sync()["error"] == "TransientError"
    company.goes_wrong("read_only_company", operation="create", entity="Customer")
    assert tenant.sync()["error"] == "NeedsPerson"
    with _spoilt(cloud, tenant, one_more()):
        assert tenant.sync()["error"] == "UnexpectedError"
    assert tenant.sync()["status"] == "completed"


@contextmanager
def _spoilt(cloud: LocalCloud, tenant: Tenant, record: str) -> Iterator[None]:
    """A revision that no model accepts, so that a library quotes it in its exception."""
    dynamodb, table = cloud.boto("dynamodb"), cloud.stack.names["SyncTable"]
    found = dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues={
            ":pk": {"S": f"{tenant.connection}#DOCUMENT#customer"},
            ":sk": {"S": f"{record}#"},
        },
    )
    [item] = found["Items"]
    words = {"kind": {"S": "Zebedee Quillfeather, zq.private@planted.example"}}
    dynamodb.put_item(TableName=table, Item={**item, "body": {"M": words}})
    yield
    dynamodb.put_item(TableName=table, Item=item)


def _lost_consents(tenant: Tenant) -> None:
    """The consent is taken back while importing, exporting and reconciling."""
    document = {"kind": "customer", "source": "feed/direct", "id": "x", "version": "1", "name": "X"}
    tenant.client.post(f"{tenant.path}/documents", {"documents": [document]})
    for operation in ("cdc", "batch", "report"):
        tenant.company.goes_wrong("revoked", operation=operation)
        assert tenant.sync()["error"] == "ReconnectNeeded", operation
        tenant.client.connect(tenant.connection, tenant.company.realm)
    assert tenant.sync()["status"] == "completed"


def _end(tenant: Tenant) -> None:
    """Disconnected, connected again and deleted, with a channel still open."""
    client, path = tenant.client, tenant.path
    assert client.post(f"{path}/disconnect")["revoked"] is True
    client.connect(tenant.connection, tenant.company.realm)
    assert client.request("DELETE", path)["revoked"] is True
    assert client.get(path)["state"] == "deleted"
