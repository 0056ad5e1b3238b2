import numpy as np
import pytest

from tests.watermark.sound import attacks, sounds
from tests.watermark.sound.sounds import PAYLOAD_ID, RATE, SECRET
from watermark.errors import WatermarkError
from watermark.sound import quality
from watermark.sound.analysis import Samples
from watermark.sound.detect import Detector
from watermark.sound.stamp import LOG10_P_MARGIN, Stamped, stamp


def stamped(samples: Samples) -> Stamped | None:
    return stamp(samples, rate=RATE, secret=SECRET, payload_id=PAYLOAD_ID)


def test_what_hides_a_mark_well_is_marked_less() -> None:
    rain, music = stamped(sounds.made("rain")), stamped(sounds.made("music"))

    assert rain is not None
    assert music is not None
    assert rain.ample
    assert rain.strength < music.strength
    assert (
        rain.quality.sdr_db
        > quality.measure(sounds.made("rain"), sounds.marked("rain"), rate=RATE).sdr_db
    )


def test_what_has_the_margin_outlives_a_microphone() -> None:
    found = stamped(sounds.made("rain"))
    assert found is not None
    assert found.log10_p <= LOG10_P_MARGIN

    copy, rate = attacks.microphone(*attacks.trim(found.samples, RATE, seconds=5.0))

    assert Detector(SECRET).detect([copy], rate=rate).payload_id == PAYLOAD_ID


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros((5 * RATE, 2), np.float32),
        np.zeros((0, 2), np.float32),
        sounds.made("rain")[: RATE // 2],
    ],
    ids=["silence", "nothing", "half a second"],
)
def test_what_cannot_carry_a_mark_is_not_stamped(samples: Samples) -> None:
    assert stamped(samples) is None


def test_a_silent_end_is_no_reason_to_mark_more() -> None:
    rain = sounds.made("rain", 6.0)
    padded = np.concatenate([rain, np.zeros((5 * RATE, 2), np.float32)])

    found = stamped(padded)

    assert found is not None
    assert found.ample


def test_a_measure_of_different_sounds_is_refused() -> None:
    with pytest.raises(WatermarkError):
        quality.measure(sounds.made("rain"), sounds.made("rain")[:9], rate=RATE)


def test_a_sound_that_is_not_changed_has_no_noise() -> None:
    found = quality.measure(sounds.made("rain"), sounds.made("rain"), rate=RATE)

    assert found.sdr_db == float("inf")
    assert found.audible_share == 0.0
