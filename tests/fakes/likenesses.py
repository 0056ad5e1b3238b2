"""Recognises faces that are painted squares and voices that are pitches: the port, without models.

A face is a square of a saturated colour with a white nose in it, whose place tells how far the head
is turned; the colour tells whose it is. A voice is whose pitch it has.
"""

import math
from dataclasses import dataclass

import numpy as np

from rightsd.domain.template import Bounds, Face, Kind, Metric, Model, Template
from rightsd.ports import Picture, Samples

SATURATION_MIN = 90
FACE_MODEL = Model(
    f"painted@{'a' * 64}",
    Kind.FACE,
    Metric.DISTANCE,
    3,
    Bounds(accept=0.5, review=0.58),
    Bounds(accept=0.4, review=0.5),
)
VOICE_MODEL = Model(
    f"pitch@{'b' * 64}",
    Kind.VOICE,
    Metric.COSINE,
    2,
    Bounds(accept=0.8, review=0.7),
    Bounds(accept=0.9, review=0.8),
)


@dataclass(frozen=True, slots=True)
class Painted:
    face_model: Model | None = FACE_MODEL
    voice_model: Model | None = VOICE_MODEL

    def faces(self, picture: Picture, *, turned: bool = False) -> list[Face]:
        colourful = np.ptp(picture.astype(int), axis=2) > SATURATION_MIN
        columns = np.flatnonzero(colourful.sum(0) > 10)
        if not len(columns):
            return []
        return [
            self._face(picture, colourful, part)
            for part in np.split(columns, np.flatnonzero(np.diff(columns) > 8) + 1)
        ]

    def embed_face(self, picture: Picture, face: Face) -> Template:
        left, top, right, bottom = (round(edge) for edge in face.box)
        inside = picture[top:bottom, left:right].reshape(-1, 3).astype(float)
        colour = inside[np.ptp(inside, axis=1) > SATURATION_MIN].mean(0)
        return Template(Kind.FACE, FACE_MODEL.id, (colour / 200).astype("<f4").tobytes())

    def embed_voice(self, samples: Samples, rate: int) -> Template:
        lags = np.arange(rate // 400, rate // 60)
        middle = np.asarray(samples, float).reshape(len(samples), -1).mean(axis=1)[: 2 * rate]
        alike = [float(middle[:-lag] @ middle[lag:]) / (len(middle) - lag) for lag in lags]
        # A pitch is also alike at every multiple of its period: the first of them is meant.
        first = np.flatnonzero(np.array(alike) >= max(alike) * 0.95)[0]
        first += int(np.argmax(alike[first : first + 8]))
        angle = math.log2(rate / lags[first] / 60) * math.pi / 2
        vector = np.array([math.cos(angle), math.sin(angle)], "<f4")
        return Template(Kind.VOICE, VOICE_MODEL.id, vector.tobytes())

    def voices(self, samples: Samples, rate: int) -> list[tuple[float, Template]]:
        step = rate * 8 // 10
        starts = range(0, max(1, len(samples) - 2 * step + 1), step)  # Whole windows, at least one.
        return [
            (start / rate, self.embed_voice(samples[start : start + 2 * step], rate))
            for start in starts
        ]

    @staticmethod
    def _face(picture: Picture, colourful: np.ndarray, columns: np.ndarray) -> Face:
        left, right = int(columns[0]), int(columns[-1]) + 1
        rows = np.flatnonzero(colourful[:, left:right].sum(1) > 10)
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        white = picture[top:bottom, left:right].min(axis=2) > 200
        nose = float(np.nonzero(white)[1].mean()) if white.any() else (right - left) / 2
        yaw = (nose / (right - left) - 0.5) * 120
        return Face((left, top, right, bottom), (), yaw, 1.0)
