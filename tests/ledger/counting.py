"""Events that do nothing but count: the entries of most tests."""

from psycopg import Connection

from ledger import log, sequencing
from tests.ledger.oracle import SIGNER


def record(conn: Connection, first: int, count: int = 1) -> None:
    for number in range(first, first + count):
        body = b'{"number":%d}' % number
        log.record(
            conn, event_id=f"evt_{number}", kind="number.counted", subject="num_1", body=body
        )


def grow(conn: Connection, first: int, count: int) -> sequencing.Batch:
    """Record and sequence in two transactions."""
    record(conn, first, count)
    conn.commit()
    batch = sequencing.sequence(conn, signers=[SIGNER])
    conn.commit()
    assert batch is not None
    return batch


def waiting(conn: Connection) -> int:
    row = conn.execute("SELECT count(*) FROM ledger.intake").fetchone()
    assert row is not None
    return row[0]
