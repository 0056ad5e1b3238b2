"""What is no ordinary clip is marked and read, or refused with a reason."""

import numpy as np
import pytest

from tests.watermark import clips
from watermark.detect import Detector
from watermark.embed import Embedder
from watermark.errors import WatermarkError
from watermark.frames import Frames

DETECTOR = Detector(clips.SECRET)
OTHER = bytes([7]) * 32


def mark(
    frames: Frames, *, secret: bytes = clips.SECRET, payload_id: int = clips.PAYLOAD_ID
) -> Frames:
    height, width = frames.shape[1:3]
    return Embedder(secret, payload_id, height=height, width=width).mark(frames)


def grey(frames: Frames) -> Frames:
    return np.repeat(frames.mean(axis=3, keepdims=True).astype(np.uint8), 3, axis=3)


@pytest.mark.parametrize(
    "frames",
    [
        clips.render_gradients(1, 360, 640),
        clips.render_gradients(8, 181, 323),
        clips.render_gradients(8, 323, 181),
        grey(clips.render_gradients(8, 180, 320)),
        np.repeat(clips.render_textured(1, 180, 320), 8, axis=0),
        np.full((8, 180, 320, 3), 3, dtype=np.uint8),
        np.full((8, 180, 320, 3), 128, dtype=np.uint8),
        np.full((8, 180, 320, 3), 252, dtype=np.uint8),
        clips.render_flat(4, 96, 400),
    ],
    ids=[
        "one frame",
        "odd sides",
        "odd portrait",
        "grey",
        "static",
        "nearly black",
        "one grey",
        "nearly white",
        "ribbon",
    ],
)
def test_odd_clips_carry_a_mark(frames: Frames) -> None:
    marked = mark(frames)

    assert marked.shape == frames.shape
    assert DETECTOR.detect([marked]).payload_id == clips.PAYLOAD_ID


@pytest.mark.slow
def test_a_still_of_8k_carries_a_mark() -> None:
    frame = clips.resize(clips.render_gradients(1, 540, 960), 4320, 7680)

    assert DETECTOR.detect([mark(frame)], effort="quick").payload_id == clips.PAYLOAD_ID


@pytest.mark.parametrize("size", [(16, 16), (95, 300), (300, 95), (1, 1)])
def test_what_is_too_small_is_refused_with_a_reason(size: tuple[int, int]) -> None:
    with pytest.raises(WatermarkError, match="96 pixels or more a side"):
        Embedder(clips.SECRET, 1, height=size[0], width=size[1])


def test_a_black_clip_is_marked_as_far_as_it_can_be() -> None:
    """Half of the mark is lost below black; what is left is read."""
    marked = mark(np.zeros((8, 180, 320, 3), dtype=np.uint8))

    assert int(marked.max()) > 0
    assert DETECTOR.detect([marked]).payload_id == clips.PAYLOAD_ID


def test_marks_of_two_secrets_do_not_disturb_each_other() -> None:
    twice = mark(clips.marked("gradients", 360, 640, 24), secret=OTHER, payload_id=5)

    assert DETECTOR.detect([twice]).payload_id == clips.PAYLOAD_ID
    assert Detector(OTHER).detect([twice]).payload_id == 5


def test_of_two_marks_of_one_secret_nothing_else_is_read() -> None:
    twice = mark(clips.marked("gradients", 360, 640, 24), payload_id=5)

    found = DETECTOR.detect([twice])

    assert found.present
    assert found.payload_id in {None, 5, clips.PAYLOAD_ID}
