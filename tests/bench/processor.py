"""Processor time, that of processes which have ended included."""

import os
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def timed(do: Callable[[], T]) -> tuple[T, float]:
    """Return a result and the processor seconds that it took."""
    before = _seconds()
    return do(), _seconds() - before


def _seconds() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system
