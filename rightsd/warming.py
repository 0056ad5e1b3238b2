"""Reads what clips are compared with when a daemon or a worker starts: else the first ones wait."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from rightsd.adapters.index import Source
from rightsd.domain.fingerprint import Fingerprint
from rightsd.errors import RightsError
from rightsd.runtime import Runtime

logger = logging.getLogger(__name__)

TOLD_SECONDS = 10.0  # Between two lines of the log.
AGAIN_SECONDS = 1.0


def warm(rt: Runtime) -> None:
    """Read everything, again and again until it succeeds or the process is to stop.

    A daemon that could not read it does not come to be ready.
    """
    begun = time.monotonic()
    while not rt.stopping.is_set():
        try:
            rt.warm(lambda source: _Watched(rt, source))
        except RightsError as error:
            logger.warning("what clips are compared with is not read yet: %s", error.detail)
            rt.stopping.wait(AGAIN_SECONDS)
        except InterruptedError:
            return
        else:
            rt.warming.clear()
            seconds = time.monotonic() - begun
            logger.info("what clips are compared with was read in %.1f s", seconds)
            return


@dataclass(slots=True)
class _Watched:
    """A source that says how far it was read, and ends with the process."""

    rt: Runtime
    source: Source
    told_at: float = field(default_factory=time.monotonic)
    left: int = 0

    def changes(self, horizon: int) -> tuple[Sequence[tuple[int, bool]], int]:
        changes, reached = self.source.changes(horizon)
        self.left = sum(stands for _, stands in changes)
        return changes, reached

    def fetch(self, ids: Sequence[int]) -> Sequence[Fingerprint]:
        if self.rt.stopping.is_set():
            raise InterruptedError
        if time.monotonic() - self.told_at > TOLD_SECONDS:
            logger.info("%d fingerprints are left to be read", self.left)
            self.told_at = time.monotonic()
        self.left -= len(ids)
        return self.source.fetch(ids)
