"""Who gives notice, and how often: limits, strikes, suspensions and trust, in Postgres."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from rightsd.db import sealing
from rightsd.db.rows import rows_by, rows_of
from rightsd.db.tx import Tx
from rightsd.domain.flagger import Accuracy, Flagger
from rightsd.domain.suspension import State, Suspension


def take_turn(tx: Tx, claimant_mac: bytes) -> bool:
    """Let one claimant give one notice at a time; return whether it is their turn.

    Nobody waits: those who send thousands at once would hold the connections of everyone else.
    """
    number = int.from_bytes(claimant_mac[:8], "big", signed=True)
    row = tx.conn.execute("SELECT pg_try_advisory_xact_lock(%s)", (number,)).fetchone()
    assert row is not None
    return row[0]


def count_of(
    tx: Tx, claimant_mac: bytes, *, origin_mac: bytes | None, since: datetime, limit: int
) -> int:
    """Return how many notices a claimant has given since a moment; it counts to a limit.

    Those that anyone can have given in their name count for the network they came from alone, so
    that nobody keeps the owner of a mailbox from giving notice by writing its address.
    """
    row = tx.conn.execute(
        """
        SELECT count(*) FROM (SELECT FROM rights.notice
            WHERE claimant_mac = %(claimant)s AND received_at > %(since)s
                AND (account_id IS NOT NULL OR confirmed_at IS NOT NULL
                    OR origin_mac IS NOT DISTINCT FROM %(origin)s)
            LIMIT %(limit)s) AS found
        """,
        {"claimant": claimant_mac, "origin": origin_mac, "since": since, "limit": limit},
    ).fetchone()
    assert row is not None
    return row[0]


def count_letters(tx: Tx, claimant_mac: bytes, *, since: datetime, limit: int) -> int:
    """Return how many letters that a claimant brings about were posted; it counts to a limit."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM (SELECT FROM rights.letter
            JOIN rights.notice ON notice.id = letter.owner_id
            WHERE claimant_mac = %s AND letter.posted_at > %s
                AND letter.kind IN ('notice.received', 'notice.amended')
            LIMIT %s) AS found
        """,
        (claimant_mac, since, limit),
    ).fetchone()
    assert row is not None
    return row[0]


def count_from(tx: Tx, origin_mac: bytes, *, since: datetime, limit: int) -> int:
    """Return how many notices came from one network since a moment; it counts to a limit."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM (SELECT FROM rights.notice
            WHERE origin_mac = %s AND received_at > %s LIMIT %s) AS found
        """,
        (origin_mac, since, limit),
    ).fetchone()
    assert row is not None
    return row[0]


def count_open_against(tx: Tx, generation_id: str, *, limit: int) -> int:
    """Return how many notices wait against an output; it counts to a limit."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM (SELECT FROM rights.notice
            WHERE generation_id = %s AND state IN ('received', 'deficient') LIMIT %s) AS found
        """,
        (generation_id, limit),
    ).fetchone()
    assert row is not None
    return row[0]


def count_open_of(
    tx: Tx, generation_id: str, claimant_mac: bytes, *, origin_mac: bytes | None, limit: int
) -> int:
    """Return how many notices of a claimant wait against an output; those as in `count_of`."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM (SELECT FROM rights.notice
            WHERE generation_id = %(generation)s AND state IN ('received', 'deficient')
                AND claimant_mac = %(claimant)s
                AND (account_id IS NOT NULL OR confirmed_at IS NOT NULL
                    OR origin_mac IS NOT DISTINCT FROM %(origin)s)
            LIMIT %(limit)s) AS found
        """,
        {
            "generation": generation_id,
            "claimant": claimant_mac,
            "origin": origin_mac,
            "limit": limit,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def count_abusive(tx: Tx, claimant_mac: bytes, *, since: datetime) -> int:
    """Return how many notices of a claimant were found abusive since a moment.

    Only those count that are surely theirs: anyone can write another's address into a notice.
    """
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.notice
        WHERE claimant_mac = %s AND abusive AND decided_at > %s
            AND (account_id IS NOT NULL OR confirmed_at IS NOT NULL)
        """,
        (claimant_mac, since),
    ).fetchone()
    assert row is not None
    return row[0]


def flagger_of(tx: Tx, claimant_mac: bytes) -> str | None:
    """Return the id of the trust that is put in a claimant, if any is."""
    row = tx.conn.execute(
        "SELECT id FROM rights.flagger WHERE claimant_mac = %s AND state = 'granted'",
        (claimant_mac,),
    ).fetchone()
    return row and row[0]


def insert_flagger(tx: Tx, flagger: Flagger, *, claimant_mac: bytes) -> bool:
    """Add a trusted flagger; False when this claimant is one already."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.flagger (id, name, claimant_mac, state, granted_at)
        VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (claimant_mac) WHERE state = 'granted' DO NOTHING
        """,
        (flagger.id, flagger.name, claimant_mac, flagger.state, flagger.granted_at),
    )
    return cursor.rowcount == 1


