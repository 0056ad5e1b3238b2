"""Finds faces, and their landmarks: BlazeFace and FaceMesh, run by OpenCV.

BlazeFace (short range) sees 128 x 128 pixels, in which small faces vanish: so it looks at the whole
picture and at overlapping windows of it. A find counts if FaceMesh, which looks at it closely,
takes it for a face as well.

Sources: Bazarevsky et al., "BlazeFace" (2019), and Kartynnik et al., "Real-time Facial Surface
Geometry" (2019), for the networks; the windows, and what is made of the landmarks, are ours:
api-specs/likeness.md has the numbers.
"""

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from rightsd.adapters.likenesses import catalogue, pictures
from rightsd.domain.template import Face
from rightsd.ports import Picture

SIDE_MAX = 1024  # Pictures are searched at this size; what is then under 36 pixels is not found.
SIDE_MIN = 16
WINDOWS = 3  # Along the longer side, each 2/5 of it.
WINDOW_STEP = 0.75  # Of a window's side.
FACES_MAX = 32  # In one picture; a crowd is no likeness of anyone.
SCORE_MIN = 0.3  # Of BlazeFace; FaceMesh has the last word.
CERTAIN_MIN = 0.5  # Of FaceMesh.
OVERLAP_MAX = 0.3
INPUT = 128
MESH_INPUT = 192
MESH_MARGIN = 1.5  # FaceMesh sees the box half as large again.
SIZE_GOOD = 80.0  # Pixels; from here on size costs a template nothing.
SHARPNESS_GOOD = 0.2  # Of a sharp portrait at 112 x 112; see `_sharpness`.
# Landmarks of FaceMesh: corners of the eyes, tip of the nose, corners of the mouth.
LEFT_EYE, RIGHT_EYE, NOSE, MOUTH = (33, 133), (362, 263), 1, (61, 291)

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class _Find:
    """A face: where BlazeFace sees it, and how certain FaceMesh is."""

    box: Floats  # (4,)
    mesh: Floats  # (468, 3), pixels.
    certain: float


class Finder:
    """The two networks, loaded when they are first needed. Any thread may call anything."""

    def __init__(self, folder: Path) -> None:
        """Say where the files are; they are read later."""
        self._folder = folder
        self._nets: tuple[cv2.dnn.Net, cv2.dnn.Net] | None = None
        self._lock = threading.Lock()
        self._anchors = _anchors()

    def find(self, picture: Picture, *, turned: bool = False) -> list[Face]:
        """Return the faces in a picture, the largest first: see `ports.Likenesses`."""
        if min(picture.shape[:2]) < SIDE_MIN:
            return []
        shrunk, scale = pictures.shrink(picture, SIDE_MAX)
        finds: list[_Find] = []
        for turns in range(4 if turned else 1):
            upright = np.ascontiguousarray(np.rot90(shrunk, turns))
            finds += [_turn_back(find, turns, upright.shape) for find in self._upright(upright)]
        faces = [_face(find, picture, scale) for find in _distinct(finds)]
        return sorted(faces, key=lambda face: -face.size)[:FACES_MAX]

    def _upright(self, picture: Picture) -> list[_Find]:
        with self._lock:
            detector, mesh = self._loaded()
            boxes = self._boxes(detector, picture)
            looks = [_look(mesh, picture, box, tilt) for box, tilt in boxes[:FACES_MAX]]
        return [find for find in looks if find.certain >= CERTAIN_MIN]

    def _loaded(self) -> tuple[cv2.dnn.Net, cv2.dnn.Net]:
        if self._nets is None:
            # The classic engine: the new one of OpenCV 5.0 loses the second output of BlazeFace.
            # Files, not bytes: with bytes it does not do what it is told here.
            detector, mesh = (
                cv2.dnn.readNetFromTFLite(
                    str(catalogue.require(self._folder / part.name, part.sha256)),
                    cv2.dnn.ENGINE_CLASSIC,
                )
                for part in (catalogue.DETECTOR, catalogue.MESH)
            )
            self._nets = (detector, mesh)
        return self._nets

    def _boxes(self, detector: cv2.dnn.Net, picture: Picture) -> list[tuple[Floats, float]]:
        """Return where faces may be, each once, the most certain first, and how they are tilted."""
        boxes: list[Floats] = []
        tilts: list[Floats] = []
        scores: list[Floats] = []
        for left, top, side in _windows(*picture.shape[:2]):
            window = pictures.cut(picture, left, top, side, INPUT)
            detector.setInput(_blob(window / np.float32(127.5) - 1))
            regressed, logits = detector.forward(["regressors", "classificators"])
            certain = _sigmoid(np.asarray(logits, np.float32).reshape(-1))
            kept = certain >= SCORE_MIN
            values = np.asarray(regressed, np.float32).reshape(-1, 16)[kept] / INPUT
            points = values[:, :8].reshape(-1, 4, 2)  # Middle, size, and the two eyes.
            points[:, [0, 2, 3]] += self._anchors[kept, None]
            middle, half = points[:, 0], points[:, 1] / 2
            corner = np.array([left, top] * 2, np.float32)
            boxes.append(np.concatenate([middle - half, middle + half], axis=1) * side + corner)
            eyes = points[:, 3] - points[:, 2]
            tilts.append(np.arctan2(eyes[:, 1], eyes[:, 0]))
            scores.append(certain[kept])
        box, tilt, score = map(np.concatenate, (boxes, tilts, scores))
        order = np.argsort(-score, kind="stable")
        return [(box[row], float(tilt[row])) for row in _apart(box, order)]


