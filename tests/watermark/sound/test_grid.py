import numpy as np

from watermark import ecc
from watermark.sound import grid

KEY, OTHER = bytes(range(32)), bytes(32)
WORD = ecc.encode(np.random.default_rng(1).integers(0, 2, 104, dtype=np.uint8))


def test_bands_cover_what_telephones_hear_and_more() -> None:
    assert grid.EDGES[0] < 300.0
    assert grid.EDGES[-1] >= 7_000.0
    assert grid.EDGES[grid.NARROW_BANDS] <= 3_400.0 < grid.EDGES[grid.NARROW_BANDS + 1]
    assert (np.diff(grid.EDGES) >= 79.9).all()


def test_every_bit_has_a_cell_that_telephones_hear() -> None:
    layout = grid.lay_out(KEY)

    heard = layout.slots[layout.carriers % grid.BANDS < grid.NARROW_BANDS]

    assert set(heard.tolist()) == set(range(ecc.CODE_BITS))


def test_every_cell_is_a_pilot_or_a_carrier() -> None:
    layout = grid.lay_out(KEY)

    assert sorted([*layout.pilots, *layout.carriers]) == list(range(grid.CELLS))


def test_keys_share_neither_signs_nor_places() -> None:
    ours, theirs = grid.lay_out(KEY), grid.lay_out(OTHER)

    assert abs((ours.signs * theirs.signs).mean()) < 0.1
    assert abs(ours.signs.mean()) < 0.1
    assert len(np.intersect1d(ours.pilots, theirs.pilots)) < len(ours.pilots) / 2


def test_demodulate_undoes_modulate_in_noise_where_half_the_band_is_lost() -> None:
    layout = grid.lay_out(KEY)
    cells = 0.9 * grid.modulate(layout, WORD)
    cells[:, grid.BANDS // 2 :] = 0.0
    noise = np.random.default_rng(2).standard_normal(cells.shape)

    ratios = grid.demodulate(layout, cells + noise)

    assert any((ecc.encode(word) == WORD).all() for word in ecc.decode(ratios))


def test_nothing_says_nothing() -> None:
    ratios = grid.demodulate(grid.lay_out(KEY), np.zeros((grid.STEPS, grid.BANDS)))

    assert not ratios.any()
