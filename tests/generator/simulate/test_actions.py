"""Actions: bones keep their length, feet that bear weight stay, mouths are shut at rest."""

import itertools
import math

import pytest

from generator.errors import GeneratorError
from generator.simulate import actions, strides
from generator.simulate.actions import ACTIONS, Speech
from generator.simulate.skeletons import SKELETONS, Chain, ankle, solve

SLIDE_MAX = 0.01 / 1.7  # A centimetre, for a figure 1.7 m tall.
TIMES = [n / 7 for n in range(22)]


def _length(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
    return math.dist(a, b)


@pytest.mark.parametrize("action", ACTIONS)
def test_bones_keep_their_length(action: str) -> None:
    for build, bones in SKELETONS.items():
        for at in TIMES:
            joints = solve(bones, actions.pose(action, at, build=build))
            pairs: list[tuple[Chain, float, float]] = [
                (joints.left_arm, bones.upper_arm, bones.forearm),
                (joints.right_arm, bones.upper_arm, bones.forearm),
                (joints.left_leg, bones.thigh, bones.shin),
                (joints.right_leg, bones.thigh, bones.shin),
            ]
            for chain, first, second in pairs:
                assert _length(chain.root, chain.bend) == pytest.approx(first, abs=1e-6)
                assert _length(chain.bend, chain.end) == pytest.approx(second, abs=1e-6)


@pytest.mark.parametrize(
    "action", ["walk", "run", "sneak", "stand", "sit", "bow", "throw", "dance"]
)
def test_feet_reach_where_they_are_put(action: str) -> None:
    for build, bones in SKELETONS.items():
        for at in TIMES:
            pose = actions.pose(action, at, build=build)
            joints = solve(bones, pose)
            for leg, foot in (
                (joints.left_leg, pose.left_foot),
                (joints.right_leg, pose.right_foot),
            ):
                assert _length(leg.end, ankle(bones, foot)) < 0.012, (action, build, at)


@pytest.mark.parametrize(("action", "gait"), [("walk", strides.WALK), ("run", strides.RUN)])
def test_planted_feet_do_not_slide(action: str, gait: strides.Gait) -> None:
    for build in SKELETONS:
        for offset in (0.0, 0.5):
            begin = gait.seconds * (2 + offset)
            places = []
            for n in range(21):
                at = begin + gait.seconds * gait.stance * (0.02 + 0.95 * n / 20)
                pose = actions.pose(action, at, build=build)
                foot = pose.right_foot if offset else pose.left_foot
                places.append((foot.at[0] + pose.travel[0], foot.at[2] + pose.travel[2]))
            slides = [math.dist(place, places[0]) for place in places]
            assert max(slides) < SLIDE_MAX


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_jumps_between_frames(action: str) -> None:
    frame = 1 / 60
    for build in ("man", "child"):
        before = actions.pose(action, 0.0, build=build)
        for n in range(1, 200):
            pose = actions.pose(action, n * frame, build=build)
            for new, old in (
                (pose.hips, before.hips),
                (pose.left_hand.at, before.left_hand.at),
                (pose.right_hand.at, before.right_hand.at),
                (pose.left_foot.at, before.left_foot.at),
                (pose.right_foot.at, before.right_foot.at),
            ):
                # Nothing of a body 1.7 m tall moves faster than 12 m/s.
                assert _length(new, old) < 12 / 1.7 * frame, (action, build, n * frame)
            before = pose


@pytest.mark.parametrize("action", ACTIONS)
def test_no_foot_sinks_into_the_floor(action: str) -> None:
    for build in SKELETONS:
        for at in TIMES:
            pose = actions.pose(action, at, build=build)
            assert min(pose.left_foot.at[1], pose.right_foot.at[1]) >= -1e-9


def test_a_mouth_is_shut_at_rest_and_opens_in_speech() -> None:
    resting = actions.pose("stand", 1.0, build="woman")
    speaking = actions.pose("talk", 1.0, build="woman", speech=Speech(mouth=0.7, wide=0.4))

    assert resting.face.mouth == 0.0
    assert speaking.face.mouth == 0.7
    assert speaking.face.wide == 0.4


def test_a_thrower_lets_go_with_an_outstretched_arm_above_its_shoulder() -> None:
    for build, bones in SKELETONS.items():
        at, hand = actions.release(build)

        assert at > 0.5
        assert hand[1] > bones.shoulder
        assert hand[2] > 0


def test_blinks_are_seen_and_short() -> None:
    closed = [actions.pose("stand", n / 100, build="man").face.blink > 0.5 for n in range(1000)]

    assert 2 <= sum(a and not b for a, b in itertools.pairwise(closed)) <= 5
    assert sum(closed) < 80


def test_unknown_actions_and_builds_are_refused() -> None:
    with pytest.raises(GeneratorError, match="action"):
        actions.pose("levitate", 0.0, build="man")
    with pytest.raises(GeneratorError, match="build"):
        actions.pose("walk", 0.0, build="centaur")
