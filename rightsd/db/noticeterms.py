"""Notices whose time has come, in Postgres: to be put back, closed, or erased.

Whoever asks holds what they are given until the transaction ends, and is given none that others
hold.
"""

from collections.abc import Collection
from datetime import datetime

from rightsd.db import sealing
from rightsd.db.tx import Tx
from rightsd.domain.regime import Kind


def to_restore(tx: Tx, *, limit: int) -> list[str]:
    """Return countered notices whose outputs are to be put back."""
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.notice WHERE state = 'countered' AND restore_at <= %s
        ORDER BY restore_at, id LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        (tx.now, limit),
    )
    return [row[0] for row in rows]


def to_close(tx: Tx, *, before: datetime, limit: int) -> list[str]:
    """Return notices that ended before a moment and are not closed."""
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.notice
        WHERE state IN ('upheld', 'rejected', 'retracted', 'restored', 'affirmed', 'reversed')
            AND decided_at < %s
        ORDER BY decided_at, id LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        (before, limit),
    )
    return [row[0] for row in rows]


def to_lapse(tx: Tx, *, before: datetime, limit: int) -> list[str]:
    """Return notices that came before a moment and still lack something."""
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.notice WHERE state = 'deficient' AND received_at < %s
        ORDER BY received_at, id LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        (before, limit),
    )
    return [row[0] for row in rows]


def to_erase(tx: Tx, *, kinds: Collection[Kind], before: datetime, limit: int) -> list[str]:
    """Return notices of some kinds that were closed before a moment, and are not erased.

    None that an incident needs that is not closed, and none whose suspension holds, or waits on
    appeal.
    """
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.notice
        WHERE state = 'closed' AND erased_at IS NULL AND kind = ANY(%s) AND closed_at < %s
            AND NOT EXISTS (SELECT FROM rights.suspension
                WHERE suspension.notice_id = notice.id
                    AND (suspension.state = 'appealed' OR suspension.until_at > %s))
            AND NOT EXISTS (SELECT FROM rights.incident_link
                JOIN rights.incident ON incident.id = incident_link.incident_id
                WHERE incident_link.thing_id = notice.id AND incident.state <> 'closed')
        ORDER BY closed_at, id LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        (list(kinds), before, tx.now, limit),
    )
    return [row[0] for row in rows]


def erase(tx: Tx, notice_id: str) -> None:
    """Destroy the key of a notice, and clear what it opened and by what its claimant was known.

    The statements of reasons and the suspension it led to open no more either. What everyone may
    know of the notice stays.
    """
    sealing.destroy_key(tx, notice_id)
    tx.conn.execute(
        """
        UPDATE rights.notice
        SET erased_at = %s, sealed = NULL, counter = NULL, claimant_mac = NULL, account_id = NULL
        WHERE id = %s
        """,
        (tx.now, notice_id),
    )
    tx.conn.execute(
        "UPDATE rights.suspension SET claimant_mac = NULL WHERE notice_id = %s", (notice_id,)
    )


def forget_origins(tx: Tx, *, before: datetime) -> None:
    """Forget where what was received before a moment came from."""
    tx.conn.execute(
        "UPDATE rights.notice SET origin_mac = NULL WHERE origin_mac IS NOT NULL"
        " AND received_at < %s",
        (before,),
    )
