"""Step 4, for those who would fool it: pieces, splices, swapped and foreign credentials."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from rightsd.adapters import media
from rightsd.adapters.blobs import Blobs
from rightsd.adapters.media import Frames
from rightsd.db import generations
from rightsd.domain.verdict import Kind
from rightsd.workflows import verifications
from tests.paths.conftest import PLAIN, World
from tests.rightsd.adapters.credentialed import STRANGER, define, thumbnail
from watermark import attacks
from watermark.embed import Embedder

pytestmark = pytest.mark.slow

FPS = 24
C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # The box of a manifest store in MP4.


@pytest.fixture(scope="module")
def other(world: World) -> dict:
    made = world.generate(PLAIN)
    assert made["state"] == "published", made
    return made


@pytest.fixture(scope="module")
def other_file(world: World, other: dict) -> Path:
    return world.download(other["id"])


def frames_of(path: Path) -> Frames:
    with media.open_video(path) as video:
        return np.concatenate([chunk.frames for chunk in video])


def write(path: Path, *pieces: Frames) -> Path:
    media.write_video(path, width=320, height=180, fps=Fraction(FPS), frames=pieces)
    return path


def noise(seconds: float) -> Frames:
    coarse = np.random.default_rng(8).integers(40, 215, (12, 20, 3), np.uint8)
    still = cv2.resize(coarse, (320, 180), interpolation=cv2.INTER_CUBIC)
    return np.stack([np.roll(still, 3 * step, axis=1) for step in range(round(FPS * seconds))])


def boxes(content: bytes) -> Iterator[tuple[int, int]]:
    """Where each box at the top of an MP4 begins and ends."""
    at = 0
    while at < len(content):
        size = struct.unpack(">I", content[at : at + 4])[0]
        yield at, at + size
        at += size


def store_box(content: bytes) -> tuple[int, int]:
    return next((a, b) for a, b in boxes(content) if content[a + 4 : a + 24] == b"uuid" + C2PA)


def swapped(into: bytes, of: bytes) -> bytes:
    """A file with the manifest of another: its own becomes an empty box, that other comes last."""
    start, _ = store_box(into)
    return into[: start + 4] + b"free" + into[start + 8 :] + of[slice(*store_box(of))]


def test_a_splice_of_two_outputs_names_both(
    world: World, clip: dict, file: Path, other: dict, other_file: Path, tmp_path: Path
) -> None:
    first, second = frames_of(other_file)[:60], frames_of(file)[6:66]

    answer = world.verify(write(tmp_path / "splice.mp4", first, second))

    assert answer["verdict"] == "altered"
    assert "it is put together of parts of 2 outputs of ours" in answer["reasons"]
    assert [part["generation_id"] for part in answer["parts"]] == [other["id"], clip["id"]]
    assert [part["marked"] for part in answer["parts"]] == [True, True]
    assert answer["parts"][1]["stretches"][0] == pytest.approx([2.5, 5.0], abs=0.3)
    assert answer["parts"][1]["reference"][0] == pytest.approx(0.25, abs=0.3)


def test_an_output_inside_a_longer_video_is_found_and_is_not_the_whole(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    long = write(tmp_path / "long.mp4", noise(12.0), frames_of(file), noise(4.0))

    answer = world.verify(long)

    assert answer["verdict"] == "altered"
    assert answer["elsewhere_seconds"] == pytest.approx(16.0, abs=1.0)
    (part,) = answer["parts"]
    assert (part["generation_id"], part["marked"]) == (clip["id"], True)
    assert part["stretches"] == [pytest.approx([12.0, 15.0], abs=0.3)]


def test_something_else_in_the_midst_is_told(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    ours, foreign = frames_of(file), noise(3.0)

    answer = world.verify(write(tmp_path / "a.mp4", ours[:36], foreign, ours[36:]))

    assert answer["verdict"] == "altered"
    assert answer["ledger"]["generation_id"] == clip["id"]
    assert answer["elsewhere_seconds"] == pytest.approx(3.0, abs=0.5)


def test_the_credential_of_another_output_is_told(
    world: World, clip: dict, file: Path, other: dict, other_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.mp4").write_bytes(swapped(other_file.read_bytes(), file.read_bytes()))

    answer = world.verify(tmp_path / "a.mp4")

    assert answer["verdict"] == "altered"
    assert answer["manifest"]["generation_id"] == clip["id"]
    assert answer["ledger"]["generation_id"] == other["id"]
    assert "its content is that of another output of ours" in answer["reasons"]


def test_our_credential_on_a_strangers_video_is_not_genuine(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    stranger = write(tmp_path / "noise.mp4", noise(3.0)).read_bytes()
    forged = stranger + file.read_bytes()[slice(*store_box(file.read_bytes()))]
    (tmp_path / "a.mp4").write_bytes(forged)

    answer = world.verify(tmp_path / "a.mp4")

    assert answer["verdict"] == "altered"
    assert "its content is not that of the output that the credential names" in answer["reasons"]


def keep_down(world: World, path: Path) -> None:
    """Have what a file shows stay down for everyone but the creator."""
    reviewer = world.clients["reviewer"]
    entry = reviewer.post(
        "/v1/staydowns",
        data={"kind": "privacy", "reason": "Reported."},
        files={"file": ("x", path.read_bytes())},
    )
    terms = {
        "thing": entry.json()["id"],
        "account_id": world.ids["creator"],
        "ground": "news",
        "reason": "They report on it.",
        "expires_at": (world.rt.clock() + timedelta(days=30)).isoformat(),
    }
    granted = reviewer.post("/v1/exemptions", json=terms)
    assert granted.status_code == 201, granted.text


def test_who_is_exempt_lends_that_to_no_other_content(fresh: World, tmp_path: Path) -> None:
    made = fresh.generate(PLAIN)
    shown = fresh.download(made["id"])
    copy = write(tmp_path / "copy.mp4", frames_of(shown))
    down = write(tmp_path / "down.mp4", noise(3.0))
    keep_down(fresh, copy)
    keep_down(fresh, down)
    credential = shown.read_bytes()[slice(*store_box(shown.read_bytes()))]
    (tmp_path / "swapped.mp4").write_bytes(down.read_bytes() + credential)
    splice = write(tmp_path / "splice.mp4", frames_of(shown), noise(3.0))

    theirs = [fresh.verify(each)["verdict"] for each in (shown, copy)]
    others = [fresh.verify(each) for each in (tmp_path / "swapped.mp4", splice)]

    assert theirs == ["genuine", "stripped"]
    assert [each["verdict"] for each in others] == ["withdrawn", "withdrawn"]
    assert [each["grounds"] for each in others] == [["privacy"], ["privacy"]]


@pytest.mark.parametrize("trusting", [True, False])
def test_an_output_signed_again_by_a_stranger_is_stripped(
    world: World, clip: dict, file: Path, tmp_path: Path, *, trusting: bool
) -> None:
    anchors = (
        STRANGER.root_pem
        if trusting
        else STRANGER.root_pem + world.rt.credentials.anchors.claims_pem
    )
    STRANGER.credentials(anchors=anchors).sign(
        file, tmp_path / "a.mp4", definition=define(), thumbnail=thumbnail()
    )

    answer = world.verify(tmp_path / "a.mp4")
    with (tmp_path / "a.mp4").open("rb") as sent:
        page = world.clients["public"].post("/verify", files={"file": sent}).text

    assert answer["verdict"] == "stripped"
    assert answer["manifest"]["ours"] is False
    assert "nobody whom we trust vouches for its signer" in answer["reasons"]
    assert "by someone who goes by the name of" in page
    assert answer["ledger"]["generation_id"] == clip["id"]
    assert "it carries someone else's content credential" in answer["reasons"]


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_still_frame_tells_where_it_is_from(
    world: World, clip: dict, file: Path, tmp_path: Path, form: str
) -> None:
    Image.fromarray(frames_of(file)[36]).save(tmp_path / "still", form)

    answer = world.verify(tmp_path / "still")

    assert (answer["verdict"], answer["still"]) == ("stripped", True)
    assert answer["ledger"]["generation_id"] == clip["id"]
    assert answer["parts"][0]["reference"][0] == pytest.approx(1.5, abs=0.6)


def test_an_excerpt_is_no_alteration(world: World, clip: dict, file: Path, tmp_path: Path) -> None:
    answer = world.verify(write(tmp_path / "excerpt.mp4", frames_of(file)[12:60]))

    assert (answer["verdict"], answer["elsewhere_seconds"]) == ("stripped", 0)
    assert answer["ledger"]["generation_id"] == clip["id"]


def cropped(frames: Frames) -> Frames:
    """Four fifths of the picture, not from its middle, as large as before."""
    views = frames[:, 8:152, 40:296]
    return np.stack([cv2.resize(view, (320, 180)) for view in views])


def turned(frames: Frames) -> Frames:
    turn = cv2.getRotationMatrix2D((160, 90), 6.0, 1.15)
    return np.stack([cv2.warpAffine(frame, turn, (320, 180)) for frame in frames])


@pytest.mark.parametrize("change", [cropped, turned])
def test_what_was_cropped_or_turned_is_no_copied_mark(
    world: World, clip: dict, file: Path, tmp_path: Path, change: Callable[[Frames], Frames]
) -> None:
    answer = world.verify(write(tmp_path / "changed.mp4", change(frames_of(file))))

    assert answer["verdict"] == "stripped"
    assert answer["ledger"]["generation_id"] == clip["id"]
    assert answer["parts"][0]["marked"]
    assert answer["parts"][0]["stretches"] == [pytest.approx([0.0, 3.0], abs=0.3)]


def test_a_crop_is_found_within_another_output(
    world: World, clip: dict, file: Path, other: dict, other_file: Path, tmp_path: Path
) -> None:
    shown, crop = frames_of(other_file), cropped(frames_of(file))

    answer = world.verify(write(tmp_path / "splice.mp4", shown[:36], crop, shown[36:]))

    assert answer["verdict"] == "altered"
    named = [part["generation_id"] for part in answer["parts"]]
    assert named == [other["id"], clip["id"], other["id"]]
    assert answer["parts"][1]["stretches"] == [pytest.approx([1.5, 4.5], abs=0.3)]


def test_a_crop_of_an_output_whose_file_is_gone_is_not_called_a_forgery(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "cropped.mp4", cropped(frames_of(file)))
    elsewhere = replace(world.rt, blobs=Blobs((tmp_path / "empty").as_uri()))

    found = verifications.verify(elsewhere, path)

    assert found.watermark_generation == clip["id"]
    assert found.verdict.kind is Kind.UNCHECKED


def test_a_mark_that_was_cropped_with_other_content_is_copied(
    world: World, clip: dict, tmp_path: Path
) -> None:
    with world.rt.transaction() as tx:
        payload_id = generations.find(tx, clip["id"]).watermark_id
    embedder = Embedder(world.rt.watermark_keys.newest(), payload_id, height=180, width=320)

    forged = cropped(embedder.mark(noise(3.0)))
    answer = world.verify(write(tmp_path / "forged.mp4", forged))

    assert answer["watermark"]["generation_id"] == clip["id"]
    assert answer["verdict"] == "copied_mark"


def alike(frames: Frames) -> Frames:
    """Frames that look like these from afar, as a fingerprint does: the details are others."""
    blurred = np.stack([cv2.GaussianBlur(frame, (0, 0), 5.0) for frame in frames])
    grain = np.random.default_rng(4).normal(0.0, 1.0, (36, 64)).astype(np.float32)
    fine = cv2.resize(grain, (320, 180), interpolation=cv2.INTER_CUBIC)
    return np.clip(blurred + 16.0 * fine[:, :, None], 0, 255).astype(np.uint8)


@pytest.mark.parametrize("change", [np.asarray, cropped])
def test_a_mark_on_what_only_looks_alike_is_copied(
    world: World, clip: dict, file: Path, tmp_path: Path, change: Callable[[Frames], Frames]
) -> None:
    with world.rt.transaction() as tx:
        payload_id = generations.find(tx, clip["id"]).watermark_id
    embedder = Embedder(
        world.rt.watermark_keys.newest(), payload_id, height=180, width=320, strength=1.4
    )
    plain = alike(frames_of(file))

    forged = change(embedder.mark(plain))
    answer = world.verify(write(tmp_path / "forged.mp4", forged))
    unmarked = world.verify(write(tmp_path / "plain.mp4", plain))

    assert unmarked["parts"][0]["generation_id"] == clip["id"]  # So the fingerprint sees it.
    assert answer["watermark"]["generation_id"] == clip["id"]
    assert answer["verdict"] == "copied_mark"
    assert answer["parts"] == []
    assert answer["ledger"] is None


def test_a_mark_counts_only_where_the_output_is_there_to_compare_it_with(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    media.transcode(file, tmp_path / "copy.mp4", crf=20)
    elsewhere = replace(world.rt, blobs=Blobs((tmp_path / "empty").as_uri()))

    bound, unsure = (
        verifications.verify(rt, tmp_path / "copy.mp4") for rt in (world.rt, elsewhere)
    )

    assert unsure.watermark_generation == clip["id"]
    assert unsure.verdict.kind is Kind.STRIPPED
    assert "cannot be told whether it was moved there" in unsure.verdict.reasons[0]
    assert [part.marked for found in (bound, unsure) for part in found.shown] == [True, False]
    assert "watermark" in bound.matched
    assert "watermark" not in unsure.matched


def test_a_mark_that_was_moved_into_one_part_of_many_does_not_count(
    world: World, clip: dict, file: Path, other_file: Path, tmp_path: Path
) -> None:
    """The longest parts are looked at closely, and this one is not among them."""
    with world.rt.transaction() as tx:
        payload_id = generations.find(tx, clip["id"]).watermark_id
    embedder = Embedder(
        world.rt.watermark_keys.newest(), payload_id, height=180, width=320, strength=1.4
    )
    forged = embedder.mark(alike(frames_of(file)[:48]))
    ours, others = frames_of(file), frames_of(other_file)

    pieces = [ours[:60], others[:60], ours[6:66], others[6:66], forged]
    answer = world.verify(write(tmp_path / "many.mp4", *pieces))

    assert answer["verdict"] == "altered"
    assert [part["marked"] for part in answer["parts"]] == [True, True, True, True, False]
    assert answer["parts"][-1]["generation_id"] == clip["id"]


def test_what_was_put_between_bars_is_no_copied_mark(
    world: World, other: dict, other_file: Path, tmp_path: Path
) -> None:
    boxed = attacks.letterbox(frames_of(other_file))

    answer = world.verify(write(tmp_path / "boxed.mp4", boxed))

    assert answer["verdict"] == "stripped"
    assert answer["ledger"]["generation_id"] == other["id"]
    assert answer["parts"][0]["marked"]


def test_the_credential_alone_says_genuine_and_no_more(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    media.transcode(file, tmp_path / "copy.mp4", crf=20)

    release, copy = (
        world.verify(each, layers="manifest") for each in (file, tmp_path / "copy.mp4")
    )

    assert (release["verdict"], release["manifest"]["exact"]) == ("genuine", True)
    assert (release["watermark"], release["parts"], release["seconds"]) == (None, [], None)
    assert release["ledger"]["generation_id"] == clip["id"]
    assert copy["verdict"] == "unknown"
    assert "only its content credential was looked at" in copy["reasons"]
