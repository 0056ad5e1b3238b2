"""Loops of machine code over codes, compiled by numba.

They are compiled at the first call of a machine and loaded at the first call of a process, without
the lock of the interpreter, and trust what they are given: what indexes arrays is not checked.
"""

# numba says nothing about the types of what it compiles.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

WORDS = 4  # Of a code.
# Masks that are tried at once: what they lead to stays in the nearest cache.
MASKS = 512
ROOM = 4_096  # Of codes to be looked at, at first.
LOW_BITS = 13  # Of a piece, by which rows are sorted last.

F = TypeVar("F", bound=Callable[..., object])

Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]
Halves = NDArray[np.uint32]
Out = tuple[Numbers, Numbers, Numbers]  # Queries, rows, bits.
Table = tuple[int, Halves, Bytes]  # Bytes of a row's number, offsets, rows.
# Shifts, widths, offsets and rows of each piece, bytes of a row's number, all offsets, all rows.
Tables = tuple[Numbers, Numbers, Numbers, Numbers, int, Halves, Bytes]
Look = tuple[Numbers, Numbers, Numbers, Halves]  # Turns, firsts, counts, masks.


def _compiled(function: F) -> F:
    """Compile a function at its first call, or load what was compiled before.

    Where nothing can be kept, neither beside this file nor in the user's cache, each process
    compiles: from a place that others can write to, they could have code run here.
    """
    try:
        return cast("F", njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:
        return cast("F", njit(nogil=True, error_model="numpy")(function))


@_compiled
def _ones(word: np.uint64) -> np.int64:
    """Count the bits of a word, in a form that compilers know as an instruction."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@_compiled
def _piece(code: Words, shift: int, width: int) -> np.uint64:
    """Return the piece of a code that begins at a bit."""
    word, at = shift >> 6, np.uint64(shift & 63)
    piece = code[word] >> at
    if at and word + 1 < WORDS:
        piece |= code[word + 1] << (np.uint64(64) - at)
    return piece & ((np.uint64(1) << np.uint64(width)) - np.uint64(1))


@_compiled
def fill(codes: Words, shift: int, width: int, table: Table) -> None:
    """Write the table of a piece of codes: offsets and rows.

    Rows are sorted by the upper bits of the piece, then by the lower ones: each time into few
    enough places that they stay in a cache.
    """
    row_bytes, offsets, rows = table
    low = min(width, LOW_BITS)
    begins = np.zeros((1 << (width - low)) + 1, np.int64)
    for row in range(codes.shape[0]):
        begins[1 + np.int64(_piece(codes[row], shift, width) >> np.uint64(low))] += 1
    begins = np.cumsum(begins)
    following = begins.copy()
    order, lower = np.empty(codes.shape[0], np.uint32), np.empty(codes.shape[0], np.uint16)
    for row in range(codes.shape[0]):
        value = np.int64(_piece(codes[row], shift, width))
        at = following[value >> low]
        following[value >> low] += 1
        order[at], lower[at] = row, value & ((1 << low) - 1)
    ends = np.empty(1 << low, np.int64)
    for part in range(begins.shape[0] - 1):
        ends[:] = 0
        for at in range(begins[part], begins[part + 1]):
            ends[lower[at]] += 1
        end = begins[part]
        for value in range(1 << low):
            offsets[(part << low) + value] = end
            end += ends[value]
            ends[value] = end - ends[value]
        for at in range(begins[part], begins[part + 1]):
            place = ends[lower[at]] * row_bytes
            ends[lower[at]] += 1
            for byte in range(row_bytes):
                rows[place + byte] = (order[at] >> (8 * byte)) & 255
    offsets[offsets.shape[0] - 1] = codes.shape[0]


@_compiled
def scan(queries: Words, codes: Words, live: Bytes, radius: int, out: Out) -> int:
    """Write out the live rows within a radius, as many as have room; return how many there are."""
    out_queries, out_rows, out_bits = out
    found = 0
    for query in range(queries.shape[0]):
        one, two = queries[query, 0], queries[query, 1]
        three, four = queries[query, 2], queries[query, 3]
        for row in range(codes.shape[0]):
            bits = _ones(one ^ codes[row, 0]) + _ones(two ^ codes[row, 1])
            if bits <= radius:
                bits += _ones(three ^ codes[row, 2]) + _ones(four ^ codes[row, 3])
                if bits <= radius and (live[row >> 3] >> (row & 7)) & 1:
                    if found < out_rows.shape[0]:
                        out_queries[found], out_rows[found], out_bits[found] = query, row, bits
                    found += 1
    return found


@_compiled
def probe(
    queries: Words, codes: Words, live: Bytes, radius: int, tables: Tables, look: Look, out: Out
) -> int:
    """Write out the live rows within a radius that tables lead to, each once; see `scan`."""
    shifts, widths, starts, rows_at, row_bytes, offsets, rows = tables
    turns, firsts, counts, masks = look
    out_queries, out_rows, out_bits = out
    spans = np.empty((MASKS, 2), np.int64)
    near = np.empty(ROOM, np.int64)
    found = 0
    for query in range(queries.shape[0]):
        code = queries[query]
        for number in range(widths.shape[0]):
            piece = np.int64(_piece(code, shifts[number], widths[number]))
            last = firsts[number] + counts[number]
            for first in range(firsts[number], last, MASKS):
                some = masks[first : min(first + MASKS, last)]
                # Each step by itself, so that the processor waits for many places at once.
                total = 0
                for at in range(some.shape[0]):
                    value = starts[number] + (piece ^ np.int64(some[at]))
                    spans[at, 0], spans[at, 1] = offsets[value], offsets[value + 1]
                    total += spans[at, 1] - spans[at, 0]
                if total > near.shape[0]:
                    near = np.empty(2 * total, np.int64)
                _read(spans[: some.shape[0]], rows, rows_at[number], row_bytes, near)
                for at in range(total):
                    row = near[at]
                    bits = _ones(code[0] ^ codes[row, 0]) + _ones(code[1] ^ codes[row, 1])
                    if bits > radius:
                        continue
                    bits += _ones(code[2] ^ codes[row, 2]) + _ones(code[3] ^ codes[row, 3])
                    if (
                        bits <= radius
                        and (live[row >> 3] >> (row & 7)) & 1
                        and not _was_found(code, codes[row], number, (shifts, widths, turns))
                    ):
                        if found < out_rows.shape[0]:
                            out_queries[found] = query
                            out_rows[found], out_bits[found] = row, bits
                        found += 1
    return found


@_compiled
def _read(spans: Numbers, rows: Bytes, begin: int, row_bytes: int, out: Numbers) -> None:
    """Write out the numbers of rows that lie in some parts of a table."""
    count = 0
    for part in range(spans.shape[0]):
        for place in range(spans[part, 0], spans[part, 1]):
            at = begin + place * row_bytes
            row = np.int64(rows[at]) | (np.int64(rows[at + 1]) << 8)
            row |= np.int64(rows[at + 2]) << 16
            if row_bytes == 4:
                row |= np.int64(rows[at + 3]) << 24
            out[count] = row
            count += 1


@_compiled
def _was_found(
    code: Words, other: Words, number: int, pieces: tuple[Numbers, Numbers, Numbers]
) -> bool:
    """Say whether a table before this one has led to a code."""
    shifts, widths, turns = pieces
    for before in range(number):
        apart = _piece(code, shifts[before], widths[before]) ^ _piece(
            other, shifts[before], widths[before]
        )
        if _ones(apart) <= turns[before]:
            return True
    return False
