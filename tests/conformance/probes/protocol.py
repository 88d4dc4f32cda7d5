"""Request ids, batches, queries, changes, throttles."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.conformance.ground import Ground
from tests.conformance.probes.registry import Undetermined, probe


@probe("requestid_identity")
def requestid_identity(ground: Ground) -> str:
    """The same request id with another batch item: is that another request?"""
    service = ground.service
    request = service.name().replace(" ", "-")
    answered = []
    for bid in ("a", "b"):
        item = {"bId": bid, "operation": "create", "Customer": {"DisplayName": service.name()}}
        (got,) = service.batch(item, requestid=request)
        answered.append(got["Customer"]["Id"])
    return "request" if answered[0] == answered[1] else "request_and_bid"


@probe("requestid_other_body")
def requestid_other_body(ground: Ground) -> str:
    """The same request id with another amount."""
    request = ground.service.name().replace(" ", "-")
    first, second = (
        ground.service.create(
            "journalentry", ground.journal(ground.bank, ground.expense, amount), requestid=request
        )
        for amount in (10, 11)
    )
    return "replay" if first["Id"] == second["Id"] else "execute"


@probe("requestid_replays_failures")
def requestid_replays_failures(ground: Ground) -> bool:
    """A refused write, repeated under its request id once nothing stands against it."""
    service = ground.service
    request = service.name().replace(" ", "-")
    name = service.name()
    twin = service.create("customer", {"DisplayName": name})
    refused = service.post("customer", {"DisplayName": name}, requestid=request)
    if refused.code != "6240":
        raise Undetermined(f"a name that is taken was answered {refused.status} {refused.code}")
    service.update("customer", twin, DisplayName=service.name())
    return service.post("customer", {"DisplayName": name}, requestid=request).code == "6240"


@probe("requestid_while_running")
def requestid_while_running(ground: Ground) -> str:
    """The same batch twice at a time; queries make it slow enough to overlap."""
    service = ground.service
    items: list[dict[str, Any]] = [
        {
            "bId": "0",
            "operation": "create",
            "JournalEntry": ground.journal(ground.bank, ground.expense),
        }
    ]
    items += [{"bId": str(n), "Query": "select * from Account"} for n in range(1, 30)]
    request = service.name().replace(" ", "-")
    first, second, overlapped = service.race(
        "batch", {"BatchItemRequest": items}, requestid=request
    )
    for answer in (first, second):
        for got in answer.body.get("BatchItemResponse", []):
            service.remember("journalentry", got.get("JournalEntry"))
    if not overlapped:
        raise Undetermined("the first call had ended before the second began")
    made = [_made(answer) for answer in (first, second)]
    if "600" in (first.code, second.code) or "600" in made:
        return "error"
    return "wait" if made[0] == made[1] else "execute"


def _made(answer: Any) -> str:
    item = answer.body.get("BatchItemResponse", [{}])[0]
    if "JournalEntry" in item:
        return str(item["JournalEntry"]["Id"])
    return str(item.get("Fault", {}).get("Error", [{}])[0].get("code", answer.code))


@probe("batch_unknown_property")
def batch_unknown_property(ground: Ground) -> str:
    """One item with a property that nobody knows, beside a sound one."""
    answer = ground.service.call(
        "POST",
        "batch",
        {
            "BatchItemRequest": [
                {"bId": "bad", "operation": "create", "Customer": {"Oddity": 1}},
                {"bId": "good", "Query": "select Id from Term"},
            ]
        },
    )
    return "batch" if answer.refused else "item"


@probe("max_results_above_limit")
def max_results_above_limit(ground: Ground) -> str:
    answer = ground.service.call("GET", "query", query="select Id from Account maxresults 1001")
    return "refuse" if answer.refused else "clamp"


@probe("doubtful_filters")
def doubtful_filters(ground: Ground) -> str:
    """An account by its number, a purchase by its account."""
    asked = ("Account where AcctNum = '4711'", "Purchase where AccountRef = '1'")
    by_number, by_account = (
        ground.service.call("GET", "query", query=f"select Id from {each}").refused
        for each in asked
    )
    if by_account:
        return "none" if by_number else "some"
    if by_number:
        raise Undetermined("purchases are found by account, but accounts not by number")
    return "all"


@probe("order_by_id")
def order_by_id(ground: Ground) -> str:
    answer = ground.service.call("GET", "query", query="select Id from Account orderby Id")
    return "refuse" if answer.refused else "accept"


@probe("instant_without_offset")
def instant_without_offset(ground: Ground) -> str:
    """What was made just now, by an hour ago as a clock in Greenwich shows it."""
    made = ground.service.create("customer", {"DisplayName": ground.service.name()})
    when = datetime.fromisoformat(made["MetaData"]["LastUpdatedTime"]).astimezone(UTC)
    since = (when - timedelta(hours=1)).replace(tzinfo=None).isoformat(timespec="seconds")
    found = ground.service.query(
        f"select Id from Customer where Id = '{made['Id']}' "
        f"and MetaData.LastUpdatedTime >= '{since}'"
    )
    return "utc" if found else "pacific"


@probe("cdc_of_settings")
def cdc_of_settings(ground: Ground) -> bool:
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    answer = ground.service.call("GET", "cdc", entities="Preferences", changedSince=since)
    return not answer.refused


@probe("cdc_too_old")
def cdc_too_old(ground: Ground) -> str:
    since = (datetime.now(UTC) - timedelta(days=400)).isoformat(timespec="seconds")
    answer = ground.service.call("GET", "cdc", entities="Term", changedSince=since)
    return "refuse" if answer.refused else "truncate"


@probe("throttle_answers_json")
def throttle_answers_json(ground: Ground) -> bool:
    if not ground.service.throttled:
        raise Undetermined("no call was throttled, and these checks keep the limits")
    return all("json" in each for each in ground.service.throttled)


@probe("requestid_retention")
def requestid_retention(ground: Ground) -> float | None:
    """Repeated at once, and after eight minutes, the longest that was ever observed."""
    service = ground.service
    body = ground.journal(ground.bank, ground.expense)
    request = service.name().replace(" ", "-")
    first = service.create("journalentry", body, requestid=request)
    if service.create("journalentry", body, requestid=request)["Id"] != first["Id"]:
        return 0
    service.wait(481)
    later = service.create("journalentry", body, requestid=request)
    return None if later["Id"] == first["Id"] else 480
