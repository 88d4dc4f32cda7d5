"""Takes events of the log from the queue and turns each into documents and an outcome.

What fails goes back to the queue alone; the others of the batch are done. What fails for a reason
that does not pass ends in the dead-letter queue, of which an alarm tells.
"""

import json
from typing import Any
from urllib.parse import unquote_plus

from tillbook import runtime
from tillbook.errors import NotFound, TransientError
from tillbook.observability import count, log, observed, report
from tillbook.usecases.translate_event import translate_event


@observed
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    failed = []
    for message in event["Records"]:
        try:
            for key, again in _events(json.loads(message["body"])):
                outcome = translate_event(runtime.services(), key, again=again).outcome
                count("EventsTranslated", kind=outcome)
        except NotFound:
            log("event_not_in_log", message=message["messageId"])
        except Exception as error:  # noqa: BLE001 - whatever it is, the other events go on
            if not isinstance(error, TransientError):
                report(error)
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}


def _events(body: dict[str, Any]) -> list[tuple[str, bool]]:
    """Keys in the log. S3's own notification is a first sight, ours asks for a replay; S3's test
    message names no event."""
    return [
        (unquote_plus(record["s3"]["object"]["key"]), record.get("eventSource") != "aws:s3")
        for record in body.get("Records", [])
    ]
