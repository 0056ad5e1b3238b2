"""The turnaround of platforms: percentiles with their samples, and nothing made up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain import turnaround
from rightsd.domain.acknowledgement import Outcome, Refusal
from rightsd.domain.turnaround import Answer, Figures

NOW = datetime(2030, 1, 2, tzinfo=UTC)


def answer(
    outcome: Outcome | None = Outcome.REMOVED,
    *,
    told: float | None = 1,
    received: float | None = 3,
    ended: float | None = 11,
    refusal: Refusal | None = None,
    steps: int = 0,
) -> Answer:
    times = [None if one is None else NOW + timedelta(seconds=one) for one in (told, received)]
    last = None if ended is None else NOW + timedelta(seconds=ended)
    return Answer(NOW, times[0], times[1], last, outcome, refusal, steps)


def measured(*answers: Answer) -> turnaround.Turnaround:
    return turnaround.measure(answers, last_acknowledged_at=NOW, now=NOW)


def test_each_stage_counts_from_when_the_platform_was_told() -> None:
    found = measured(answer(told=1, received=3, ended=11))

    assert (found.told, found.received, found.removed) == (
        Figures(1, 1, 1, 1),
        Figures(1, 2, 2, 2),
        Figures(1, 10, 10, 10),
    )


def test_what_has_not_happened_has_no_figure() -> None:
    found = measured(answer(None, told=None, received=None, ended=None))

    assert found.told == found.received == found.removed == Figures(0, None, None, None)
    assert (found.deliveries, found.open) == (1, 1)


def test_a_refusal_is_no_removal_and_no_copy_is_no_refusal() -> None:
    found = measured(
        answer(),
        answer(Outcome.REFUSED, refusal=Refusal.DISPUTED),
        answer(Outcome.REFUSED, refusal=Refusal.NO_COPY),
        answer(Outcome.RECEIVED, ended=None, steps=2),
        answer(None, received=None, ended=None, steps=3),
    )

    assert found.removed.sample == found.removals == 1
    assert (found.refused, found.without_copy, found.open) == (1, 1, 2)
    assert (found.deliveries, found.received.sample, found.escalations) == (5, 4, 5)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (NOW, True),
        (NOW - timedelta(days=30, microseconds=-1), True),
        (NOW - timedelta(days=30), False),
        (None, False),
    ],
)
def test_an_integration_counts_for_thirty_days(last: datetime | None, *, expected: bool) -> None:
    found = turnaround.measure([answer()], last_acknowledged_at=last, now=NOW)

    assert found.counts is expected


# Nearest rank, by hand: the smallest value that so many percent do not exceed.
@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, (1, 1, 1)),
        (2, (1, 2, 2)),
        (20, (10, 19, 20)),
        (100, (50, 95, 99)),
        (200, (100, 190, 198)),
    ],
)
def test_percentiles_are_of_nearest_rank(count: int, expected: tuple[float, ...]) -> None:
    found = turnaround.figures([float(one) for one in reversed(range(1, count + 1))])

    assert (found.sample, found.p50, found.p95, found.p99) == (count, *expected)


@given(st.lists(st.none() | st.floats(0, 1e9)))
def test_percentiles_are_times_that_occurred_in_order(seconds: list[float | None]) -> None:
    found = turnaround.figures(seconds)

    known = [one for one in seconds if one is not None]
    assert found.sample == len(known)
    if not known:
        assert found == Figures(0, None, None, None)
        return
    assert {found.p50, found.p95, found.p99} <= set(known)
    for percent, figure in ((50, found.p50), (95, found.p95), (99, found.p99)):
        assert figure is not None
        assert sum(one <= figure for one in known) * 100 >= percent * len(known)


def test_clocks_that_disagree_make_no_negative_time() -> None:
    assert measured(answer(told=3, received=1)).received == Figures(1, 0, 0, 0)