def _look(mesh: cv2.dnn.Net, picture: Picture, box: Floats, tilt: float) -> _Find:
    """Look at a box closely: where the landmarks are, and whether it is a face at all."""
    middle = (box[:2] + box[2:]) / 2
    scale = MESH_INPUT / (float((box[2:] - box[:2]).max()) * MESH_MARGIN)
    there = pictures.similarity(scale, -tilt, middle, (MESH_INPUT / 2, MESH_INPUT / 2))
    crop = pictures.warp(picture, there, MESH_INPUT)
    mesh.setInput(_blob(crop / np.float32(255)))
    outputs = [np.asarray(out, np.float32) for out in mesh.forward(_outputs(mesh))]
    marks = next(out for out in outputs if out.size == 468 * 3).reshape(468, 3)
    certain = next(out for out in outputs if out.size == 1).reshape(-1)
    flat = pictures.back(there, marks[:, :2])
    # Depth is in the pixels of the crop too; the face's own axes are turned by the tilt.
    return _Find(box, np.column_stack([flat, marks[:, 2] / scale]), float(_sigmoid(certain)[0]))


def _outputs(net: cv2.dnn.Net) -> list[str]:
    return list(net.getUnconnectedOutLayersNames())


def _face(find: _Find, picture: Picture, scale: float) -> Face:
    """Return a find as a face, in the pixels of the picture before it was shrunk."""
    mesh = find.mesh / np.float32(scale)
    points = np.array(
        [
            mesh[list(LEFT_EYE), :2].mean(0),
            mesh[list(RIGHT_EYE), :2].mean(0),
            mesh[NOSE, :2],
            mesh[MOUTH[0], :2],
            mesh[MOUTH[1], :2],
        ],
        np.float32,
    )
    left, top, right, bottom = (float(value) for value in find.box / scale)
    size = min(right - left, bottom - top)
    sharp = _sharpness(pictures.align(picture, points, pictures.ARCFACE, 112))
    quality = find.certain * min(1.0, size / SIZE_GOOD) * min(1.0, sharp / SHARPNESS_GOOD)
    return Face(
        box=(left, top, right, bottom),
        points=tuple((float(x), float(y)) for x, y in points),
        yaw=_yaw(mesh),
        quality=min(1.0, max(0.0, quality)),
    )


def _yaw(mesh: Floats) -> float:
    """Return how far the line through the outer corners of the eyes leaves the picture's plane."""
    across = mesh[RIGHT_EYE[1]] - mesh[LEFT_EYE[0]]
    return math.degrees(math.atan2(float(across[2]), math.hypot(across[0], across[1])))


def _sharpness(crop: Picture) -> float:
    """Return how much of a crop's contrast is between neighbouring pixels; 0 when it is plain."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)[16:-8, 16:-16]
    contrast = float(grey.std())
    return float(np.abs(cv2.Laplacian(grey, cv2.CV_32F)).mean()) / contrast if contrast else 0.0


def _turn_back(find: _Find, turns: int, shape: tuple[int, ...]) -> _Find:
    """Return a find in a picture that was turned anticlockwise as in the picture before that."""
    mesh = find.mesh.copy()
    corners = find.box.reshape(2, 2)
    height, width = shape[:2]
    for _ in range(turns):
        # A point (x, y) of the turned picture was at (height of it, less its y; x)... before.
        mesh[:, :2] = np.column_stack([height - 1 - mesh[:, 1], mesh[:, 0]])
        corners = np.column_stack([height - 1 - corners[:, 1], corners[:, 0]])
        height, width = width, height
    box = np.concatenate([corners.min(0), corners.max(0)]).astype(np.float32)
    return _Find(box, mesh.astype(np.float32), find.certain)


def _distinct(finds: list[_Find]) -> list[_Find]:
    """Return finds without those of a face that was found better another way up."""
    if not finds:
        return []
    boxes = np.stack([find.box for find in finds])
    order = np.argsort([-find.certain for find in finds], kind="stable")
    return [finds[row] for row in _apart(boxes, order)]


def _apart(boxes: Floats, order: npt.NDArray[np.intp]) -> list[int]:
    """Return the rows of boxes, in this order, that do not overlap with one before them."""
    kept: list[int] = []
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    for row in map(int, order):
        inner = np.minimum(boxes[kept, 2:], boxes[row, 2:])
        outer = np.maximum(boxes[kept, :2], boxes[row, :2])
        shared = np.maximum(0, inner - outer).prod(1)
        # Against the smaller: a window may have cut a face in two.
        if not (shared > OVERLAP_MAX * np.minimum(areas[kept], areas[row])).any():
            kept.append(row)
    return kept


def _windows(height: int, width: int) -> Iterator[tuple[float, float, float]]:
    """Yield left, top and side of the squares that are looked at; they may reach beyond."""
    longer = float(max(height, width))
    yield (width - longer) / 2, (height - longer) / 2, longer
    side = longer / (1 + (WINDOWS - 1) * WINDOW_STEP)
    for top in _starts(height, side):
        for left in _starts(width, side):
            yield left, top, side


def _starts(length: int, side: float) -> list[float]:
    spare = length - side
    count = max(1, math.ceil(spare / (side * WINDOW_STEP) - 1e-6) + 1)
    return [spare / 2] if count == 1 else [spare * place / (count - 1) for place in range(count)]


def _anchors() -> Floats:
    """Return the middles that BlazeFace's outputs are relative to: (896, 2), 0 to 1."""
    rows = [
        ((x + 0.5) / cells, (y + 0.5) / cells)
        for cells, each in ((16, 2), (8, 6))
        for y in range(cells)
        for x in range(cells)
        for _ in range(each)
    ]
    return np.array(rows, np.float32)


def _blob(picture: Floats) -> Floats:
    return np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32)


def _sigmoid(logits: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(logits, -60, 60)))
