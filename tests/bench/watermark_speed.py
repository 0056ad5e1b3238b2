"""What marking and looking cost, in processor time; to be measured with one thread of OpenCV."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rightsd.adapters import media
from rightsd.adapters.media import Frames
from tests.bench.processor import timed
from tests.bench.watermark_clips import FPS, SECRET, Clip, embedder, look, read
from watermark import attacks
from watermark.detect import Detector

LARGE_FRAMES = 24  # Of 1080 lines: a second.
CHUNK = 12  # Frames at once, as the engine makes them.
TIMES = 2  # The cheaper one counts: what is asked is whether marking is dear beside the rest.


@dataclass(frozen=True, slots=True)
class Costs:
    """Of one clip.

    Attributes:
        kernel: Processor seconds that marking its frames takes for each second of it.
        kernel_large: The same at half as many lines again.
        recoded: Processor seconds to read and write its file.
        marked: To read, mark and write it.
        decoded: To read what a verification looks at.
        found: To find the mark in that.
        given_up: To find none in the plain clip.
        claimed: A payload was read in the plain clip.
    """

    kernel: float
    kernel_large: float
    recoded: float
    marked: float
    decoded: float
    found: float
    given_up: float
    claimed: bool


def measure(folder: Path, clip: Clip) -> Costs:
    """Return what one clip costs."""
    frames, detector = read(clip.plain), Detector(SECRET)
    large = attacks.scale(frames[:LARGE_FRAMES], share=1.5)
    target = folder / f"{clip.name}.again.mp4"
    _mark(clip, target, marked=True)  # What is loaded once is not counted.
    seen, decoded = timed(lambda: look(clip.marked)[0])
    plain = look(clip.plain)[0]
    _, found = timed(lambda: detector.detect([seen]))
    nothing, given_up = timed(lambda: detector.detect([plain]))
    return Costs(
        kernel=_kernel(frames, clip.strength),
        kernel_large=_kernel(large, clip.strength),
        recoded=_rewrite(clip, target, marked=False),
        marked=_rewrite(clip, target, marked=True),
        decoded=decoded,
        found=found,
        given_up=given_up,
        claimed=nothing.payload_id is not None,
    )


def _kernel(frames: Frames, strength: float) -> float:
    """Return the processor seconds that marking takes for a second of a clip."""
    made, spent = embedder(*frames.shape[1:3], strength), 0.0
    for start in range(0, len(frames), CHUNK):
        chunk = frames[start : start + CHUNK]
        spent += timed(lambda chunk=chunk: made.mark(chunk))[1]
    return spent / float(len(frames) / FPS)


def _rewrite(clip: Clip, target: Path, *, marked: bool) -> float:
    """Return the processor seconds that a file takes to be read, marked or not, and written."""
    return min(timed(lambda: _mark(clip, target, marked=marked))[1] for _ in range(TIMES))


def _mark(clip: Clip, target: Path, *, marked: bool) -> None:
    made = embedder(clip.height, clip.width, clip.strength) if marked else None

    def chunks(video: media.Video) -> Iterator[Frames]:
        for chunk in video:
            yield made.mark(chunk.frames) if made else chunk.frames

    with media.open_video(clip.marked) as video:
        media.write_video(
            target,
            width=clip.width,
            height=clip.height,
            fps=FPS,
            frames=chunks(video),
        )
