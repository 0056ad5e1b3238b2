"""One transaction: all that a command may read and write, and the one time at which it happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import Connection

from ledger import entry, log
from rightsd.db.vectors import Vectors
from rightsd.domain.events import Event
from rightsd.domain.reactions import REACTIONS
from rightsd.domain.recognition import Recognition, Seen
from rightsd.domain.template import Kind


def unchecked(tx: "Tx", seen: Seen) -> Recognition:
    """Return that no one can say whom media are like."""
    del tx, seen
    return Recognition(unchecked=tuple(Kind))


@dataclass(slots=True)
class Tx:
    """An open transaction.

    Attributes:
        now: The time of everything that happens in it.
        kek: The key-encryption key, 32 bytes: see rightsd/db/sealing.py.
        events: What it has recorded so far, one by one.
        vectors: The process's memory of descriptions, and its model: see rightsd/db/vectors.py.
        recognise: Says whom media are like, of all who are enrolled as of a transaction.
    """

    conn: Connection[Any]
    now: datetime
    kek: bytes = field(repr=False)
    events: list[Event] = field(default_factory=list[Event])
    vectors: Vectors = field(default_factory=Vectors, repr=False)
    recognise: Callable[["Tx", Seen], Recognition] = field(default=unchecked, repr=False)

    def record(self, event: Event) -> None:
        """Hand an event to the ledger's intake: it is in the log if this transaction commits."""
        assert event.kind in REACTIONS, event.kind
        body = entry.encode(event.body())
        log.record(self.conn, event_id=event.id, kind=event.kind, subject=event.subject, body=body)
        self.events.append(event)

    def record_all(self, events: Sequence[Event]) -> None:
        """Hand many events to the log's intake at once; they are not kept in `events`."""
        assert all(event.kind in REACTIONS for event in events)
        log.record_all(
            self.conn,
            event_ids=[event.id for event in events],
            kinds=[event.kind for event in events],
            subjects=[event.subject for event in events],
            bodies=[entry.encode(event.body()) for event in events],
        )
