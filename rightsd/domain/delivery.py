"""Delivery: one platform is told of one event, until it has taken it.

A delivery is sent when it is due, and stays due until the platform has answered with 2xx. Later
deliveries about the same generation wait for it, so that whoever is told of a withdrawal and of a
restoration is told in this order, of both: each is acknowledged for itself.

How much is sent to a platform at a time is its line's to say: see `Line`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.domain import webhook

# Standard Webhooks: from the first attempt to the next, and so on, 75 hours and a half in all.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
ATTEMPTS_MAX = len(PAUSES) + 1
SCHEDULE = sum(PAUSES, timedelta())  # From the first attempt to the last.
JITTER = 0.2  # Of a pause, added at most: what failed together does not come again together.
RETRY_AFTER_MAX = timedelta(hours=1)  # A platform cannot put a takedown off for longer than that.
PERMITS_FIRST, PERMITS_MAX = 4, 16
FAILURES_BEFORE_REST = 3
REST_FIRST, REST_MAX = timedelta(seconds=5), timedelta(seconds=60)
DOUBLINGS_MAX = 8  # From the first rest to more than the longest.


class State(StrEnum):
    """Where a delivery stands.

    The sender makes it sent, or drops it; the rest is what the platform says, or does not say.
    """

    DUE = "due"
    SENT = "sent"
    ESCALATED = "escalated"  # It was unanswered for too long.
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    DROPPED = "dropped"  # The platform is disabled or closed, or never took it. It is owed still.


class Trouble(StrEnum):
    """What was wrong with an attempt."""

    UNANSWERED = "unanswered"  # No connection, no HTTP, not in time, or too long an answer.
    ADDRESS = "address"  # The endpoint leads to an address that is not public.
    STATUS = "status"  # An answer other than 2xx.
    FAULT = "fault"  # Ours: it was not sent, or what was answered is not known.


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending a delivery once.

    Attributes:
        status: The HTTP status, if there was one.
        trouble: What was wrong; None: it was taken.
        retry_after: How long to leave the platform alone, as it asks.
    """

    status: int | None
    trouble: Trouble | None
    retry_after: timedelta | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the platform wants nothing more."""
        return self.status == 410

    @property
    def said(self) -> str:
        """What was wrong, as it is kept: "status_500", "unanswered"."""
        assert self.trouble is not None
        return f"status_{self.status}" if self.trouble is Trouble.STATUS else self.trouble.value


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery, as it stands now.

    Attributes:
        position: Index of the event's entry in the log.
        because_of: Id of the cause, which the platform is not told.
        due_at: When it is to be sent; None: it is not.
        leased_until: Until when someone is sending it.
    """

    id: str
    platform_id: str
    position: int
    event_id: str
    kind: str
    generation_id: str
    because_of: str | None
    output_sha256: str | None
    manifest_id: str | None
    event_at: datetime
    state: State
    attempts: int
    due_at: datetime | None
    leased_until: datetime | None
    first_attempt_at: datetime | None
    sent_at: datetime | None
    acknowledged_at: datetime | None

    @property
    def body(self) -> bytes:
        """What is sent: ids and digests, and nothing about people."""
        data = {
            "delivery_id": self.id,
            "event_id": self.event_id,
            "generation_id": self.generation_id,
            "output_sha256": self.output_sha256,
            "manifest_id": self.manifest_id,
            "cause": webhook.cause_of(self.because_of),
        }
        return webhook.body(self.kind, self.event_at, data)

    def next_attempt(self, failed: Attempt, now: datetime, chance: float) -> datetime | None:
        """Return when to try again after a failure; None: never.

        Args:
            failed: What came of the last attempt, which `attempts` counts.
            now: When that was.
            chance: 0 to 1, for the jitter.
        """
        if self.attempts >= ATTEMPTS_MAX:
            return None
        pause = PAUSES[self.attempts - 1] * (1 + JITTER * chance)
        return now + max(pause, failed.retry_after or pause)


@dataclass(frozen=True, slots=True)
class Line:
    """How much may be sent to a platform at a time.

    Permits grow with what is taken, one for each, and halve when nothing is. After a few failures
    with nothing taken in between the line rests, for longer each time; then one delivery is tried
    alone, and what waited follows it as permits grow: no platform that comes back is overrun.

    Attributes:
        permits: How many may be under way at once, in all processes together.
        failures: How often in a row nothing was taken.
        rests_until: Before that nothing is sent.
        era: Counts up when the platform has another endpoint, or is enabled: what came of attempts
            of an earlier one says nothing of this line.
    """

    permits: int = PERMITS_FIRST
    failures: int = 0
    rests_until: datetime | None = None
    era: int = 0

    @property
    def is_down(self) -> bool:
        """Whether it rests, or is being tried."""
        return self.failures >= FAILURES_BEFORE_REST

    def after(self, attempts: Sequence[Attempt], now: datetime, chance: float) -> "Line":
        """Return the line after attempts that ended at about the same time, at least one.

        Failures of what was under way when a rest began do not make it longer.
        """
        taken = sum(attempt.trouble is None for attempt in attempts)
        asked = max((one.retry_after for one in attempts if one.retry_after), default=None)
        line = self
        if taken:
            permits = min(self.permits + taken, PERMITS_MAX)
            line = replace(self, permits=permits, failures=0, rests_until=None)
        elif self.rests_until is None or self.rests_until <= now:
            line = self._after_failure(now, chance)
        if asked is not None:
            until = max(now + asked, line.rests_until or now)
            line = replace(line, permits=1, rests_until=until)
        return line

    def _after_failure(self, now: datetime, chance: float) -> "Line":
        line = replace(self, permits=max(self.permits // 2, 1), failures=self.failures + 1)
        if not line.is_down:
            return line
        doublings = min(line.failures - FAILURES_BEFORE_REST, DOUBLINGS_MAX)
        rest = min(REST_FIRST * 2**doublings, REST_MAX) * (1 + JITTER * chance)
        return replace(line, permits=1, rests_until=now + rest)
