"""How often one account or address may ask for something: in this process, by the minute."""

import threading
from datetime import datetime

from rightsd.errors import Code, RightsError
from rightsd.web.problems import RETRY_AFTER

ASKERS_MAX = 10_000  # Remembered at a time.


class Pace:
    """Counts requests by who asks, in the minute that runs. Any thread may call anything."""

    def __init__(self, what: str, *, per_minute: int) -> None:
        """Count one kind of request, called `what` in the refusal."""
        self._what = what
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[str, int] = {}

    def step(self, who: str, now: datetime) -> None:
        """Count a request.

        Args:
            who: The account, or where everyone may ask the address that the request comes from.
            now: The time.

        Raises:
            RightsError: TOO_MANY, with the seconds until the minute is over.
        """
        minute, second = divmod(int(now.timestamp()), 60)
        with self._lock:
            if minute != self._minute or len(self._counts) >= ASKERS_MAX:
                self._minute = minute
                self._counts.clear()
            count = self._counts.get(who, 0) + 1
            self._counts[who] = count
        if count > self._per_minute:
            detail = f"you may make {self._per_minute} {self._what} a minute; wait a little"
            raise RightsError(Code.TOO_MANY, detail, {RETRY_AFTER: 60 - second})
