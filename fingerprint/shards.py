"""Codes on more than one machine: which shard holds which, what one is asked, and what it answers.

A shard holds all rows of the assets that fall to it, so the union of what all shards find is what
one index of everything would have found, and is cut and ordered in the same way. Requests and
answers are bytes, little-endian, without padding; what comes from outside is checked in full.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fingerprint.checks import RADIUS_MAX
from fingerprint.descriptor import CODE_BYTES
from fingerprint.errors import ShardError
from fingerprint.index import HITS_PER_QUERY_MAX, Hit

SHARDS_MAX = 256
# Of one request: a second's work; what they find at the most, 2 MB, is read before it is judged.
CODES_MAX = 256
COLLECTION = re.compile(r"[a-z0-9.-]{1,64}")

# A version of the protocol is another magic: a shard that speaks another one is refused.
_ASKED = b"rdq1"
_SAID = b"rda1"
# magic, shard, of, radius, sure, horizon, length of name, codes
_QUERY = struct.Struct("<4sHHHHqHI")
_ANSWER = struct.Struct("<4sHHqqII")  # magic, shard, of, horizon, through, codes, hits
_COUNT = np.dtype("<u2")
_ID = np.dtype("<i8")
_DISTANCE = np.dtype("u1")

QUERY_BYTES_MAX = _QUERY.size + 64 + CODES_MAX * CODE_BYTES
ANSWER_BYTES_MAX = _ANSWER.size + CODES_MAX * (
    _COUNT.itemsize + HITS_PER_QUERY_MAX * (_ID.itemsize + _DISTANCE.itemsize)
)

# Fibonacci hashing (Knuth, TAOCP 3, section 6.4) on 31 bits, so that SQL can say the same in
# `bigint`. Numbers modulo the shards would not do: those of one channel may all be even.
_MULTIPLIER = 2_654_435_769
_MASK = 2**31 - 1
_SHIFT = 20


@dataclass(frozen=True, slots=True)
class Part:
    """One of so many shards: number counts from 0."""

    number: int
    of: int

    def __post_init__(self) -> None:
        """Refuse what is no part."""
        if not (1 <= self.of <= SHARDS_MAX and 0 <= self.number < self.of):
            detail = f"A shard is one of 1 to {SHARDS_MAX}, counted from 0; {self} is not."
            raise ShardError(detail)

    def __str__(self) -> str:
        """Return it as people write it."""
        return f"{self.number}/{self.of}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the part that is written as "0/4".

        Raises:
            ShardError: It is not.
        """
        if not re.fullmatch(r"[0-9]{1,3}/[0-9]{1,3}", text):
            raise ShardError(
                "A shard is written as its number, from 0, and how many there are: 0/4."
            )
        number, of = text.split("/")
        return cls(int(number), int(of))


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What a shard is asked: rows within `radius` bits of each code.

    Attributes:
        part: The shard that is meant. Another one refuses: its answer would pass for this one's.
        collection: Which of its indexes.
        radius: 0 to RADIUS_MAX.
        sure: Rows farther than this may be missed of assets that nothing nearer was found of.
        horizon: What was written by transactions before this one must be known.
        codes: uint8, (Q, 32), Q <= CODES_MAX.
    """

    part: Part
    collection: str
    radius: int
    sure: int
    horizon: int
    codes: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a shard has found, and of how much.

    Attributes:
        part: The shard.
        horizon: What was written by transactions before this one was searched.
        through: The last reference that was written by then, and with it all those before.
        counts: uint16, (Q,): how many hits each code has, the first codes' first.
        row_ids: int64, (H,).
        distances: uint8, (H,).
    """

    part: Part
    horizon: int
    through: int
    counts: NDArray[np.uint16]
    row_ids: NDArray[np.int64]
    distances: NDArray[np.uint8]


def owners(numbers: NDArray[np.int64], of: int) -> NDArray[np.int64]:
    """Return which of so many shards holds each asset, by its number in the database (int64)."""
    return (((numbers & _MASK) * _MULTIPLIER) >> _SHIFT) % of


def answer(part: Part, horizon: int, through: int, codes: int, hits: Sequence[Hit]) -> Answer:
    """Return the answer that so many codes have these hits, ordered as `Index.search` does."""
    queries = np.array([hit.query for hit in hits], np.int64)
    return Answer(
        part,
        horizon,
        through,
        counts=np.bincount(queries, minlength=codes).astype(np.uint16),
        row_ids=np.array([hit.row_id for hit in hits], np.int64),
        distances=np.array([hit.distance for hit in hits], np.uint8),
    )


