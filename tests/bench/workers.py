"""A process for each core, for what a benchmark may measure side by side."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from typing import Any, Self, TypeVar

import cv2
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from tests.processes import APART

T = TypeVar("T")


class Workers:
    """A process for each core, and a bar that says how far they are."""

    def __enter__(self) -> Self:
        self._pool = ProcessPoolExecutor(
            mp_context=APART,
            max_workers=os.cpu_count(),
            initializer=_settle,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def start(self, do: Callable[..., T], *given: Any, **others: Any) -> "Future[T]":
        return self._pool.submit(do, *given, **others)

    def finish(self, futures: Sequence["Future[Any]"]) -> list[Any]:
        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("", total=len(futures))
            for future in as_completed(futures):
                future.result()
                progress.advance(task)
        return [future.result() for future in futures]


def _settle() -> None:
    """Keep a worker to its core, and an encoder that is fond of talking quiet."""
    cv2.setNumThreads(1)
    os.environ["SVT_LOG"] = "0"
