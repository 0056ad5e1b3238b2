"""The descriptions of works that are opted out, in memory, and how near texts come to them.

The rows are the truth, and every reader asks them first what has changed: see descriptions.py.
"""

import functools
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rightsd.domain import describing, neutral
from rightsd.errors import Code, RightsError
from rightsd.ports import Embedder


@dataclass(frozen=True, slots=True)
class Standing:
    """A description of a work over which an opt-out stands.

    Attributes:
        read: What it says: see descriptions.py, as for `common`.
    """

    id: str
    work_id: str
    optout_id: str
    title: str
    read: str
    common: float


@dataclass(frozen=True, slots=True)
class State:
    """What was so at some time; never changed, but replaced.

    Attributes:
        horizon: Every transaction before this one has ended and is taken into account.
        seen: Changes by later transactions that are taken into account too.
        matrix: (N, width), the vector of each description.
    """

    horizon: int = 0
    seen: frozenset[int] = frozenset()
    standing: tuple[Standing, ...] = ()
    matrix: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))

    def only(self, work_ids: Collection[str]) -> "State":
        """Return this without the descriptions of other works."""
        kept = [place for place, each in enumerate(self.standing) if each.work_id in work_ids]
        standing = tuple(self.standing[place] for place in kept)
        return replace(self, standing=standing, matrix=self.matrix[kept])

    def replaced(
        self, work_ids: set[str], standing: Sequence[Standing], vectors: NDArray[np.float32]
    ) -> tuple[tuple[Standing, ...], NDArray[np.float32]]:
        """Return the descriptions and their vectors with those of some works replaced."""
        kept = [place for place, each in enumerate(self.standing) if each.work_id not in work_ids]
        others = tuple(self.standing[place] for place in kept)
        if not standing:
            return others, self.matrix[kept]
        if not others:
            return tuple(standing), vectors
        return (*others, *standing), np.concatenate([self.matrix[kept], vectors])


class Vectors:
    """The state of one process, and the model that it measures by."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder
        self.changing = threading.Lock()
        self.state = State()

    @property
    def model(self) -> str:
        """The model's id; empty without one."""
        return "" if self._embedder is None else self._embedder.id

    def embed(self, text: str) -> NDArray[np.float32]:
        """Return a text's vector.

        Raises:
            RightsError: UNAVAILABLE, when there is no model here.
        """
        return self._model().embed(text)

    def common(self, description: str) -> tuple[float, str]:
        """Return how close the closest ordinary prompt comes to a description, and that prompt.

        Raises:
            RightsError: As for `embed`.
        """
        scores = _ordinary(self._model()) @ self.embed(description)
        prompts = neutral.prompts()
        return max(
            (self.closeness(description, prompts[place], float(scores[place])), prompts[place])
            for place in candidates(scores)
        )

    def closeness(self, description: str, passage: str, score: float) -> float:
        """Return how close a passage comes to a description, whose vectors have a score.

        Raises:
            RightsError: As for `embed`.
        """
        words = describing.content_words(description)
        likest = self._words(words) @ self._words(describing.content_words(passage)).T
        told = describing.told(words, likest.max(axis=1).tolist())
        return describing.closeness(score, told)

    def _words(self, words: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self.embed(word) for word in words])

    def _model(self) -> Embedder:
        if self._embedder is None:
            raise RightsError(Code.UNAVAILABLE, "descriptions cannot be compared here")
        return self._embedder


@functools.cache
def _ordinary(embedder: Embedder) -> NDArray[np.float32]:
    """Return the vectors of ordinary prompts, one a row; a second's work, when first needed."""
    return np.stack([embedder.embed(prompt) for prompt in neutral.prompts()])


def candidates(scores: NDArray[np.float32]) -> list[int]:
    """Return where the best scores are, as many as are worth a comparison word by word."""
    places: list[int] = scores.argsort()[-describing.CANDIDATES_MAX :].tolist()
    return places
