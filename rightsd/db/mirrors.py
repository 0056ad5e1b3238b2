"""Whose turn it is to write to a mirror of the log."""

from rightsd.db.tx import Tx

LOCK = 0x4D_4952_524F_5253  # "MIRRORS": advisory, so that a dead session lets it go.


def lock(tx: Tx) -> bool:
    """Take the turn until the transaction ends; return whether it was to be had.

    Asked again in the same transaction, it fails if the turn was lost with the connection.
    """
    row = tx.conn.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,)).fetchone()
    assert row is not None
    return row[0]
