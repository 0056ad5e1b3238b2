"""Where to look for codes that are near: multi-index hashing, exact.

A code is cut into a few pieces. Two codes within a radius agree in at least one piece up to a few
bits, however the bits that differ are spread, so it is enough to look where a piece differs in as
few: there is a table of codes for each piece, by its value.

Source: Norouzi, Punjani and Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing"
(TPAMI 2014), section 3. How many bits to turn in each piece, so that a radius is covered and no
more, is its Proposition 2 applied piece by piece.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fingerprint import loops
from fingerprint.loops import Out

CODE_BITS = 256
# About as many codes have the same piece; fewer would cost more in tables than is saved.
ALIKE = 4
PIECE_BITS_MIN, PIECE_BITS_MAX = 8, 26
# A code that is looked at out of order costs as much as so many in a row.
STRAY_COST = 20.0
ROOM = 4_096  # Of hits, at first.
PAGE = 64  # Whatever is laid out begins at a line of the processor's caches.

Hits = Out  # Of each the query, the row, and the distance in bits.


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How codes are cut into pieces, and where the tables of so many rows lie.

    Attributes:
        shifts: int64, (M,), where each piece begins.
        widths: int64, (M,), bits of it; the narrow ones come first.
        offsets: int64, (M,), where each table begins, in fours of bytes: for each value of the
            piece where its rows begin among those of the table, and where the last ones end.
        rows_at: int64, (M,), where the rows of each table lie, in bytes.
        row_bytes: Of the number of a row.
        size: Of all tables, in bytes.
    """

    rows: int
    shifts: NDArray[np.int64]
    widths: NDArray[np.int64]
    offsets: NDArray[np.int64]
    rows_at: NDArray[np.int64]
    row_bytes: int
    size: int


def layout(rows: int) -> Layout:
    """Return how so many codes are laid out."""
    wanted = math.log2(rows / ALIKE) if rows > ALIKE else 0.0
    bits = min(max(wanted, PIECE_BITS_MIN), PIECE_BITS_MAX)
    tables = math.ceil(CODE_BITS / bits - 0.1)
    narrow, wide = divmod(CODE_BITS, tables)
    widths = np.full(tables, narrow, np.int64)
    widths[tables - wide :] += 1
    row_bytes = 3 if rows <= 1 << 24 else 4
    heads = _padded(4 * ((1 << widths) + 1))
    sizes = heads + _padded(np.full(tables, rows * row_bytes, np.int64))
    begins = np.cumsum(sizes) - sizes
    return Layout(
        rows=rows,
        shifts=np.cumsum(widths) - widths,
        widths=widths,
        offsets=begins // 4,
        rows_at=begins + heads,
        row_bytes=row_bytes,
        size=int(sizes.sum()),
    )


def tables(codes: NDArray[np.uint64], shape: Layout) -> Iterator[bytes | memoryview]:
    """Yield the tables of codes, in pieces that lie one behind another.

    Args:
        codes: uint64, (N, 4).
        shape: Their layout.
    """
    for shift, width in zip(shape.shifts.tolist(), shape.widths.tolist(), strict=True):
        offsets = np.empty((1 << width) + 1, np.uint32)
        rows = np.empty(len(codes) * shape.row_bytes, np.uint8)
        loops.fill(codes, shift, width, (shape.row_bytes, offsets, rows))
        for part in (offsets, rows):
            yield part.data.cast("B")
            yield bytes(-part.nbytes % PAGE)


def _padded(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return -(-sizes // PAGE) * PAGE


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a search looks.

    Attributes:
        turns: int64, (M,), how many bits of each piece are turned; -1: it is not looked at.
        firsts: int64, (M,), where the masks of each piece begin in `masks`.
        counts: int64, (M,), how many there are.
        masks: uint32, all of them.
        cost: About how many codes will be looked at out of order.
    """

    turns: NDArray[np.int64]
    firsts: NDArray[np.int64]
    counts: NDArray[np.int64]
    masks: NDArray[np.uint32]
    cost: float


def plan(shape: Layout, sure: int) -> Plan:
    """Return where to look so that nothing within `sure` bits is missed."""
    pieces = len(shape.widths)
    turns = (sure - np.arange(pieces)) // pieces
    counts = np.array(
        [
            sum(math.comb(width, bits) for bits in range(turn + 1))
            for width, turn in zip(shape.widths.tolist(), turns.tolist(), strict=True)
        ],
        np.int64,
    )
    alike = shape.rows / np.exp2(shape.widths)
    cost = float((counts * (2.0 + alike)).sum())
    if cost * STRAY_COST > shape.rows:  # Then a scan is quicker, and needs no masks.
        return Plan(turns, np.zeros(0, np.int64), counts, np.zeros(0, np.uint32), cost)
    masks, firsts, first = list[NDArray[np.uint32]](), list[int](), 0
    for width, turn in zip(shape.widths.tolist(), turns.tolist(), strict=True):
        masks.append(_masks(width, turn))
        firsts.append(first)
        first += len(masks[-1])
    return Plan(turns, np.array(firsts, np.int64), counts, np.concatenate(masks), cost)


@cache
def _masks(width: int, turn: int) -> NDArray[np.uint32]:
    """Return all masks of up to `turn` bits of so many."""
    return np.array(
        [
            sum(1 << place for place in places)
            for bits in range(turn + 1)
            for places in itertools.combinations(range(width), bits)
        ],
        np.uint32,
    )


def scan(
    queries: NDArray[np.uint64], codes: NDArray[np.uint64], live: NDArray[np.uint8], radius: int
) -> Hits:
    """Return all live rows within a radius of queries, by looking at all.

    Args:
        queries: uint64, (Q, 4).
        codes: uint64, (N, 4).
        live: uint8, ceil(N / 8), a bit for each row, the lowest first.
        radius: In bits.
    """
    return _gather(lambda out: loops.scan(queries, codes, live, radius, out))


def probe(
    queries: NDArray[np.uint64],
    codes: NDArray[np.uint64],
    live: NDArray[np.uint8],
    radius: int,
    *,
    shape: Layout,
    built: NDArray[np.uint8],
    where: Plan,
) -> Hits:
    """Return live rows within a radius of queries: those that a plan leads to, each once.

    Args:
        queries: As for `scan`, like `codes`, `live` and `radius`.
        codes: See above.
        live: See above.
        radius: See above.
        shape: How they are laid out.
        built: uint8, `tables` of them.
        where: To look.
    """
    tables = (
        *(shape.shifts, shape.widths, shape.offsets, shape.rows_at, shape.row_bytes),
        *(built.view(np.uint32), built),
    )
    look = (where.turns, where.firsts, where.counts, where.masks)
    return _gather(lambda out: loops.probe(queries, codes, live, radius, tables, look, out))


def _gather(search: Callable[[Out], int]) -> Hits:
    """Run a search with room for what it finds."""
    room = ROOM
    while True:
        out = (np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64))
        found = int(search(out))
        if found <= room:
            return out[0][:found], out[1][:found], out[2][:found]
        room = found
