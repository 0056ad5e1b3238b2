"""Deliveries in Postgres: made from the log, taken to be sent, settled when they were.

Whoever takes, settles, drops or replays deliveries holds the lines of their platforms
(rightsd/db/lines.py), locked in the order of the platforms' ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.delivery import Delivery

DROP_BATCH = 10_000  # A statement of a second or so.
# What a platform has a copy of is due so much earlier than the rest: more than any backlog waits.
LEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Fanned:
    """What one step of the fan-out did: entries it looked at, deliveries it made."""

    entries: int
    deliveries: int


def fan_out(tx: Tx, told: Mapping[str, str], *, batch: int) -> Fanned | None:
    """Make the deliveries of the next entries of the log; None when it is another one's turn.

    `told` has the kinds of events, and as what each is told. One that names a platform is for that
    one alone. That an output may be shown again is told to those where it may be, by now: whatever
    changes that later has an event of its own, which comes behind this.

    Where a platform has noted a copy, it is told before it is told of anything else, and before
    platforms that have none. Platforms are held meanwhile, so that one that is just being disabled
    or enabled is told of each event before that, or after. Nothing is locked, and so written, while
    there is nothing new.
    """
    if _end(tx, batch) is None:
        return Fanned(0, 0)
    turn = tx.conn.execute("SELECT FROM rights.delivery_cursor FOR UPDATE SKIP LOCKED").fetchone()
    if turn is None:
        return None
    # The end is read before the entries: what comes after it is the next step's.
    reach = _end(tx, batch)
    if reach is None:
        return Fanned(0, 0)
    start, end = reach
    made = _insert(tx, told, start, end) if _has(tx, list(told), start, end) else 0
    tx.conn.execute("UPDATE rights.delivery_cursor SET next = %s", (end,))
    return Fanned(end - start, made)


def _end(tx: Tx, batch: int) -> tuple[int, int] | None:
    """Return where the next step begins and ends; None when there is nothing new."""
    row = tx.conn.execute(
        """
        SELECT next, least(size, next + %s) FROM rights.delivery_cursor, (
            SELECT coalesce(max("index") + 1, 0) AS size FROM ledger.entry) AS log
        WHERE size > next
        """,
        (batch,),
    ).fetchone()
    return None if row is None else (row[0], row[1])


def _has(tx: Tx, kinds: Sequence[str], start: int, end: int) -> bool:
    row = tx.conn.execute(
        """
        SELECT EXISTS (
            SELECT FROM ledger.entry WHERE "index" >= %s AND "index" < %s AND kind = ANY(%s))
        """,
        (start, end, list(kinds)),
    ).fetchone()
    assert row is not None
    return row[0]


def _insert(tx: Tx, told: Mapping[str, str], start: int, end: int) -> int:
    tx.conn.execute("SELECT FROM rights.platform WHERE state <> 'closed' ORDER BY id FOR SHARE")
    made = tx.conn.execute(
        """
        INSERT INTO rights.delivery
            (id, platform_id, position, event_id, kind, generation_id, because_of, event_at, state,
             due_at)
        SELECT 'dlv_' || replace(gen_random_uuid()::text, '-', ''), platform.id, entry."index",
            entry.event_id, told.type, entry.subject, said->'data'->>'because_of',
            (said->>'at')::timestamptz,
            CASE platform.state WHEN 'registered' THEN 'due' ELSE 'dropped' END,
            CASE platform.state WHEN 'registered' THEN %(now)s::timestamptz - CASE WHEN EXISTS (
                SELECT FROM rights.copy
                WHERE copy.generation_id = entry.subject AND copy.platform_id = platform.id
                    AND copy.state = 'noted'
            ) THEN %(lead)s::interval ELSE interval '0' END END
        FROM ledger.entry
        CROSS JOIN LATERAL (SELECT convert_from(entry.body, 'UTF8')::jsonb AS said) AS body
        JOIN unnest(%(kinds)s::text[], %(types)s::text[]) AS told (kind, type)
            ON told.kind = entry.kind
        JOIN rights.platform ON platform.state <> 'closed' AND told.type = ANY(platform.types)
            AND platform.id = coalesce(said->'data'->>'platform_id', platform.id)
        WHERE entry."index" >= %(start)s AND entry."index" < %(end)s
            AND (told.type <> 'generation.restored' OR NOT EXISTS (
                SELECT FROM rights.delisting
                WHERE generation_id = entry.subject AND platform_id = platform.id))
            AND (entry.kind <> 'generation.relisted' OR EXISTS (
                SELECT FROM rights.generation WHERE id = entry.subject AND state = 'published'))
        ON CONFLICT ON CONSTRAINT delivery_of_event DO NOTHING
        """,
        {
            "now": tx.now,
            "lead": LEAD,
            "start": start,
            "end": end,
            "kinds": list(told),
            "types": list(told.values()),
        },
    )
    return made.rowcount


def take(
    tx: Tx, platform_ids: Sequence[str], *, leased_until: datetime, limit: int
) -> list[Delivery]:
    """Lease deliveries that may be sent now on these lines, which are locked; one attempt each.

    A delivery waits for those before it about the same generation, and for one that is being sent.
    Every line gets its turn before any gets a second one.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Delivery))
    return cursor.execute(
        """
        WITH line AS (
            SELECT platform_id, permits - (
                SELECT count(*) FROM rights.delivery AS sent
                WHERE sent.platform_id = platform_line.platform_id AND leased_until > %(now)s
            ) AS free
            FROM rights.platform_line WHERE platform_id = ANY(%(platforms)s)
        ), turn AS (
            SELECT ready.id,
                row_number() OVER (
                    PARTITION BY line.platform_id ORDER BY ready.due_at, ready.position) AS turn,
                ready.due_at
            FROM line CROSS JOIN LATERAL (
                SELECT one.id, one.due_at, one.position FROM rights.delivery AS one
                WHERE one.platform_id = line.platform_id AND one.due_at <= %(now)s
                    AND (one.leased_until IS NULL OR one.leased_until <= %(now)s)
                    AND NOT EXISTS (
                        SELECT FROM rights.delivery AS other
                        WHERE other.platform_id = one.platform_id
                            AND other.generation_id = one.generation_id
                            AND other.due_at IS NOT NULL AND other.position < one.position)
                    AND NOT EXISTS (
                        SELECT FROM rights.delivery AS other
                        WHERE other.platform_id = one.platform_id
                            AND other.generation_id = one.generation_id
                            AND other.leased_until > %(now)s)
                ORDER BY one.due_at, one.position LIMIT greatest(line.free, 0)
            ) AS ready
        )
        UPDATE rights.delivery AS taken
        SET leased_until = %(until)s, attempts = taken.attempts + 1,
            first_attempt_at = coalesce(taken.first_attempt_at, %(now)s)
        FROM (SELECT id FROM turn ORDER BY turn, due_at LIMIT %(limit)s) AS next, rights.generation
        WHERE taken.id = next.id AND generation.id = taken.generation_id
        RETURNING taken.id, platform_id, position, taken.event_id, kind, generation_id,
            taken.because_of, generation.sha256 AS output_sha256, generation.manifest_id, event_at,
            taken.state, attempts, due_at, leased_until, first_attempt_at, sent_at, acknowledged_at
        """,
        {
            "platforms": list(platform_ids),
            "now": tx.now,
            "until": leased_until,
            "limit": limit,
        },
    ).fetchall()


