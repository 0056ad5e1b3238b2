"""Synthetic clips, and what the world does to them."""

import io
from collections.abc import Callable
from functools import cache

import av
import cv2
import numpy as np

from watermark.embed import Embedder
from watermark.frames import Frames

SECRET = bytes(range(32))
# About what `watermark.stamp` finds: what has much that moves needs more, and hides it.
STRENGTHS = {"textured": 2.0, "gradients": 1.2, "flat": 1.2}
PAYLOAD_ID = 0x123456789ABCDEF


def render_textured(count: int, height: int, width: int) -> Frames:
    """Noise of many scales, panning: hides much, and is expensive to encode."""
    random = np.random.default_rng(1)
    shape = (height + count, width + 2 * count)
    plane = np.full(shape, 110.0, dtype=np.float32)
    for amplitude, cell in ((30, 64), (22, 24), (14, 9), (9, 4), (6, 1)):
        grid = random.standard_normal((shape[0] // cell + 3, shape[1] // cell + 3))
        resized = cv2.resize(grid.astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC)
        plane += amplitude * resized
    views = [plane[t // 2 : t // 2 + height, t : t + width] for t in range(count)]
    tinted = [np.stack([view * 1.05, view, view * 0.9 + 8], axis=2) for view in views]
    return np.clip(np.stack(tinted), 0, 255).astype(np.uint8)


def render_gradients(count: int, height: int, width: int) -> Frames:
    """Soft moving colours and shaded discs, without grain: what a renderer makes."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    discs = ((0.2, (200, 120, 60)), (0.12, (60, 150, 90)), (0.09, (230, 220, 200)))
    frames = []
    for t in range(count):
        a = t / 24
        red = 90 + 80 * y / height + 20 * np.sin(x / width * 3 + a)
        green = 120 + 60 * y / height + 30 * np.sin(x / width * 2 - a)
        picture = np.stack([red, green, 170 - 50 * y / height], axis=2)
        for i, (share, colour) in enumerate(discs):
            radius = share * min(height, width)
            centre_x = width * (0.5 + 0.35 * np.sin(a * (0.7 + 0.3 * i) + i))
            centre_y = height * (0.5 + 0.3 * np.cos(a * (0.5 + 0.2 * i) + 2 * i))
            inside = (radius - np.hypot(x - centre_x, y - centre_y)) / 2 + 0.5
            cover = np.clip(inside, 0, 1)[..., np.newaxis]
            shade = np.clip(0.75 + 0.25 * (centre_y - y) / radius, 0.4, 1.1)[..., np.newaxis]
            picture = picture * (1 - cover) + cover * shade * np.array(colour)
        frames.append(picture + 0.5)
    return np.clip(np.stack(frames), 0, 255).astype(np.uint8)


def render_flat(count: int, height: int, width: int) -> Frames:
    """A blank wall, and one dark block that slides over it."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    wall = np.stack([182 + 6 * x / width, 176 + 5 * y / height, 168 + 0 * x], axis=2)
    frames = []
    for t in range(count):
        left = abs(x - width * (0.2 + 0.5 * t / count)) / (height * 0.12)
        frames.append(wall.copy())
        frames[-1][np.maximum(left, abs(y - height * 0.6) / (height * 0.25)) < 1] = (70, 60, 90)
    return np.stack(frames).astype(np.uint8)


RENDERERS: dict[str, Callable[[int, int, int], Frames]] = {
    "textured": render_textured,
    "gradients": render_gradients,
    "flat": render_flat,
}


@cache
def plain(kind: str, height: int = 360, width: int = 640, count: int = 60) -> Frames:
    clip = RENDERERS[kind](count, height, width)
    clip.setflags(write=False)
    return clip


@cache
def marked(kind: str, height: int = 360, width: int = 640, count: int = 60) -> Frames:
    strength = STRENGTHS[kind]
    embedder = Embedder(SECRET, PAYLOAD_ID, height=height, width=width, strength=strength)
    clip = embedder.mark(plain(kind, height, width, count))
    clip.setflags(write=False)
    return clip


def encode(frames: Frames, crf: int) -> Frames:
    """Return the frames after H.264 in 4:2:0 at this constant rate factor."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        # One thread: with more, x264 gives other bytes each time.
        options = {"crf": str(crf), "preset": "fast", "threads": "1"}
        stream = container.add_stream("libx264", rate=24, options=options)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            # Left to the encoder, the conversion gives other bytes from time to time.
            container.mux(stream.encode(picture.reformat(format="yuv420p")))
        container.mux(stream.encode())
    buffer.seek(0)
    with av.open(buffer) as container:
        return np.stack([f.to_ndarray(format="rgb24") for f in container.decode(video=0)])


def resize(frames: Frames, height: int, width: int) -> Frames:
    resized = [cv2.resize(f, (width, height), interpolation=cv2.INTER_AREA) for f in frames]
    return np.stack(resized)


def crop(frames: Frames, share: float) -> Frames:
    """Return the middle of the frames, with even sides."""
    height, width = (int(side * share) // 2 * 2 for side in frames.shape[1:3])
    top, left = (frames.shape[1] - height) // 2, (frames.shape[2] - width) // 2
    return frames[:, top : top + height, left : left + width]


def rotate(frames: Frames, degrees: float) -> Frames:
    """Return the frames turned clockwise about their centre, with black corners."""
    height, width = frames.shape[1:3]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return np.stack([cv2.warpAffine(frame, matrix, (width, height)) for frame in frames])
