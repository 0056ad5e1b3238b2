"""Whom we trust, and whom we trusted when, in Postgres."""

from collections.abc import Sequence
from datetime import datetime

from rightsd.db.tx import Tx
from rightsd.domain.trust import Anchors, Snapshot

# A list changes a few times a year.
SNAPSHOTS_MAX = 1000
ADOPTION_LOCK = 0x5452_5553_54  # "TRUST"


def keep(tx: Tx, anchors: Anchors) -> None:
    """Keep a list, unless it is kept."""
    tx.conn.execute(
        """
        INSERT INTO rights.trust_list (sha256, claims_pem, time_stamps_pem) VALUES (%s, %s, %s)
        ON CONFLICT (sha256) DO NOTHING
        """,
        (anchors.sha256, anchors.claims_pem, anchors.time_stamps_pem),
    )


def adopt(tx: Tx, anchors: Anchors) -> None:
    """Note that these are trusted from now on, unless they are trusted as it is."""
    tx.conn.execute("SELECT pg_advisory_xact_lock(%s)", (ADOPTION_LOCK,))
    keep(tx, anchors)
    tx.conn.execute(
        """
        INSERT INTO rights.trust_snapshot (sha256, since)
        SELECT %(sha256)s, %(since)s
        WHERE %(sha256)s IS DISTINCT FROM (
            SELECT sha256 FROM rights.trust_snapshot ORDER BY id DESC LIMIT 1
        )
        """,
        {"sha256": anchors.sha256, "since": tx.now},
    )


def history(tx: Tx) -> Sequence[Snapshot]:
    """Return whom we trusted when, the oldest first; SNAPSHOTS_MAX at most."""
    rows: list[tuple[datetime, str, str]] = tx.conn.execute(
        """
        SELECT since, claims_pem, time_stamps_pem
        FROM rights.trust_snapshot JOIN rights.trust_list USING (sha256)
        ORDER BY id DESC LIMIT %s
        """,
        (SNAPSHOTS_MAX,),
    ).fetchall()
    return [Snapshot(since, Anchors(claims, stamps)) for since, claims, stamps in reversed(rows)]
