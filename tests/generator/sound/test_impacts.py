import numpy as np
import pytest

from generator.simulate.world import SURFACES
from generator.sound import impacts

RATE = 48_000
BODIES = ("ball", "basketball", "football")


@pytest.mark.parametrize("surface", sorted({name for name, _ in SURFACES.values()} | {"wall"}))
@pytest.mark.parametrize("body", BODIES)
def test_an_impact_starts_at_once_and_dies_away(body: str, surface: str) -> None:
    sound = impacts.strike(body, surface, 5.0, seed=1)

    peak = np.abs(sound).max()
    assert np.abs(sound[:48]).max() > 0.3 * peak
    assert np.abs(sound[-480:]).max() < 0.05 * peak


def test_a_faster_impact_is_louder() -> None:
    loud, quiet = (impacts.strike("ball", "wood", speed, seed=1) for speed in (5.0, 1.0))

    assert np.abs(loud).max() > 3 * np.abs(quiet).max()


def spectrum(sound: np.ndarray) -> np.ndarray:
    made = np.abs(np.fft.rfft(sound, 4 * RATE))
    return made / np.linalg.norm(made)


def test_materials_sound_different() -> None:
    spectra = [
        spectrum(impacts.knock((name, 0.3), (name, 0.3), 4.0, seed=1)) for name in impacts.MATERIALS
    ]

    assert len(spectra) >= 12
    for index, one in enumerate(spectra):
        for other in spectra[:index]:
            assert float(one @ other) < 0.97


def test_a_smaller_thing_sounds_higher() -> None:
    hertz = np.fft.rfftfreq(4 * RATE, 1 / RATE)
    lowest = []
    for size in (0.1, 0.2, 0.4):
        made = spectrum(impacts.knock(("metal", size), ("stone", 0.3), 4.0, seed=1))
        lowest.append(hertz[int(np.argmax(made))])

    assert lowest[0] / lowest[1] == pytest.approx(2.0, rel=0.02)
    assert lowest[1] / lowest[2] == pytest.approx(2.0, rel=0.02)


def test_metal_rings_on_and_rubber_does_not() -> None:
    def fading(name: str) -> float:
        """Return the seconds after which a hundredth of the energy is left."""
        power = impacts.knock((name, 0.3), ("stone", 0.3), 4.0, seed=1) ** 2
        left = np.cumsum(power[::-1])[::-1] / power.sum()
        return float(np.argmax(left < 0.01)) / RATE

    assert fading("metal") > 4 * fading("wood") > 4 * fading("rubber") / 2


def test_a_soft_touch_excites_less_of_the_treble() -> None:
    hertz = np.fft.rfftfreq(4 * RATE, 1 / RATE)

    def centre(other: str) -> float:
        power = spectrum(impacts.knock(("wood", 0.3), (other, 0.3), 4.0, seed=1)) ** 2
        return float((hertz * power).sum() / power.sum())

    assert centre("stone") > 1.5 * centre("rubber")
