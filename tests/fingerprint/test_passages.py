"""What one recording shows is one passage, and a verdict weighs all of them."""

from dataclasses import replace

import pytest

from fingerprint import passages
from fingerprint.looks import Line
from fingerprint.motion import NOTHING, Motion
from fingerprint.timeline import Segment
from fingerprint.verdict import Kind, Passage, Sounds, Verdict
from fingerprint.views import View
from tests.fingerprint.scenes import UPRIGHT

SAME = replace(NOTHING, moving=100, mean=1.0, weakest=1.0)
OTHER = replace(NOTHING, moving=100)


def passage(start: float, end: float, *, offset: float = 1.0, log10_p: float = -20.0) -> Passage:
    return Passage(
        query=(Segment(start, end),),
        reference=(Segment(start + offset, end + offset),),
        speed=1.0,
        offset=offset,
        view=View.UPRIGHT,
        geometry=None,
        frames=None,
        points=None,
        moves=Motion(NOTHING, Line(1.0, offset), UPRIGHT, start, end),
        log10_p=log10_p,
    )


def moving(passage: Passage, agreement: object) -> Passage:
    assert passage.moves is not None
    return replace(passage, moves=replace(passage.moves, agreement=agreement))


def test_two_shots_on_one_line_are_one_passage() -> None:
    found = passages.apart([passage(0.0, 2.0), passage(2.1, 5.0, offset=1.1, log10_p=-30.0)])

    assert [each.query for each in found] == [(Segment(0.0, 5.0),)]
    assert found[0].reference == (Segment(1.1, 6.1),)


def test_what_is_shown_between_two_shots_is_no_part_of_the_passage() -> None:
    found = passages.apart([passage(0.0, 2.0), passage(4.0, 5.0)])

    assert [each.query for each in found] == [(Segment(0.0, 2.0), Segment(4.0, 5.0))]


def test_a_part_that_is_shown_again_is_a_passage_of_its_own() -> None:
    found = passages.apart([passage(0.0, 2.0), passage(2.0, 4.0, offset=-1.0)])

    assert len(found) == 2


def test_what_was_said_already_is_left_out() -> None:
    found = passages.apart([passage(0.0, 4.0), passage(1.0, 2.0, offset=2.0, log10_p=-8.0)])

    assert found == [passage(0.0, 4.0)]


@pytest.mark.parametrize(
    ("agreements", "kind"),
    [
        ((NOTHING, NOTHING), Kind.PROBABLE),
        ((NOTHING, OTHER), Kind.SAME_SCENE),
        ((OTHER, SAME), Kind.COPY),
    ],
)
def test_what_moves_otherwise_is_another_take_unless_something_is_a_copy(
    agreements: tuple[object, object], kind: Kind
) -> None:
    both = passage(0.0, 2.0), passage(2.0, 4.0, offset=9.0)

    found = Verdict("", tuple(map(moving, both, agreements)), None)

    assert found.kind is kind


@pytest.mark.parametrize(
    ("log10_p", "kind"), [(-5.0, Kind.NONE), (-7.5, Kind.PROBABLE), (-20.0, Kind.COPY)]
)
def test_sound_alone_is_a_copy_only_if_no_voice_says_the_same_twice(
    log10_p: float, kind: Kind
) -> None:
    assert Verdict("", (), Sounds((), 20.0, log10_p)).kind is kind
