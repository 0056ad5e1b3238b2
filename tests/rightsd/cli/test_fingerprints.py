"""Copies from the shell: two files, and a library of some."""

import json
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from rightsd.adapters import media
from rightsd.cli import main
from tests.fingerprint import clips, scenes
from tests.fingerprint.clips import Frames

FPS = Fraction(24)
ORIGINAL = scenes.scene(1, take=1, seconds=4)


def write(path: Path, frames: Frames) -> Path:
    high, wide = frames.shape[1:3]
    media.write_video(path, width=wide, height=high, fps=FPS, frames=[frames], crf=28)
    return path


def inset(frames: Frames, *, width: int, left: int, top: int) -> Frames:
    """The frames as a small picture in a moving one, 640 pixels wide."""
    around = clips.textured(70, seconds=len(frames) / 24)[: len(frames)]
    canvas = np.stack([cv2.resize(frame, (640, 360)) for frame in around])
    height = width * 9 // 16
    for into, frame in zip(canvas, frames, strict=True):
        small = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
        into[top : top + height, left : left + width] = small
    return canvas


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["fingerprint", *map(str, arguments)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("works")
    write(folder / "original.mp4", ORIGINAL)
    write(folder / "another.mp4", clips.textured(62, seconds=3))
    (folder / "broken.mp4").write_text("nothing")
    (folder / "notes.txt").write_text("no media")
    return folder


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("found") / "copy.mp4"
    return write(path, np.ascontiguousarray(clips.mirrored(ORIGINAL[24:96])))


def test_two_files_are_compared_in_plain_words_and_a_picture(
    folder: Path, copy: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "proof.png"

    result = run("compare", copy, folder / "original.mp4", "--picture", picture)

    assert result.exit_code == 0
    said = result.output.splitlines()
    assert "a copy" in said
    assert any("flipped" in line and "the motion is the same" in line for line in said)
    with Image.open(picture) as drawn:
        assert drawn.width > 200
        assert np.asarray(drawn).std() > 10


def test_two_files_are_compared_as_json(folder: Path, copy: Path) -> None:
    result = run("compare", copy, folder / "another.mp4", "--json")

    assert json.loads(result.output) | {"kind": "none", "passages": []} == json.loads(result.output)


def test_a_folder_is_added_once_and_searched(folder: Path, copy: Path, tmp_path: Path) -> None:
    library = tmp_path / "library.db"

    first = run("add", folder, "--library", library)
    second = run("add", folder, "--library", library)
    found = run("query", copy, "--library", library)
    stranger = write(tmp_path / "stranger.mp4", clips.textured(90, seconds=2))
    nothing = run("query", stranger, "--library", library)
    stated = json.loads(run("query", copy, "--library", library, "--json").output)

    assert "2 added, 0 there already, 1 refused" in first.output
    assert "broken.mp4: The file is not a video" in first.output
    assert "0 added, 2 there already, 1 refused" in second.output
    assert "2 in the library" in second.output
    assert str(folder / "original.mp4") in found.output
    assert "another.mp4" not in found.output
    assert "no copy of anything in the library" in nothing.output
    assert [each["kind"] for each in stated["verdicts"]] == ["copy"]


def test_a_small_picture_in_another_is_found(tmp_path: Path) -> None:
    shown = clips.textured(2, seconds=4)
    original = write(tmp_path / "original.mp4", shown)
    around = write(tmp_path / "around.mp4", inset(shown[24:84], width=256, left=300, top=20))

    compared = run("compare", around, original, "--json")
    run("add", original, "--library", tmp_path / "library.db")
    found = run("query", around, "--library", tmp_path / "library.db", "--json")

    for stated in (json.loads(compared.output), *json.loads(found.output)["verdicts"]):
        assert stated["kind"] == "copy"
    assert len(json.loads(found.output)["verdicts"]) == 1


def test_without_a_grey_copy_it_is_only_probable(folder: Path, copy: Path, tmp_path: Path) -> None:
    library = tmp_path / "library.db"

    run("add", folder / "original.mp4", "--library", library, "--no-motion")
    found = run("query", copy, "--library", library)

    assert "probably a copy" in found.output


def test_another_file_is_no_library(folder: Path, copy: Path) -> None:
    result = run("query", copy, "--library", folder / "notes.txt")

    assert result.exit_code == 2
    assert "no library" in result.output
