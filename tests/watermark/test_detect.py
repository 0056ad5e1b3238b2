from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest

from tests.watermark import clips
from watermark import detect, lattice, payload
from watermark.detect import LOG10_P_MAX, Detection, Detector
from watermark.embed import Embedder
from watermark.errors import WatermarkError
from watermark.frames import Frames
from watermark.keys import derive

DETECTOR = Detector(clips.SECRET)
OTHER = Detector(bytes(32))

ATTACKS: dict[str, Callable[[Frames], Frames]] = {
    "crf 23": lambda frames: clips.encode(frames, 23),
    "crf 28": lambda frames: clips.encode(frames, 28),
    "crf 31": lambda frames: clips.encode(frames, 31),
    "half": lambda frames: clips.encode(clips.resize(frames, 180, 320), 23),
    "mirrored": lambda frames: clips.encode(frames[:, :, ::-1], 26),
    "upside down": lambda frames: clips.encode(frames[:, ::-1, ::-1], 26),
    "cropped": lambda frames: clips.encode(clips.crop(frames, 0.8), 26),
}


def assert_no_mark(found: Detection) -> None:
    assert found.payload_id is None
    assert found.geometry is None
    assert found.log10_p > LOG10_P_MAX
    assert not found.present


@pytest.mark.slow
@pytest.mark.parametrize("kind", clips.RENDERERS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_mark_at_360_lines_outlives(attack: str, kind: str) -> None:
    found = DETECTOR.detect([ATTACKS[attack](clips.marked(kind))])

    assert found.payload_id == clips.PAYLOAD_ID
    assert found.log10_p <= LOG10_P_MAX


def turn_hues(frames: Frames) -> Frames:
    """Return frames in the opposite colours, of the same luma."""
    turned = [cv2.cvtColor(frame, cv2.COLOR_RGB2YCrCb) for frame in frames]
    for frame in turned:
        frame[..., 1:] = 255 - frame[..., 1:]
    return np.stack([cv2.cvtColor(frame, cv2.COLOR_YCrCb2RGB) for frame in turned])


def print_on_canvas(frames: Frames) -> Frames:
    """Return frames with a coarse weave over them, which stands still and has no colour."""
    noise = np.random.default_rng(0).normal(0.0, 24.0, frames.shape[1:3])
    weave = 8.0 * cv2.GaussianBlur(noise, (0, 0), 3.0)[np.newaxis, ..., np.newaxis]
    return np.clip(frames + weave, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("way", [turn_hues, print_on_canvas])
def test_either_of_luma_and_blueness_suffices(way: Callable[[Frames], Frames]) -> None:
    """In opposite colours they cancel each other; on canvas the luma is drowned."""
    attacked = clips.encode(way(clips.marked("flat", 360, 640, 24)), 26)

    assert DETECTOR.detect([attacked], effort="quick").payload_id == clips.PAYLOAD_ID


@pytest.mark.parametrize("kind", clips.RENDERERS)
def test_a_mark_at_180_lines_outlives_encoding(kind: str) -> None:
    clip = clips.encode(clips.marked(kind, 180, 320), 23)

    assert DETECTOR.detect([clip]).payload_id == clips.PAYLOAD_ID


@pytest.mark.slow
def test_a_smooth_clip_outlives_half_its_size_at_crf_26() -> None:
    """What the service's own clips go through on a phone: five seconds, and the hardest picture."""
    marked = clips.marked("gradients", 360, 640, 120)

    found = DETECTOR.detect([clips.encode(clips.resize(marked, 180, 320), 26)], effort="quick")

    assert found.payload_id == clips.PAYLOAD_ID


def test_another_secret_finds_nothing() -> None:
    assert_no_mark(OTHER.detect([clips.marked("gradients", 180, 320)]))


def mark_unmoved(frames: Frames) -> Frames:
    """Return frames with a mark of version 1, as files have that are out."""
    written = payload.Payload(clips.PAYLOAD_ID, payload.VERSION_UNMOVED)
    layout, values = lattice.write(derive(clips.SECRET), written)
    height, width = frames.shape[1:3]
    pattern = lattice.synthesise(layout, values, height=height, width=width)[:, :, np.newaxis]
    return np.clip(np.rint(frames + pattern), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", clips.RENDERERS)
def test_a_mark_of_version_1_is_read(kind: str) -> None:
    found = DETECTOR.detect([mark_unmoved(clips.plain(kind, 180, 320))], effort="quick")

    assert found.payload_id == clips.PAYLOAD_ID
    assert found.geometry is not None
    (place,) = found.geometry.places(height=180, width=320, marked_height=180, marked_width=320)
    assert place == pytest.approx(np.eye(2, 3), abs=0.3)


def test_all_secrets_are_looked_for() -> None:
    rotated = Detector(bytes(32), bytes([1]) * 32, clips.SECRET)

    found = rotated.detect([clips.marked("gradients", 180, 320)], effort="quick")

    alone = DETECTOR.detect([clips.marked("gradients", 180, 320)], effort="quick")
    assert found.payload_id == clips.PAYLOAD_ID
    assert found.log10_p == pytest.approx(alone.log10_p + np.log10(3))
    assert_no_mark(rotated.detect([clips.plain("gradients", 180, 320)]))


@pytest.mark.parametrize("count", [0, 17])
def test_the_number_of_secrets_is_bounded(count: int) -> None:
    with pytest.raises(WatermarkError, match="1 to 16 secrets"):
        Detector(*[bytes(32)] * count)


def test_a_mark_that_cannot_be_read_is_told_of() -> None:
    """Of five outputs of one picture, averaged, none can be named."""
    plain = clips.plain("flat", 180, 320, 24)
    embedders = [
        Embedder(clips.SECRET, 1000 + 7919 * number, height=180, width=320) for number in range(5)
    ]
    average = np.mean([embedder.mark(plain) for embedder in embedders], axis=0)

    found = DETECTOR.detect([average.round().astype(np.uint8)])

    assert found.payload_id is None
    assert found.geometry is None
    assert found.present


@pytest.mark.parametrize("kind", clips.RENDERERS)
def test_an_unmarked_clip_has_no_mark(kind: str) -> None:
    assert_no_mark(DETECTOR.detect([clips.encode(clips.plain(kind, 180, 320), 28)]))


def test_a_right_code_alone_is_not_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The MAC of a clear mark is right; with improbable pilots asked for, it must not suffice."""
    monkeypatch.setattr(detect, "LOG10_P_MAX", -1000.0)

    found = DETECTOR.detect([clips.marked("flat", 180, 320, 4)], effort="quick")

    assert found.log10_p < -20
    assert found.payload_id is None


@pytest.mark.parametrize("payload_id", [0, 1, 2**60 - 1])
def test_every_id_can_be_said(payload_id: int) -> None:
    embedder = clips.Embedder(clips.SECRET, payload_id, height=180, width=320)
    marked = embedder.mark(clips.plain("flat", 180, 320, 4))

    assert DETECTOR.detect([marked], effort="quick").payload_id == payload_id


def test_a_portrait_clip_is_read() -> None:
    marked = clips.marked("gradients", 320, 180, 24)

    assert DETECTOR.detect([marked], effort="quick").payload_id == clips.PAYLOAD_ID


def test_geometry_says_what_was_done() -> None:
    marked = clips.marked("textured", 180, 320, 24)

    whole = DETECTOR.detect([marked]).geometry
    turned = DETECTOR.detect([clips.rotate(marked, 6.0)]).geometry
    mirrored = DETECTOR.detect([marked[:, :, ::-1]]).geometry
    zoomed = DETECTOR.detect([clips.resize(clips.crop(marked, 0.7), 180, 320)]).geometry

    assert whole is not None
    assert turned is not None
    assert mirrored is not None
    assert zoomed is not None
    assert (whole.whole, mirrored.whole, turned.whole, zoomed.whole) == (True, True, False, False)
    assert abs(whole.scale - 1.0) < 0.01
    assert abs(whole.rotation_degrees) < 0.3
    assert not whole.mirrored
    assert abs(turned.rotation_degrees - 6.0) < 0.3
    assert mirrored.mirrored
    assert abs(zoomed.scale - 1 / 0.7) < 0.02


def test_geometry_says_where_a_crop_may_lie() -> None:
    marked = clips.marked("textured", 180, 320, 24)
    geometry = DETECTOR.detect([clips.resize(marked[:, 20:146, 60:284], 180, 320)]).geometry

    assert geometry is not None
    places = geometry.places(height=180, width=320, marked_height=180, marked_width=320)

    corners = [place @ [[0, 320], [0, 180], [1, 1]] for place in places]
    right = np.array([[60, 284], [20, 146]])
    assert min(np.abs(each - right).max() for each in corners) < 1.5
    assert len(places) <= 4


def test_a_whole_picture_has_one_place() -> None:
    geometry = DETECTOR.detect([clips.marked("textured", 180, 320, 24)]).geometry

    assert geometry is not None
    (place,) = geometry.places(height=360, width=640, marked_height=180, marked_width=320)

    assert place == pytest.approx(np.array([[0.5, 0, 0], [0, 0.5, 0]]), abs=0.01)


def test_a_quick_look_does_not_search() -> None:
    cropped = clips.resize(clips.crop(clips.marked("textured", 180, 320, 24), 0.7), 180, 320)

    assert DETECTOR.detect([cropped], effort="quick").payload_id is None


def test_a_mark_is_found_between_foreign_stretches() -> None:
    marked = clips.marked("flat", 180, 320, 16)
    noise = np.random.default_rng(0).integers(0, 256, (32, 180, 320, 3), dtype=np.uint8)

    assert DETECTOR.detect([marked, noise]).payload_id == clips.PAYLOAD_ID


def test_chunks_and_the_whole_clip_say_the_same() -> None:
    marked = clips.marked("textured", 180, 320, 24)

    whole = DETECTOR.detect([marked])
    chunked = DETECTOR.detect(marked[start : start + 5] for start in range(0, 24, 5))

    assert whole == chunked
    assert whole.frames == 24


def test_no_more_than_the_frames_asked_for_are_read() -> None:
    def read() -> Iterator[Frames]:
        yield clips.marked("flat", 180, 320, 16)[:6]
        raise AssertionError("read on")

    assert DETECTOR.detect(read(), frames_max=6).frames == 6
    assert DETECTOR.detect([clips.marked("flat", 180, 320, 16)], frames_max=5).frames == 5


@pytest.mark.parametrize(
    "clip",
    [
        np.zeros((1, 1, 1, 3), dtype=np.uint8),
        np.full((1, 16, 16, 3), 90, dtype=np.uint8),
        np.random.default_rng(0).integers(0, 256, (1, 33, 700, 3), dtype=np.uint8),
        np.zeros((3, 180, 320, 3), dtype=np.uint8),
        np.full((2, 64, 64, 3), 255, dtype=np.uint8),
        np.random.default_rng(0).integers(0, 256, (2, 180, 320, 3), dtype=np.uint8),
        np.broadcast_to(np.arange(256, dtype=np.uint8)[:, np.newaxis], (1, 40, 256, 3)),
        np.zeros((1, 2000, 3000, 3), dtype=np.uint8),
    ],
    ids=["pixel", "tiny", "ribbon", "black", "white", "noise", "view", "large"],
)
def test_odd_clips_have_no_mark(clip: Frames) -> None:
    assert_no_mark(DETECTOR.detect([clip]))


@pytest.mark.parametrize(
    ("chunks", "reason"),
    [
        ([], "no frames"),
        ([np.zeros((0, 64, 64, 3), dtype=np.uint8)], "no frames"),
        ([np.zeros((1, 64, 64, 3), dtype=np.float32)], "uint8"),
        ([np.zeros((64, 64, 3), dtype=np.uint8)], "uint8"),
        ([np.zeros((1, 0, 64, 3), dtype=np.uint8)], "sides"),
        ([np.zeros((1, 64, 20_000, 3), dtype=np.uint8)], "sides"),
        ([np.zeros((1, 64, s, 3), dtype=np.uint8) for s in (64, 65)], "one size"),
    ],
)
def test_what_is_not_a_clip_is_refused(chunks: list[Frames], reason: str) -> None:
    with pytest.raises(WatermarkError, match=reason):
        DETECTOR.detect(chunks)


def test_a_limit_of_no_frames_is_refused() -> None:
    with pytest.raises(WatermarkError, match="frames_max"):
        DETECTOR.detect([np.zeros((1, 64, 64, 3), dtype=np.uint8)], frames_max=0)
