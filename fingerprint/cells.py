"""How well two clips move alike, in each block of the picture and each second."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.registration import Floats

Cells = NDArray[np.float32]  # (windows, rows, columns)

BLOCK_PIXELS = 6
# Energies are of brightness, 0 to 255, squared. Coding noise of CRF 35 is about 2.
NOISE_ENERGY = 2.0
MOVING_ENERGY_MIN = 6.0
LEVELS_MAX = 12.0  # A flash or a cut counts for no more than ordinary motion.
COVERED_MIN = 0.6  # Of a block, to be compared.
TEXTURE_ENERGY = 0.1  # Of a flat picture; less is a plain wall, which looks like any other.


@dataclass(frozen=True, slots=True)
class Energies:
    """Of what moves in each cell, in levels squared.

    Attributes:
        both: What the query and the reference have in common.
        query: Of the query alone.
        reference: Of the reference alone.
    """

    both: Cells
    query: Cells
    reference: Cells

    def agreement(self) -> Cells:
        """Return the correlation, -1 to 1."""
        norm = np.sqrt(self.query * self.reference + NOISE_ENERGY**2)
        return np.asarray(self.both / norm, np.float32)

    def weight(self, covered: Cells) -> Cells:
        """Return how much each cell counts: more if it moves more, 0 if it does not.

        Args:
            covered: The share of each block that can be compared, (1 or windows, rows, columns).
        """
        moves = (self.reference > MOVING_ENERGY_MIN) & (covered > COVERED_MIN)
        levels = np.sqrt(np.where(moves, self.reference, 0.0))
        return np.asarray(np.minimum(levels, LEVELS_MAX), np.float32)


def moved(moving: Floats, pictures: Floats) -> Floats:
    """Return what moves in pictures, (windows, looks, h, w).

    Args:
        moving: (windows, looks, looks); its product with the looks is what moves in them.
        pictures: Of one clip.
    """
    flat = pictures.reshape(*pictures.shape[:2], -1)
    return np.asarray(moving @ flat, np.float32).reshape(pictures.shape)


def energies(
    query: Floats, reference: Floats, mask: Floats, *, block: int = BLOCK_PIXELS
) -> Energies:
    """Return the energies of what moves.

    Args:
        query: What moves in it, (windows, looks, h, w).
        reference: What moves in it at the same moments.
        mask: Where the two can be compared, (h, w), or that of each window, (windows, h, w).
        block: Side of a block in pixels.
    """
    pairs = ((query, reference), (query, query), (reference, reference))
    sums = (np.asarray(np.einsum("wkyx,wkyx->wyx", *pair) * mask, np.float32) for pair in pairs)
    looks = np.float32(query.shape[1])
    return Energies(*(np.asarray(blocks(total, block) / looks, np.float32) for total in sums))


def alike(one: Floats, other: Floats) -> tuple[Cells, Cells]:
    """Return how much of what each block of flat pictures, (N, h, w), shows is the same, and not.

    Both are 0 where neither shows anything.
    """
    products = ((one, other), (one, one), (other, other))
    both, first, second = (
        blocks(np.asarray(left * right, np.float32), BLOCK_PIXELS) for left, right in products
    )
    shown = first + second + TEXTURE_ENERGY
    off = (first + second - 2.0 * both) / shown
    return np.asarray(2.0 * both / shown, np.float32), np.asarray(off, np.float32)


def blocks(pictures: Floats, block: int) -> Cells:
    """Return the means of blocks, (N, rows, columns); what fills none is left out."""
    rows, columns = pictures.shape[1] // block, pictures.shape[2] // block
    cut = pictures[:, : rows * block, : columns * block]
    tiles = cut.reshape(len(pictures), rows, block, columns, block)
    return np.asarray(tiles.mean((2, 4)), np.float32)
