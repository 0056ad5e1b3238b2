import numpy as np
import pytest

from tests.watermark.sound import sounds
from tests.watermark.sound.sounds import PAYLOAD_ID, RATE, SECRET
from watermark.errors import WatermarkError
from watermark.sound import analysis, quality
from watermark.sound.analysis import Samples
from watermark.sound.detect import Detector
from watermark.sound.embed import STRENGTH_MAX, mark


def marked(samples: Samples, *, rate: int = RATE, strength: float = 1.0) -> Samples:
    return mark(samples, rate=rate, secret=SECRET, payload_id=PAYLOAD_ID, strength=strength)


@pytest.mark.parametrize("kind", sounds.KINDS)
def test_a_mark_is_hidden_by_the_sound(kind: str) -> None:
    found = quality.measure(sounds.made(kind), sounds.marked(kind), rate=RATE)

    assert found.sdr_db > 12.0
    assert found.noise_to_mask_db < -5.0
    assert found.audible_share < 0.05


def test_silence_stays_silence() -> None:
    samples = sounds.made("rain").copy()
    samples[2 * RATE : 4 * RATE] = 0.0
    gap = slice(2 * RATE + RATE // 20, 4 * RATE - RATE // 20)

    assert not marked(samples)[gap].any()
    assert not marked(np.zeros((RATE, 2), np.float32)).any()


def test_what_is_above_and_below_the_bands_is_left_alone() -> None:
    change = np.fft.rfft(sounds.marked("rain") - sounds.made("rain"), axis=0)
    hertz = np.fft.rfftfreq(len(sounds.made("rain")), 1.0 / RATE)
    power = np.square(np.abs(change)).sum(axis=1)

    assert power[(hertz < 200.0) | (hertz > 7_800.0)].sum() < 0.001 * power.sum()


def test_no_band_changes_by_more_than_two_decibels_and_a_bit() -> None:
    levels: list[np.ndarray] = []
    for samples in (sounds.made("rain"), sounds.marked("rain")):
        listener = analysis.Listener(RATE)
        listener.add(samples)
        levels.append(10.0 * np.log10(listener.heard().powers()[:784].reshape(-1, 8, 38).sum(1)))

    assert np.abs(levels[1] - levels[0]).max() < 2.5


def test_channels_are_changed_alike() -> None:
    mono = sounds.made("speech")[:, :1]
    stereo = np.concatenate([mono, 0.5 * mono], axis=1)

    out = marked(stereo)

    assert np.allclose(out[:, 1], 0.5 * out[:, 0], atol=1e-6)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000])
def test_any_rate_can_be_marked(rate: int) -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal((6 * rate, 1))

    out = marked(noise.astype(np.float32), rate=rate)

    assert Detector(SECRET).detect([out], rate=rate, effort="quick").payload_id == PAYLOAD_ID


@pytest.mark.parametrize("count", [0, 1, 479, 480, 481, 48_001])
def test_any_length_is_kept(count: int) -> None:
    samples = sounds.made("rain")[:count]

    assert marked(samples).shape == samples.shape


def test_the_same_input_gives_the_same_sound() -> None:
    assert (marked(sounds.made("music")) == sounds.marked("music")).all()


def test_a_full_scale_sound_stays_within_it() -> None:
    loud = np.clip(sounds.made("rain") * 20.0, -1.0, 1.0).astype(np.float32)

    assert np.abs(marked(loud)).max() <= 1.0


def test_a_marked_sound_can_be_marked_anew_and_says_the_last() -> None:
    other = bytes(reversed(range(32)))
    again = mark(sounds.marked("rain"), rate=RATE, secret=other, payload_id=7)

    assert Detector(other).detect([again], rate=RATE).payload_id == 7
    assert Detector(SECRET).detect([again], rate=RATE).payload_id == PAYLOAD_ID


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": b"short"},
        {"payload_id": 2**60},
        {"strength": 0.0},
        {"strength": STRENGTH_MAX + 0.1},
        {"rate": 100},
        {"samples": np.zeros((8_000 * 121, 1), np.float32), "rate": 8_000},
        {"samples": np.zeros(RATE, np.float32)},
    ],
)
def test_what_is_out_of_range_is_refused(wrong: dict[str, object]) -> None:
    right = {"rate": RATE, "secret": SECRET, "payload_id": 1, "samples": sounds.made("rain")}
    arguments = right | wrong

    with pytest.raises(WatermarkError):
        mark(arguments.pop("samples"), **arguments)  # type: ignore[arg-type]
