"""The log in Postgres: taking events in, and reading what became of them.

Every function works inside the caller's transaction and never commits. Whoever has something to say
records it in the intake, along with the change it is about, and waits for no one.
`ledger.sequencing` turns committed events into entries. Readers see whole batches only.

A change of what is stored here is a new file in `ledger/sql/`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from psycopg import Connection, DataError
from psycopg.errors import CheckViolation, UniqueViolation

from ledger import checkpoint, merkle, note, proof, tiles
from ledger.errors import BeyondError, EntryError, RepeatError

PENDING_BATCH = 1000  # Events that are fetched at a time.


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log.

    Attributes:
        index: Its place, from 0.
        event_id: Id of the event that it tells of.
        kind: Kind of that event.
        subject: Id of the thing that it happened to.
        body: The bytes that are hashed.
    """

    index: int
    event_id: str
    kind: str
    subject: str
    body: bytes


def record(conn: Connection, *, event_id: str, kind: str, subject: str, body: bytes) -> None:
    """Hand an event to the log. It becomes an entry once the caller's transaction has committed.

    Args:
        conn: In a READ COMMITTED transaction.
        event_id: 1 to 200 bytes, never used before.
        kind: 1 to 100 bytes.
        subject: What it happened to, by which entries are found; 1 to 200 bytes.
        body: What is hashed, 1 to 65,535 bytes.

    Raises:
        RepeatError: The event id was recorded before. The transaction is lost.
        EntryError: Something is too long or empty. The transaction is lost.
    """
    try:
        conn.execute(
            "INSERT INTO ledger.intake (event_id, kind, subject, body) VALUES (%s, %s, %s, %s)",
            (event_id, kind, subject, body),
        )
    except UniqueViolation as error:
        raise RepeatError(f"the event {event_id} is already on record") from error
    except (CheckViolation, DataError) as error:
        raise EntryError("an event's id, kind, subject or body is empty or too long") from error


def record_all(
    conn: Connection,
    *,
    event_ids: Sequence[str],
    kinds: Sequence[str],
    subjects: Sequence[str],
    bodies: Sequence[bytes],
) -> None:
    """Hand many events to the log, in this order: as `record` does, in one go.

    Args:
        conn: In a READ COMMITTED transaction.
        event_ids: See `record`, as for the others, which have as many members.
        kinds: Kinds.
        subjects: What they happened to.
        bodies: What is hashed.

    Raises:
        RepeatError: An event id was recorded before. The transaction is lost.
        EntryError: Something is too long or empty. The transaction is lost.
    """
    events = zip(event_ids, kinds, subjects, bodies, strict=True)
    try:
        # Handed over in a third of the time that arrays take; positions follow the order of rows.
        with (
            conn.cursor() as cursor,
            cursor.copy("COPY ledger.intake (event_id, kind, subject, body) FROM STDIN") as copy,
        ):
            for event in events:
                copy.write_row(event)
    except UniqueViolation as error:
        raise RepeatError("one of the events is already on record") from error
    except (CheckViolation, DataError) as error:
        raise EntryError("an event's id, kind, subject or body is empty or too long") from error


def latest(conn: Connection) -> bytes | None:
    """Return the newest checkpoint, a signed note, or None before the first."""
    newest = _newest(conn)
    return None if newest is None else newest[1]


def find(conn: Connection, event_id: str) -> int | None:
    """Return the index of the entry about an event, or None while there is none."""
    row = conn.execute(
        'SELECT "index" FROM ledger.entry WHERE event_id = %s', (event_id,)
    ).fetchone()
    return None if row is None else row[0]


def entries(conn: Connection, start: int, end: int) -> Iterator[Entry]:
    """Yield the entries with start <= index < end, in order, reading a bundle's worth at a time.

    Raises:
        BeyondError: The newest checkpoint does not cover them all.
    """
    _require_covered(conn, end)
    for low in range(max(start, 0), end, tiles.WIDTH_MAX):
        yield from _entries(conn, low, min(low + tiles.WIDTH_MAX, end))


