"""Recognises faces with a model of the operator's own: ONNX, of the ArcFace type.

The model is described by a TOML file, which stands beside it:

    name = "our-arcface"
    file = "our-arcface.onnx"
    sha256 = "…"
    dimensions = 512
    size = 112              # Pixels of its input, a square.
    mean = 127.5            # What is taken from each value of 0 to 255,
    std = 127.5             # and what it is then divided by.
    layout = "nchw"         # or "nhwc"
    channels = "rgb"        # or "bgr"
    accept = 0.45           # Cosines: the same person from here on,
    review = 0.35           # and someone should look from here on.
"""

import threading
import tomllib
from pathlib import Path
from typing import Annotated, Literal

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rightsd.adapters.likenesses import catalogue, pictures
from rightsd.domain.template import DIMENSIONS_MAX, Bounds, Face, Kind, Metric, Model, Template
from rightsd.errors import Code, RightsError
from rightsd.ports import Picture

DESCRIPTION_BYTES_MAX = 1 << 16
SIZE_MAX = 512

_Cosine = Annotated[float, Field(ge=-1, le=1)]


class Description(BaseModel):
    """What the TOML file says."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    file: Annotated[str, Field(min_length=1, max_length=4096)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    dimensions: Annotated[int, Field(ge=1, le=DIMENSIONS_MAX)]
    size: Annotated[int, Field(ge=32, le=SIZE_MAX)] = 112
    mean: float = 127.5
    std: Annotated[float, Field(gt=0)] = 127.5
    layout: Literal["nchw", "nhwc"] = "nchw"
    channels: Literal["rgb", "bgr"] = "rgb"
    accept: _Cosine
    review: _Cosine


class OnnxFaces:
    """The model, loaded when it is first needed. Any thread may call anything."""

    def __init__(self, path: Path, description: Description) -> None:
        """Name the file; it is read later."""
        self._path, self._said = path, description
        self._net: cv2.dnn.Net | None = None
        self._lock = threading.Lock()
        bounds = Bounds(accept=description.accept, review=description.review)
        self.model = Model(
            id=f"{description.name}@{description.sha256}",
            kind=Kind.FACE,
            metric=Metric.COSINE,
            dimensions=description.dimensions,
            claimed=bounds,
            search=bounds,
        )

    def embed(self, picture: Picture, face: Face) -> Template:
        """Return what a face is recognised by.

        Raises:
            RightsError: UNAVAILABLE: the model does not do what its description says.
        """
        said = self._said
        template = pictures.ARCFACE * np.float32(said.size / 112)
        crop = pictures.align(picture, np.array(face.points, np.float32), template, said.size)
        values = crop[..., ::-1] if said.channels == "bgr" else crop
        values = (values.astype(np.float32) - np.float32(said.mean)) / np.float32(said.std)
        values = values.transpose(2, 0, 1) if said.layout == "nchw" else values
        try:
            with self._lock:
                net = self._loaded()
                net.setInput(np.ascontiguousarray(values[None], np.float32))
                point = np.asarray(net.forward(), np.float32).reshape(-1)
        except cv2.error as error:
            raise self._unfit() from error
        length = float(np.linalg.norm(point))
        if len(point) != said.dimensions or not np.isfinite(length) or not length:
            raise self._unfit()
        return Template(Kind.FACE, self.model.id, (point / length).astype("<f4").tobytes())

    def _loaded(self) -> cv2.dnn.Net:
        if self._net is None:
            path = catalogue.require(self._path, self._said.sha256)
            self._net = cv2.dnn.readNetFromONNX(str(path))
        return self._net

    def _unfit(self) -> RightsError:
        detail = f"the model {self._said.name} does not do what its description says"
        return RightsError(Code.UNAVAILABLE, detail)


def described(path: Path) -> OnnxFaces:
    """Return the model that a TOML file describes.

    Raises:
        RightsError: INVALID, naming what is wrong with it.
    """
    try:
        with path.open("rb") as file:
            text = file.read(DESCRIPTION_BYTES_MAX).decode()
        description = Description.model_validate(tomllib.loads(text))
    except OSError as error:
        detail = f"The description {path} cannot be read: {error.strerror}."
        raise RightsError(Code.INVALID, detail) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        detail = f"{path} does not describe a model: {where}: {first['msg']}."
        raise RightsError(Code.INVALID, detail) from error
    except ValueError as error:  # Neither UTF-8 nor TOML.
        raise RightsError(Code.INVALID, f"{path} is not TOML: {error}.") from error
    if description.review > description.accept:
        detail = f"{path}: review is not to be above accept."
        raise RightsError(Code.INVALID, detail)
    model = path.parent / description.file
    if not model.is_file():
        raise RightsError(Code.INVALID, f"{path} names {description.file}, which is not there.")
    return OnnxFaces(model, description)
