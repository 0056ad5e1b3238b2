import numpy as np
import pytest

from tests.watermark import clips
from watermark import forensic, keys, lattice
from watermark.embed import Embedder
from watermark.frames import Plane

KEYS = keys.derive(clips.SECRET)
HEIGHT, WIDTH = 180, 320


def pattern(payload_id: int = 1, shot: int = 0) -> Plane:
    layout = forensic.lay_out(KEYS, payload_id, shot, height=HEIGHT, width=WIDTH)
    return forensic.synthesise(layout, height=HEIGHT, width=WIDTH)


def correlate(one: Plane, other: Plane) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_the_waves_are_pinned_to_the_version() -> None:
    """A changed value here makes the layer of every output unverifiable: add a version instead."""
    layout = forensic.lay_out(keys.derive(bytes(range(32))), 7, 2, height=720, width=1280)

    assert len(layout.waves) == WAVES
    assert layout.phases[:3] == pytest.approx(PHASES, abs=1e-6)


def test_a_pattern_has_a_deviation_of_one() -> None:
    assert pattern().std() == pytest.approx(1.0, abs=0.02)


def test_a_wave_lies_where_the_layout_says() -> None:
    layout = forensic.lay_out(KEYS, 1, 0, height=HEIGHT, width=WIDTH)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / min(HEIGHT, WIDTH)
    u, v = layout.waves[100]

    received = (pattern() * np.exp(-2j * np.pi * (u * x + v * y))).sum()

    assert np.angle(received / layout.phases[100]) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(("payload_id", "shot"), [(2, 0), (1, 1), (2, 1)])
def test_outputs_and_shots_have_nothing_in_common(payload_id: int, shot: int) -> None:
    assert abs(correlate(pattern(), pattern(payload_id, shot))) < 0.1


def test_nothing_repeats_within_a_frame_as_tiles_of_the_lattice_do() -> None:
    layout = lattice.lay_out(KEYS.layout)
    lines = lattice.synthesise(layout, layout.phases, height=HEIGHT, width=WIDTH)
    tile = round(HEIGHT / lattice.PERIODS)

    assert correlate(lines[:, tile:], lines[:, :-tile]) > 0.9
    waves = pattern()
    assert abs(correlate(waves[:, tile:], waves[:, :-tile])) < 0.1
    for shift in range(40, 160, 5):
        assert abs(correlate(waves[:, shift:], waves[:, :-shift])) < 0.2


def test_the_layer_has_its_share_of_the_energy() -> None:
    flat = np.full((1, HEIGHT, WIDTH, 3), 120, dtype=np.uint8)
    embedder = Embedder(clips.SECRET, 1, height=HEIGHT, width=WIDTH, strength=4.0)

    change = (embedder.mark(flat).astype(np.float32) - flat)[0, :, :, 0]

    assert correlate(change, pattern()) ** 2 == pytest.approx(forensic.SHARE, abs=0.04)


def test_the_layer_changes_at_cuts_and_the_lattice_does_not() -> None:
    flat = np.full((4, HEIGHT, WIDTH, 3), 120, dtype=np.uint8)
    embedder = Embedder(clips.SECRET, 1, height=HEIGHT, width=WIDTH, strength=4.0, cuts=(0, 2))

    changes = np.concatenate([embedder.mark(flat[:1]), embedder.mark(flat[1:])]).astype(np.float32)
    planes = (changes - flat)[..., 0]

    assert [correlate(each, pattern(1, 0)) > 0.4 for each in planes] == [True, True, False, False]
    assert [correlate(each, pattern(1, 1)) > 0.4 for each in planes] == [False, False, True, True]
    assert correlate(planes[1], planes[2]) == pytest.approx(1.0 - forensic.SHARE, abs=0.05)


def test_a_long_strip_is_filled_with_repeats() -> None:
    layout = forensic.lay_out(KEYS, 1, 0, height=96, width=96 * 40)

    assert len(layout.waves) < 4 * 2200
    assert forensic.synthesise(layout, height=96, width=96 * 40).std() == pytest.approx(1, abs=0.05)


WAVES = 3718
PHASES = [(-0.990677 - 0.13623j), (0.76031 + 0.64956j), (0.752044 + 0.659113j)]
