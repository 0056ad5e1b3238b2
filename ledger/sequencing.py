"""The sequencer: committed events become entries, one batch a transaction.

It gives them their indexes, extends the tree, and signs a checkpoint. One at a time, in whatever
process: an advisory lock says who, and a session that dies lets it go.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.pq import TransactionStatus

from ledger import checkpoint, log, merkle, tiles
from ledger.checkpoint import Checkpoint
from ledger.errors import SequenceError
from ledger.log import Entry
from ledger.note import Signer

LOCK = 0x4C45_4447_4552  # "LEDGER": advisory, so that a dead session lets it go.
BATCH_MAX = 1024  # Entries; at the longest 64 MiB in memory.


@dataclass(frozen=True, slots=True)
class Batch:
    """What one run of the sequencer added.

    Attributes:
        first: Index of the first entry; the log's size when there is none.
        entries: What was added, in order.
        note: The signed checkpoint that covers it; None when nothing was added.
    """

    first: int
    entries: tuple[Entry, ...]
    note: bytes | None


@dataclass(frozen=True, slots=True)
class _Head:
    origin: str | None
    edge: merkle.Edge


def take_turn(conn: Connection) -> bool:
    """Take the sequencer's turn until the transaction ends; return whether it was to be had.

    For callers whose signers depend on the log: what is read after this, no batch changes.
    """
    row = conn.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,)).fetchone()
    assert row is not None
    return row[0]


def sequence(
    conn: Connection, *, signers: Sequence[Signer], batch_max: int = BATCH_MAX
) -> Batch | None:
    """Turn up to `batch_max` committed events into entries, and sign a checkpoint over them.

    Events keep the order of their positions within a batch. One that commits late gets a later
    index than a higher position that committed before it: the index is the order that counts.

    An empty log gets a checkpoint too, the first time. No one reads any of this before the caller
    commits; publish the note after that, never before.

    Args:
        conn: In a READ COMMITTED transaction, committed soon: it holds the sequencer's lock.
        signers: Who signs, one at least: several while one key takes over from another. They go by
            one name, the log's origin, for good.
        batch_max: The most entries to add, at least 1.

    Returns:
        What was added, or None while another session is sequencing.

    Raises:
        SequenceError: There is no transaction, the signers are of another log or of none, or
            batch_max is 0.
        NoteError: A signer's answer does not verify.
    """
    if conn.autocommit and conn.info.transaction_status is not TransactionStatus.INTRANS:
        raise SequenceError("entries are sequenced in a transaction")
    if batch_max < 1:
        raise SequenceError("a batch has at least one entry")
    if not signers:
        raise SequenceError("a checkpoint has a signature at least")
    head = _lock(conn)
    if head is None:
        return None
    origin = head.origin or signers[0].name
    for signer in signers:
        if signer.name != origin:
            raise SequenceError(f"this is the log {origin}; {signer.name} cannot sign for it")
    first = head.edge.size
    moved = _move(conn, first, batch_max)
    if not moved and (first or log.latest(conn) is not None):
        return Batch(first, (), None)
    edge, nodes = head.edge, list[merkle.Node]()
    for _, leaf_hash in moved:
        edge, full = merkle.append(edge, leaf_hash)
        nodes += [node for node in full[1:] if node.level % tiles.HEIGHT == 0]
    note = checkpoint.sign(Checkpoint(origin, edge.size, edge.root()), *signers)
    # In one go: on a busy machine, every answer that is waited for costs more than the work does.
    with conn.pipeline():
        _insert_nodes(conn, nodes)
        _update_head(conn, origin, edge)
        _insert_checkpoint(conn, edge, note)
    return Batch(first, tuple(entry for entry, _ in moved), note)


def _lock(conn: Connection) -> _Head | None:
    """Take the sequencer's turn; return where the log ends, or None while another has it."""
    # The row lock fails a transaction whose snapshot is older than the last batch.
    row = conn.execute(
        """
        SELECT origin, size, edge FROM ledger.head
        WHERE pg_try_advisory_xact_lock(%s) FOR UPDATE
        """,
        (LOCK,),
    ).fetchone()
    return None if row is None else _Head(row[0], merkle.Edge(row[1], tuple(row[2])))


def _move(conn: Connection, first: int, batch_max: int) -> list[tuple[Entry, bytes]]:
    """Move events from the intake to the entries; return each with its leaf hash, in order.

    One statement, which is what the intake's trigger insists on: nothing can leave and not arrive.
    """
    rows = conn.execute(
        """
        WITH taken AS (
            DELETE FROM ledger.intake
            WHERE position = ANY (ARRAY(
                SELECT position FROM ledger.intake ORDER BY position LIMIT %(batch_max)s
            ))
            RETURNING position, event_id, kind, subject, body
        )
        INSERT INTO ledger.entry ("index", event_id, kind, subject, body)
        SELECT %(first)s + row_number() OVER (ORDER BY position) - 1, event_id, kind, subject, body
        FROM taken
        RETURNING "index", event_id, kind, subject, body, leaf_hash
        """,
        {"first": first, "batch_max": batch_max},
    ).fetchall()
    return [(Entry(*row[:5]), row[5]) for row in sorted(rows)]


def _insert_nodes(conn: Connection, nodes: Sequence[merkle.Node]) -> None:
    if not nodes:
        return
    conn.execute(
        """
        INSERT INTO ledger.node (level, "index", hash)
        SELECT level, "index", hash
        FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[]) AS node (level, "index", hash)
        """,
        (
            [node.level // tiles.HEIGHT for node in nodes],
            [node.index for node in nodes],
            [node.hash for node in nodes],
        ),
    )


def _update_head(conn: Connection, origin: str, edge: merkle.Edge) -> None:
    conn.execute(
        "UPDATE ledger.head SET origin = %s, size = %s, edge = %s::bytea[]",
        (origin, edge.size, list(edge.hashes)),
    )


def _insert_checkpoint(conn: Connection, edge: merkle.Edge, note: bytes) -> None:
    conn.execute(
        "INSERT INTO ledger.checkpoint (size, root, note) VALUES (%s, %s, %s)",
        (edge.size, edge.root(), note),
    )
