"""What a clip, photographs and a voice recording must hold, each by itself."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from rightsd.domain.challenge import SLOT_SECONDS, Challenge, Turn
from rightsd.domain.enrolment import Fault
from rightsd.errors import Code, RightsError
from rightsd.workflows.enrolments import clips, photos, voices
from rightsd.workflows.enrolments.findings import UnfitError
from tests import enrolling
from tests.enrolling import BLUE, RED
from tests.fakes.likenesses import Painted

DRAWN = Challenge((3, 1, 4, 1, 5, 9, 2, 6), (Turn.LEFT, Turn.RIGHT, Turn.RIGHT, Turn.LEFT))
OTHER = (Turn.RIGHT, Turn.LEFT, Turn.LEFT, Turn.RIGHT)
YAWS = enrolling.yaws(DRAWN.turns)
Pictures = list[npt.NDArray[np.uint8]]


def drawn(yaws: Sequence[float], colour: enrolling.Colour = RED) -> Pictures:
    return [enrolling.picture((colour, yaw)) for yaw in yaws]


CLIPS: dict[str, tuple[Pictures, Fault]] = {
    "other turns": (drawn(enrolling.yaws(OTHER)), Fault.TURNS),
    "a turn too many": (drawn(enrolling.yaws((*DRAWN.turns, Turn.LEFT))), Fault.TURNS),
    "a turn too few": (drawn(enrolling.yaws(DRAWN.turns[:3])), Fault.TURNS),
    "turns that are too small": (drawn(enrolling.yaws(DRAWN.turns, degrees=20)), Fault.TURNS),
    "no turn": (drawn([0.0] * len(YAWS)), Fault.TURNS),
    "another face from the middle on": (
        drawn(YAWS[: len(YAWS) // 2]) + drawn(YAWS[len(YAWS) // 2 :], BLUE),
        Fault.OTHER_FACE,
    ),
    "another face for a while": (
        drawn(YAWS[:20]) + drawn(YAWS[20:36], BLUE) + drawn(YAWS[36:]),
        Fault.OTHER_FACE,
    ),
    "two faces": (
        [enrolling.picture((RED, yaw), (BLUE, 0.0)) for yaw in YAWS],
        Fault.SEVERAL_FACES,
    ),
    "someone who comes in": (
        drawn(YAWS[:60]) + [enrolling.picture((RED, yaw), (BLUE, 0.0)) for yaw in YAWS[60:]],
        Fault.SEVERAL_FACES,
    ),
    "no face": ([enrolling.picture() for _ in YAWS], Fault.NO_FACE),
    "a face that goes away": (
        drawn(YAWS) + [enrolling.picture() for _ in range(30)],
        Fault.NO_FACE,
    ),
    "a face far away": (
        [enrolling.picture((RED, yaw), size=50) for yaw in YAWS],
        Fault.NO_FACE,
    ),
    "one picture": (drawn([0.0]), Fault.TURNS),
}


def test_a_clip_of_one_who_does_as_they_are_asked(tmp_path: Path) -> None:
    found = clips.check(Painted(), enrolling.good_clip(tmp_path / "c.mp4", DRAWN), DRAWN)

    assert 3 <= len(found.templates) <= clips.TEMPLATES_MAX
    assert found.evidence["turns"] == [turn.value for turn in DRAWN.turns]
    assert found.evidence["clip_alone"] == 1.0


@pytest.mark.parametrize("what", CLIPS)
def test_a_clip_that_does_not_hold(tmp_path: Path, what: str) -> None:
    pictures, fault = CLIPS[what]
    path = enrolling.clip(tmp_path / "c.mp4", pictures)

    with pytest.raises(UnfitError) as caught:
        clips.check(Painted(), path, DRAWN)
    assert caught.value.fault is fault
    assert caught.value.detail


@pytest.mark.parametrize(
    ("faces", "fault"),
    [
        ([(RED,), (RED,), (BLUE,)], Fault.OTHER_FACE),
        ([(RED,), (RED,), (RED, BLUE)], Fault.SEVERAL_FACES),
        ([(RED,), (), (RED,)], Fault.NO_FACE),
    ],
)
def test_photographs_that_do_not_hold(
    tmp_path: Path, faces: list[tuple[enrolling.Colour, ...]], fault: Fault
) -> None:
    paths = [
        enrolling.photo(tmp_path / f"{number}.png", *((colour, 0.0) for colour in colours))
        for number, colours in enumerate(faces)
    ]

    with pytest.raises(UnfitError) as caught:
        photos.check(Painted(), paths, known=())
    assert caught.value.fault is fault


def said(slots: Sequence[int | None], **how: float) -> npt.NDArray[np.float64]:
    return enrolling.recording(slots, **how)


def test_a_voice_that_says_what_was_drawn(tmp_path: Path) -> None:
    path = enrolling.sound(tmp_path / "v.wav", said(DRAWN.slots))

    found = voices.check(Painted(), path, DRAWN)

    assert len(found.templates) == 3
    assert found.evidence["digits_right"] == 8


def test_two_of_eight_may_be_missed(tmp_path: Path) -> None:
    slots = [*DRAWN.slots[:26], None, 0]

    found = voices.check(Painted(), enrolling.sound(tmp_path / "v.wav", said(slots)), DRAWN)

    assert found.evidence["digits_right"] == 6


def test_a_recording_made_for_another_session_does_not_pass(tmp_path: Path) -> None:
    other = Challenge((8, 0, 2, 7, 3, 4, 9, 5), DRAWN.turns)
    path = enrolling.sound(tmp_path / "v.wav", said(DRAWN.slots))

    with pytest.raises(UnfitError) as caught:
        voices.check(Painted(), path, other)
    assert caught.value.fault is Fault.DIGITS


@pytest.mark.parametrize(
    ("slots", "fault"),
    [
        ([None] * 28, Fault.SILENCE),
        ([*DRAWN.slots[:13], None, *DRAWN.slots[14:]], Fault.SILENCE),
        ([*DRAWN.slots[:20], *[None] * 8], Fault.SILENCE),
        (DRAWN.slots[:20], Fault.LENGTH),
        ([*DRAWN.slots, *[None] * 8], Fault.LENGTH),
        ([*DRAWN.slots[:20], *[7] * 8], Fault.DIGITS),
        ([5] * 28, Fault.DIGITS),  # Who always says the same has no digits to tell apart.
    ],
)
def test_a_voice_that_does_not_hold(
    tmp_path: Path, slots: Sequence[int | None], fault: Fault
) -> None:
    with pytest.raises(UnfitError) as caught:
        voices.check(Painted(), enrolling.sound(tmp_path / "v.wav", said(slots)), DRAWN)
    assert caught.value.fault is fault


def test_the_digits_in_another_voice_do_not_pass(tmp_path: Path) -> None:
    samples = said(DRAWN.slots, pitch=105.0)
    drawn_from = round(20 * SLOT_SECONDS * enrolling.RATE)
    samples[drawn_from:] = said(DRAWN.slots[20:], pitch=205.0)

    with pytest.raises(UnfitError) as caught:
        voices.check(Painted(), enrolling.sound(tmp_path / "v.wav", samples), DRAWN)
    assert caught.value.fault in {Fault.OTHER_VOICE, Fault.DIGITS}


def test_a_telephones_rate_will_do_and_less_will_not(tmp_path: Path) -> None:
    path = enrolling.sound(tmp_path / "v.wav", said(DRAWN.slots)[::2], rate=8000)
    assert voices.check(Painted(), path, DRAWN).evidence["digits_right"] >= 6

    path = enrolling.sound(tmp_path / "v.wav", said(DRAWN.slots)[::4], rate=4000)
    with pytest.raises(UnfitError) as caught:
        voices.check(Painted(), path, DRAWN)
    assert caught.value.fault is Fault.UNREADABLE


def test_a_file_that_breaks_off_is_not_read(tmp_path: Path) -> None:
    path = enrolling.good_clip(tmp_path / "c.mp4", DRAWN)
    path.write_bytes(path.read_bytes()[:-4000])

    with pytest.raises(RightsError) as caught:
        clips.check(Painted(), path, DRAWN)
    assert caught.value.code is Code.INVALID
