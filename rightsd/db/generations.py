"""Generations in Postgres."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from psycopg import Cursor
from psycopg.rows import RowMaker
from psycopg.types.json import Jsonb

from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation, Output, State, Wanted
from rightsd.domain.policy import Decision, Outcome, Reason


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on a generation has come, for people who watch.

    Attributes:
        done: Share of the whole, 0..1.
    """

    stage: str
    done: float


def _decision(stored: dict[str, Any]) -> Decision:
    reasons = tuple(Reason(**reason) for reason in stored["reasons"])
    outcome = Outcome(stored["outcome"])
    return Decision(outcome, stored["rulebook"], reasons, tuple(stored["consents"]))


def _row(cursor: Cursor[Any]) -> RowMaker[Generation]:
    names = [column.name for column in cursor.description or ()]

    def make(values: Sequence[Any]) -> Generation:
        row = dict(zip(names, values, strict=True))
        output = None
        if row["sha256"] is not None:
            output = Output(row["sha256"], row["size"], row["manifest_id"], row["event_id"])
        return Generation(
            id=row["id"],
            account_id=row["account_id"],
            wanted=Wanted(
                prompt=row["prompt"],
                cameos=tuple(row["cameos"]),
                seed=row["seed"],
                seconds=row["seconds"],
                width=row["width"],
                height=row["height"],
                salt=bytes(row["salt"]),
            ),
            decision=_decision(row["decision"]),
            watermark_id=row["watermark_id"],
            state=State(row["state"]),
            requested_at=row["requested_at"],
            ended_at=row["ended_at"],
            output=output,
            reason=row["reason"],
        )

    return make


def insert(tx: Tx, generation: Generation) -> None:
    """Add a generation."""
    wanted = generation.wanted
    tx.conn.execute(
        """
        INSERT INTO rights.generation
            (id, account_id, prompt, cameos, seed, seconds, width, height, salt, decision,
             watermark_id, state, requested_at, ended_at, reason)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            generation.id,
            generation.account_id,
            wanted.prompt,
            list(wanted.cameos),
            wanted.seed,
            wanted.seconds,
            wanted.width,
            wanted.height,
            wanted.salt,
            Jsonb(asdict(generation.decision)),
            generation.watermark_id,
            generation.state,
            generation.requested_at,
            generation.ended_at,
            generation.reason,
        ),
    )


def update(tx: Tx, generation: Generation) -> None:
    """Write everything of a generation that an event can change."""
    output = generation.output
    tx.conn.execute(
        """
        UPDATE rights.generation
        SET state = %s, decision = %s, ended_at = %s, sha256 = %s, size = %s, manifest_id = %s,
            event_id = %s, reason = %s
        WHERE id = %s
        """,
        (
            generation.state,
            Jsonb(asdict(generation.decision)),
            generation.ended_at,
            output and output.sha256,
            output and output.size,
            output and output.manifest_id,
            output and output.event_id,
            generation.reason,
            generation.id,
        ),
    )


def find(tx: Tx, generation_id: str) -> Generation | None:
    """Return a generation."""
    cursor = tx.conn.cursor(row_factory=_row)
    return cursor.execute(
        """
        SELECT id, account_id, prompt, cameos, seed, seconds, width, height, salt, decision,
            watermark_id, state, requested_at, ended_at, sha256, size, manifest_id, event_id,
            reason
        FROM rights.generation WHERE id = %s
        """,
        (generation_id,),
    ).fetchone()


def lock(tx: Tx, generation_id: str) -> Generation | None:
    """Return a generation, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_row)
    return cursor.execute(
        """
        SELECT id, account_id, prompt, cameos, seed, seconds, width, height, salt, decision,
            watermark_id, state, requested_at, ended_at, sha256, size, manifest_id, event_id,
            reason
        FROM rights.generation WHERE id = %s FOR UPDATE
        """,
        (generation_id,),
    ).fetchone()


def lock_live_under(tx: Tx, consent_id: str, *, limit: int) -> list[Generation]:
    """Return generations that rely on a consent and are under way or published, locked."""
    cursor = tx.conn.cursor(row_factory=_row)
    return cursor.execute(
        """
        SELECT id, account_id, prompt, cameos, seed, seconds, width, height, salt, decision,
            watermark_id, state, requested_at, ended_at, sha256, size, manifest_id, event_id,
            reason
        FROM rights.generation
        WHERE id IN (SELECT generation_id FROM rights.reliance WHERE consent_id = %s)
            AND state IN ('requested', 'published')
        ORDER BY id LIMIT %s FOR UPDATE
        """,
        (consent_id, limit),
    ).fetchall()


