"""Digits are told apart by the speaker's own readings of them."""

import numpy as np
import pytest

from rightsd.adapters import digits
from tests import enrolling

SLOT = int(enrolling.SLOT_SECONDS * enrolling.RATE)


def heard(said: list[int | None], **how: float) -> list[digits.Spoken | None]:
    samples = enrolling.recording(said, **how).astype(np.float32)
    return [
        digits.listen(samples[start : start + SLOT], enrolling.RATE)
        for start in range(0, len(samples), SLOT)
    ]


def naive(one: np.ndarray, other: np.ndarray) -> float:
    """Return the distance as the textbook has it, cell by cell."""
    sums = np.full((len(one) + 1, len(other) + 1), np.inf)
    sums[0, 0] = 0
    for i, row in enumerate(one):
        for j, column in enumerate(other):
            best = min(sums[i, j + 1], sums[i + 1, j], sums[i, j])
            sums[i + 1, j + 1] = np.linalg.norm(row - column) + best
    return sums[-1, -1] / (len(one) + len(other))


@pytest.mark.parametrize("lengths", [(1, 1), (1, 9), (30, 8), (17, 23)])
def test_the_distance_is_the_textbooks(lengths: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    one, other = (rng.standard_normal((length, 26)) for length in lengths)

    assert digits._distance(one, other) == pytest.approx(naive(one, other))
    assert digits._distance(one, one) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("pitch", [105.0, 150.0, 215.0])
@pytest.mark.parametrize("noise", [0.003, 0.02])
def test_digits_are_recognised_by_ones_own_readings(pitch: float, noise: float) -> None:
    order = [*range(10)]
    first, second, probe = (
        heard([*order], pitch=pitch, noise=noise, seed=seed) for seed in (1, 2, 3)
    )
    readings = [[one, two] for one, two in zip(first, second, strict=True)]

    right = sum(digits.recognise(spoken, readings) == digit for digit, spoken in enumerate(probe))

    assert right >= 9


@pytest.mark.parametrize("noise", [0.0, 1e-5, 0.05])
def test_where_nothing_is_said_nothing_is_heard(noise: float) -> None:
    assert heard([None, None], noise=noise) == [None, None]


def test_a_click_is_no_digit() -> None:
    slot = np.zeros(SLOT, np.float32)
    slot[5000:5020] = 0.9

    assert digits.listen(slot, enrolling.RATE) is None
    assert digits.listen(slot[:50], enrolling.RATE) is None


def test_how_loud_it_is_does_not_matter() -> None:
    samples = enrolling.recording([7]).astype(np.float32)

    loud, quiet = (digits.listen(samples * gain, enrolling.RATE) for gain in (1.0, 0.02))

    assert loud is not None
    assert quiet is not None
    assert digits._distance(loud.features, quiet.features) < 0.05


@pytest.mark.parametrize("rate", [digits.RATE_MIN, 44_100, 192_000])
@pytest.mark.parametrize("seconds", [0.0, 0.0001, 0.29, 0.31, 2.0])
def test_any_sound_is_heard_or_not(rate: int, seconds: float) -> None:
    rng = np.random.default_rng(rate)
    count = int(rate * seconds)
    noise = rng.uniform(-1, 1, count).astype(np.float32)
    inside = (np.arange(count) > 0.3 * count) & (np.arange(count) < 0.6 * count)
    sounds = [
        noise * 0,
        noise * 0 + 1,
        noise,
        noise * np.float32(1e-38),
        np.sign(noise),
        noise * inside,
        (np.arange(count) == count // 2).astype(np.float32),
        np.sin(np.arange(count) * 0.05).astype(np.float32) * inside,
    ]

    found = [digits.listen(sound, rate) for sound in sounds]

    assert found[0] is found[1] is None
    for spoken in filter(None, found):
        assert np.isfinite(spoken.samples).all()
        assert np.isfinite(spoken.features).all()
        assert digits.recognise(spoken, [[spoken], [spoken]]) == 0
