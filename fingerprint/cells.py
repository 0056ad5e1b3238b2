"""How well two clips move alike, in each block of the picture and each second."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fingerprint import registration
from fingerprint.registration import Floats

Cells = NDArray[np.float32]  # (windows, rows, columns)

BLOCK_PIXELS = 6
# Energies are of brightness, 0 to 255, squared. Coding noise of CRF 35 is about 2.
NOISE_ENERGY = 2.0
MOVING_ENERGY_MIN = 6.0
LEVELS_MAX = 12.0  # A flash or a cut counts for no more than ordinary motion.
COVERED_MIN = 0.6  # Of a block, to be compared.
TEXTURE_MIN = 0.05  # Less is a plain wall, which looks like any other.


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
            covered: The share of each block that can be compared, (1, rows, columns).
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


def energies(query: Floats, reference: Floats, mask: Floats, *, block: int) -> Energies:
    """Return the energies of what moves.

    Args:
        query: What moves in it, (windows, looks, h, w).
        reference: What moves in it at the same moments.
        mask: Where the two can be compared, (h, w).
        block: Side of a block in pixels.
    """
    pairs = ((query, reference), (query, query), (reference, reference))
    sums = (np.asarray(np.einsum("wkyx,wkyx->wyx", *pair) * mask, np.float32) for pair in pairs)
    looks = np.float32(query.shape[1])
    return Energies(*(np.asarray(blocks(total, block) / looks, np.float32) for total in sums))


def seen(still: Floats, laid: Floats, mask: Floats) -> Cells:
    """Return how alike what stands still looks in and around each cell, -1 to 1.

    Args:
        still: The mean of each window of the query, (windows, h, w).
        laid: The same of the reference.
        mask: Where the two can be compared, (h, w).
    """
    one, other = (registration.flat(pictures, mask) for pictures in (still, laid))
    pairs = ((one, other), (one, one), (other, other))
    products = (np.asarray(first * second, np.float32) for first, second in pairs)
    both, query, reference = (_around(blocks(product, BLOCK_PIXELS)) for product in products)
    return np.asarray(both / np.sqrt(query * reference + TEXTURE_MIN**2), np.float32)


def blocks(pictures: Floats, block: int) -> Cells:
    """Return the means of blocks, (N, rows, columns); what fills none is left out."""
    rows, columns = pictures.shape[1] // block, pictures.shape[2] // block
    cut = pictures[:, : rows * block, : columns * block]
    tiles = cut.reshape(len(pictures), rows, block, columns, block)
    return np.asarray(tiles.mean((2, 4)), np.float32)


def _around(cells: Cells) -> Cells:
    """Return the mean over each cell and its neighbours."""
    return np.stack([np.asarray(cv2.blur(window, (3, 3)), np.float32) for window in cells])