def merge(answers: Sequence[Answer]) -> list[Hit]:
    """Return what an index of all shards' rows would have answered.

    Each of the nearest of all is among the nearest of its shard, so cutting twice cuts nothing
    that cutting once would have left.

    Args:
        answers: One of each shard, to the same codes.
    """
    queries = np.concatenate([np.repeat(np.arange(len(one.counts)), one.counts) for one in answers])
    row_ids = np.concatenate([one.row_ids for one in answers])
    distances = np.concatenate([one.distances for one in answers])
    order = np.lexsort((row_ids, distances, queries))
    queries, row_ids, distances = queries[order], row_ids[order], distances[order]
    rank = np.arange(len(queries)) - np.searchsorted(queries, queries)
    kept = rank < HITS_PER_QUERY_MAX
    found = zip(
        queries[kept].tolist(), row_ids[kept].tolist(), distances[kept].tolist(), strict=True
    )
    return [Hit(*one) for one in found]


def pack_query(query: Query) -> bytes:
    """Return a request as bytes, QUERY_BYTES_MAX at most."""
    name = query.collection.encode()
    assert COLLECTION.fullmatch(query.collection)
    assert len(query.codes) <= CODES_MAX
    head = _QUERY.pack(
        _ASKED,
        query.part.number,
        query.part.of,
        query.radius,
        query.sure,
        query.horizon,
        len(name),
        len(query.codes),
    )
    return head + name + query.codes.tobytes()


def unpack_query(data: bytes) -> Query:
    """Return the request in bytes that may be anything.

    Raises:
        ShardError: They are no request.
    """
    if not _QUERY.size <= len(data) <= QUERY_BYTES_MAX:
        raise ShardError("This is no request to a shard: its length is wrong.")
    magic, number, of, radius, sure, horizon, length, count = _QUERY.unpack_from(data)
    if magic != _ASKED or count > CODES_MAX or max(radius, sure) > RADIUS_MAX or horizon < 0:
        raise ShardError("This is no request to a shard, or is of another version.")
    start = _QUERY.size + length
    if len(data) != start + count * CODE_BYTES:
        raise ShardError("This is no request to a shard: its length is wrong.")
    name = data[_QUERY.size : start].decode("ascii", "replace")
    if not COLLECTION.fullmatch(name):
        raise ShardError("This is no request to a shard: it names no index.")
    codes = np.frombuffer(data, np.uint8, offset=start).reshape(count, CODE_BYTES)
    return Query(Part(number, of), name, radius, sure, horizon, codes)


def pack_answer(answer: Answer) -> bytes:
    """Return an answer as bytes, ANSWER_BYTES_MAX at most."""
    head = _ANSWER.pack(
        _SAID,
        answer.part.number,
        answer.part.of,
        answer.horizon,
        answer.through,
        len(answer.counts),
        len(answer.row_ids),
    )
    arrays = (
        answer.counts.astype(_COUNT),
        answer.row_ids.astype(_ID),
        answer.distances.astype(_DISTANCE),
    )
    return head + b"".join(one.tobytes() for one in arrays)


def unpack_answer(data: bytes, query: Query) -> Answer:
    """Return the answer to a request in bytes that may be anything.

    Raises:
        ShardError: They are no answer, or none to this request: of another shard, of too early a
            horizon, to other codes, with hits that are too far, too many or out of order.
    """
    if len(data) < _ANSWER.size:
        raise ShardError("A shard's answer is too short.")
    magic, number, of, horizon, through, codes, hits = _ANSWER.unpack_from(data)
    if magic != _SAID or codes != len(query.codes):
        raise ShardError("A shard's answer is none, or is of another version.")
    if Part(number, of) != query.part:
        raise ShardError(f"Shard {number}/{of} answered for shard {query.part}.")
    if horizon < query.horizon or through < 0:
        raise ShardError("A shard's answer is of too early a time.")
    size = codes * _COUNT.itemsize + hits * (_ID.itemsize + _DISTANCE.itemsize)
    if len(data) != _ANSWER.size + size:
        raise ShardError("A shard's answer does not have the length that it says.")
    at = _ANSWER.size
    counts = np.frombuffer(data, _COUNT, codes, at)
    at += counts.nbytes
    row_ids = np.frombuffer(data, _ID, hits, at)
    distances = np.frombuffer(data, _DISTANCE, hits, at + row_ids.nbytes)
    if int(counts.sum(dtype=np.int64)) != hits or (counts > HITS_PER_QUERY_MAX).any():
        raise ShardError("A shard's answer has another number of hits than it says.")
    if (distances > query.radius).any() or not _is_ordered(counts, row_ids, distances):
        raise ShardError("A shard's answer has hits that are too far, twice there or out of order.")
    return Answer(query.part, horizon, through, counts, row_ids, distances)


def _is_ordered(
    counts: NDArray[np.uint16], row_ids: NDArray[np.int64], distances: NDArray[np.uint8]
) -> bool:
    queries = np.repeat(np.arange(len(counts)), counts)
    same = queries[1:] == queries[:-1]
    nearer = distances[:-1] < distances[1:]
    earlier = (distances[:-1] == distances[1:]) & (row_ids[:-1] < row_ids[1:])
    return bool((~same | nearer | earlier).all())
