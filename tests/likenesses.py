"""Models, and pictures of people that everyone may use, out of pinned packages.

Neither lies in the repository. Where the package index cannot be reached, the tests that need them
are skipped, and say so.
"""

import tempfile
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from rightsd.adapters.likenesses import catalogue, installing
from rightsd.adapters.likenesses.catalogue import Archive, Part, State
from rightsd.adapters.likenesses.local import Local
from rightsd.errors import RightsError
from rightsd.ports import Picture

PICTURES = catalogue.default_folder().parent / "pictures"
_WHEEL = ("--only-binary=:all:", "--python-version=3.11", "--implementation=cp", "--abi=cp311")
HOPPER = Part(  # Rear Admiral Grace Hopper, by the U.S. Navy: public domain.
    name="grace_hopper.jpg",
    sha256="a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130",
    archive=Archive(
        project="matplotlib",
        version="3.11.2",
        file="matplotlib-3.11.2-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
        sha256="07d9b9fa60cd4c393692f50d0bb03123242ddf61c99bb0e95e75feb354e7c1a8",
        megabytes=10,
        choice=(*_WHEEL, "--platform=manylinux2014_x86_64"),
    ),
    member="matplotlib/mpl-data/sample_data/grace_hopper.jpg",
    member_size=61_306,
    licence="public domain",
    use="a face",
)
COLLINS = Part(  # The astronaut Eileen Collins, by NASA: public domain.
    name="astronaut.png",
    sha256="88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    archive=Archive(
        project="scikit-image",
        version="0.26.0",
        file="scikit_image-0.26.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
        sha256="74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
        megabytes=14,
        choice=(*_WHEEL, "--platform=manylinux_2_28_x86_64"),
    ),
    member="skimage/data/astronaut.png",
    member_size=791_555,
    licence="public domain",
    use="a face",
)


@cache
def models() -> Local:
    """Return the installed models, or skip the test."""
    found = Local(catalogue.default_folder())
    if found.face_model is None or found.voice_model is None:
        pytest.skip("the models are not installed: run `make models`")
    return found


@cache
def picture(part: Part) -> Picture:
    """Return a picture of someone, or skip the test."""
    if catalogue.state_of(PICTURES, part) is not State.INSTALLED:
        PICTURES.mkdir(parents=True, exist_ok=True)
        # Of its own, since other processes of this run may want the same picture now.
        with tempfile.TemporaryDirectory(dir=PICTURES) as folder:
            try:
                archive = installing.fetch(Path(folder), part.archive)
            except RightsError as error:
                pytest.skip(error.detail)
            installing.take(archive, part, Path(folder))
            (Path(folder) / part.name).replace(PICTURES / part.name)
    return _read(PICTURES / part.name)


def crowd() -> Picture:
    """Return five faces in one picture: two people, some of them twice."""
    hopper, collins = (fit(picture(part), 300) for part in (HOPPER, COLLINS))
    mirrored = [np.ascontiguousarray(each[:, ::-1]) for each in (hopper, collins)]
    return np.concatenate([hopper, collins, *mirrored, hopper], axis=1)


def fit(frame: Picture, height: int) -> Picture:
    """Return a picture of another height."""
    width = round(frame.shape[1] * height / frame.shape[0])
    return np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _read(path: Path) -> Picture:
    stored = cv2.imread(str(path))
    assert stored is not None
    return np.ascontiguousarray(stored[..., ::-1])
