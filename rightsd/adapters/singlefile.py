"""One at a time, in the order in which they came: for work that comes by the thousand."""

import threading
import time
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager

WAIT_SECONDS_MAX = 0.25
REST_SHARE = 0.3  # Of a turn: how long nobody has one after it, so that others find a core.


class SingleFile:
    """What the threads of a process pass one by one.

    After each turn comes a rest. It spares the machine, and guards nothing: who has waited
    `wait_seconds_max` goes on all the same, so that nothing stands still behind a thread that waits
    for someone else's lock.
    """

    def __init__(self, wait_seconds_max: float = WAIT_SECONDS_MAX) -> None:
        self._wait_seconds_max = wait_seconds_max
        self._lock = threading.Lock()
        self._taken = False
        self._waiting = deque[threading.Event]()

    @property
    def waiting(self) -> int:
        """How many threads wait."""
        return len(self._waiting)

    @contextmanager
    def turn(self) -> Generator[None]:
        """Wait for one's turn, and have it until leaving."""
        is_mine = self._take()
        begun = time.monotonic()
        try:
            yield
        finally:
            if is_mine:
                time.sleep(REST_SHARE * min(self._wait_seconds_max, time.monotonic() - begun))
                self._pass_on()

    def _take(self) -> bool:
        """Wait for one's turn; return whether it came."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            called = threading.Event()
            self._waiting.append(called)
        called.wait(self._wait_seconds_max)
        with self._lock:
            if not called.is_set():
                self._waiting.remove(called)
            return called.is_set()

    def _pass_on(self) -> None:
        # A plain lock would go to whoever asks first: mostly to the one that has just had it.
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
