"""Step 4: verify tells the release, its copies, its forgeries and strangers apart."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from rightsd.adapters import media
from rightsd.cli.story import flip_media_byte
from rightsd.domain.verdict import Kind
from rightsd.workflows import verifications
from tests.indexes import FullIndex
from tests.paths.conftest import PLAIN, World
from watermark.embed import Embedder


def test_the_release_is_genuine(world: World, clip: dict, file: Path) -> None:
    answer = world.verify(file)

    assert answer["verdict"] == "genuine"
    assert answer["manifest"]["state"] == "trusted"
    assert answer["ledger"]["generation_id"] == clip["id"]
    assert answer["ledger"]["index"] is not None


@pytest.mark.parametrize(("crf", "width"), [(20, 320), (24, 320)])
def test_a_stripped_copy_is_found(
    world: World, clip: dict, file: Path, tmp_path: Path, crf: int, width: int
) -> None:
    media.transcode(file, tmp_path / "copy.mp4", crf=crf, width=width)

    answer = world.verify(tmp_path / "copy.mp4")

    assert answer["verdict"] == "stripped"
    assert answer["manifest"]["state"] == "none"
    assert answer["watermark"]["generation_id"] == clip["id"]
    assert answer["fingerprint"]["generation_id"] == clip["id"]
    assert answer["ledger"]["consents"] == [world.ids["consent"]]


def test_a_mark_that_is_too_weak_to_read_is_verified_with_the_original(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    # Where reading ends depends on the id, which is another one each time.
    for crf in range(36, 43):
        media.transcode(file, tmp_path / "copy.mp4", crf=crf, width=640)
        answer = world.verify(tmp_path / "copy.mp4")
        if not answer["watermark"]["found"]:
            break

    assert answer["verdict"] == "stripped"
    assert not answer["watermark"]["found"]
    (part,) = answer["parts"]
    assert part["generation_id"] == clip["id"]
    assert (part["marked"], part["with_original"]) == (True, True)
    assert part["log10_p"] is None  # Nobody signed in, so no numbers.
    assert "too weak to be read alone, was verified" in answer["reasons"][0]


def test_a_changed_byte_is_altered(world: World, clip: dict, file: Path, tmp_path: Path) -> None:
    (tmp_path / "changed.mp4").write_bytes(flip_media_byte(file.read_bytes()))

    answer = world.verify(tmp_path / "changed.mp4")

    assert answer["verdict"] == "altered"
    assert answer["ledger"]["generation_id"] == clip["id"]


def _noise(path: Path, mark: Embedder | None = None) -> None:
    rng = np.random.default_rng(3)
    picture = rng.integers(40, 215, (12, 20, 3), np.uint8)
    still = cv2.resize(picture, (640, 360), interpolation=cv2.INTER_CUBIC)
    frames = np.stack([np.roll(still, 3 * step, axis=1) for step in range(48)])
    marked = frames if mark is None else mark.mark(frames)
    media.write_video(path, width=640, height=360, fps=Fraction(24), frames=[marked])


def test_a_stranger_is_unknown(world: World, clip: dict, tmp_path: Path) -> None:
    assert clip["state"] == "published"
    _noise(tmp_path / "stranger.mp4")

    answer = world.verify(tmp_path / "stranger.mp4")

    assert answer["verdict"] == "unknown"
    assert answer["ledger"] is None


def test_a_mark_on_other_content_is_called_copied(world: World, clip: dict, tmp_path: Path) -> None:
    with world.rt.transaction() as tx:
        row = tx.conn.execute(
            "SELECT watermark_id FROM rights.generation WHERE id = %s", (clip["id"],)
        ).fetchone()
    assert row is not None
    _noise(
        tmp_path / "forged.mp4",
        Embedder(world.rt.watermark_keys.newest(), row[0], height=360, width=640),
    )

    answer = world.verify(tmp_path / "forged.mp4")

    assert answer["watermark"]["generation_id"] == clip["id"]
    assert answer["verdict"] == "copied_mark"
    assert answer["ledger"] is None


def test_another_clip_of_the_same_engine_is_not_taken_for_this_one(
    world: World, clip: dict
) -> None:
    other = world.generate(PLAIN)

    answer = world.verify(world.download(other["id"]))

    assert answer["ledger"]["generation_id"] == other["id"] != clip["id"]
    assert answer["fingerprint"]["generation_id"] == other["id"]


def test_without_the_index_a_file_is_judged_by_its_marks_and_that_is_said(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    blind = replace(world.rt, index=FullIndex())
    _noise(tmp_path / "stranger.mp4")

    released = verifications.verify(blind, file)
    stranger = verifications.verify(blind, tmp_path / "stranger.mp4")

    assert (released.verdict.kind, released.verdict.generation_id) == (Kind.UNCHECKED, clip["id"])
    assert (stranger.verdict.kind, stranger.verdict.generation_id) == (Kind.UNCHECKED, None)
    for found in (released, stranger):
        assert not found.compared
        assert "could not be compared" in found.verdict.reasons[-1]