def entries_about(conn: Connection, subjects: Sequence[str]) -> Iterator[Entry]:
    """Yield the entries about any of these things, in order."""
    rows = conn.execute(
        """
        SELECT "index", event_id, kind, subject, body FROM ledger.entry
        WHERE subject = ANY(%s) ORDER BY "index"
        """,
        (list(subjects),),
    )
    for row in rows:
        yield Entry(*row)


def newest_about(conn: Connection, subject: str, *, below: int, limit: int) -> list[Entry]:
    """Return the entries about a thing whose index is below one, the newest first."""
    rows = conn.execute(
        """
        SELECT "index", event_id, kind, subject, body FROM ledger.entry
        WHERE subject = %s AND "index" < %s ORDER BY "index" DESC LIMIT %s
        """,
        (subject, below, limit),
    )
    return [Entry(*row) for row in rows]


def bodies_about(conn: Connection, subject: str) -> list[bytes]:
    """Return the bodies of all that is on record about a thing, also of what is no entry yet.

    In order, the sequenced first; read in one statement, so that no sequencer comes in between.
    """
    rows = conn.execute(
        """
        SELECT body FROM (
            SELECT 0 AS part, "index" AS place, body FROM ledger.entry
            WHERE subject = %(subject)s
            UNION ALL
            SELECT 1, position, body FROM ledger.intake WHERE subject = %(subject)s
        ) AS recorded ORDER BY part, place
        """,
        {"subject": subject},
    )
    return [row[0] for row in rows]


def pending(conn: Connection) -> Iterator[bytes]:
    """Yield the bodies of committed events that are no entries yet, in their likely order.

    Nothing vouches for these: they have no index, and no checkpoint covers them.
    """
    # A cursor on the server: while the sequencer stands still, the intake has no bounds.
    with conn.cursor(name="pending") as cursor:
        cursor.itersize = PENDING_BATCH
        cursor.execute("SELECT body FROM ledger.intake ORDER BY position")
        for row in cursor:
            yield row[0]


def prove_inclusion(conn: Connection, index: int, size: int) -> list[bytes]:
    """Return the audit path of entry `index` in the tree of `size` entries.

    Raises:
        BeyondError: The newest checkpoint does not cover that size.
        ProofError: Not 0 <= index < size.
    """
    _require_covered(conn, size)
    return _prove(conn, size, partial(merkle.prove_inclusion, index, size))