def settle_sent(tx: Tx, sent: Sequence[Delivery]) -> None:
    """Note that deliveries were taken. What was replayed meanwhile is due once more."""
    tx.conn.execute(
        """
        UPDATE rights.delivery
        SET due_at = CASE WHEN delivery.due_at = sent.due_at THEN NULL ELSE delivery.due_at END,
            leased_until = CASE WHEN delivery.leased_until = sent.leased_until THEN NULL
                ELSE delivery.leased_until END,
            state = CASE WHEN state IN ('due', 'dropped') THEN 'sent' ELSE state END,
            sent_at = coalesce(sent_at, %(now)s)
        FROM unnest(%(ids)s::text[], %(due)s::timestamptz[], %(leased)s::timestamptz[])
            AS sent (id, due_at, leased_until)
        WHERE delivery.id = sent.id
        """,
        {
            "ids": [one.id for one in sent],
            "due": [one.due_at for one in sent],
            "leased": [one.leased_until for one in sent],
            "now": tx.now,
        },
    )


def settle_failed(tx: Tx, failed: Mapping[Delivery, datetime | None]) -> None:
    """Note when deliveries that were not taken are due again; None: never, so they are dropped.

    One that was leased again meanwhile, dropped or replayed stays as it is.
    """
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            UPDATE rights.delivery
            SET due_at = CASE WHEN due_at = %(due_at)s THEN %(again_at)s ELSE due_at END,
                leased_until = NULL,
                state = CASE WHEN due_at = %(due_at)s AND %(again_at)s::timestamptz IS NULL
                    AND state = 'due' THEN 'dropped' ELSE state END
            WHERE id = %(id)s AND leased_until = %(leased)s
            """,
            [
                {
                    "id": one.id,
                    "due_at": one.due_at,
                    "leased": one.leased_until,
                    "again_at": again_at,
                }
                for one, again_at in failed.items()
            ],
        )


def hasten(tx: Tx, platform_id: str) -> None:
    """Make due now what was put off: the platform is back."""
    tx.conn.execute(
        """
        UPDATE rights.delivery SET due_at = %(now)s
        WHERE platform_id = %(platform)s AND due_at > %(now)s AND leased_until IS NULL
        """,
        {"platform": platform_id, "now": tx.now},
    )


def restart(tx: Tx, platform_id: str) -> None:
    """Try anew, from now on, what was tried at another address. The platform's line is locked.

    What is being sent is found by when it is due, so that stays; it is settled as due at once.
    """
    tx.conn.execute(
        """
        UPDATE rights.delivery
        SET attempts = 0,
            due_at = CASE WHEN leased_until > %(now)s THEN due_at ELSE least(due_at, %(now)s) END
        WHERE platform_id = %(platform)s AND due_at IS NOT NULL AND attempts > 0
        """,
        {"platform": platform_id, "now": tx.now},
    )


def drop(tx: Tx, platform_id: str) -> None:
    """Send nothing more to a platform; what was still due is dropped. Its line is locked.

    Whoever is sending one keeps the lease: nothing about the same generation comes in between.
    However much is dropped, no single statement takes long.
    """
    dropped = DROP_BATCH
    while dropped == DROP_BATCH:
        dropped = tx.conn.execute(
            """
            UPDATE rights.delivery
            SET due_at = NULL, state = CASE state WHEN 'due' THEN 'dropped' ELSE state END
            WHERE id IN (
                SELECT id FROM rights.delivery
                WHERE platform_id = %s AND due_at IS NOT NULL LIMIT %s)
            """,
            (platform_id, DROP_BATCH),
        ).rowcount


def replay(
    tx: Tx, platform_id: str, *, since: datetime | None, after: int, limit: int
) -> tuple[int, int]:
    """Make deliveries due again, whatever became of them, in the log's order. Its line is locked.

    Args:
        tx: The transaction.
        platform_id: Whose.
        since: Of events from this moment on; None: of all.
        after: Only behind this position.
        limit: How many at most.

    Returns:
        How many, and the position of the last; `after` when there are none.
    """
    row = tx.conn.execute(
        """
        WITH chosen AS (
            SELECT id, position FROM rights.delivery
            WHERE platform_id = %(platform)s AND position > %(after)s
                AND (%(since)s::timestamptz IS NULL OR event_at >= %(since)s)
            ORDER BY position LIMIT %(limit)s
        ), again AS (
            UPDATE rights.delivery
            SET due_at = %(now)s, attempts = 0,
                state = CASE state WHEN 'dropped' THEN 'due' ELSE state END
            FROM chosen WHERE delivery.id = chosen.id
            RETURNING chosen.position
        )
        SELECT count(*), coalesce(max(position), %(after)s) FROM again
        """,
        {
            "platform": platform_id,
            "since": since,
            "after": after,
            "limit": limit,
            "now": tx.now,
        },
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def tell_missed(tx: Tx, platform_id: str, *, after: int, limit: int) -> tuple[int, int | None]:
    """Make due what a platform was never sent and is so still. Its line is locked.

    Of an output that is the last that happened to it there, and only while it stands so: what is on
    its way into the log makes a delivery of its own. What was overtaken stays dropped.

    Args:
        tx: The transaction.
        platform_id: Whose.
        after: Only behind this position.
        limit: How many to look at.

    Returns:
        How many are due, and behind which position there may be more; None: there is no more.
    """
    row = tx.conn.execute(
        """
        WITH missed AS (
            SELECT id, position, kind, generation_id FROM rights.delivery
            WHERE platform_id = %(platform)s AND position > %(after)s
                AND due_at IS NULL AND sent_at IS NULL AND state IN ('dropped', 'escalated')
            ORDER BY position LIMIT %(limit)s
        ), again AS (
            UPDATE rights.delivery
            SET attempts = 0, state = CASE delivery.state WHEN 'dropped' THEN 'due'
                    ELSE delivery.state END,
                due_at = %(now)s::timestamptz - CASE WHEN EXISTS (
                    SELECT FROM rights.copy
                    WHERE copy.generation_id = missed.generation_id
                        AND copy.platform_id = %(platform)s AND copy.state = 'noted'
                ) THEN %(lead)s::interval ELSE interval '0' END
            FROM missed JOIN rights.generation ON generation.id = missed.generation_id
            LEFT JOIN rights.delisting ON delisting.generation_id = missed.generation_id
                AND delisting.platform_id = %(platform)s
            WHERE delivery.id = missed.id
                AND CASE missed.kind
                    WHEN 'generation.withdrawn' THEN generation.state = 'withdrawn'
                        OR delisting.platform_id IS NOT NULL
                    ELSE generation.state = 'published' AND delisting.platform_id IS NULL END
                AND NOT EXISTS (
                    SELECT FROM rights.delivery AS later
                    WHERE later.generation_id = missed.generation_id
                        AND later.platform_id = %(platform)s
                        AND later.position > missed.position)
            RETURNING delivery.id
        )
        SELECT (SELECT count(*) FROM again), count(*), max(position) FROM missed
        """,
        {"platform": platform_id, "after": after, "limit": limit, "now": tx.now, "lead": LEAD},
    ).fetchone()
    assert row is not None
    told, looked_at, last = row
    return told, last if looked_at == limit else None


def page(tx: Tx, platform_id: str, *, after: int, limit: int) -> list[Delivery]:
    """Return a platform's deliveries behind a position, in the log's order."""
    cursor = tx.conn.cursor(row_factory=rows_of(Delivery))
    return cursor.execute(
        """
        SELECT delivery.id, platform_id, position, delivery.event_id, kind, generation_id,
            delivery.because_of, generation.sha256 AS output_sha256, generation.manifest_id,
            event_at, delivery.state, attempts, due_at, leased_until, first_attempt_at, sent_at,
            acknowledged_at
        FROM rights.delivery JOIN rights.generation ON generation.id = generation_id
        WHERE platform_id = %s AND position > %s ORDER BY position LIMIT %s
        """,
        (platform_id, after, limit),
    ).fetchall()
