import numpy as np
import pytest

from tests.watermark.sound import attacks, sounds
from tests.watermark.sound.sounds import PAYLOAD_ID, RATE
from watermark.errors import WatermarkError
from watermark.sound.analysis import SECONDS_MAX, Samples, listen
from watermark.sound.detect import LOG10_P_MAX, Detection, Detector

DETECTOR = Detector(sounds.SECRET)
OTHER = Detector(bytes(32))


def assert_no_mark(found: Detection) -> None:
    assert found.payload_id is None
    assert found.stretch is None
    assert found.log10_p > LOG10_P_MAX


# Each kind of sound meets a part of the attacks; the benchmark tries all of them on all.
@pytest.mark.parametrize(
    ("attack", "kind"),
    [
        *((attack, "speech") for attack in attacks.ATTACKS if attack != attacks.HARDEST),
        *((attack, "music") for attack in ("AAC, 64 kb/s", "1.25 times as fast", "cut to 5 s")),
        *((attack, "rain") for attack in ("MP3, 64 kb/s", attacks.HARDEST)),
    ],
)
def test_a_mark_outlives(attack: str, kind: str) -> None:
    samples, rate = attacks.ATTACKS[attack](sounds.marked(kind), RATE)

    found = DETECTOR.detect([samples], rate=rate)

    assert found.payload_id == PAYLOAD_ID
    assert found.log10_p <= LOG10_P_MAX


@pytest.mark.parametrize("kind", sounds.KINDS)
def test_what_is_not_marked_is_not_claimed(kind: str) -> None:
    found = DETECTOR.detect([sounds.made(kind)], rate=RATE)

    assert_no_mark(found)
    assert found.able


@pytest.mark.parametrize("kind", sounds.KINDS)
def test_a_mark_of_another_secret_is_not_claimed(kind: str) -> None:
    assert_no_mark(OTHER.detect([sounds.marked(kind)], rate=RATE))


def test_a_mark_tells_how_the_speed_was_changed() -> None:
    samples, rate = attacks.faster(sounds.marked("rain"), RATE, times=1.1)
    stretched, _ = attacks.stretch(sounds.marked("rain"), RATE, times=1.1)

    both = DETECTOR.detect([samples], rate=rate)
    tempo = DETECTOR.detect([stretched], rate=rate)

    assert (both.tempo, both.pitch) == (pytest.approx(1.1, rel=0.004), pytest.approx(1.1, rel=0.02))
    assert (tempo.tempo, tempo.pitch) == (
        pytest.approx(1.1, rel=0.004),
        pytest.approx(1.0, rel=0.02),
    )


def test_quick_effort_leaves_other_speeds_alone() -> None:
    samples, rate = attacks.faster(sounds.marked("rain"), RATE, times=1.1)

    assert_no_mark(DETECTOR.detect([samples], rate=rate, effort="quick"))


def test_an_excerpt_is_found_in_a_longer_sound() -> None:
    before, behind = sounds.made("speech"), sounds.made("music")
    spliced = np.concatenate([before, sounds.marked("rain"), behind])

    found = DETECTOR.detect([spliced], rate=RATE, effort="quick")

    assert found.payload_id == PAYLOAD_ID
    assert found.stretch is not None
    assert found.stretch[0] < 16.0
    assert found.stretch[1] > 8.0


def test_pieces_say_what_the_whole_says() -> None:
    whole = sounds.marked("speech")
    cuts = [1, 700, 700, 50_001, 300_000]

    pieces = DETECTOR.detect(np.split(whole, cuts), rate=RATE)

    assert pieces == DETECTOR.detect([whole], rate=RATE)


def test_both_channels_carry_it_alone_and_against_each_other() -> None:
    left = sounds.marked("rain")[:, :1]
    opposed = np.concatenate([left, -left], axis=1)

    assert DETECTOR.detect([left], rate=RATE).payload_id == PAYLOAD_ID
    assert DETECTOR.detect([opposed], rate=RATE).payload_id == PAYLOAD_ID


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros((0, 2), np.float32),
        np.zeros((5 * RATE, 1), np.float32),
        np.ones((5 * RATE, 1), np.float32),  # Nothing sounds in the bands.
        sounds.marked("rain")[: RATE // 2],
    ],
    ids=["nothing", "silence", "a constant", "half a second"],
)
def test_too_little_sound_says_that_it_cannot_tell(samples: Samples) -> None:
    found = DETECTOR.detect([samples], rate=RATE)

    assert_no_mark(found)
    assert not found.able
    assert found.log10_p == 0.0


def test_what_is_too_long_is_not_listened_to() -> None:
    minute = np.zeros((60 * 8_000, 1), np.float32)
    late, _ = attacks.resample(sounds.marked("rain")[:, :1], RATE, to=8_000)

    heard = DETECTOR.detect([minute, late], rate=8_000, effort="quick")
    unheard = DETECTOR.detect([minute] * 2 + [late], rate=8_000, effort="quick")

    assert SECONDS_MAX == 120.0
    assert heard.payload_id == PAYLOAD_ID
    assert not unheard.able


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (np.zeros(RATE, np.float32), RATE),
        (np.zeros((RATE, 0), np.float32), RATE),
        (np.zeros((RATE, 9), np.float32), RATE),
        (np.zeros((RATE, 1), np.int16), RATE),
        (np.full((RATE, 1), np.nan, np.float32), RATE),
        (np.zeros((RATE, 1), np.float32), 7_999),
        (np.zeros((RATE, 1), np.float32), 400_000),
    ],
)
def test_what_is_no_sound_is_refused(samples: Samples, rate: int) -> None:
    with pytest.raises(WatermarkError):
        DETECTOR.detect([samples], rate=rate)


def test_channels_that_come_and_go_are_refused() -> None:
    stereo = sounds.made("rain")

    with pytest.raises(WatermarkError):
        DETECTOR.detect([stereo, stereo[:, :1]], rate=RATE)


def test_a_copy_is_the_sound_that_was_marked() -> None:
    original = listen(sounds.marked("speech"), RATE)
    samples, rate = attacks.worn(sounds.marked("speech"), RATE)
    heard = listen(samples, rate)

    assert DETECTOR.is_of(heard, original, DETECTOR.look(heard))


@pytest.mark.parametrize("kind", ["rain", "music"])
def test_a_sound_that_the_mark_was_moved_to_is_not_what_was_marked(kind: str) -> None:
    original, heard = listen(sounds.marked("speech"), RATE), listen(sounds.marked(kind), RATE)
    found = DETECTOR.look(heard)

    assert found.payload_id == PAYLOAD_ID
    assert not DETECTOR.is_of(heard, original, found)


def test_a_mark_that_is_laid_over_another_sound_is_not_what_was_marked() -> None:
    """Who has a sound before and after marking can add the difference to another one."""
    difference = sounds.marked("rain") - sounds.made("rain")
    forged = np.clip(sounds.made("music") + difference, -1.0, 1.0)
    heard, original = listen(forged, RATE), listen(sounds.marked("rain"), RATE)

    assert not DETECTOR.is_of(heard, original, DETECTOR.look(heard))


def test_what_has_no_mark_is_of_nothing() -> None:
    heard = listen(sounds.made("rain"), RATE)

    assert not DETECTOR.is_of(heard, heard, DETECTOR.look(heard, effort="quick"))
