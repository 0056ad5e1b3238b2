"""What followed the commits that ended permissions, in Postgres."""

from datetime import datetime
from typing import Any

from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.stopwatch import SHARES, Lap, PlatformLaps, Spread, Stage, Stopwatch, Telling


def committed_at(tx: Tx, cause_id: str) -> datetime | None:
    """Return when a cause took effect: None when there is no such thing, or it never did."""
    row = tx.conn.execute(
        "SELECT committed_at FROM rights.causes() WHERE id = %s", (cause_id,)
    ).fetchone()
    return row and row[0]


def read(tx: Tx, cause_id: str, committed: datetime) -> Stopwatch:
    """Return what followed a cause, and what happened in its commit beside it."""
    rows = tx.conn.execute(
        """
        SELECT CASE state WHEN 'refused' THEN 'dead' ELSE state END,
            count(DISTINCT generation_id), max(ended_at),
            max(extract(epoch FROM ended_at - cause.committed_at))::float8
        FROM rights.ending JOIN rights.causes() AS cause ON cause.id = because_of
        WHERE because_of = %(cause)s OR because_of IN (
            SELECT thing_id FROM rights.consequence WHERE revocation_id = %(cause)s)
        GROUP BY state
        """,
        {"cause": cause_id},
    )
    laps = {Stage(stage): Lap(*lap) for stage, *lap in rows}
    none = Lap(0, None, None)
    return Stopwatch(
        cause_id=cause_id,
        committed_at=committed,
        dead=laps.get(Stage.DEAD, none),
        withdrawn=laps.get(Stage.WITHDRAWN, none),
        delisted=laps.get(Stage.DELISTED, none),
        platforms=_platforms(tx, cause_id),
    )


def spreads(tx: Tx, *, begins: datetime, ends: datetime) -> list[Spread]:
    """Return how long each stage took for the causes that took effect in a period.

    What happened in the commit of a revocation counts with that, and not for itself. A likeness
    that was found withdraws by its own commit, and is left out.
    """
    cursor = tx.conn.cursor(row_factory=_SPREADS)
    found = cursor.execute(
        """
        WITH timed AS (
            SELECT coalesce(consequence.revocation_id, cause.id) AS id, ending.state,
                max(ending.ended_at - cause.committed_at) AS took
            FROM rights.causes() AS cause
            LEFT JOIN rights.consequence ON consequence.thing_id = cause.id
            JOIN rights.ending ON ending.because_of = cause.id
            WHERE cause.committed_at >= %s AND cause.committed_at < %s
                AND NOT starts_with(cause.id, 'lik_')
            GROUP BY 1, 2
        )
        SELECT CASE state WHEN 'refused' THEN 'dead' ELSE state END AS stage,
            count(*) AS causes,
            percentile_cont(%s::float8[]) WITHIN GROUP (ORDER BY extract(epoch FROM took)) AS shares
        FROM timed GROUP BY state
        """,
        (begins, ends, list(SHARES)),
    ).fetchall()
    known = {spread.stage: spread for spread in found}
    return [known.get(stage, Spread(stage, 0, None, None, None)) for stage in Stage]


def platform_spreads(tx: Tx, *, begins: datetime, ends: datetime) -> list[Spread]:
    """Return how long each stage of each platform took, as `spreads` does.

    A cause counts for a stage once that is true of everything that the platform was to be told.
    """
    cursor = tx.conn.cursor(row_factory=_SPREADS)
    return cursor.execute(
        """
        WITH told AS (
            SELECT coalesce(consequence.revocation_id, cause.id) AS id, platform_id, stage,
                max(at - cause.committed_at) AS took
            FROM rights.causes() AS cause
            LEFT JOIN rights.consequence ON consequence.thing_id = cause.id
            JOIN rights.delivery ON delivery.because_of = cause.id
            CROSS JOIN LATERAL (VALUES
                ('told', first_attempt_at), ('received', received_at), ('answered', acknowledged_at)
            ) AS lap (stage, at)
            WHERE cause.committed_at >= %s AND cause.committed_at < %s
                AND delivery.kind = 'generation.withdrawn'
            GROUP BY 1, 2, 3 HAVING count(at) = count(*)
        )
        SELECT stage, count(*) AS causes, platform_id,
            percentile_cont(%s::float8[]) WITHIN GROUP (ORDER BY extract(epoch FROM took)) AS shares
        FROM told GROUP BY platform_id, stage
        ORDER BY platform_id, array_position(ARRAY['told', 'received', 'answered'], stage)
        """,
        (begins, ends, list(SHARES)),
    ).fetchall()


def _platforms(tx: Tx, cause_id: str) -> tuple[PlatformLaps, ...]:
    rows = tx.conn.execute(
        """
        SELECT platform.id, platform.name, count(*),
            count(first_attempt_at), max(first_attempt_at),
            max(extract(epoch FROM first_attempt_at - cause.committed_at))::float8,
            count(received_at), max(received_at),
            max(extract(epoch FROM received_at - cause.committed_at))::float8,
            count(acknowledged_at), max(acknowledged_at),
            max(extract(epoch FROM acknowledged_at - cause.committed_at))::float8
        FROM rights.delivery
        JOIN rights.causes() AS cause ON cause.id = because_of
        JOIN rights.platform ON platform.id = platform_id
        WHERE delivery.kind = 'generation.withdrawn'
            AND (because_of = %(cause)s OR because_of IN (
                SELECT thing_id FROM rights.consequence WHERE revocation_id = %(cause)s))
        GROUP BY platform.id, platform.name ORDER BY platform.name, platform.id
        """,
        {"cause": cause_id},
    )
    return tuple(
        PlatformLaps(*row[:3], told=Lap(*row[3:6]), received=Lap(*row[6:9]), answered=Lap(*row[9:]))
        for row in rows
    )


def _spread(row: dict[str, Any]) -> Spread:
    platform_id = row.get("platform_id")
    stage = Stage(row["stage"]) if platform_id is None else Telling(row["stage"])
    return Spread(stage, row["causes"], *row["shares"], platform_id=platform_id)


_SPREADS = rows_by(_spread)
