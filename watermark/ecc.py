"""A polar code of 512 bits with a successive cancellation list decoder.

The decoder returns its whole list: the MAC of the payload picks from it, as a CRC does in
CRC-aided decoding, and costs no bits beyond those that prove the payload.

Source: Arikan, "Channel polarization", IEEE Trans. IT 55(7), 2009 (code); Tal and Vardy, "List
decoding of polar codes", IEEE Trans. IT 61(5), 2015 (decoder); Balatsoukas-Stimming et al.,
"LLR-based successive cancellation list decoding", IEEE Trans. SP 63(19), 2015 (path metric); He et
al., "Beta-expansion", GLOBECOM 2017 (which bits to freeze).
"""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from watermark.payload import PAYLOAD_BITS

CODE_BITS: Final = 512
LIST_SIZE: Final = 32

_STAGES: Final = CODE_BITS.bit_length() - 1
_BETA: Final = 2**0.25  # The base of the polarisation weight in the source.

Bits: TypeAlias = NDArray[np.uint8]
Reals: TypeAlias = NDArray[np.float64]


def encode(information: Bits) -> Bits:
    """Return the code word of the information bits.

    Args:
        information: uint8, (PAYLOAD_BITS,), zeros and ones.

    Returns:
        uint8, (CODE_BITS,), zeros and ones.
    """
    assert information.shape == (PAYLOAD_BITS,)
    word = np.zeros(CODE_BITS, dtype=np.uint8)
    word[INFORMATION] = information
    for stage in range(_STAGES):
        pairs = word.reshape(-1, 2, 1 << stage)
        pairs[:, 0] ^= pairs[:, 1]
    return word


def decode(ratios: Reals) -> Bits:
    """Return the most likely information words, the best one first.

    Args:
        ratios: float64, (CODE_BITS,), log P(bit = 0) / P(bit = 1) for every code bit; 0 where
            nothing is known.

    Returns:
        uint8, (LIST_SIZE, PAYLOAD_BITS), zeros and ones.
    """
    assert ratios.shape == (CODE_BITS,)
    search = _Search()
    search.descend(ratios[np.newaxis], 0)
    return search.words[np.argsort(search.penalties, kind="stable")][:, INFORMATION]


class _Search:
    """The paths that are alive: their bits so far, and the penalty of each (lower is likelier)."""

    def __init__(self) -> None:
        self.words = np.zeros((1, CODE_BITS), dtype=np.uint8)
        self.penalties = np.zeros(1)

    def descend(self, ratios: Reals, start: int) -> tuple[NDArray[np.int64], Bits]:
        """Decide the input bits from `start` on that stand under these ratios.

        Args:
            ratios: (paths, width), log-likelihood ratios of a block of the code, one row a path.
            start: The first input bit of the block.

        Returns:
            For every path that lives afterwards: the row of `ratios` it came from, and the code
            bits of the block, (paths, width).
        """
        paths, width = ratios.shape
        if FROZEN[start : start + width].all():
            self.penalties = self.penalties + np.logaddexp(0.0, -ratios).sum(axis=1)
            return np.arange(paths, dtype=np.int64), np.zeros((paths, width), dtype=np.uint8)
        if width == 1:
            return self._branch(ratios[:, 0], start)
        half = width // 2
        left, right = ratios[:, :half], ratios[:, half:]
        upper = np.sign(left) * np.sign(right) * np.minimum(np.abs(left), np.abs(right))
        first, sums = self.descend(upper, start)
        lower = right[first] + (1.0 - 2.0 * sums) * left[first]
        second, last = self.descend(lower, start + half)
        return first[second], np.concatenate([sums[second] ^ last, last], axis=1)

    def _branch(self, ratios: Reals, position: int) -> tuple[NDArray[np.int64], Bits]:
        """Try both values of one information bit on every path, and keep the best paths."""
        paths = len(ratios)
        penalties = np.concatenate(
            [
                self.penalties + np.logaddexp(0.0, -ratios),
                self.penalties + np.logaddexp(0.0, ratios),
            ]
        )
        kept = np.arange(2 * paths)
        if 2 * paths > LIST_SIZE:
            kept = np.argpartition(penalties, LIST_SIZE - 1)[:LIST_SIZE]
        origins, values = kept % paths, (kept >= paths).astype(np.uint8)
        self.penalties = penalties[kept]
        self.words = self.words[origins]
        self.words[:, position] = values
        return origins, values[:, np.newaxis]


def _choose_information() -> NDArray[np.int64]:
    """Return the positions of the PAYLOAD_BITS most reliable input bits, in rising order."""
    index = np.arange(CODE_BITS)
    weights = sum(((index >> stage) & 1) * _BETA**stage for stage in range(_STAGES))
    return np.sort(np.argsort(weights, kind="stable")[CODE_BITS - PAYLOAD_BITS :])


INFORMATION: Final = _choose_information()
FROZEN: Final = ~np.isin(np.arange(CODE_BITS), INFORMATION)
