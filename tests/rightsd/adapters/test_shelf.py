"""A library in a file: what is put there is there again, and what is broken is said."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fingerprint import descriptor, features, landmarks, proxy
from fingerprint.bundle import Fingerprint
from rightsd.adapters.channels import Extract
from rightsd.adapters.shelf import Seen, Shelf, Shelved
from rightsd.errors import RightsError
from tests.fingerprint import clips

SEEN = Seen(10, 20, None)


@pytest.fixture(scope="module")
def extract() -> Extract:
    points, small = features.Watcher(), proxy.Watcher()
    frames = clips.textured(1, seconds=2)
    for chunk, seconds in clips.chunks(frames):
        points.look(chunk, seconds)
        small.look(chunk, seconds)
    noise = np.random.default_rng(0).normal(0, 0.1, 24_000).astype(np.float32)
    sound = landmarks.describe(noise, 12_000)
    content = descriptor.describe(clips.chunks(frames))
    return Extract(Fingerprint(content, points.features(), sound, small.take()), (), 2.0)


def test_what_is_put_there_is_there_again(tmp_path: Path, extract: Extract) -> None:
    with Shelf(tmp_path / "library.db") as shelf:
        assert shelf.add(Path("/a.mp4"), SEEN, sha256="a", extract=extract)

    with Shelf(tmp_path / "library.db") as shelf:
        ((_, name, content),) = shelf.assets()
        assert name == "/a.mp4"
        assert shelf.seen(Path("/a.mp4")) == SEEN
        assert content.extent == extract.content.extent
        assert content.frames is not None
        assert extract.content.frames is not None
        np.testing.assert_array_equal(content.frames.codes, extract.content.frames.codes)
        assert content.motion is not None
        assert Shelved(shelf).look_up("/a.mp4") is not None


def test_the_same_content_is_there_once(tmp_path: Path, extract: Extract) -> None:
    with Shelf(tmp_path / "library.db") as shelf:
        shelf.add(Path("/a.mp4"), SEEN, sha256="a", extract=extract)

        assert not shelf.add(Path("/b.mp4"), SEEN, sha256="a", extract=extract)
        assert len(shelf) == 1


def test_a_file_that_was_written_to_again_takes_its_place(tmp_path: Path, extract: Extract) -> None:
    with Shelf(tmp_path / "library.db") as shelf:
        shelf.add(Path("/a.mp4"), SEEN, sha256="a", extract=extract)

        changed = replace(SEEN, changed=21)
        silent = replace(extract, content=replace(extract.content, sound=None))
        assert shelf.add(Path("/a.mp4"), changed, sha256="b", extract=silent)

        ((_, _, content),) = shelf.assets()
        assert content.sound is None
        assert shelf.seen(Path("/a.mp4")) == changed


def test_a_channel_of_another_version_is_not_compared(tmp_path: Path, extract: Extract) -> None:
    path = tmp_path / "library.db"
    with Shelf(path) as shelf:
        shelf.add(Path("/a.mp4"), SEEN, sha256="a", extract=extract)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE channel SET algorithm = algorithm || '0'")
    db.close()

    with Shelf(path) as shelf:
        ((_, _, content),) = shelf.assets()
        assert content.extent.rows == 0


def test_damage_is_said(tmp_path: Path, extract: Extract) -> None:
    path = tmp_path / "library.db"
    with Shelf(path) as shelf:
        shelf.add(Path("/a.mp4"), SEEN, sha256="a", extract=extract)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE channel SET data = substr(data, 1, length(data) - 3)")
    db.close()

    with Shelf(path) as shelf, pytest.raises(RightsError, match="damaged"):
        list(shelf.assets())


def test_of_two_files_alike_the_second_is_read_again_once_the_first_is_another(
    tmp_path: Path, extract: Extract
) -> None:
    one, two, other = Path("/a.mp4"), Path("/b.mp4"), Path("/c.mp4")
    with Shelf(tmp_path / "library.db") as shelf:
        shelf.add(one, SEEN, sha256="a", extract=extract)
        shelf.add(two, SEEN, sha256="a", extract=extract)
        shelf.add(other, SEEN, sha256="c", extract=extract)

        shelf.add(one, replace(SEEN, changed=21), sha256="b", extract=extract)

        assert shelf.seen(two) is None
        assert shelf.seen(other) == SEEN
        assert shelf.add(two, SEEN, sha256="a", extract=extract)


def test_what_a_file_showed_is_forgotten_when_it_is_refused(
    tmp_path: Path, extract: Extract
) -> None:
    with Shelf(tmp_path / "library.db") as shelf:
        shelf.add(Path("/a.mp4"), SEEN, sha256="a", extract=extract)

        shelf.refuse(Path("/a.mp4"), replace(SEEN, changed=21, refused="it is broken"))

        assert len(shelf) == 0
