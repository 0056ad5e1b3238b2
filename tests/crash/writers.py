"""Writers that remember what was acknowledged to them, and the judge who compares."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import Connection

from ledger import log, sequencing
from ledger.errors import RepeatError
from tests.ledger.oracle import SIGNER, check_log

RECONNECT_SECONDS = 0.02
STEP_SECONDS_MAX = 60.0


def record(conn: Connection, *event_ids: str) -> None:
    """Record events and commit."""
    for event_id in event_ids:
        body = f'"{event_id}"'.encode()
        log.record(conn, event_id=event_id, kind="thing.done", subject="thing", body=body)
    conn.commit()


@dataclass(slots=True)
class Writer:
    """Somebody with events to tell, one after another, who tries again until told that it is safe.

    Attributes:
        dsn: Where to connect.
        name: Part of the ids.
        acknowledged: Ids of the events that were answered for, in order.
        refusals: What was answered instead, now and then.
    """

    dsn: str
    name: str
    acknowledged: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    _conn: Connection | None = None

    def write(self, work: "Load") -> None:
        while work.permits.acquire() and not work.stopping.is_set():
            event_id = f"evt_{self.name}_{len(self.acknowledged)}"
            while not self._attempt(event_id):
                if work.stopping.wait(RECONNECT_SECONDS):
                    return
            with work.grown:
                self.acknowledged.append(event_id)
                work.grown.notify_all()
        if self._conn is not None:
            self._conn.close()

    def _attempt(self, event_id: str) -> bool:
        """Return whether the event is safe: an id that is taken was taken by us."""
        try:
            if self._conn is None or self._conn.closed:
                self._conn = psycopg.connect(self.dsn)
            record(self._conn, event_id)
        except RepeatError:
            assert self._conn is not None
            self._conn.rollback()
        except psycopg.OperationalError as error:
            self.refusals.append(type(error).__name__)
            if self._conn is not None:
                self._conn.close()
            return False
        return True


@dataclass(slots=True)
class Load:
    """Writers at work.

    Attributes:
        writers: They all.
        permits: One for each event that may be written.
        grown: Notified at each acknowledgement.
        stopping: Set when they shall end.
    """

    writers: Sequence[Writer]
    permits: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    grown: threading.Condition = field(default_factory=threading.Condition)
    stopping: threading.Event = field(default_factory=threading.Event)

    def let(self, events: int, *, until: int) -> None:
        """Let the writers write so many more, and return when `until` of these are acknowledged."""
        with self.grown:
            wanted = sum(len(writer.acknowledged) for writer in self.writers) + until
            self.permits.release(events)
            assert self.grown.wait_for(
                lambda: sum(len(writer.acknowledged) for writer in self.writers) >= wanted,
                STEP_SECONDS_MAX,
            )

    def safe(self) -> list[list[str]]:
        """Return what was acknowledged up to now, by writer."""
        with self.grown:
            return [list(writer.acknowledged) for writer in self.writers]


@contextmanager
def load(dsn: str, count: int) -> Iterator[Load]:
    """Have so many writers at work."""
    work = Load([Writer(dsn, str(number)) for number in range(count)])
    threads = [threading.Thread(target=each.write, args=(work,)) for each in work.writers]
    for thread in threads:
        thread.start()
    try:
        yield work
    finally:
        work.stopping.set()
        work.permits.release(count)
        for thread in threads:
            thread.join()


def check(conn: Connection, acknowledged: Sequence[Sequence[str]]) -> list[str]:
    """Check the whole log, and that what was acknowledged is in it or waits for it, once, in order.

    Args:
        conn: A connection.
        acknowledged: Ids by writer, in the order of their acknowledgement.

    Returns:
        The ids of all events, entries first.
    """
    conn.rollback()
    conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    check_log(conn)
    found = [
        row[0]
        for row in conn.execute(
            """
            SELECT event_id FROM (
                SELECT 0 AS place, "index" AS number, event_id FROM ledger.entry
                UNION ALL
                SELECT 1, position, event_id FROM ledger.intake
            ) AS event
            ORDER BY place, number
            """
        )
    ]
    conn.rollback()
    conn.isolation_level = None
    assert len(set(found)) == len(found)
    for ids in acknowledged:
        known = set(ids)
        assert [event_id for event_id in found if event_id in known] == list(ids)
    return found


def sequence_all(conn: Connection) -> None:
    while (batch := sequencing.sequence(conn, signers=[SIGNER])) is None or batch.entries:
        conn.commit()
    conn.commit()
