"""What happened to each thing, of a log of any size, in little memory.

A log is ordered by time, and states are compared thing by thing: something has to sort. SQLite does
it here, in a temporary file that nobody else sees and that is gone when it is closed.
"""

import itertools
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from rightsd.domain.replay import Happened

CACHE_KIB = 2 * 1024  # SQLite's pages and its sorter; whatever is beyond goes to the file.

# Of one thing, which is held in memory: far more than ever happens to one, people who pause and
# resume every day of their lives included.
HAPPENED_MAX = 100_000
HAPPENED_CHARS_MAX = 16_000_000

# A subject, the index of an entry about it, the event's kind, facts or None, and the event's id.
Happening = tuple[str, int, str, str | None, str]


class HistoriesError(Exception):
    """More happened to one thing than is believed."""


class Histories:
    """Takes what happened in any order, and gives it back thing by thing."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open a file in a folder; None takes the one that SQLite takes for such files."""
        self._name = ""  # To SQLite: a file of its own, that is gone when it is closed.
        if folder is not None:
            descriptor, self._name = tempfile.mkstemp(dir=folder, prefix="histories-")
            os.close(descriptor)
        self._db = sqlite3.connect(self._name, isolation_level=None)
        self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        # The file holds nothing that is not also in the log.
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            """
            CREATE TABLE happened (
                subject TEXT NOT NULL, "index" INTEGER NOT NULL, kind TEXT NOT NULL, facts TEXT,
                event_id TEXT NOT NULL
            )
            """
        )
        # One transaction for all: pages go to the file when the cache is full, and not before.
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        """Return the histories."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget everything."""
        self._db.close()
        if self._name:
            Path(self._name).unlink(missing_ok=True)

    def add(self, happenings: Iterable[Happening]) -> None:
        """Take in what happened, best a whole bundle at a time."""
        self._db.executemany(
            """
            INSERT INTO happened (subject, "index", kind, facts, event_id) VALUES (?, ?, ?, ?, ?)
            """,
            happenings,
        )

    def sort(self) -> None:
        """Prepare for reading: nothing is added after this."""
        # All columns, so that reading in order never jumps back to the table.
        self._db.execute(
            'CREATE INDEX by_subject ON happened (subject, "index", kind, facts)',
        )

    def repeated(self) -> tuple[str, int, int] | None:
        """Return an event id that stands there twice, and the first and last of its indexes."""
        return self._db.execute(
            """
            SELECT event_id, min("index"), max("index") FROM happened
            GROUP BY event_id HAVING count(*) > 1 LIMIT 1
            """
        ).fetchone()

    def of_noun(self, noun: str) -> Iterator[tuple[str, Happened]]:
        """Yield what happened to all things of one kind, with their ids, in order."""
        rows = self._db.execute(
            """
            SELECT subject, "index", kind, facts FROM happened
            WHERE substr(kind, 1, ?) = ? ORDER BY "index"
            """,
            (len(noun) + 1, f"{noun}."),
        )
        for subject, index, kind, facts in rows:
            yield subject, Happened(index, kind, facts)

    def of(self, subject: str) -> list[Happened]:
        """Return what happened to a thing, in order.

        Raises:
            HistoriesError: It is more than HAPPENED_MAX.
        """
        rows = self._db.execute(
            """
            SELECT subject, "index", kind, facts FROM happened WHERE subject = ? ORDER BY "index"
            """,
            (subject,),
        )
        return _read(subject, rows)

    def all(self) -> Iterator[tuple[str, list[Happened]]]:
        """Yield every thing with what happened to it, in the order of the ids' bytes.

        Raises:
            HistoriesError: It is more than HAPPENED_MAX.
        """
        rows = self._db.execute(
            'SELECT subject, "index", kind, facts FROM happened ORDER BY subject, "index"'
        )
        for subject, group in itertools.groupby(rows, itemgetter(0)):
            yield subject, _read(subject, group)


def _read(subject: str, rows: Iterable[tuple[str, int, str, str | None]]) -> list[Happened]:
    happened: list[Happened] = []
    characters = 0
    for _, index, kind, facts in rows:
        characters += len(kind) + len(facts or "")
        if len(happened) == HAPPENED_MAX or characters > HAPPENED_CHARS_MAX:
            raise HistoriesError(f"more events are about {subject} than can be looked at")
        happened.append(Happened(index, kind, facts))
    return happened
