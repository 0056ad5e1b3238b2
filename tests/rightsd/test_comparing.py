"""What is said of an asset that several channels tell of: the clearest, and takes are no copies."""

from dataclasses import replace

import pytest

from fingerprint import motion
from fingerprint.align import Match, Segment
from fingerprint.motion import Agreement, Line, Motion
from fingerprint.soundmatch import SoundSegment
from fingerprint.soundpairs import Warp
from fingerprint.verdict import Kind, Passage, Points, Sounds, Verdict
from fingerprint.views import View
from rightsd import comparing
from rightsd.domain.resemblance import By

HERE, THERE = Segment(1.0, 3.0), Segment(5.0, 7.0)
UPRIGHT = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
SAME = Agreement(moving=100, mean=1.0, weakest=1.0, contradiction=0.0)
DIFFERS = Agreement(moving=100, mean=-1.0, weakest=-1.0, contradiction=1.0)
NEAR = Match("ref_a", 0.9, 4, 10, HERE, THERE, mirrored=False, speed=1.0)
SOUND = Sounds((SoundSegment(HERE, THERE, Warp(1.0, 1.0), 90, 0.8, 30.0),), 30.0, -20.0)


def passage(agreement: Agreement) -> Passage:
    return Passage(
        query=(HERE,),
        reference=(THERE,),
        speed=1.0,
        offset=4.0,
        view=View.UPRIGHT,
        geometry=None,
        frames=None,
        points=Points(60.0, 3, -12.0),
        moves=Motion(agreement, Line(1.0, 4.0), UPRIGHT, 1.0, 3.0),
        log10_p=-12.0,
    )


def verdict(*agreements: Agreement, sound: Sounds | None = None) -> Verdict:
    return Verdict("ref_a", tuple(map(passage, agreements)), sound)


@pytest.mark.parametrize(
    ("matches", "said", "by", "strong"),
    [
        ([NEAR], [], By.FRAMES, True),
        ([], [verdict(SAME)], By.POINTS, True),
        ([], [verdict(motion.NOTHING)], By.POINTS, False),
        ([], [verdict(sound=SOUND)], By.SOUND, False),
        ([], [verdict(SAME, sound=SOUND)], By.POINTS, True),
        ([NEAR], [verdict(motion.NOTHING)], By.FRAMES, True),
        ([replace(NEAR, bits=30)], [verdict(SAME)], By.POINTS, True),
        ([replace(NEAR, bits=30)], [verdict(motion.NOTHING)], By.FRAMES, False),
        # Another take: whole frames are those of the original, and move in another way.
        ([NEAR], [verdict(DIFFERS)], By.SCENE, False),
        ([NEAR], [verdict(DIFFERS, SAME)], By.FRAMES, True),
    ],
)
def test_the_clearest_is_said_once(
    matches: list[Match], said: list[Verdict], by: By, *, strong: bool
) -> None:
    (found,) = comparing._told(matches, said)

    assert (found.reference_id, found.by, found.strong) == ("ref_a", by, strong)
    assert found.at_seconds == HERE.start


def test_a_take_of_which_no_frame_is_shown_is_nothing() -> None:
    take = verdict(DIFFERS)
    assert take.kind is Kind.SAME_SCENE

    assert comparing._told((), [take]) == []


def test_the_other_side_says_where_an_output_shows_it() -> None:
    for matches, said in (([NEAR], []), ([], [verdict(SAME)]), ([], [verdict(sound=SOUND)])):
        (found,) = comparing._told(matches, said, at_reference=True)
        assert found.at_seconds == THERE.start