def lock_flagger(tx: Tx, flagger_id: str) -> Flagger | None:
    """Return a trusted flagger, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Flagger))
    return cursor.execute(
        """
        SELECT id, name, state, granted_at, ended_at FROM rights.flagger WHERE id = %s FOR UPDATE
        """,
        (flagger_id,),
    ).fetchone()


def update_flagger(tx: Tx, flagger: Flagger) -> None:
    """Write a flagger's state."""
    tx.conn.execute(
        "UPDATE rights.flagger SET state = %s, ended_at = %s WHERE id = %s",
        (flagger.state, flagger.ended_at, flagger.id),
    )


def flaggers(tx: Tx, *, limit: int) -> list[Flagger]:
    """Return the trusted flaggers, former ones too, the newest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Flagger))
    return cursor.execute(
        """
        SELECT id, name, state, granted_at, ended_at FROM rights.flagger
        ORDER BY granted_at DESC, id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def accuracy(tx: Tx, *, within: timedelta) -> list[Accuracy]:
    """Return how often claimants were right of late: trusted flaggers by name, others together."""
    rows = tx.conn.execute(
        """
        SELECT flagger.name, count(*), count(*) FILTER (WHERE stands OR notice.state = 'upheld')
        FROM rights.notice LEFT JOIN rights.flagger ON flagger.id = notice.flagger_id
        WHERE decided_at > %s AND cardinality(reviewers) > 0
            AND notice.state NOT IN ('appealed', 'countered')
        GROUP BY flagger.name ORDER BY flagger.name NULLS LAST
        """,
        (tx.now - within,),
    )
    return [Accuracy(*row) for row in rows]


def insert_suspension(tx: Tx, suspension: Suspension, *, claimant_mac: bytes) -> None:
    """Add a suspension."""
    tx.conn.execute(
        """
        INSERT INTO rights.suspension
            (id, notice_id, claimant_mac, state, imposed_at, until_at, reviewer_id, sealed)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            suspension.id,
            suspension.notice_id,
            claimant_mac,
            suspension.state,
            suspension.imposed_at,
            suspension.until_at,
            suspension.reviewer_id,
            _seal(tx, suspension),
        ),
    )


def update_suspension(tx: Tx, suspension: Suspension) -> None:
    """Write what an event can change."""
    tx.conn.execute(
        "UPDATE rights.suspension SET state = %s, sealed = %s WHERE id = %s",
        (suspension.state, _seal(tx, suspension), suspension.id),
    )


def lock_suspension(tx: Tx, suspension_id: str) -> Suspension | None:
    """Return a suspension, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_suspension, tx)))
    return cursor.execute(
        """
        SELECT id, notice_id, reviewer_id, state, imposed_at, until_at, sealed,
            rights.keys_of(ARRAY[notice_id]) AS keys
        FROM rights.suspension WHERE id = %s FOR UPDATE
        """,
        (suspension_id,),
    ).fetchone()


def suspensions_of(tx: Tx, claimant_mac: bytes) -> list[Suspension]:
    """Return the suspensions of a claimant whose time is not over, the longest first."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_suspension, tx)))
    return cursor.execute(
        """
        SELECT id, notice_id, reviewer_id, state, imposed_at, until_at, sealed,
            rights.keys_of(ARRAY[notice_id]) AS keys
        FROM rights.suspension WHERE claimant_mac = %s AND until_at > %s
        ORDER BY until_at DESC, id
        """,
        (claimant_mac, tx.now),
    ).fetchall()


def suspensions_appealed(tx: Tx, *, limit: int) -> list[Suspension]:
    """Return the suspensions that were appealed and wait, the oldest first."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_suspension, tx)))
    return cursor.execute(
        """
        SELECT id, notice_id, reviewer_id, state, imposed_at, until_at, sealed,
            rights.keys_of(ARRAY[notice_id]) AS keys
        FROM rights.suspension WHERE state = 'appealed' ORDER BY imposed_at, id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def suspension_by_notice(tx: Tx, notice_id: str) -> Suspension | None:
    """Return the suspension that a notice led to."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_suspension, tx)))
    return cursor.execute(
        """
        SELECT id, notice_id, reviewer_id, state, imposed_at, until_at, sealed,
            rights.keys_of(ARRAY[notice_id]) AS keys
        FROM rights.suspension WHERE notice_id = %s ORDER BY imposed_at DESC LIMIT 1
        """,
        (notice_id,),
    ).fetchone()


def _seal(tx: Tx, suspension: Suspension) -> bytes:
    written = {"objection": suspension.objection, "reason": suspension.reason}
    place = _place(suspension.id)
    return sealing.seal(tx, written, about=[suspension.notice_id], place=place)


def _suspension(tx: Tx, row: dict[str, Any]) -> Suspension:
    written: dict[str, Any] | None = sealing.unseal(
        tx, row["sealed"], about=[row["notice_id"]], keys=row["keys"], place=_place(row["id"])
    )
    written = written or {}
    return Suspension(
        id=row["id"],
        notice_id=row["notice_id"],
        reviewer_id=row["reviewer_id"],
        state=State(row["state"]),
        imposed_at=row["imposed_at"],
        until_at=row["until_at"],
        objection=written.get("objection"),
        reason=written.get("reason"),
    )


def _place(suspension_id: str) -> str:
    return f"suspension.sealed/{suspension_id}"
