"""Ten thousand warm orders: how long, what is asked of AWS, and what AWS asks for it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from bench import line, orders, prices
from bench.line import Measured
from bench.machine import memory_of
from bench.pool import Pool
from bench.speed import BURST, TEN_MINUTES, Speed, speed_of
from tillbook.domain.settings import Limits

ORDERS = 10_000
WRITES = 2
ALLOWED_BY_QUICKBOOKS = 40
"""Batches a minute."""
_S3 = ("PutObject", "GetObject", "ListObjectsV2")

# Of taking a webhook in; assumed, a few times what is measured without AWS.
_RECEIVE_SECONDS = 0.1
_TRANSLATE_SECONDS = 0.2
_SQS_REQUESTS = 3


def submit(pool: Pool) -> Callable[[], dict[str, Any]]:
    return pool.submit(measure).result


def measure() -> dict[str, Any]:
    company = line.Line()
    wanted = orders.warm(ORDERS)
    measured = company.measure(orders.documents(wanted, new_names=False), ORDERS)
    return {
        "run": asdict(measured),
        "minutes": measured.emulated_seconds / 60,
        "ideal_minutes": _minutes(ALLOWED_BY_QUICKBOOKS),
        "allowed_minutes": _minutes(Limits().batches_per_minute),
        "dynamodb_requests": sum(
            count for name, count in measured.requests.items() if name not in _S3
        ),
        "s3_requests": sum(measured.requests.get(name, 0) for name in _S3),
        "dollars_per_1000": _export(measured),
        "intake_dollars_per_1000": _intake(measured),
        "speed": asdict(_speed(company, measured)),
    }


def _minutes(batches_per_minute: int) -> float:
    return ORDERS * WRITES / (batches_per_minute * Limits().batch_size)


def _speed(company: line.Line, measured: Measured) -> Speed:
    """This run is also the one at a second a batch."""
    return speed_of(company, measured, 1.0, Limits().batches_in_flight, BURST, TEN_MINUTES)


def _export(run: Measured) -> dict[str, float]:
    """Dollars for a thousand orders, by service."""
    puts = run.requests.get("PutObject", 0) + run.requests.get("ListObjectsV2", 0)
    total = {
        "DynamoDB": run.read_units * prices.READ_UNIT + run.write_units * prices.WRITE_UNIT,
        "S3": puts * prices.S3_PUT + run.requests.get("GetObject", 0) * prices.S3_GET,
        "Lambda": run.gb_seconds * prices.GB_SECOND + run.lambda_requests * prices.LAMBDA_REQUEST,
        "Step Functions": run.transitions * prices.TRANSITION,
        "KMS": run.lambda_requests * prices.KMS_REQUEST,
    }
    return {name: dollars / run.orders * 1000 for name, dollars in total.items()}


def _intake(run: Measured) -> dict[str, float]:
    """Dollars for taking in a thousand orders, a webhook each."""
    accepting = run.accepting
    receive = _RECEIVE_SECONDS * memory_of("ReceiveChannelEventFunction")
    translate = _TRANSLATE_SECONDS * memory_of("TranslateEventFunction")
    units = accepting["read_units"] * prices.READ_UNIT
    units += accepting["write_units"] * prices.WRITE_UNIT
    each = {
        "DynamoDB": units / run.orders + 4 * prices.WRITE_UNIT + 2 * prices.READ_UNIT,
        "S3": prices.S3_PUT + prices.S3_GET,
        "Lambda": (receive + translate) / 1024 * prices.GB_SECOND + 2 * prices.LAMBDA_REQUEST,
        "KMS": prices.KMS_REQUEST,
        "API Gateway": prices.HTTP_API_REQUEST,
        "SQS": _SQS_REQUESTS * prices.SQS_REQUEST,
    }
    return {name: dollars * 1000 for name, dollars in each.items()}
