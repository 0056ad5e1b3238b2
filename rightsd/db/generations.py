"""Generations in Postgres. Their words are sealed under the keys of all whom they are about."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from psycopg.rows import BaseRowFactory
from psycopg.types.json import Jsonb

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation, Output, State, Wanted
from rightsd.domain.policy import Decision, Outcome
from rightsd.domain.rulebook import Reason
from rightsd.domain.terms import PERSONAL, Purpose, Use
from rightsd.errors import Code, RightsError

ENDED = (State.REFUSED, State.FAILED, State.WITHDRAWN)
# What is left of the words of a request when someone whom they were about was erased.
ERASED: dict[str, Any] = {
    "prompt": "",
    "cameos": [],
    "use": None,
    "salt": "",
    "reasons": [],
    "reason": "someone whom it was about has left, and its words were erased",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on a generation has come, for people who watch.

    Attributes:
        done: Share of the whole, 0..1.
    """

    stage: str
    done: float


def _rows(tx: Tx) -> BaseRowFactory[Generation]:
    return rows_by(partial(_generation, tx))


def _generation(tx: Tx, row: dict[str, Any]) -> Generation:
    output = None
    if row["sha256"] is not None:
        output = Output(row["sha256"], row["size"], row["manifest_id"], row["event_id"])
    private = sealing.unseal(
        tx, row["sealed"], about=row["about"], keys=row["keys"], place=_place("sealed", row["id"])
    )
    state = State(row["state"])
    if private is None:
        # Whatever is live can be read: without its words nothing would speak against it.
        if state not in ENDED:
            raise RightsError(Code.UNAVAILABLE, "what was asked for does not open")
        private = ERASED
    decision = row["decision"]
    return Generation(
        id=row["id"],
        account_id=row["account_id"],
        wanted=Wanted(
            prompt=private["prompt"],
            cameos=tuple(private["cameos"]),
            seed=row["seed"],
            seconds=row["seconds"],
            width=row["width"],
            height=row["height"],
            salt=bytes.fromhex(private["salt"]),
            people=tuple(row["about"][1:]),
            use=_use(private.get("use")),
        ),
        decision=Decision(
            Outcome(decision["outcome"]),
            decision["rulebook"],
            tuple(Reason(**reason) for reason in private["reasons"]),
            tuple(decision["consents"]),
            tuple(decision.get("terms_versions", ())),
            tuple(decision.get("licences", ())),
        ),
        watermark_id=row["watermark_id"],
        state=state,
        requested_at=row["requested_at"],
        ended_at=row["ended_at"],
        output=output,
        reason=private["reason"],
        because_of=row["because_of"],
    )


def _use(written: dict[str, Any] | None) -> Use:
    """Return what a request said it was for; those of before terms said nothing."""
    if written is None:
        return PERSONAL
    return Use(
        Purpose(written["purpose"]),
        tuple(written["territories"]),
        tuple(written["platforms"]),
        tuple(written["languages"]),
    )


def _seal(tx: Tx, generation: Generation, keys: Sequence[bytes | None] | None = None) -> bytes:
    wanted = generation.wanted
    private = {
        "prompt": wanted.prompt,
        "cameos": wanted.cameos,
        "use": asdict(wanted.use),
        "salt": wanted.salt.hex(),
        "reasons": [asdict(reason) for reason in generation.decision.reasons],
        "reason": generation.reason,
    }
    place = _place("sealed", generation.id)
    return sealing.seal(tx, private, about=generation.about, place=place, keys=keys)


def _decision(decision: Decision) -> Jsonb:
    """Return what a row says of a decision in the clear: the reasons quote the prompt."""
    said = {"outcome": decision.outcome, "rulebook": decision.rulebook}
    relied = {
        "consents": decision.consents,
        "terms_versions": decision.terms_versions,
        "licences": decision.licences,
    }
    return Jsonb(said | relied)


def _changes(tx: Tx, generation: Generation, keys: Sequence[bytes | None]) -> tuple[object, ...]:
    output = generation.output
    return (
        generation.state,
        _decision(generation.decision),
        generation.ended_at,
        output and output.sha256,
        output and output.size,
        output and output.manifest_id,
        output and output.event_id,
        _seal(tx, generation, keys),
        generation.because_of,
        generation.id,
    )


def _place(column: str, generation_id: str) -> str:
    return f"generation.{column}/{generation_id}"


def insert(tx: Tx, generation: Generation) -> None:
    """Add a generation."""
    wanted = generation.wanted
    tx.conn.execute(
        """
        INSERT INTO rights.generation
            (id, account_id, about, sealed, seed, seconds, width, height, decision,
             watermark_id, state, requested_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            generation.id,
            generation.account_id,
            list(generation.about),
            _seal(tx, generation),
            wanted.seed,
            wanted.seconds,
            wanted.width,
            wanted.height,
            _decision(generation.decision),
            generation.watermark_id,
            generation.state,
            generation.requested_at,
            generation.ended_at,
        ),
    )


def update(tx: Tx, generation: Generation) -> None:
    """Write everything of a generation that an event can change."""
    update_all(tx, [generation])


def update_all(tx: Tx, changed: Sequence[Generation]) -> None:
    """Write everything of some generations that events can change."""
    keys = dict(
        tx.conn.execute(
            "SELECT id, rights.keys_of(about) FROM rights.generation WHERE id = ANY(%s)",
            ([generation.id for generation in changed],),
        ).fetchall()
    )
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            UPDATE rights.generation
            SET state = %s, decision = %s, ended_at = %s, sha256 = %s, size = %s,
                manifest_id = %s, event_id = %s, sealed = %s, because_of = %s
            WHERE id = %s
            """,
            [_changes(tx, generation, keys[generation.id]) for generation in changed],
        )


