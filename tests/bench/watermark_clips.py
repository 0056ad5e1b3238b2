"""The clips that the benchmark of the watermark marks, as files: plain, and as an output is."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import cv2
import numpy as np

from fingerprint import sample
from generator import registry
from generator.base import Request
from rightsd.adapters import media
from rightsd.adapters.media import Frames
from watermark import quality
from watermark.embed import Embedder
from watermark.stamp import stamp

SECRET = bytes(range(32))
PAYLOAD_ID = 0x123456789ABCDEF
FPS = Fraction(24)
FOLDER = "RIGHTSD_BENCH_CLIPS"
BT709 = 1  # The same number for primaries, transfer and matrix (ISO/IEC 23091-2).
STUDIO_RANGE = 1  # FFmpeg's AVCOL_RANGE_MPEG.
PRESETS = {"libx264": "veryfast", "libx265": "veryfast", "libsvtav1": "8"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a clip comes from.

    Attributes:
        name: Of the clip.
        prompt: What the engine makes it of; None, if it is a file.
        seed: For the engine.
        path: The file; None, if the engine makes it.
    """

    name: str
    prompt: str | None = None
    seed: int = 0
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip that was marked.

    Attributes:
        name: Of its source.
        plain: A file without loss.
        marked: The file that is made of the marked frames, as an output is written.
        height: Of both, in pixels.
        width: Of both.
        strength: Of the mark, as a self-test chose it.
        luma_decibels: What it changes of luma, before any encoder.
        decibels: The same over R, G and B.
    """

    name: str
    plain: Path
    marked: Path
    height: int
    width: int
    strength: float
    luma_decibels: float
    decibels: float


def sources(prompts: Sequence[str]) -> list[Source]:
    """Return what there is: of the engine, and the videos of the folder that FOLDER names."""
    made = [Source(f"made-{seed}", prompt, seed) for seed, prompt in enumerate(prompts, 1)]
    folder = os.environ.get(FOLDER)
    paths = sorted(Path(folder).iterdir()) if folder else []
    return [*made, *(Source(path.name, path=path) for path in paths if path.is_file())]


def prepare(
    folder: Path, source: Source, *, sizes: Sequence[tuple[int, int]], frames_max: int
) -> list[Clip]:
    """Return a clip at some sizes (height, width): as many frames as it shows first, at FPS."""
    return [_mark(folder, source, height, width, frames_max) for height, width in sizes]


def embedder(height: int, width: int, strength: float) -> Embedder:
    """Return what marks every clip here."""
    return Embedder(SECRET, PAYLOAD_ID, height=height, width=width, strength=strength)


def write(
    path: Path,
    frames: Frames,
    *,
    fps: Fraction = FPS,
    codec: str = "libx264",
    crf: int = 23,
    preset: str = "",
) -> None:
    """Write a copy as MP4, with even sides and by one thread."""
    height, width = (side // 2 * 2 for side in frames.shape[1:3])
    options = {"crf": str(crf), "preset": preset or PRESETS[codec]}
    if codec == "libx265":
        options["x265-params"] = "log-level=none:pools=1:frame-threads=1"
    if codec == "libsvtav1":
        options["svtav1-params"] = "lp=1"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        context.thread_count = 1
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = STUDIO_RANGE
        for frame in frames[:, :height, :width]:
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), "rgb24")
            container.mux(
                stream.encode(
                    picture.reformat(
                        format="yuv420p", dst_colorspace=BT709, dst_color_range=STUDIO_RANGE
                    )
                )
            )
        container.mux(stream.encode(None))


def read(path: Path) -> Frames:
    """Return all frames of a file."""
    with media.open_video(path) as video:
        return np.concatenate([chunk.frames for chunk in video])


def look(path: Path) -> tuple[Frames, np.ndarray]:
    """Return the frames at which a verification looks, and their times in seconds."""
    with media.open_video(path, looks_per_second=sample.LOOKS_PER_SECOND) as video:
        chunks = list(video)
    seconds = np.concatenate([chunk.seconds for chunk in chunks])
    return np.concatenate([chunk.frames for chunk in chunks]), seconds


def _mark(folder: Path, source: Source, height: int, width: int, frames_max: int) -> Clip:
    name = f"{source.name}-{width}x{height}"
    plain, marked = folder / f"{name}.plain.mp4", folder / f"{name}.mp4"
    write(plain, np.stack(list(_frames(source, height, width, frames_max))), crf=0)
    frames = read(plain)
    strength = stamp(
        [frames], secret=SECRET, payload_id=PAYLOAD_ID, recode=partial(media.recode, folder=folder)
    ).strength
    changed = embedder(height, width, strength).mark(frames)
    media.write_video(marked, width=width, height=height, fps=FPS, frames=[changed])
    decibels = quality.psnr_luma(frames, changed), quality.psnr(frames, changed)
    return Clip(source.name, plain, marked, height, width, strength, *decibels)


def _frames(source: Source, height: int, width: int, frames_max: int) -> Iterator[Frames]:
    left = frames_max
    for chunk in _chunks(source, height, width, frames_max):
        for frame in chunk[:left]:
            yield _fill(frame, height, width)
        left -= min(left, len(chunk))
        if not left:
            return


def _chunks(source: Source, height: int, width: int, frames_max: int) -> Iterator[Frames]:
    if source.prompt is None:
        assert source.path is not None
        yield from _play(source.path)
        return
    engine = registry.engine(registry.DEFAULT)
    seconds = float(frames_max / FPS)
    request = Request(source.prompt, source.seed, seconds, width, height, FPS)
    yield from engine.generate(request, engine.plan(request), progress=lambda _: None).frames


def _play(path: Path) -> Iterator[Frames]:
    """Yield what a file shows at FPS, one frame after another, whatever its own rate."""
    shown: Frames | None = None
    first = due = 0
    with media.open_video(path) as video:
        for chunk in video:
            for frame, seconds in zip(chunk.frames, chunk.seconds.tolist(), strict=True):
                begins = round(seconds * FPS)
                if shown is None:
                    first = begins
                while shown is not None and due < begins - first:
                    yield shown[np.newaxis]
                    due += 1
                shown = frame
    if shown is not None:
        yield shown[np.newaxis]


def _fill(frame: Frames, height: int, width: int) -> Frames:
    """Return the middle of a frame, as large as asked for."""
    share = max(height / frame.shape[0], width / frame.shape[1])
    size = (max(width, round(frame.shape[1] * share)), max(height, round(frame.shape[0] * share)))
    how = cv2.INTER_AREA if share < 1.0 else cv2.INTER_CUBIC
    scaled = cv2.resize(frame, size, interpolation=how)
    top, left = (size[1] - height) // 2, (size[0] - width) // 2
    return np.asarray(scaled[top : top + height, left : left + width], np.uint8)
