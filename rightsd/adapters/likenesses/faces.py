"""Recognises faces: dlib's residual network, whose weights are in the public domain.

dlib's own way is to align by five corners of eyes and nose that another of its models finds. Ours
is by the middles of the eyes and the tip of the nose, which FaceMesh has found already: it measures
the same (api-specs/likeness.md), and spares a model.

Source: King, "High Quality Face Recognition with Deep Metric Learning" (2017), dlib.net.
"""

import threading
from pathlib import Path
from typing import Any, cast

import dlib
import numpy as np

from rightsd.adapters.likenesses import catalogue, pictures
from rightsd.domain.template import Bounds, Face, Kind, Metric, Model, Template
from rightsd.ports import Picture

SIZE = 150
DIMENSIONS = 128
# Where the eyes and the tip of the nose come to lie when dlib aligns faces: the mean of 119.
TEMPLATE = np.array([[48.69, 47.56], [101.31, 47.56], [75.0, 81.25]], np.float32)
# No two people of 14,360 pairs of pictures were closer than 0.519; of one person's, 93 % were.
BOUNDS = Bounds(accept=0.50, review=0.58)

_DLIB = cast("Any", dlib)  # It is compiled and says nothing of its types.


class DlibFaces:
    """The network, loaded when it is first needed. Any thread may call anything."""

    def __init__(self, path: Path, sha256: str) -> None:
        """Name the file; it is read later."""
        self._path, self._sha256 = path, sha256
        self._net: Any = None
        self._lock = threading.Lock()
        self.model = Model(
            id=f"dlib-resnet-v1-eyes-nose@{sha256}",
            kind=Kind.FACE,
            metric=Metric.DISTANCE,
            dimensions=DIMENSIONS,
            claimed=BOUNDS,
            search=BOUNDS,
        )

    def embed(self, picture: Picture, face: Face) -> Template:
        """Return what a face is recognised by."""
        points = np.array(face.points[:3], np.float32)
        crop = np.ascontiguousarray(pictures.align(picture, points, TEMPLATE, SIZE))
        with self._lock:
            if self._net is None:
                path = catalogue.require(self._path, self._sha256)
                self._net = _DLIB.face_recognition_model_v1(str(path))
            descriptor = self._net.compute_face_descriptor(crop)
        return Template(Kind.FACE, self.model.id, np.array(descriptor, "<f4").tobytes())
