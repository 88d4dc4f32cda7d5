"""No window holds more calls than QuickBooks allows, and almost all that it allows are used."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FakeClock, MemoryDatabase
from tillbook.domain.settings import Limits
from tillbook.errors import Throttled
from tillbook.store.rate_limiter import RateLimiter

REALM = "9130"
FOREVER = 10_000.0
# What is acquired travels for a while before QuickBooks counts it; calls may differ by this much.
TRAVEL_SECONDS = 1.0


class Shop:
    """Writers that share a database and a clock, and when each call was allowed."""

    def __init__(self, limits: Limits, writers: int = 1) -> None:
        self.clock = FakeClock()
        self.limits = limits
        self.database = MemoryDatabase()
        self.writers = [
            RateLimiter(self.database, self.clock, self.clock.sleep) for _ in range(writers)
        ]
        self.calls: list[float] = []
        self.batches: list[float] = []
        self._start = self.clock()

    @property
    def seconds(self) -> float:
        return (self.clock() - self._start).total_seconds()

    def call(self, writer: int = 0, *, batch: bool = True, patience: float = FOREVER) -> None:
        self.writers[writer].acquire(REALM, self.limits, batch=batch, patience=patience)
        self.calls.append(self.seconds)
        if batch:
            self.batches.append(self.seconds)


def most_in_a_window(moments: list[float], seconds: float) -> int:
    """The most calls in any window that includes both of its ends."""
    return max(
        (sum(1 for other in moments if start <= other <= start + seconds) for start in moments),
        default=0,
    )


LIMITS = st.builds(
    Limits,
    requests_per_minute=st.integers(1, 60),
    requests_per_second=st.integers(1, 10),
    batches_per_minute=st.integers(1, 40),
)
# Who calls, whether it is a batch, and how long that one works before.
CALLS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.booleans(),
        st.sampled_from([0.0, 0.0, 0.01, 0.3, 1.0, 1.6, 7.0, 59.9, 61.0]),
    ),
    max_size=120,
)


@given(limits=LIMITS, calls=CALLS)
def test_no_window_ever_holds_more_than_the_limit(
    limits: Limits, calls: list[tuple[int, bool, float]]
) -> None:
    shop = Shop(limits, writers=3)

    for writer, batch, work in calls:
        shop.clock.advance(work)
        shop.call(writer, batch=batch)

    assert most_in_a_window(shop.calls, 60 + TRAVEL_SECONDS) <= limits.requests_per_minute
    assert most_in_a_window(shop.batches, 60 + TRAVEL_SECONDS) <= limits.batches_per_minute
    assert most_in_a_window(shop.calls, 1) <= limits.requests_per_second


@pytest.mark.parametrize("batches_per_minute, work", [(1, 0.0), (12, 0.9), (38, 0.0), (38, 1.3)])
def test_sustained_work_uses_95_percent_of_the_limit(batches_per_minute: int, work: float) -> None:
    shop = Shop(Limits(batches_per_minute=batches_per_minute))
    possible = min(batches_per_minute, 60 / work if work else FOREVER)

    while shop.seconds < 1500:
        shop.clock.advance(work)
        shop.call()

    after_the_start = [moment for moment in shop.batches if 300 <= moment < 1500]
    assert len(after_the_start) / 20 >= 0.95 * possible


def test_a_short_run_does_not_wait_at_all() -> None:
    shop = Shop(Limits())

    for _ in range(38):
        shop.clock.advance(0.2)
        shop.call()

    assert shop.seconds == pytest.approx(38 * 0.2)


def test_reads_do_not_count_as_batches() -> None:
    shop = Shop(Limits(batches_per_minute=1))

    for _ in range(20):
        shop.clock.advance(0.5)
        shop.call(batch=False)
    shop.call(batch=True)

    assert shop.seconds == pytest.approx(10)


def test_whoever_would_wait_too_long_is_throttled_and_not_counted() -> None:
    shop = Shop(Limits(batches_per_minute=2))
    shop.call()
    shop.clock.advance(10)
    shop.call()

    with pytest.raises(Throttled) as refusal:
        shop.call(patience=5)
    assert refusal.value.wait_seconds == pytest.approx(52, abs=1)

    shop.clock.advance(refusal.value.wait_seconds)
    shop.call(patience=0.1)


def test_all_writers_of_a_realm_share_its_limit() -> None:
    shop = Shop(Limits(batches_per_minute=4), writers=2)
    for writer in (0, 1, 1, 0):
        shop.call(writer)

    with pytest.raises(Throttled):
        shop.call(0, patience=1)
    with pytest.raises(Throttled):
        shop.call(1, patience=1)


def test_realms_have_limits_of_their_own() -> None:
    shop = Shop(Limits(batches_per_minute=1))
    shop.call()

    shop.writers[0].acquire("9131", shop.limits, batch=True, patience=0)


def test_a_429_stops_every_writer_until_the_time_it_names() -> None:
    shop = Shop(Limits(), writers=2)
    shop.call(0)
    shop.call(1)
    shop.writers[0].slow_down(REALM, shop.clock() + timedelta(seconds=60), sent_at=shop.clock())

    for writer in (0, 1):
        with pytest.raises(Throttled) as refusal:
            shop.call(writer, batch=False, patience=30)
        assert refusal.value.wait_seconds == pytest.approx(60, abs=1.1)

    shop.call(1)
    assert shop.seconds >= 60


def test_an_earlier_end_does_not_shorten_a_pause() -> None:
    shop = Shop(Limits())
    shop.writers[0].slow_down(REALM, shop.clock() + timedelta(seconds=60), sent_at=shop.clock())
    shop.writers[0].slow_down(REALM, shop.clock() + timedelta(seconds=5), sent_at=shop.clock())

    with pytest.raises(Throttled):
        shop.call(patience=50)


def test_a_writer_whose_clock_is_behind_stays_within_the_limit() -> None:
    shop = Shop(Limits(batches_per_minute=3))
    behind = FakeClock(shop.clock() - timedelta(seconds=20))
    late = RateLimiter(shop.database, behind, behind.sleep)
    shop.call()
    late.acquire(REALM, shop.limits, batch=True, patience=0)
    shop.call()

    with pytest.raises(Throttled):
        late.acquire(REALM, shop.limits, batch=True, patience=60)


def test_a_call_of_the_only_writer_costs_one_write() -> None:
    shop = Shop(Limits())
    shop.call()
    before = shop.database.writes

    shop.call()

    assert shop.database.writes == before + 1


def test_the_stored_counter_stays_small() -> None:
    shop = Shop(Limits(requests_per_minute=500, requests_per_second=10))

    for _ in range(600):
        shop.call(batch=False)

    stored = shop.database.get_many(shop.database._items)
    assert all(len(str(item)) < 1000 for item in stored.values())
