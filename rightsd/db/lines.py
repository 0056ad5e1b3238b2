"""The lines of platforms in Postgres: how sending to each goes, and who may send to it just now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rightsd.db.tx import Tx
from rightsd.domain.delivery import Line


def lock(tx: Tx, platform_ids: Sequence[str]) -> dict[str, Line]:
    """Return the lines of platforms, locked until the transaction ends."""
    return _lines(
        tx.conn.execute(
            """
            SELECT platform_id, permits, failures, rests_until, era FROM rights.platform_line
            WHERE platform_id = ANY(%s) ORDER BY platform_id FOR UPDATE
            """,
            (list(platform_ids),),
        ).fetchall()
    )


def lock_ready(tx: Tx, *, after: str, limit: int) -> dict[str, Line]:
    """Return lines on which something can be sent, locked, without those that others hold.

    Args:
        tx: The transaction.
        after: The platform that was served last: those behind it come first, then the others, so
            that each has its turn however many there are. Empty: from the beginning.
        limit: How many at most.
    """
    return _lines(
        tx.conn.execute(
            """
            SELECT platform_id, permits, failures, rests_until, era
            FROM rights.platform_line JOIN rights.platform ON platform.id = platform_id
            WHERE platform.state = 'registered'
                AND (rests_until IS NULL OR rests_until <= %(now)s)
                AND permits > (
                    SELECT count(*) FROM rights.delivery
                    WHERE delivery.platform_id = platform_line.platform_id
                        AND leased_until > %(now)s)
                AND EXISTS (
                    SELECT FROM rights.delivery
                    WHERE delivery.platform_id = platform_line.platform_id AND due_at <= %(now)s
                        AND (leased_until IS NULL OR leased_until <= %(now)s))
            ORDER BY platform_id <= %(after)s, platform_id
            LIMIT %(limit)s FOR UPDATE OF platform_line SKIP LOCKED
            """,
            {"now": tx.now, "after": after, "limit": limit},
        ).fetchall()
    )


def update(tx: Tx, platform_id: str, line: Line, *, taken: bool, trouble: str | None) -> None:
    """Write how sending to a platform goes: whether something was taken, and what was not."""
    tx.conn.execute(
        """
        UPDATE rights.platform_line
        SET permits = %(permits)s, failures = %(failures)s, rests_until = %(rests_until)s,
            trouble = %(trouble)s, trouble_at = CASE WHEN %(trouble)s::text IS NOT NULL
                THEN %(now)s::timestamptz END,
            taken_at = CASE WHEN %(taken)s THEN %(now)s ELSE taken_at END
        WHERE platform_id = %(platform)s
        """,
        {
            "platform": platform_id,
            "permits": line.permits,
            "failures": line.failures,
            "rests_until": line.rests_until,
            "taken": taken,
            "trouble": trouble,
            "now": tx.now,
        },
    )


def begin_era(tx: Tx, platform_id: str) -> None:
    """Begin anew with a platform, whatever its troubles were: it is back, or somewhere else.

    What it missed until now is to be looked through: see `lock_missed`.
    """
    tx.conn.execute(
        """
        UPDATE rights.platform_line
        SET permits = %s, failures = 0, rests_until = NULL, trouble = NULL, trouble_at = NULL,
            era = era + 1, missed_after = -1
        WHERE platform_id = %s
        """,
        (Line().permits, platform_id),
    )


def with_missed(tx: Tx) -> list[str]:
    """Return the platforms that are sent something, and have missed what was not looked through."""
    rows = tx.conn.execute(
        """
        SELECT platform_id FROM rights.platform_line JOIN rights.platform ON id = platform_id
        WHERE missed_after IS NOT NULL AND state = 'registered' ORDER BY platform_id
        """
    )
    return [row[0] for row in rows]


def lock_missed(tx: Tx, platform_id: str) -> int | None:
    """Lock a line, and hold its platform; return behind which position there is more to look at.

    None: there is nothing, or nothing is sent to the platform any more.
    """
    held = tx.conn.execute(
        "SELECT FROM rights.platform WHERE id = %s AND state = 'registered' FOR SHARE",
        (platform_id,),
    ).fetchone()
    if held is None:
        return None
    row = tx.conn.execute(
        "SELECT missed_after FROM rights.platform_line WHERE platform_id = %s FOR UPDATE",
        (platform_id,),
    ).fetchone()
    return None if row is None else row[0]


def note_missed(tx: Tx, platform_id: str, *, after: int | None) -> None:
    """Note how far what a platform missed was looked through; None: to the end."""
    tx.conn.execute(
        "UPDATE rights.platform_line SET missed_after = %s WHERE platform_id = %s",
        (after, platform_id),
    )


def last_taken(tx: Tx, platform_id: str) -> datetime | None:
    """Return when a platform last took something."""
    row = tx.conn.execute(
        "SELECT taken_at FROM rights.platform_line WHERE platform_id = %s", (platform_id,)
    ).fetchone()
    return None if row is None else row[0]


def _lines(rows: Sequence[tuple[Any, ...]]) -> dict[str, Line]:
    return {platform_id: Line(*values) for platform_id, *values in rows}
