"""Asking shards: near codes among those that other machines hold (`fingerprint.shards`).

Every shard is asked at once. What one of them cannot answer, nobody answers: a copy that the
silent shard holds would otherwise be taken for no copy. A shard may have replicas; they are tried
in turn, first the one that answered last. Each answer is of a reading of Postgres that began after
the question was asked, and says up to which transaction it knows everything.
"""

import json
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from fingerprint import checks, shards
from fingerprint.errors import ShardError
from fingerprint.index import Hit
from fingerprint.shards import Answer, Part, Query
from rightsd.adapters import http
from rightsd.errors import Code, RightsError

logger = logging.getLogger(__name__)

# Of one replica: it may have to wait for what it is asked to know (`rightsd.shard`), and a search
# takes milliseconds for each million rows.
SECONDS_MAX = 5.0
MEDIA_TYPE = "application/octet-stream"
OK = 200
SAID_BYTES_MAX = 4_096  # Of an answer in JSON.
TOKEN_BYTES_MAX = 4_096
REPLICAS_MAX = 8

TOKEN = re.compile(r"[!-~]{32,}")

Replicas = tuple[str, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and of how much.

    Attributes:
        horizon: What was written by transactions before this one was searched, in every shard.
        through: The last reference that was written by then, and with it all those before.
    """

    hits: list[Hit]
    horizon: int
    through: int


@dataclass(frozen=True, slots=True)
class _Replica:
    """One process that holds one shard, and how it is asked."""

    url: str
    part: Part
    token: str = field(repr=False)
    seconds_max: float
    guard: http.Guard = field(repr=False)

    def search(self, queries: list[Query]) -> list[Answer]:
        """Return what it answers to queries, each checked against its query."""
        answers: list[Answer] = []
        for query in queries:
            asked = replace(query, part=self.part)
            body = self._fetch(
                "POST", "/v1/search", shards.ANSWER_BYTES_MAX, shards.pack_query(asked)
            )
            answers.append(shards.unpack_answer(body, asked))
        return answers

    def count(self, collection: str) -> int:
        """Return how many rows it has."""
        said = self._said(collection)
        if type(said) is not int or said < 0:
            raise ShardError("A shard does not say how many rows it has.")
        return said

    def has(self, collection: str, row_id: int) -> bool:
        """Return whether it has a row."""
        said = self._said(f"{collection}/{row_id}")
        if not isinstance(said, bool):
            raise ShardError("A shard does not say whether it has a row.")
        return said

    def _said(self, path: str) -> object:
        body = self._fetch("GET", f"/v1/shards/{self.part}/{path}", SAID_BYTES_MAX)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ShardError("A shard's answer is no JSON.") from error

    def _fetch(
        self, method: Literal["GET", "POST"], path: str, size: int, body: bytes = b""
    ) -> bytes:
        response = http.fetch(
            method,
            self.url + path,
            guard=self.guard,
            seconds_max=self.seconds_max,
            bytes_max=size,
            body=body,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": MEDIA_TYPE},
        )
        if response.status != OK:
            raise ShardError(f"A shard answered with HTTP {response.status}.")
        return response.body


@dataclass(frozen=True, slots=True)
class Shards:
    """All rows of one collection, wherever they are. Any thread may call anything.

    Every method raises a `RightsError`, UNAVAILABLE, when no replica of a shard gives an answer
    that is one.

    Attributes:
        shards: The addresses of each shard's replicas: `parse`.
        token_file: Holds the token that shards ask for; read anew each time.
        collection: Which of their indexes is searched.
        seconds_max: How long one replica may take.
    """

    shards: tuple[Replicas, ...]
    token_file: Path
    collection: str
    seconds_max: float = SECONDS_MAX
    guard: http.Guard = field(default_factory=lambda: http.Guard(allow_private=True), repr=False)
    _first: dict[int, int] = field(default_factory=dict[int, int], repr=False)

    def search(self, codes: NDArray[np.uint8], radius: int) -> list[Hit]:
        """Return all rows within `radius` bits of each code: see `Index.search`."""
        return self.find(codes, radius).hits

    def find(
        self,
        codes: NDArray[np.uint8],
        radius: int,
        *,
        sure: int | None = None,
        min_watermark: int = 0,
    ) -> Found:
        """Return what `search` does, and of how much.

        Args:
            codes: uint8, (Q, 32).
            radius: The largest distance that counts.
            sure: Rows farther than this may be missed of assets that nothing nearer was found of,
                which is quicker (`index.search_assets`); None: none is.
            min_watermark: What was written by transactions before this one must be known. It is
                waited for, `rightsd.shard.WAIT_SECONDS_MAX` at most.

        Raises:
            RowsError: As `Index.search`.
        """
        checks.require_search(codes, radius)
        blocks = [
            codes[at : at + shards.CODES_MAX] for at in range(0, len(codes), shards.CODES_MAX)
        ]
        part, reach = Part(0, len(self.shards)), radius if sure is None else min(sure, radius)
        # Without a code there is still an answer to give: how much was searched.
        queries = [
            Query(part, self.collection, radius, reach, min_watermark, block)
            for block in blocks or [codes]
        ]
        answers = self._ask_all(lambda one: one.search(queries))
        hits: list[Hit] = []
        for at, of_block in enumerate(zip(*answers, strict=True)):
            first = at * shards.CODES_MAX
            hits += [replace(hit, query=first + hit.query) for hit in shards.merge(of_block)]
        everything = [one for of_shard in answers for one in of_shard]
        return Found(
            hits,
            min(one.horizon for one in everything),
            min(one.through for one in everything),
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return sum(self._ask_all(lambda one: one.count(self.collection)))

    def __contains__(self, row_id: int) -> bool:
        """Return whether a row has this id."""
        return any(self._ask_all(lambda one: one.has(self.collection, row_id)))

    def _ask_all(self, ask: Callable[[_Replica], T]) -> list[T]:
        """Return what each shard answers, in their order."""
        token = read_token(self.token_file)
        with ThreadPoolExecutor(len(self.shards)) as pool:
            return list(pool.map(partial(self._ask, ask, token), range(len(self.shards))))

    def _ask(self, ask: Callable[[_Replica], T], token: str, number: int) -> T:
        part = Part(number, len(self.shards))
        replicas = self.shards[number]
        first = self._first.get(number, 0)
        for turn in range(len(replicas)):
            at = (first + turn) % len(replicas)
            try:
                said = ask(_Replica(replicas[at], part, token, self.seconds_max, self.guard))
            except (RightsError, ShardError) as error:
                logger.warning("shard %s at %s: %s", part, replicas[at], error)
            else:
                self._first[number] = at
                return said
        detail = f"shard {part} of the fingerprint index does not answer; try again"
        raise RightsError(Code.UNAVAILABLE, detail)


def parse(text: str) -> tuple[Replicas, ...]:
    """Return the addresses in a setting: a shard after the other with spaces, replicas with commas.

    Raises:
        RightsError: INVALID: too many or too few, or something that is no address.
    """
    found = tuple(tuple(shard.split(",")) for shard in text.split())
    if not 1 <= len(found) <= shards.SHARDS_MAX:
        detail = f"There are 1 to {shards.SHARDS_MAX} shards, not {len(found)}."
        raise RightsError(Code.INVALID, detail)
    for replicas in found:
        if len(replicas) > REPLICAS_MAX:
            raise RightsError(Code.INVALID, f"A shard has at most {REPLICAS_MAX} replicas.")
        for url in replicas:
            http.require_wellformed(url, http.Guard(allow_private=True))
            if url.endswith("/"):
                raise RightsError(
                    Code.INVALID, f"The address of a shard ends without a slash: {url}"
                )
    return found


def read_token(file: Path) -> str:
    """Return the token that shards and those who ask them share.

    Raises:
        RightsError: UNAVAILABLE: the file cannot be read, or holds nothing that could be one.
    """
    try:
        with file.open("rb") as opened:
            token = opened.read(TOKEN_BYTES_MAX).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        detail = f"the token of the fingerprint index cannot be read: {file}"
        raise RightsError(Code.UNAVAILABLE, detail) from error
    if not TOKEN.fullmatch(token):
        detail = f"{file} holds no token of 32 characters or more"
        raise RightsError(Code.UNAVAILABLE, detail)
    return token
