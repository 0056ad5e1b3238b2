"""The log's keys in Postgres: which there were, and which sign now."""

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.key import Key

# A batch must not be signed by keys that a rotation changes beside it, and what is not there yet
# cannot be locked as a row: the sequencer shares this lock, a rotation takes it alone.
KEYS_LOCK = 0x4C4F_474B_4559  # "LOGKEY"


def lock(tx: Tx) -> None:
    """Keep the sequencer and other rotations out until the transaction ends."""
    tx.conn.execute("SELECT pg_advisory_xact_lock(%s)", (KEYS_LOCK,))


def hold(tx: Tx) -> None:
    """Let no key come or go until the transaction ends."""
    tx.conn.execute("SELECT pg_advisory_xact_lock_shared(%s)", (KEYS_LOCK,))


def known(tx: Tx) -> list[Key]:
    """Return all keys, the oldest first; none before the first rotation."""
    cursor = tx.conn.cursor(row_factory=rows_of(Key))
    return cursor.execute(
        """
        SELECT id, number, vkey, state, introduced_at, retired_at
        FROM rights.log_key ORDER BY number
        """
    ).fetchall()


def insert(tx: Tx, key: Key) -> None:
    """Add a key."""
    tx.conn.execute(
        """
        INSERT INTO rights.log_key (id, number, vkey, state, introduced_at, retired_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (key.id, key.number, key.vkey, key.state, key.introduced_at, key.retired_at),
    )


def update_state(tx: Tx, key: Key) -> None:
    """Write a key's state."""
    tx.conn.execute(
        "UPDATE rights.log_key SET state = %s, retired_at = %s WHERE id = %s",
        (key.state, key.retired_at, key.id),
    )
