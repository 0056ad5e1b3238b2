import hashlib

import numpy as np
import pytest

from watermark import keys
from watermark.errors import WatermarkError


def test_derivation_is_pinned_to_the_version() -> None:
    """A changed value here makes every mark in the world unreadable: add a version instead."""
    derived = keys.derive(bytes(range(32)))

    assert derived.layout.hex() == LAYOUT
    assert derived.mac.hex() == MAC
    assert keys.draw_shift(derived, 7).tolist() == SHIFT


def test_tenants_have_forensic_keys_of_their_own() -> None:
    plain, one, other = (keys.derive(bytes(32), tenant=tenant) for tenant in ("", "a", "b"))

    assert len({plain.forensic, one.forensic, other.forensic}) == 3
    assert plain == keys.derive(bytes(32))
    assert (one.layout, one.shift, one.mac) == (other.layout, other.shift, other.mac)


def test_draws_are_pinned_to_the_version() -> None:
    numbers = keys.draw(bytes(32), "phases", 3)
    order = keys.draw_permutation(bytes(32), "pilots", 336)

    assert [f"{number:016x}" for number in numbers.tolist()] == DRAWN
    assert hashlib.sha256(order.astype(">u2").tobytes()).hexdigest()[:16] == ORDER


def test_draws_of_two_labels_differ() -> None:
    assert not np.array_equal(keys.draw(bytes(32), "a", 4), keys.draw(bytes(32), "b", 4))


def test_shifts_of_outputs_fill_a_tile() -> None:
    """Otherwise an average of outputs would keep what they have in common."""
    derived = keys.derive(bytes(range(32)))
    shifts = np.array([keys.draw_shift(derived, number) for number in range(2000)])

    for line in ((1, 0), (0, 1), (3, -2), (11, 10)):
        assert abs(np.exp(2j * np.pi * (shifts @ line)).mean()) < 0.07


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_secret_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(WatermarkError, match="32 bytes"):
        keys.derive(bytes(length))


LAYOUT = "8990671572dcf92eaee5447410893e6deac79fd120c46fe3229914ad9ed4b7a0"
MAC = "778e9d6978f7d916357fe17ae11379d3123e97517df92bc2dd956509930de5ff"
DRAWN = ["1de174ee82699564", "af7967ca5e417a56", "35bc2741f956c858"]
ORDER = "30b0bb93f65aa1bb"
SHIFT = [0.6855669521791173, 0.029009740745599817]
