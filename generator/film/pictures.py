"""Frames of takes: each thread exposes whole frames on a film of its own, in any order.

A picture is a function of its take and its size alone: which thread made it, how many there are,
and which processor they run on changes no byte.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.base import PROGRESS_FRAMES, Frames
from generator.film import kernel
from generator.film.packing import Kept
from generator.film.scenes import Take

THREADS_MAX = 16
AHEAD = 2  # Frames a thread may be ahead of who takes them: bounds memory, hides uneven frames.


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: rgb uint8 (H, W, 3), ids int32 (H, W), depth float32 (H, W) in metres."""

    rgb: NDArray[np.uint8]
    ids: NDArray[np.int32]
    depth: NDArray[np.float32]


class _Stopped(Exception):  # noqa: N818 - Not an error: someone asked to stop.
    """The frames are no longer wanted."""


def shoot(
    take_at: Callable[[int], Take],
    *,
    count: int,
    width: int,
    height: int,
    threads: int | None = None,
) -> Iterator[Frames]:
    """Yield the frames of a clip in chunks of at most PROGRESS_FRAMES, uint8 (T, H, W, 3) RGB.

    Closing the iterator stops the work within a strip of a stage, well below a second.

    Args:
        take_at: Says the take of a frame, 0..count - 1; called once for each, from any thread.
        count: How many frames.
        width: Pixels, even.
        height: Pixels, even.
        threads: At most THREADS_MAX; None is one for each processor this process may use.

    Raises:
        GeneratorError: A take is out of bounds.
    """
    workers = min(threads or len(os.sched_getaffinity(0)), THREADS_MAX, max(count, 1))
    stop = threading.Event()
    films = threading.local()
    kept = Kept()

    def expose(index: int) -> NDArray[np.uint8]:
        if stop.is_set():
            raise _Stopped
        if not hasattr(films, "film"):
            films.film = kernel.Film(width, height, kept=kept)
        _expose(films.film, take_at(index), stop)
        return films.film.picture()

    pool = ThreadPoolExecutor(workers, thread_name_prefix="film")
    waiting: list[Future[NDArray[np.uint8]]] = []
    try:
        chunk: list[NDArray[np.uint8]] = []
        asked = 0
        for index in range(count):
            while asked < min(index + AHEAD * workers, count):
                waiting.append(pool.submit(expose, asked))
                asked += 1
            chunk.append(waiting.pop(0).result())
            if len(chunk) == PROGRESS_FRAMES or index == count - 1:
                yield np.stack(chunk)
                chunk = []
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def frame(take: Take, *, width: int, height: int, level: str | None = None) -> Frame:
    """Return one picture with its ids and depth, made by the calling thread.

    Args:
        take: What is seen.
        width: Pixels, even.
        height: Pixels, even.
        level: A build of the kernel (`kernel.levels`); None is the best.

    Raises:
        GeneratorError: The take is out of bounds, or no kernel is built.
    """
    film = kernel.Film(width, height, level=level)
    _expose(film, take, threading.Event())
    return Frame(film.picture(), film.ids(), film.depth())


def _expose(film: kernel.Film, take: Take, stop: threading.Event) -> None:
    shutter = film.load(take)
    for stage in film.stages(shutter):
        for top in range(0, film.height, kernel.STRIP_ROWS):
            if stop.is_set():
                raise _Stopped
            film.run(stage, top)
