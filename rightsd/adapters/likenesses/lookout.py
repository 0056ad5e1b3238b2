"""Looks at moving pictures and listens to sound for people, whoever they are.

How to check some media, and what to do with what comes of it: api-specs/likeness.md.
"""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from rightsd.domain import template
from rightsd.domain.recognition import Seen
from rightsd.domain.template import Kind, Template
from rightsd.ports import Likenesses, Picture, Samples

LOOK_SECONDS = 0.5  # Between two looks: what is shown for less may be missed.
LOOKS_MAX = 120  # A minute; longer media are to be looked at in parts.
FACES_MAX = 8  # In one look, the largest.
SIZE_MIN = 32.0  # Pixels. Smaller faces are recognised too seldom to say anything.
QUALITY_MIN = 0.15


class Lookout:
    """Takes in some media, piece by piece, and says who was seen and heard."""

    def __init__(
        self, likenesses: Likenesses, kinds: Collection[Kind], *, turned: bool = False
    ) -> None:
        """Begin.

        Args:
            likenesses: What recognises faces and voices.
            kinds: What to look and listen for, as far as the models are there.
            turned: Pictures may lie on their side or head, as uploads do.
        """
        self._likenesses = likenesses
        models = {Kind.FACE: likenesses.face_model, Kind.VOICE: likenesses.voice_model}
        self._models = {
            kind: model for kind, model in models.items() if kind in kinds and model is not None
        }
        self._turned = turned
        self._moments: dict[Kind, list[tuple[float, Template]]] = {kind: [] for kind in Kind}
        self._next = 0.0
        self._looks = 0
        self._missed = False

    def look(self, frames: npt.NDArray[np.uint8], seconds: npt.NDArray[np.float64]) -> None:
        """Take in the next frames: (T, H, W, 3), and the time of each."""
        if Kind.FACE not in self._models:
            return
        for frame, at_seconds in zip(frames, seconds.tolist(), strict=True):
            if at_seconds < self._next:
                continue
            if self._looks == LOOKS_MAX:
                self._missed = True
                return
            self._looks += 1
            self._next = at_seconds + LOOK_SECONDS
            self._face(frame, at_seconds)

    def listen(self, samples: Samples, rate: int) -> None:
        """Take in the sound, whole: (N,) or (N, channels)."""
        if Kind.VOICE in self._models:
            self._moments[Kind.VOICE] += self._likenesses.voices(samples, rate)

    def seen(self) -> Seen:
        """Return who was seen and heard, and what was looked and listened for to the end."""
        kinds = set(self._models)
        if self._missed:
            kinds.discard(Kind.FACE)
        return Seen(
            frozenset(kinds),
            tuple(
                sighting
                for kind, model in self._models.items()
                for sighting in template.gather(model, self._moments[kind])
            ),
        )

    def _face(self, frame: Picture, at_seconds: float) -> None:
        for face in self._likenesses.faces(frame, turned=self._turned)[:FACES_MAX]:
            if face.size >= SIZE_MIN and face.quality >= QUALITY_MIN:
                found = self._likenesses.embed_face(frame, face)
                self._moments[Kind.FACE].append((at_seconds, found))
