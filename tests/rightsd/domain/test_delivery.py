"""When a delivery is tried again, and how much a platform is sent at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rightsd.domain.delivery import (
    ATTEMPTS_MAX,
    FAILURES_BEFORE_REST,
    JITTER,
    PERMITS_FIRST,
    PERMITS_MAX,
    REST_MAX,
    Attempt,
    Delivery,
    Line,
    State,
    Trouble,
)

NOW = datetime(2030, 1, 2, tzinfo=UTC)
TAKEN = Attempt(204, None)
FAILED = Attempt(500, Trouble.STATUS)
ONE = Delivery(
    id="dlv_1",
    platform_id="plt_1",
    position=1,
    event_id="evt_1",
    kind="generation.withdrawn",
    generation_id="gen_1",
    because_of="con_1",
    output_sha256="0" * 64,
    manifest_id="urn:c2pa:1",
    event_at=NOW,
    state=State.DUE,
    attempts=1,
    due_at=NOW,
    leased_until=None,
    first_attempt_at=NOW,
    sent_at=None,
    acknowledged_at=None,
)


def test_the_schedule_is_the_standards() -> None:
    at, since_start = NOW, []
    for attempts in range(1, ATTEMPTS_MAX):
        again = replace(ONE, attempts=attempts).next_attempt(FAILED, at, 0.0)
        assert again is not None
        at = again
        since_start.append(str(at - NOW))

    assert since_start == [
        "0:00:05",
        "0:05:05",
        "0:35:05",
        "2:35:05",
        "7:35:05",
        "17:35:05",
        "1 day, 7:35:05",
        "2 days, 3:35:05",
        "3 days, 3:35:05",
    ]
    assert replace(ONE, attempts=ATTEMPTS_MAX).next_attempt(FAILED, at, 0.0) is None


def test_jitter_only_puts_off() -> None:
    pauses = [ONE.next_attempt(FAILED, NOW, chance) for chance in (0.0, 0.5, 1.0)]

    seconds = [(at - NOW).total_seconds() for at in pauses if at is not None]
    assert seconds == [5, 5 * (1 + JITTER / 2), 5 * (1 + JITTER)]


def test_a_platform_puts_the_next_attempt_off_and_never_brings_it_forward() -> None:
    later = Attempt(503, Trouble.STATUS, timedelta(minutes=2))
    sooner = Attempt(503, Trouble.STATUS, timedelta(seconds=1))

    assert ONE.next_attempt(later, NOW, 0.0) == NOW + timedelta(minutes=2)
    assert ONE.next_attempt(sooner, NOW, 0.0) == NOW + timedelta(seconds=5)


def test_permits_grow_with_what_is_taken_up_to_a_limit() -> None:
    line = Line().after([TAKEN] * 3, NOW, 0.0)
    assert line == Line(PERMITS_FIRST + 3)

    assert Line(PERMITS_MAX).after([TAKEN] * 9, NOW, 0.0) == Line(PERMITS_MAX)


def test_failures_alone_halve_permits_and_then_the_line_rests() -> None:
    line, permits, rests, now = Line(16), [], [], NOW
    for _ in range(FAILURES_BEFORE_REST + 8):
        line = line.after([FAILED], now, 0.0)
        permits.append(line.permits)
        rests.append(line.rests_until and (line.rests_until - now).total_seconds())
        now = line.rests_until or now

    assert permits == [8, 4, *[1] * 9]
    assert rests == [None, None, 5, 10, 20, 40, *[REST_MAX.total_seconds()] * 5]


def test_what_was_under_way_when_a_rest_began_does_not_make_it_longer() -> None:
    line = Line(16)
    for _ in range(FAILURES_BEFORE_REST):
        line = line.after([FAILED], NOW, 0.0)

    later = NOW + timedelta(seconds=1)

    assert line.after([FAILED] * 13, later, 0.0) == line
    assert line.after([TAKEN, FAILED], later, 0.0) == Line(2)


def test_after_a_rest_one_is_tried_alone_and_the_rest_follows_by_and_by() -> None:
    line = Line(1, failures=40, rests_until=NOW)
    permits = []
    for _ in range(6):
        line = line.after([TAKEN] * line.permits, NOW, 0.0)
        permits.append(line.permits)

    assert permits == [2, 4, 8, 16, 16, 16]
    assert line.failures == 0
    assert line.rests_until is None


def test_one_that_is_never_taken_does_not_stop_the_others() -> None:
    line = Line(8)
    for _ in range(20):
        line = line.after([TAKEN, FAILED], NOW, 0.0)

    assert not line.is_down
    assert line.permits == PERMITS_MAX


@pytest.mark.parametrize("status", [429, 503])
def test_a_platform_that_asks_for_a_pause_gets_one_at_once(status: int) -> None:
    asked = Attempt(status, Trouble.STATUS, timedelta(seconds=30))

    line = Line(16).after([TAKEN, asked], NOW, 0.0)

    assert line.rests_until == NOW + timedelta(seconds=30)
    assert line.permits == 1
