"""What is drawn, and whether a head was turned as it was."""

import secrets

import pytest

from rightsd.domain import challenge
from rightsd.domain.challenge import Challenge, Look, Turn
from tests import enrolling

L, R = Turn.LEFT, Turn.RIGHT


def looks(yaws: list[float], *, start: float = 0.0) -> list[Look]:
    return [Look(place / enrolling.FPS, start + yaw) for place, yaw in enumerate(yaws)]


def sides(yaws: list[float], *, start: float = 0.0) -> tuple[Turn, ...]:
    return tuple(turn.side for turn in challenge.turned(looks(yaws, start=start)))


@pytest.mark.parametrize("turns", [(L,), (R,), (L, L), (R, L, R, R), (L, R, L, R)])
@pytest.mark.parametrize("start", [0.0, 21.0, -14.0])
def test_turns_are_seen_in_order_whatever_the_pose_at_the_start(
    turns: tuple[Turn, ...], start: float
) -> None:
    assert sides(enrolling.yaws(turns), start=start) == turns


@pytest.mark.parametrize(
    "yaws",
    [
        enrolling.yaws((L, R), degrees=20),  # As far as people turn who just talk.
        [0.0] * 12 + [40.0] * 20,  # Not back again.
        [0.0] * 12 + [40.0, -40.0] * 5 + [0.0],  # From side to side.
        [0.0] * 12 + [20.0] * 10 + [0.0] * 5,
        [0.0, 40.0],  # No start to compare with.
        [],
    ],
)
def test_what_is_no_turn_is_not_taken_for_one(yaws: list[float]) -> None:
    assert sides(yaws) == ()


def test_only_what_was_drawn_in_its_order_will_do() -> None:
    drawn = Challenge((0,) * 8, (L, R, R, L))

    for made in ((L, R, R, L), (L, R, R), (L, R, R, L, L), (R, L, L, R), (L, R, L, R)):
        turned = challenge.turned(looks(enrolling.yaws(made)))
        assert challenge.is_met(drawn, turned) is (made == drawn.turns)


def test_what_is_drawn_cannot_be_known_before() -> None:
    drawn = {challenge.draw(secrets.randbelow) for _ in range(50)}

    assert len({each.digits for each in drawn}) == 50
    assert len({each.turns for each in drawn}) > 8


def test_the_recording_begins_with_the_ten_digits_twice() -> None:
    drawn = Challenge((3, 1, 4, 1, 5, 9, 2, 6), (L, R, L, R))

    assert drawn.slots == (*range(10), *range(10), 3, 1, 4, 1, 5, 9, 2, 6)
    assert drawn.voice_seconds == 42.0