def page_of_published(tx: Tx, *, after: str, limit: int) -> list[Generation]:
    """Return published generations in the order of their ids, those after one id."""
    cursor = tx.conn.cursor(row_factory=_row)
    return cursor.execute(
        """
        SELECT id, account_id, prompt, cameos, seed, seconds, width, height, salt, decision,
            watermark_id, state, requested_at, ended_at, sha256, size, manifest_id, event_id,
            reason
        FROM rights.generation WHERE state = 'published' AND id > %s ORDER BY id LIMIT %s
        """,
        (after, limit),
    ).fetchall()


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Generation]:
    """Return the generations that an account asked for, newest first."""
    cursor = tx.conn.cursor(row_factory=_row)
    return cursor.execute(
        """
        SELECT id, account_id, prompt, cameos, seed, seconds, width, height, salt, decision,
            watermark_id, state, requested_at, ended_at, sha256, size, manifest_id, event_id,
            reason
        FROM rights.generation WHERE account_id = %s ORDER BY requested_at DESC, id LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()


def with_marks(
    tx: Tx, *, manifest_id: str | None, watermark_id: int | None, generation_ids: Sequence[str]
) -> list[Generation]:
    """Return the released generations that any of these marks names."""
    cursor = tx.conn.cursor(row_factory=_row)
    return cursor.execute(
        """
        SELECT id, account_id, prompt, cameos, seed, seconds, width, height, salt, decision,
            watermark_id, state, requested_at, ended_at, sha256, size, manifest_id, event_id,
            reason
        FROM rights.generation
        WHERE state IN ('published', 'withdrawn')
            AND (manifest_id = %s OR watermark_id = %s OR id = ANY(%s))
        ORDER BY id
        """,
        (manifest_id, watermark_id, list(generation_ids)),
    ).fetchall()


def insert_reliances(tx: Tx, generation_id: str, consent_ids: Sequence[str]) -> None:
    """Note on which consents a generation rests."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.reliance (generation_id, consent_id) VALUES (%s, %s)
            ON CONFLICT DO NOTHING
            """,
            [(generation_id, consent_id) for consent_id in consent_ids],
        )


def replace_reliances(tx: Tx, generation_id: str, consent_ids: Sequence[str]) -> None:
    """Note on which consents a generation rests now, and on no others."""
    tx.conn.execute("DELETE FROM rights.reliance WHERE generation_id = %s", (generation_id,))
    insert_reliances(tx, generation_id, consent_ids)


def count_under_way(tx: Tx, account_id: str) -> int:
    """Return how many generations of an account are not done yet."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.generation WHERE account_id = %s AND state = 'requested'",
        (account_id,),
    ).fetchone()
    assert row is not None
    return row[0]


def insert_manifest(tx: Tx, *, manifest_id: str, generation_id: str, store: bytes) -> None:
    """Keep the manifest store of an output."""
    tx.conn.execute(
        "INSERT INTO rights.manifest (id, generation_id, store) VALUES (%s, %s, %s)",
        (manifest_id, generation_id, store),
    )


def update_storyboard(tx: Tx, generation_id: str, storyboard: dict[str, Any]) -> None:
    """Keep what was drawn, shot by shot and word by word."""
    tx.conn.execute(
        "UPDATE rights.generation SET storyboard = %s WHERE id = %s",
        (Jsonb(storyboard), generation_id),
    )


def storyboard(tx: Tx, generation_id: str) -> dict[str, Any] | None:
    """Return what was drawn, or None before it was planned."""
    row = tx.conn.execute(
        "SELECT storyboard FROM rights.generation WHERE id = %s", (generation_id,)
    ).fetchone()
    return row and row[0]


def update_progress(tx: Tx, generation_id: str, progress: Progress) -> bool:
    """Note how far the work has come; False when the generation is no longer under way."""
    cursor = tx.conn.execute(
        """
        UPDATE rights.generation SET stage = %s, progress = %s
        WHERE id = %s AND state = 'requested'
        """,
        (progress.stage, progress.done, generation_id),
    )
    return cursor.rowcount == 1


def progress(tx: Tx, generation_id: str) -> Progress:
    """Return how far the work has come."""
    row = tx.conn.execute(
        "SELECT stage, progress FROM rights.generation WHERE id = %s", (generation_id,)
    ).fetchone()
    assert row is not None
    return Progress(*row)
