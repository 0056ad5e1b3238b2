"""Descriptions of works, in Postgres.

Each process remembers those over which an opt-out stands, and asks in the transaction of every
decision for changes that it has not seen: what has committed counts, whoever wrote it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.db.vectors import Standing, State, Vectors, candidates
from rightsd.domain import describing
from rightsd.domain.describing import Described, Passage
from rightsd.errors import RightsError

STORED = np.dtype("<f2")  # Half precision moves a score by less than a thousandth.


@dataclass(frozen=True, slots=True)
class Description:
    """What a work is like.

    Attributes:
        shown: In its owner's words.
        read: What is compared: that in English, without the work's names.
        common: How close the closest ordinary prompt comes: see domain/describing.py.
    """

    id: str
    work_id: str
    shown: str
    read: str
    common: float
    described_at: datetime


@dataclass(frozen=True, slots=True)
class _Changes:
    """What has changed since a state.

    Attributes:
        horizon: Of the next state, as are the changes that it has `seen`.
        unseen: Works of which the state does not know it.
        own: Whether this transaction has made some of the changes.
    """

    horizon: int
    unseen: set[str]
    seen: frozenset[int]
    own: bool


def insert(tx: Tx, description: Description, vector: NDArray[np.float32]) -> None:
    """Add a description, with the vector that this process's model gives it."""
    tx.conn.execute(
        """
        INSERT INTO rights.description
            (id, work_id, shown, read, common, model, vector, described_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            description.id,
            description.work_id,
            description.shown,
            description.read,
            description.common,
            tx.vectors.model,
            vector.astype(STORED).tobytes(),
            description.described_at,
        ),
    )


def lock_work(tx: Tx, work_id: str) -> None:
    """Keep a work from being described by another until the transaction ends.

    Who registers a reference of it keeps releases out meanwhile, and must not wait for this.
    """
    tx.conn.execute("SELECT 1 FROM rights.work WHERE id = %s FOR NO KEY UPDATE", (work_id,))


def of_works(tx: Tx, work_ids: Sequence[str]) -> dict[str, list[Description]]:
    """Return the descriptions of works, by the work's id, the oldest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Description))
    found: dict[str, list[Description]] = {}
    for description in cursor.execute(
        """
        SELECT id, work_id, shown, read, common, described_at
        FROM rights.description WHERE work_id = ANY(%s) ORDER BY described_at, id
        """,
        (list(work_ids),),
    ):
        found.setdefault(description.work_id, []).append(description)
    return found


def resembled(
    tx: Tx, prompt: str, *, among: Collection[str] | None = None
) -> tuple[list[Described], int]:
    """Return the opted-out works that a prompt comes close to, each once, at its best.

    Args:
        tx: The transaction.
        prompt: The words.
        among: Ids of the works that count; None: all.

    Returns:
        And how many descriptions it could not be compared with: all of them, if there is no model.
    """
    state = current(tx)
    if among is not None:
        state = state.only(among)
    if not state.standing:
        return [], 0
    try:
        found = [
            each
            for passage in describing.passages(prompt)
            for each in _near(state, passage, tx.vectors)
        ]
    except RightsError:
        return [], len(state.standing)
    best: dict[str, Described] = {}
    for each in sorted(found, key=lambda each: (each.certain, each.closeness)):
        best[each.work_id] = each
    claims = _claims(tx, list(best)) if best else {}
    return [
        replace(each, certain=each.certain and not claims[each.work_id])
        for each in best.values()
        if each.work_id in claims
    ], 0


def current(tx: Tx) -> State:
    """Return the standing descriptions, with everything that this transaction can see."""
    vectors = tx.vectors
    state = vectors.state
    if state.horizon and not _changes(tx, state).unseen:
        return state
    with vectors.changing:
        # Each statement sees what has committed before it: so the changes that are read first are
        # in the rows that are read then, and so is whatever another thread has just put here.
        state = vectors.state
        changes = _changes(tx, state)
        if changes.unseen or not state.horizon:
            read = _read(tx, sorted(changes.unseen) if state.horizon else None)
            standing, matrix = state.replaced(changes.unseen, *read)
            state = State(changes.horizon, changes.seen, standing, matrix)
            if not changes.own:  # What may yet be rolled back is for nobody else.
                vectors.state = state
        return state


def _claims(tx: Tx, work_ids: list[str]) -> dict[str, bool]:
    """Return which of some works have a name that counts, and whether all such are contested.

    A work is described by whose it is: of names that wait for a reviewer or are lost, nothing else
    of the work counts either.
    """
    rows = tx.conn.execute(
        """
        SELECT work_id, bool_and(standing = 'contested') FROM rights.alias
        WHERE work_id = ANY(%s) AND standing IN ('claimed', 'owned', 'contested')
        GROUP BY work_id
        """,
        (work_ids,),
    )
    return dict(rows.fetchall())


def _near(state: State, passage: Passage, vectors: Vectors) -> list[Described]:
    scores = state.matrix @ vectors.embed(passage.english)
    found: list[Described] = []
    for place in candidates(scores):
        each, score = state.standing[place], float(scores[place])
        if score < describing.SCORE_MIN:
            continue
        closeness = vectors.closeness(each.read, passage.english, score)
        described, resembles = describing.thresholds(each.common)
        if closeness >= resembles:
            found.append(
                Described(
                    optout_id=each.optout_id,
                    work_id=each.work_id,
                    title=each.title,
                    description_id=each.id,
                    start=passage.start,
                    end=passage.end,
                    closeness=closeness,
                    model=vectors.model,
                    certain=closeness >= described,
                )
            )
    return found


def _changes(tx: Tx, state: State) -> _Changes:
    """Return what has changed since a state."""
    rows = tx.conn.execute(
        """
        SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, change.id, change.work_id,
            change.written_by >= pg_snapshot_xmin(pg_current_snapshot()),
            change.written_by = pg_current_xact_id_if_assigned()
        FROM (SELECT) AS always
        LEFT JOIN rights.description_change AS change ON change.written_by >= %s::text::xid8
        """,
        (str(state.horizon),),
    ).fetchall()
    return _Changes(
        horizon=rows[0][0],
        unseen={row[2] for row in rows if row[1] is not None and row[1] not in state.seen},
        seen=frozenset(row[1] for row in rows if row[3]),
        own=any(row[4] for row in rows),
    )


def _read(tx: Tx, work_ids: list[str] | None) -> tuple[list[Standing], NDArray[np.float32]]:
    """Return standing descriptions and their vectors, of some works or of all.

    What another model has measured is measured anew, unless there is no model here.
    """
    rows = tx.conn.execute(
        """
        SELECT description.id, description.work_id, optout.id, work.title, description.common,
            description.model, description.vector, description.read
        FROM rights.description
        JOIN rights.optout ON optout.work_id = description.work_id AND optout.state = 'standing'
        JOIN rights.work ON work.id = description.work_id
        WHERE %(works)s::text[] IS NULL OR description.work_id = ANY(%(works)s)
        """,
        {"works": work_ids},
    ).fetchall()
    standing, vectors = list[Standing](), list[NDArray[np.float32]]()
    for id_, work_id, optout_id, title, common, model, stored, read in rows:
        vector, near = np.frombuffer(stored, STORED).astype(np.float32), common
        if model != tx.vectors.model:
            vector, near = _measured_anew(tx, read, vector, common)
        standing.append(Standing(id_, work_id, optout_id, title, read, near))
        vectors.append(vector)
    return standing, np.stack(vectors) if vectors else np.empty((0, 0), np.float32)


def _measured_anew(
    tx: Tx, read: str, vector: NDArray[np.float32], common: float
) -> tuple[NDArray[np.float32], float]:
    try:
        anew = tx.vectors.embed(read)
        return anew, tx.vectors.common(read)[0]
    except RightsError:
        return vector, common  # Never compared with anything: without a model nothing is.