def find(tx: Tx, generation_id: str) -> Generation | None:
    """Return a generation."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, about, sealed, rights.keys_of(about) AS keys, seed, seconds,
            width, height, decision, watermark_id, state, requested_at, ended_at, sha256, size,
            manifest_id, event_id, because_of
        FROM rights.generation WHERE id = %s
        """,
        (generation_id,),
    ).fetchone()


def lock(tx: Tx, generation_id: str) -> Generation | None:
    """Return a generation, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, about, sealed, rights.keys_of(about) AS keys, seed, seconds,
            width, height, decision, watermark_id, state, requested_at, ended_at, sha256, size,
            manifest_id, event_id, because_of
        FROM rights.generation WHERE id = %s FOR UPDATE
        """,
        (generation_id,),
    ).fetchone()


def hold(tx: Tx, generation_id: str) -> Generation | None:
    """Return a generation that does not change before the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, about, sealed, rights.keys_of(about) AS keys, seed, seconds,
            width, height, decision, watermark_id, state, requested_at, ended_at, sha256, size,
            manifest_id, event_id, because_of
        FROM rights.generation WHERE id = %s FOR SHARE
        """,
        (generation_id,),
    ).fetchone()


def lock_about(tx: Tx, subject_id: str) -> None:
    """Lock every generation about a subject until the transaction ends."""
    tx.conn.execute(
        "SELECT FROM rights.generation WHERE about @> ARRAY[%s] ORDER BY id FOR UPDATE",
        (subject_id,),
    )


def lock_live_under(tx: Tx, relied_id: str, *, after: str, limit: int) -> list[Generation]:
    """Return generations that rest on a consent or a licence and are under way or published.

    They are locked, in the order of their ids, those after one id.
    """
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, about, sealed, rights.keys_of(about) AS keys, seed, seconds,
            width, height, decision, watermark_id, state, requested_at, ended_at, sha256, size,
            manifest_id, event_id, because_of
        FROM rights.generation
        WHERE id IN (
                SELECT generation_id FROM rights.reliance WHERE consent_id = %(relied)s
                UNION ALL
                SELECT generation_id FROM rights.licence_reliance WHERE licence_id = %(relied)s)
            AND state IN ('held', 'requested', 'published') AND id > %(after)s
        ORDER BY id LIMIT %(limit)s FOR UPDATE
        """,
        {"relied": relied_id, "after": after, "limit": limit},
    ).fetchall()


def page_of_published(tx: Tx, *, after: str, limit: int) -> list[Generation]:
    """Return published generations in the order of their ids, those after one id."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, about, sealed, rights.keys_of(about) AS keys, seed, seconds,
            width, height, decision, watermark_id, state, requested_at, ended_at, sha256, size,
            manifest_id, event_id, because_of
        FROM rights.generation WHERE state = 'published' AND id > %s ORDER BY id LIMIT %s
        """,
        (after, limit),
    ).fetchall()


def with_ids(tx: Tx, ids: Sequence[str]) -> list[Generation]:
    """Return the generations with these ids, newest first."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, about, sealed, rights.keys_of(about) AS keys, seed, seconds,
            width, height, decision, watermark_id, state, requested_at, ended_at, sha256, size,
            manifest_id, event_id, because_of
        FROM rights.generation WHERE id = ANY(%s) ORDER BY requested_at DESC, id DESC
        """,
        (list(ids),),
    ).fetchall()


def with_marks(
    tx: Tx, *, manifest_id: str | None, watermark_ids: Sequence[int], generation_ids: Sequence[str]
) -> list[Generation]:
    """Return the released generations that any of these marks names."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, about, sealed, rights.keys_of(about) AS keys, seed, seconds,
            width, height, decision, watermark_id, state, requested_at, ended_at, sha256, size,
            manifest_id, event_id, because_of
        FROM rights.generation
        WHERE state IN ('published', 'withdrawn')
            AND (manifest_id = %s OR watermark_id = ANY(%s) OR id = ANY(%s))
        ORDER BY id
        """,
        (manifest_id, list(watermark_ids), list(generation_ids)),
    ).fetchall()


def requested_at(tx: Tx, generation_id: str) -> datetime:
    """Return when a generation was asked for."""
    row = tx.conn.execute(
        "SELECT requested_at FROM rights.generation WHERE id = %s", (generation_id,)
    ).fetchone()
    assert row is not None
    return row[0]


def clear_about(tx: Tx, subject_id: str, *, limit: int) -> int:
    """Clear the words and manifests of generations about a subject; return of how many."""
    cursor = tx.conn.execute(
        """
        WITH cleared AS (
            UPDATE rights.generation SET sealed = NULL, storyboard = NULL
            WHERE id IN (
                SELECT id FROM rights.generation
                WHERE about @> ARRAY[%s] AND (sealed IS NOT NULL OR storyboard IS NOT NULL)
                ORDER BY id LIMIT %s FOR UPDATE)
            RETURNING id
        ), deleted AS (
            DELETE FROM rights.manifest WHERE generation_id IN (SELECT id FROM cleared)
        ), unredacted AS (
            UPDATE rights.redaction SET sealed = NULL
            WHERE generation_id IN (SELECT id FROM cleared)
        )
        SELECT id FROM cleared
        """,
        (subject_id, limit),
    )
    return len(cursor.fetchall())


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