def prove_consistency(conn: Connection, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of `old` entries is the beginning of that of `new`.

    Raises:
        BeyondError: The newest checkpoint does not cover the new size.
        ProofError: Not 1 <= old <= new.
    """
    _require_covered(conn, new)
    return _prove(conn, new, partial(merkle.prove_consistency, old, new))


def proof_of(conn: Connection, event_id: str, signed: bytes) -> bytes | None:
    """Return a tlog-proof file for the entry about an event; None while `signed` has none.

    Args:
        conn: A connection.
        event_id: The event.
        signed: A checkpoint of this log, whose tree the proof leads to.
    """
    index = find(conn, event_id)
    size = checkpoint.parse(note.parse(signed).text).size
    if index is None or index >= size:
        return None
    path = _prove(conn, size, partial(merkle.prove_inclusion, index, size))
    return proof.encode(proof.Proof(index, tuple(path), signed))


def tile(conn: Connection, level: int, n: int, width: int) -> bytes:
    """Return the bytes of a hash tile, exactly as tlog-tiles has them.

    Args:
        conn: A connection.
        level: 0 to 63.
        n: Index of the tile at its level.
        width: 1 to 256; less than the tile has by now is served for good.

    Raises:
        BeyondError: The newest checkpoint does not cover it.
    """
    if not 0 < width <= tiles.width_of(level, n, size=_covered(conn)):
        raise BeyondError(f"the log has no tile {n} of width {width} at level {level}")
    wanted = tiles.Tile(level, n, width)
    return _tiles(conn, [wanted])[wanted]


def bundle(conn: Connection, n: int, width: int) -> bytes:
    """Return the bytes of an entry bundle, exactly as tlog-tiles has them.

    Raises:
        BeyondError: The newest checkpoint does not cover it.
    """
    if not 0 < width <= tiles.width_of(0, n, size=_covered(conn)):
        raise BeyondError(f"the log has no entry bundle {n} of width {width}")
    first = n * tiles.WIDTH_MAX
    return tiles.encode_bundle([entry.body for entry in _entries(conn, first, first + width)])


def file(conn: Connection, wanted: tiles.Tile | tiles.Bundle) -> bytes:
    """Return the bytes of a file of the log, a hash tile or an entry bundle.

    Raises:
        BeyondError: The newest checkpoint does not cover it.
    """
    if isinstance(wanted, tiles.Tile):
        return tile(conn, wanted.level, wanted.index, wanted.width)
    return bundle(conn, wanted.index, wanted.width)


def _newest(conn: Connection) -> tuple[int, bytes] | None:
    row = conn.execute(
        "SELECT size, note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1"
    ).fetchone()
    return None if row is None else (row[0], row[1])


def _covered(conn: Connection) -> int:
    newest = _newest(conn)
    return 0 if newest is None else newest[0]


def _require_covered(conn: Connection, size: int) -> None:
    covered = _covered(conn)
    if size > covered:
        raise BeyondError(f"the newest checkpoint covers {covered} entries, not {size}")


def _entries(conn: Connection, start: int, end: int) -> Iterator[Entry]:
    rows = conn.execute(
        """
        SELECT "index", event_id, kind, subject, body FROM ledger.entry
        WHERE "index" >= %s AND "index" < %s ORDER BY "index"
        """,
        (start, end),
    )
    for row in rows:
        yield Entry(*row)


def _prove(conn: Connection, size: int, prove: Callable[[merkle.Read], list[bytes]]) -> list[bytes]:
    """Return what `prove` makes of the tree of `size` entries, reading all it needs at once.

    Which hashes a proof consists of follows from its numbers alone, so it is made twice: the first
    time of nothing, to see which tiles it asks for. One round trip instead of six at a million
    entries.
    """
    wanted: dict[tiles.Tile, None] = {}

    def ask(level: int, index: int) -> bytes:
        wanted[tiles.tile_of(level, index, size=size)] = None
        return merkle.EMPTY_ROOT

    prove(ask)
    return prove(tiles.reader(size, _tiles(conn, list(wanted)).__getitem__))


def _tiles(conn: Connection, wanted: Sequence[tiles.Tile]) -> dict[tiles.Tile, bytes]:
    # Each joined by the database: handing over 256 rows takes longer than reading them. The arrays
    # are hidden in SELECTs: were their lengths seen, the statement would be planned anew each time.
    rows = conn.execute(
        """
        SELECT CASE WHEN level = 0
            THEN (
                SELECT string_agg(leaf_hash, ''::bytea ORDER BY entry."index") FROM ledger.entry
                WHERE entry."index" >= first AND entry."index" < first + width
            )
            ELSE (
                SELECT string_agg(hash, ''::bytea ORDER BY node."index") FROM ledger.node
                WHERE node.level = wanted.level
                  AND node."index" >= first AND node."index" < first + width
            )
            END
        FROM unnest((SELECT %s::smallint[]), (SELECT %s::bigint[]), (SELECT %s::smallint[]))
            WITH ORDINALITY AS wanted (level, first, width, place)
        ORDER BY place
        """,
        (
            [tile.level for tile in wanted],
            [tile.index * tiles.WIDTH_MAX for tile in wanted],
            [tile.width for tile in wanted],
        ),
    )
    found = {tile: row[0] for tile, row in zip(wanted, rows, strict=True)}
    assert all(len(found[tile]) == tile.width * merkle.HASH_BYTES for tile in wanted)
    return found
