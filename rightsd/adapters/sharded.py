"""Finds outputs and references by their content, of which the codes are on other machines.

Whoever asks holds nothing: shards say which codes are near, Postgres says what these are of. What
was emptied between the two is found no more.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fingerprint import align
from fingerprint.align import Match, Row
from fingerprint.descriptor import CODE_BYTES, Descriptors
from fingerprint.index import Hit
from rightsd.adapters.index import SURE_BITS, Answer, Source
from rightsd.adapters.shards import Found, Shards

Locate = Callable[[Sequence[int]], Mapping[int, Row]]


class ShardedIndex:
    """Outputs and references, wherever they are: what `FingerprintIndex` is, and no copy of it."""

    def __init__(self, outputs: Shards, references: Shards, locate: Locate) -> None:
        """Hold nothing.

        Args:
            outputs: The collection of outputs.
            references: The collection of references and stay-down entries.
            locate: Returns of what rows are, and when that shows them, but for rows that are gone.
        """
        self._outputs = outputs
        self._references = references
        self._locate = locate

    def catch_up(self, source: Source) -> None:
        """Do nothing: each shard catches up by itself before it answers."""

    def knows(self, watermark: int) -> bool:
        """Return whether all that was written by transactions before a watermark is known.

        Raises:
            RightsError: UNAVAILABLE: not within the time that shards wait for it.
        """
        nothing = np.zeros((0, CODE_BYTES), np.uint8)
        for kind in (self._outputs, self._references):
            kind.find(nothing, 0, min_watermark=watermark)
        return True

    def match_outputs(self, query: Descriptors) -> list[Match]:
        """Return the outputs that a clip shows, the best first."""
        return self._match(self._outputs, query, [])

    def match_references(self, query: Descriptors) -> list[Match]:
        """Return the references that a clip shows, the best first."""
        return self._match(self._references, query, [])

    def match(self, query: Descriptors) -> Answer:
        """Return all that a clip shows, and what was known by then in every shard."""
        outputs: list[Found] = []
        references: list[Found] = []
        return Answer(
            tuple(self._match(self._outputs, query, outputs)),
            tuple(self._match(self._references, query, references)),
            references_through=min(found.through for found in references),
            horizon=min(found.horizon for found in outputs + references),
        )

    def near(self, code: bytes, bits_max: int) -> dict[str, int]:
        """Return what has a moment so near to a code, and how near, in bits."""
        near: dict[str, int] = {}
        for kind in (self._outputs, self._references):
            hits = kind.search(np.frombuffer(code, np.uint8)[None, :], bits_max)
            rows = self._locate([hit.row_id for hit in hits])
            # The nearest come first.
            for hit in hits:
                if hit.row_id in rows:
                    near.setdefault(rows[hit.row_id].asset_id, hit.distance)
        return near

    def _match(self, kind: Shards, query: Descriptors, found: list[Found]) -> list[Match]:
        """Return what a clip shows of one kind, and add to `found` what shards said to that."""
        return align.find(query, search=partial(_search, kind, found), locate=self._locate)


def _search(kind: Shards, found: list[Found], codes: NDArray[np.uint8], radius: int) -> list[Hit]:
    found.append(kind.find(codes, radius, sure=SURE_BITS))
    return found[-1].hits
