"""What a frame of the film costs: processor time of each stage, beside a bare encode.

Frames are made one after another by one thread, so that the time of a stage is its own; a clip is
made as it is for those who ask for one, with every thread there is, and counted whole: plan, world,
sound, pictures and file. The reference of all is the encoding of the same frames, in the same run.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from generator import likeness, registry
from generator.base import Frames, Request
from generator.film import kernel, staging
from generator.film.casting import FilmHold
from generator.film.staging import Production
from generator.simulate import world as worlds
from rightsd.adapters import media
from tests.bench.table import Row

PROMPTS = (
    "A red ball bounces past a cat on the beach at sunset. Wide shot, static, single take.",
    'A man says "Good morning, how are you?" in the kitchen. Single take.',
    "Two children dance on a street at night, neon, single take, wide shot.",
    "A basketball bounces on the court at golden hour, a boy throws, single take.",
)
SIZES = ((320, 180), (1280, 720))
FPS = Fraction(24)
MOMENTS = (0.5, 1.0, 1.5)  # Seconds of each prompt that are made, each with the frame before it.
GOALS = {(320, 180): 0.05, (1280, 720): 0.25}  # Processor seconds a frame, all told.
CLIP_SECONDS = {(320, 180): 5.0, (1280, 720): 2.0}
QUICK = {"prompts": PROMPTS[:1], "sizes": ((64, 64),), "moments": (0.5,), "seconds": 0.5}

_SHOWN = {  # The kernel's stages as they are told.
    "survey": "first look", "fill": "filling in", "edges": "edges", "motion": "motion",
    "planes": "motion", "streak": "motion", "half": "lens", "lens": "lens", "compose": "lens",
    "glare": "developing", "develop": "developing",
}  # fmt: skip


def run(
    folder: Path,
    *,
    prompts: tuple[str, ...] = PROMPTS,
    sizes: tuple[tuple[int, int], ...] = SIZES,
    moments: tuple[float, ...] = MOMENTS,
    seconds: float | None = None,
) -> list[Row]:
    return [row for size in sizes for row in _size(folder, size, prompts, moments, seconds)]


def _size(
    folder: Path,
    size: tuple[int, int],
    prompts: tuple[str, ...],
    moments: tuple[float, ...],
    seconds: float | None,
) -> Iterator[Row]:
    told = f"{size[0]}x{size[1]}"
    stages: dict[str, list[float]] = {}
    for prompt in prompts:
        for stage, spent in _frames(prompt, size, moments).items():
            stages.setdefault(stage, []).append(spent)
    long = seconds or CLIP_SECONDS.get(size, 1.0)
    clips = [_clip(folder, prompt, size, long) for prompt in prompts]
    bare = 1000 * statistics.mean(clip.encode for clip in clips)
    for stage, spent in stages.items():
        yield Row(f"{told}, processor time of a frame: {stage}", 1000 * statistics.mean(spent),
                  "ms", "a bare encode of it", bare)  # fmt: skip
    cost, goal = 1000 * statistics.mean(clip.cost for clip in clips), GOALS.get(size)
    yield Row(f"{told}, processor time of a frame of a finished clip", cost, "ms",
              "a bare encode of it", bare,
              "" if goal is None else f"≤ {1000 * goal:.0f} ms")  # fmt: skip
    pace = statistics.mean(clip.pace for clip in clips)
    yield Row(f"{told}, frames a second of a finished clip", pace, "1/s", "bare encodes",
              statistics.mean(clip.bare_pace for clip in clips),
              "≥ 8 on two idle cores" if size == SIZES[1] else "")  # fmt: skip
    if size == SIZES[0]:
        wall = statistics.mean(clip.wall for clip in clips)
        yield Row(f"{told}, time of a clip of {long:g} s", wall, "s", "its length", long,
                  "≤ 3 s on two idle cores")  # fmt: skip


class _Clip:
    """A finished clip: processor time and frames a second, of all and of the encoding alone."""

    def __init__(self, count: int, spent: float, wall: float, encode: tuple[float, float]) -> None:
        self.cost, self.pace, self.wall = spent / count, count / wall, wall
        self.encode, self.bare_pace = encode[0] / count, count / encode[1]


def _clip(folder: Path, prompt: str, size: tuple[int, int], seconds: float) -> _Clip:
    request = _request(prompt, size, seconds)
    engine = registry.engine("film")
    chunks: list[Frames] = []

    def kept(frames: Iterator[Frames]) -> Iterator[Frames]:
        for chunk in frames:
            chunks.append(chunk)
            yield chunk

    def whole() -> None:
        clip = engine.generate(request, engine.plan(request), progress=lambda _: None)
        media.write_video(
            folder / "whole.mp4", width=size[0], height=size[1], fps=FPS, frames=kept(clip.frames),
            audio=clip.audio, rate=clip.rate,
        )  # fmt: skip

    def bare() -> None:
        media.write_video(
            folder / "bare.mp4", width=size[0], height=size[1], fps=FPS, frames=iter(chunks)
        )

    spent, wall = _timed(whole)
    return _Clip(sum(len(chunk) for chunk in chunks), spent, wall, _timed(bare))


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Return the processor time and the time of something."""
    began, processor = time.perf_counter(), time.process_time()
    work()
    return max(time.process_time() - processor, 1e-6), time.perf_counter() - began


def _frames(prompt: str, size: tuple[int, int], moments: tuple[float, ...]) -> dict[str, float]:
    """Return the median processor seconds of each stage of a frame."""
    production = _produced(prompt, size)
    film = kernel.Film(*size)
    spent: dict[str, list[float]] = {}
    for moment in moments:
        for at in (moment - 1 / float(FPS), moment):
            # Only the second frame finds its past, as all but the first of a clip do.
            found = _frame(production, film, at)
        for stage, cost in found.items():
            spent.setdefault(stage, []).append(cost)
    return {stage: statistics.median(costs) for stage, costs in spent.items()}


def _frame(production: Production, film: kernel.Film, at: float) -> dict[str, float]:
    spent: dict[str, float] = {}
    began = time.thread_time()
    take = staging.take(production, at)
    staged = time.thread_time()
    shutter = film.load(take)
    spent["staging"], spent["packing"] = staged - began, time.thread_time() - staged
    for stage in film.stages(shutter):
        began = time.thread_time()
        for top in range(0, film.height, kernel.STRIP_ROWS):
            film.run(stage, top)
        name = _SHOWN[stage[0].__name__.removeprefix("film_")]
        spent[name] = spent.get(name, 0.0) + time.thread_time() - began
    assert np.ptp(film.picture()) > 0
    return spent


def _produced(prompt: str, size: tuple[int, int]) -> Production:
    request = _request(prompt, size, 2.0)
    board = registry.engine("film").plan(request)
    looks = likeness.looks(board.shots, (), seed=request.seed)
    world = worlds.build(board, looks, seconds=request.seconds, hold=FilmHold())
    return staging.produce(world, aspect=size[0] / size[1], fps=float(FPS))


def _request(prompt: str, size: tuple[int, int], seconds: float) -> Request:
    return Request(prompt, 7, seconds, *size, FPS)
