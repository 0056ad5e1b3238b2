import numpy as np
import pytest

from generator.simulate.world import SURFACES
from generator.sound import impacts

RATE = 48_000
BODIES = ("ball", "basketball", "football")


@pytest.mark.parametrize("surface", sorted({name for name, _ in SURFACES.values()} | {"wall"}))
@pytest.mark.parametrize("body", BODIES)
def test_an_impact_starts_at_once_and_dies_away(body: str, surface: str) -> None:
    sound = impacts.strike(body, surface, 5.0, rate=RATE, seed=1)

    peak = np.abs(sound).max()
    assert np.abs(sound[:48]).max() > 0.3 * peak
    assert np.abs(sound[-480:]).max() < 0.05 * peak


def test_a_faster_impact_is_louder() -> None:
    loud, quiet = (impacts.strike("ball", "wood", speed, rate=RATE, seed=1) for speed in (5.0, 1.0))

    assert np.abs(loud).max() > 3 * np.abs(quiet).max()


def test_materials_sound_different() -> None:
    spectra = []
    for surface in ("wood", "grass", "wall", "snow"):
        sound = np.abs(np.fft.rfft(impacts.strike("ball", surface, 5.0, rate=RATE, seed=1)))
        spectra.append(sound / np.linalg.norm(sound))

    for index, one in enumerate(spectra):
        for other in spectra[:index]:
            assert float(one @ other) < 0.97
