"""What a 429 does to the limits, and that QuickBooks, left to us alone, never has to answer one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.qbo.clock import ManualClock
from local.qbo.switches import Limits as AllowedByQuickBooks
from local.qbo.wire.throttle import Throttle
from tests.fakes import MemoryDatabase
from tillbook.domain.settings import Limits
from tillbook.errors import Throttled
from tillbook.store.rate_limiter import RateLimiter

REALM = "9130"
PAUSE = timedelta(seconds=60)


class Shop:
    """Writers that share a database, and the counters of QuickBooks."""

    def __init__(self, limits: Limits, writers: int = 2) -> None:
        self.clock = ManualClock()
        self.start = self.clock.now()
        self.limits = limits
        self.database = MemoryDatabase()
        self.quickbooks = Throttle(self.clock, AllowedByQuickBooks())
        self.writers = [
            RateLimiter(self.database, self.clock.now, self.clock.sleep) for _ in range(writers)
        ]

    def admit(self, writer: int = 0, *, batch: bool = True) -> None:
        self.writers[writer].acquire(REALM, self.limits, batch=batch, patience=1000)

    def arrives(self, *, batch: bool = True) -> bool:
        """A call reaches QuickBooks; whether it may pass."""
        return self.quickbooks.admit(
            REALM, "tillbook", "batch" if batch else "", count_refused=False
        )

    def throttled(self, writer: int = 0, *, sent_seconds_ago: float = 0) -> None:
        now = self.clock.now()
        sent_at = now - timedelta(seconds=sent_seconds_ago)
        self.writers[writer].slow_down(REALM, now + PAUSE, sent_at=sent_at)

    def minutes_pass(self, minutes: float) -> None:
        self.clock.advance(60 * minutes)

    def burst(self) -> int:
        """How many batches are allowed now, each within the second or so that ten of any take."""
        allowed = 0
        while True:
            try:
                self.writers[-1].acquire(REALM, self.limits, batch=True, patience=2)
            except Throttled:
                return allowed
            allowed += 1


@pytest.fixture
def shop() -> Shop:
    return Shop(Limits(batches_per_minute=30, requests_per_second=10))


@pytest.mark.parametrize("minutes, allowed", [(0, 15), (1, 22), (4, 27), (7, 30), (60, 30)])
def test_after_the_pause_half_is_allowed_and_soon_more(
    shop: Shop, minutes: float, allowed: int
) -> None:
    shop.throttled()
    shop.minutes_pass(61 / 60 + minutes)

    assert shop.burst() == allowed


def test_calls_that_were_in_flight_together_count_once(shop: Shop) -> None:
    shop.throttled()
    shop.clock.advance(1)
    for writer in (0, 1, 0):
        shop.throttled(writer, sent_seconds_ago=2)
    shop.minutes_pass(62 / 60)

    assert shop.burst() == 15


def test_the_answer_of_a_slow_call_prolongs_the_pause_and_counts_for_nothing_more(
    shop: Shop,
) -> None:
    shop.throttled()
    shop.clock.advance(100)
    shop.throttled(sent_seconds_ago=101)

    with pytest.raises(Throttled) as refusal:
        shop.writers[0].acquire(REALM, shop.limits, batch=True, patience=0)

    assert refusal.value.wait_seconds == pytest.approx(60, abs=1.1)
    shop.minutes_pass(61 / 60)
    assert shop.burst() == 15


def test_however_often_quickbooks_throttles_a_tenth_stays_allowed(shop: Shop) -> None:
    for _ in range(20):
        shop.throttled()
        shop.minutes_pass(1.1)

    assert shop.burst() == 3


def test_one_call_a_minute_is_always_allowed() -> None:
    shop = Shop(Limits(batches_per_minute=1, requests_per_minute=1))
    shop.throttled()

    shop.admit()
    shop.admit()

    assert (shop.clock.now() - shop.start).total_seconds() < 3 * 62


def test_reads_are_eased_too() -> None:
    shop = Shop(Limits(requests_per_minute=40, requests_per_second=10))
    shop.throttled()
    shop.minutes_pass(61 / 60)
    before = shop.clock.now()

    for _ in range(20):
        shop.admit(batch=False)
    assert shop.clock.now() - before < timedelta(seconds=5)
    shop.admit(batch=False)
    assert shop.clock.now() - before > timedelta(seconds=50)


def test_pausing_and_easing_are_one_write(shop: Shop) -> None:
    shop.admit()
    before = shop.database.writes

    shop.throttled()

    assert shop.database.writes == before + 1


# Who asks, whether for a batch, how long that one works before, and how long the call then takes to
# reach QuickBooks, as far as it does so in the order of the turns.
CALLS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.booleans(),
        st.sampled_from([0.0, 0.0, 0.01, 0.3, 1.0, 7.0, 59.9, 61.0]),
        st.sampled_from([0.0, 0.0, 0.01, 0.05]),
    ),
    max_size=150,
)


@given(calls=CALLS)
def test_alone_we_are_never_throttled(calls: list[tuple[int, bool, float, float]]) -> None:
    shop = Shop(Limits())

    for writer, batch, work, travel in calls:
        shop.clock.advance(work)
        shop.admit(writer, batch=batch)
        shop.clock.advance(travel)
        assert shop.arrives(batch=batch)


@given(batch=st.booleans(), travels=st.lists(st.floats(0, 0.99), min_size=80, max_size=80))
def test_calls_that_overtake_each_other_keep_within_every_minute(
    batch: bool, travels: list[float]
) -> None:
    """Up to a second apart on their way, as calls sent side by side are."""
    limits = Limits(batches_per_minute=40, requests_per_minute=40)
    shop = Shop(limits)
    arrivals = []
    for travel in travels:
        shop.admit(batch=batch)
        arrivals.append((shop.clock.now() - shop.start).total_seconds() + travel)

    arrivals.sort()
    assert all(later - sooner > 60 for sooner, later in zip(arrivals, arrivals[40:], strict=False))
