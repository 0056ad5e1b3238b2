"""Marks in files of every kind, read as the product reads them."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from rightsd.adapters import media
from rightsd.adapters.marks import Marks
from tests.rightsd.adapters.test_media import encode
from tests.watermark import clips
from watermark.detect import Detection
from watermark.embed import Embedder
from watermark.frames import Frames

OTHER = bytes([7]) * 32
PQ, BT2020 = 16, 9  # ITU-T H.273: the transfer of HDR, its primaries and its matrix.


def mark(frames: Frames, payload_id: int = clips.PAYLOAD_ID) -> Frames:
    height, width = frames.shape[1:3]
    embedder = Embedder(clips.SECRET, payload_id, height=height, width=width, strength=1.4)
    return embedder.mark(frames)


def marked(count: int = 24) -> Frames:
    return mark(clips.plain("gradients", 180, 320, count))


def find(path: Path, *secrets: bytes) -> Detection:
    marks = Marks(secrets or [clips.SECRET])
    with media.open_video(path, looks_per_second=8) as video:
        for chunk in video:
            marks.look(chunk.frames, chunk.seconds)
    return marks.find()


def test_a_variable_frame_rate_is_no_hindrance(tmp_path: Path) -> None:
    steps = np.random.default_rng(1).integers(1, 9, 24)
    path = encode(tmp_path / "a.mp4", marked(), times=np.cumsum(steps).tolist())

    assert find(path).payload_id == clips.PAYLOAD_ID


@pytest.mark.parametrize(
    ("codec", "pixels"),
    [("libx264", "yuv420p10le"), ("libx265", "yuv420p10le"), ("libx264", "gray")],
)
def test_ten_bits_and_grey_are_read(codec: str, pixels: str, tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", marked(), codec=codec, pixels=pixels)

    assert find(path).payload_id == clips.PAYLOAD_ID


def test_what_was_tagged_as_hdr_is_read(tmp_path: Path) -> None:
    """The values count as they are coded: nothing maps them to what a screen of today shows."""
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx265", rate=Fraction(24))
        stream.height, stream.width, stream.pix_fmt = 180, 320, "yuv420p10le"
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace = PQ, BT2020, BT2020
        for frame in marked():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        container.mux(stream.encode(None))

    assert find(path).payload_id == clips.PAYLOAD_ID


@pytest.mark.parametrize("degrees", [90, 180])
def test_a_turn_in_the_metadata_is_undone(degrees: int, tmp_path: Path) -> None:
    lying = np.ascontiguousarray(np.rot90(marked(), -degrees // 90, axes=(1, 2)))

    found = find(encode(tmp_path / "a.mp4", lying, turned=degrees))

    assert found.payload_id == clips.PAYLOAD_ID
    assert found.geometry is not None
    assert found.geometry.rotation_degrees == pytest.approx(0.0, abs=0.5)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_with_alpha_is_read(form: str, tmp_path: Path) -> None:
    frame = marked(1)[0]
    veiled = np.dstack([frame, np.full(frame.shape[:2], 90, dtype=np.uint8)])
    Image.fromarray(veiled).save(tmp_path / "a", form, **({} if form == "PNG" else {"quality": 90}))

    assert find(tmp_path / "a").payload_id == clips.PAYLOAD_ID


def test_odd_sides_are_read(tmp_path: Path) -> None:
    frames = mark(clips.render_gradients(12, 181, 323))

    path = encode(tmp_path / "a.mkv", frames, pixels="yuv444p")

    assert find(path).payload_id == clips.PAYLOAD_ID


def test_what_is_too_small_has_no_mark(tmp_path: Path) -> None:
    Image.fromarray(clips.resize(marked(1), 16, 16)[0]).save(tmp_path / "a.png")

    found = find(tmp_path / "a.png")

    assert (found.payload_id, found.present, found.frames) == (None, False, 1)


def test_the_mark_of_another_secret_leaves_both_readable(tmp_path: Path) -> None:
    embedder = Embedder(OTHER, 5, height=180, width=320, strength=1.4)
    path = encode(tmp_path / "a.mp4", embedder.mark(marked()))

    assert find(path, clips.SECRET).payload_id == clips.PAYLOAD_ID
    assert find(path, OTHER).payload_id == 5
    # Of several secrets, the first whose mark is read tells.
    assert find(path, OTHER, clips.SECRET).payload_id == 5
