import hashlib

import numpy as np

from watermark import ecc, lattice
from watermark.payload import PAYLOAD_BITS

LAYOUT = lattice.lay_out(bytes(range(32)))
WORD = ecc.encode(np.arange(PAYLOAD_BITS, dtype=np.uint8) % 3 % 2)


def test_every_line_has_one_use() -> None:
    used = np.concatenate([LAYOUT.pilots, LAYOUT.carriers])

    assert np.array_equal(np.sort(used), np.arange(len(LAYOUT.lines)))
    assert len(np.unique(LAYOUT.slots)) == LAYOUT.slots.size
    assert len(np.unique(np.concatenate([LAYOUT.lines, -LAYOUT.lines]), axis=0)) == 2 * len(used)


def test_another_key_shares_no_phase() -> None:
    other = lattice.lay_out(bytes(32))

    assert not np.isclose(LAYOUT.phases, other.phases, atol=1e-9).any()
    assert not np.array_equal(LAYOUT.pilots, other.pilots)


def test_the_pattern_is_the_sum_of_its_cosines() -> None:
    values = lattice.modulate(LAYOUT, WORD)
    pattern = lattice.synthesise(LAYOUT, values, height=96, width=170)
    y, x = 71, 133
    turns = LAYOUT.lines @ np.array([x, y]) * lattice.PERIODS / 96
    expected = (values * np.exp(2j * np.pi * turns)).real.sum() / np.sqrt(len(values) / 2)

    assert pattern.shape == (96, 170)
    assert np.isclose(pattern[y, x], expected, atol=1e-4)
    assert abs(pattern.mean()) < 0.05
    assert abs(pattern.std() - 1.0) < 0.05


def test_a_moved_layout_shows_the_same_elsewhere() -> None:
    moved = lattice.move(LAYOUT, np.array([0.25, 0.75]))
    here = lattice.synthesise(LAYOUT, lattice.modulate(LAYOUT, WORD), height=160, width=160)
    there = lattice.synthesise(moved, lattice.modulate(moved, WORD), height=160, width=160)

    # A tile has 64 pixels here.
    assert np.allclose(there[:100, :140], here[48:148, 16:156], atol=1e-3)


def test_demodulation_gives_the_sign_of_every_bit_that_was_sent() -> None:
    ratios = lattice.demodulate(LAYOUT, lattice.modulate(LAYOUT, WORD))
    sent = np.isin(np.arange(ecc.CODE_BITS), LAYOUT.slots)

    assert np.array_equal(ratios[sent] < 0, WORD[sent] == 1)
    assert not ratios[~sent].any()


def test_demodulation_stays_finite_on_nothing() -> None:
    assert not lattice.demodulate(LAYOUT, np.zeros(len(LAYOUT.lines), dtype=complex)).any()


def test_the_layout_is_pinned_to_the_version() -> None:
    values = np.round(lattice.modulate(LAYOUT, WORD) * 1e6).view(np.float64).astype(">i8")

    assert hashlib.sha256(values.tobytes()).hexdigest()[:16] == VALUES


VALUES = "63f9e9f84b3e36a5"
