"""Turns: what is counted before one more is made, one at a time counts."""

from rightsd.db.tx import Tx


def take(tx: Tx, of: str) -> None:
    """Let nobody else count the same until the commit; they wait.

    What is not there yet cannot be locked as a row, so this is a lock on a name. It is taken before
    any other lock, so that who waits for it keeps nobody waiting.

    Args:
        tx: The transaction.
        of: What is counted, and whose: "clips acc_…".
    """
    tx.conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"turn {of}",))
