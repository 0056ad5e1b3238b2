import math

import numpy as np
import pytest

from tests.watermark import clips
from watermark import lattice, sync
from watermark.keys import derive, draw_shift
from watermark.spectrum import Accumulator, Spectrum, analyse

KEY_COUNT = 200


def see(frames: np.ndarray) -> Spectrum:
    accumulator = Accumulator()
    accumulator.add(frames)
    return analyse(accumulator.total())


def lay_out(number: int) -> lattice.Layout:
    return lattice.lay_out(derive(number.to_bytes(32, "big")).layout)


@pytest.fixture(scope="module", params=["plain", "marked"])
def spectrum(request: pytest.FixtureRequest) -> Spectrum:
    clip = {"plain": clips.plain, "marked": clips.marked}[request.param]
    return see(clip("gradients", 180, 320, 24))


def test_the_bound_of_one_pose_holds_over_random_keys(spectrum: Spectrum) -> None:
    """Of random keys, at most a share p may have a bound of p or less (and 3 sigma for the draw).

    The bound is within a few times of the truth, so half of it would already fail here.
    """
    bounds = []
    for number in range(KEY_COUNT):
        layout = lay_out(number)
        received = spectrum.read(layout.lines[layout.pilots] * lattice.PERIODS)
        for quarter in range(4):  # Four shifts far apart, whose sums hardly depend on each other.
            shift = np.exp(0.5j * np.pi * quarter * layout.lines[layout.pilots].sum(axis=1))
            turned = received * layout.phases[layout.pilots].conj() * shift
            bounds.append(math.exp(sync.bound_tail(turned)))

    for p in (0.5, 0.2, 0.1, 0.03, 0.01):
        share = np.mean(np.array(bounds) <= p)
        assert share <= p + 3 * math.sqrt(p * (1 - p) / len(bounds))
    assert np.mean(np.array(bounds) <= 0.5) > 0.05


@pytest.mark.slow
def test_no_random_key_is_claimed(spectrum: Spectrum) -> None:
    best = [
        sync.look(spectrum, lay_out(number), sync.upright(), refined=1)[0]
        for number in range(KEY_COUNT)
    ]

    assert min(pose.log10_p for pose in best) > -1.0
    assert 0.0 < np.mean([pose.log10_p for pose in best]) < 3.0
    assert 1.5 < np.mean([pose.z for pose in best]) < 5.0


@pytest.mark.slow
def test_no_random_key_is_claimed_by_the_full_search(spectrum: Spectrum) -> None:
    bases = sync.search(spectrum, lay_out(0).lines)
    best = [sync.look(spectrum, lay_out(number), bases, refined=4)[0] for number in range(8)]

    assert min(pose.log10_p for pose in best) > -1.0


def test_the_bound_is_never_above_the_sub_gaussian_one() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        turned = random.exponential(size=84) * np.exp(1j * random.uniform(-1.6, 1.6, 84))
        z = turned.real.sum() / math.sqrt(np.sum(np.abs(turned) ** 2) / 2)
        assert sync.bound_tail(turned) <= -z * z / 2 + 1e-9


def test_the_bound_says_nothing_about_nothing() -> None:
    assert sync.bound_tail(np.zeros(84, dtype=complex)) == 0.0
    assert sync.bound_tail(-np.ones(84, dtype=complex)) == 0.0


def test_a_whole_picture_is_not_warped() -> None:
    keys = derive(clips.SECRET)
    spectrum = see(clips.marked("flat", 180, 320, 8))

    pose = sync.look(spectrum, lattice.lay_out(keys.layout), sync.upright(), refined=1)[0]

    assert pose.log10_p < -20
    assert np.allclose(pose.basis, lattice.PERIODS * np.eye(2), atol=0.01)
    # The pattern starts in the corner, half a picture from the centre, moved as its output's is.
    begins = lattice.PERIODS * np.array([320, 180]) / 360 + draw_shift(keys, clips.PAYLOAD_ID)
    assert np.allclose(np.exp(2j * np.pi * (pose.centre - begins)), 1.0, atol=0.1)
