"""What owners say of works beyond opting them out, in Postgres."""

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.reservation import Reservation


def lock(tx: Tx, work_id: str) -> Reservation | None:
    """Return what is said of a work, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Reservation))
    return cursor.execute(
        """
        SELECT id, work_id, account_id, least, opted_in, state, stated_at
        FROM rights.reservation WHERE work_id = %s FOR UPDATE
        """,
        (work_id,),
    ).fetchone()


def find(tx: Tx, work_id: str) -> Reservation | None:
    """Return what is said of a work."""
    cursor = tx.conn.cursor(row_factory=rows_of(Reservation))
    return cursor.execute(
        """
        SELECT id, work_id, account_id, least, opted_in, state, stated_at
        FROM rights.reservation WHERE work_id = %s
        """,
        (work_id,),
    ).fetchone()


def write(tx: Tx, reservation: Reservation) -> None:
    """Write what is said of a work, for the first time or anew."""
    tx.conn.execute(
        """
        INSERT INTO rights.reservation
            (id, work_id, account_id, least, opted_in, state, stated_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (work_id) DO UPDATE SET least = EXCLUDED.least,
            opted_in = EXCLUDED.opted_in, state = EXCLUDED.state, stated_at = EXCLUDED.stated_at
        """,
        (
            reservation.id,
            reservation.work_id,
            reservation.account_id,
            reservation.least,
            reservation.opted_in,
            reservation.state,
            reservation.stated_at,
        ),
    )
