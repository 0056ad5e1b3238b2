"""Revocations in Postgres: whom and what they reach, and what they took along."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from psycopg.rows import BaseRowFactory

from rightsd.db import generations, sealing
from rightsd.db.rows import rows_by, rows_of
from rightsd.db.tx import Tx
from rightsd.domain.generation import LIVE, Generation
from rightsd.domain.generation import State as GenerationState
from rightsd.domain.revocation import Licensed, Made, Opening, Revocation, Scope, State, Target
from rightsd.errors import Code, RightsError


@dataclass(frozen=True, slots=True)
class Reached:
    """A live generation that a revocation may be about.

    Attributes:
        drawn: It has been drawn already, published or not.
    """

    id: str
    state: GenerationState
    drawn: bool


def insert(tx: Tx, revocation: Revocation) -> bool:
    """Add a revocation; False when the same is suspended already."""
    of, opening = revocation.target, revocation.opening
    assert opening is not None
    private = {"reason": revocation.reason} | _written(opening)
    place = _place(revocation.id)
    sealed = sealing.seal(tx, private, about=[revocation.account_id], place=place)
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.revocation
            (id, scope, generation_id, requester_id, platform, consent_id, licence_id, subject_id,
             work_id, account_id, by_staff, sealed, state, made_at, turned_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        (
            revocation.id,
            of.scope,
            of.generation_id,
            of.requester_id,
            of.platform,
            of.consent_id,
            of.licence_id,
            of.subject_id,
            of.work_id,
            revocation.account_id,
            revocation.by_staff,
            sealed,
            revocation.state,
            revocation.made_at,
            revocation.turned_at,
        ),
    )
    return cursor.rowcount == 1


def update(tx: Tx, revocation: Revocation) -> None:
    """Write what an event can change."""
    assert revocation.turned_by is not None
    assert revocation.turning is not None
    private, place = _written(revocation.turning), _turning_place(revocation.id)
    sealed = sealing.seal(tx, private, about=[revocation.turned_by], place=place)
    tx.conn.execute(
        """
        UPDATE rights.revocation SET state = %s, turned_at = %s, turned_by = %s, turned_sealed = %s
        WHERE id = %s
        """,
        (revocation.state, revocation.turned_at, revocation.turned_by, sealed, revocation.id),
    )


def find(tx: Tx, revocation_id: str) -> Revocation | None:
    """Return a revocation."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, scope, generation_id, requester_id, platform, consent_id, licence_id,
            subject_id, work_id, account_id, by_staff, sealed,
            rights.keys_of(ARRAY[account_id]) AS keys, state, made_at, turned_at, turned_by,
            turned_sealed, rights.keys_of(ARRAY[turned_by]) AS turned_keys
        FROM rights.revocation WHERE id = %s
        """,
        (revocation_id,),
    ).fetchone()


def lock(tx: Tx, revocation_id: str) -> Revocation | None:
    """Return a revocation, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, scope, generation_id, requester_id, platform, consent_id, licence_id,
            subject_id, work_id, account_id, by_staff, sealed,
            rights.keys_of(ARRAY[account_id]) AS keys, state, made_at, turned_at, turned_by,
            turned_sealed, rights.keys_of(ARRAY[turned_by]) AS turned_keys
        FROM rights.revocation WHERE id = %s FOR UPDATE
        """,
        (revocation_id,),
    ).fetchone()


def hold(tx: Tx, revocation_id: str) -> None:
    """Keep a revocation as it is until the commit: whoever lifts it waits."""
    tx.conn.execute("SELECT FROM rights.revocation WHERE id = %s FOR SHARE", (revocation_id,))


def seen_by(tx: Tx, account_id: str, subject_ids: Sequence[str], *, limit: int) -> list[Revocation]:
    """Return the revocations that an account made, or that are about subjects or its works.

    Of the consents of these subjects and the licences of these works too. The newest come first.
    """
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, scope, generation_id, requester_id, platform, consent_id, licence_id,
            subject_id, work_id, account_id, by_staff, sealed,
            rights.keys_of(ARRAY[account_id]) AS keys, state, made_at, turned_at, turned_by,
            turned_sealed, rights.keys_of(ARRAY[turned_by]) AS turned_keys
        FROM rights.revocation
        WHERE account_id = %(account)s OR subject_id = ANY(%(subjects)s)
            OR work_id IN (SELECT id FROM rights.work WHERE account_id = %(account)s)
            OR consent_id IN (SELECT id FROM rights.consent WHERE subject_id = ANY(%(subjects)s))
            OR licence_id IN (
                SELECT licence.id FROM rights.licence JOIN rights.offer ON offer.id = offer_id
                WHERE offer.account_id = %(account)s)
        ORDER BY made_at DESC, id LIMIT %(limit)s
        """,
        {"account": account_id, "subjects": list(subject_ids), "limit": limit},
    ).fetchall()


def of_staff(tx: Tx, *, limit: int) -> list[Revocation]:
    """Return what staff have taken back, newest first."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, scope, generation_id, requester_id, platform, consent_id, licence_id,
            subject_id, work_id, account_id, by_staff, sealed,
            rights.keys_of(ARRAY[account_id]) AS keys, state, made_at, turned_at, turned_by,
            turned_sealed, rights.keys_of(ARRAY[turned_by]) AS turned_keys
        FROM rights.revocation WHERE by_staff ORDER BY made_at DESC, id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def about(
    tx: Tx,
    *,
    generation_ids: Iterable[str] = (),
    consents: Iterable[str] = (),
    licences: Iterable[str] = (),
    subjects: Iterable[str] = (),
    works: Iterable[str] = (),
) -> list[Revocation]:
    """Return the revocations that stand and name any of these things."""
    cursor = tx.conn.cursor(row_factory=_ABOUT)
    return cursor.execute(
        """
        SELECT id, scope, generation_id, requester_id, platform, consent_id, licence_id,
            subject_id, work_id, account_id, by_staff, state, made_at, turned_at
        FROM rights.revocation
        WHERE state <> 'lifted' AND (generation_id = ANY(%s) OR consent_id = ANY(%s)
            OR licence_id = ANY(%s) OR subject_id = ANY(%s) OR work_id = ANY(%s))
        ORDER BY id
        """,
        (list(generation_ids), list(consents), list(licences), list(subjects), list(works)),
    ).fetchall()


def made(tx: Tx, found: Sequence[Generation]) -> list[Made]:
    """Return generations as revocations see them: with what they rest on."""
    ids = [generation.id for generation in found]
    consents = dict(
        tx.conn.execute(
            """
            SELECT generation_id, array_agg(consent_id) FROM rights.reliance
            WHERE generation_id = ANY(%s) GROUP BY generation_id
            """,
            (ids,),
        ).fetchall()
    )
    licences: dict[str, dict[str, Licensed]] = {}
    rows = tx.conn.execute(
        """
        SELECT reliance.generation_id, licence.id, offer.work_id, offer.made_at,
            'revoked' = ANY (offer.stays_after)
        FROM rights.licence_reliance AS reliance
        JOIN rights.licence ON licence.id = reliance.licence_id
        JOIN rights.offer ON offer.id = licence.offer_id
        WHERE reliance.generation_id = ANY(%s)
        """,
        (ids,),
    )
    for generation_id, licence_id, *licensed in rows:
        licences.setdefault(generation_id, {})[licence_id] = Licensed(*licensed)
    return [
        Made(
            generation.id,
            generation.account_id,
            generation.requested_at,
            is_out=generation.state is GenerationState.PUBLISHED,
            people=generation.wanted.people,
            platforms=generation.wanted.use.platforms,
            consents=consents.get(generation.id, ()),
            licences=licences.get(generation.id, {}),
        )
        for generation in found
    ]


def reached(tx: Tx, of: Target, *, after: str, limit: int) -> list[Reached]:
    """Return live generations that a revocation may be about, in the order of their ids.

    Whether it stands against each is for the domain: one on a platform is about those for it.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Reached))
    return cursor.execute(
        """
        SELECT id, state, EXISTS (
                SELECT FROM rights.thumbnail WHERE generation_id = generation.id) AS drawn
        FROM rights.generation
        WHERE state IN ('held', 'requested', 'published') AND id > %(after)s AND id IN (
                SELECT %(generation)s::text
                UNION ALL SELECT generation_id FROM rights.reliance WHERE consent_id = %(consent)s
                UNION ALL SELECT generation_id FROM rights.licence_reliance
                    WHERE licence_id = %(licence)s
                UNION ALL SELECT id FROM rights.generation WHERE about @> ARRAY[%(subject)s]
                UNION ALL SELECT generation_id FROM rights.licence_reliance
                    WHERE licence_id IN (
                        SELECT licence.id FROM rights.licence
                        JOIN rights.offer ON offer.id = offer_id WHERE offer.work_id = %(work)s))
            AND (%(requester)s::text IS NULL OR account_id = %(requester)s)
        ORDER BY id LIMIT %(limit)s
        """,
        {
            "generation": of.generation_id,
            "consent": of.consent_id,
            "licence": of.licence_id,
            "subject": of.subject_id,
            "work": of.work_id,
            "requester": of.requester_id,
            "after": after,
            "limit": limit,
        },
    ).fetchall()


def lock_reached(tx: Tx, found: Sequence[Reached]) -> list[Generation]:
    """Return those of a page that are live still, locked in the order of their ids."""
    locked = [generations.lock(tx, each.id) for each in found]
    return [each for each in locked if each is not None and each.state in LIVE]


def insert_consequences(tx: Tx, revocation_id: str, thing_ids: Sequence[str]) -> None:
    """Note what else happened in the commit of a revocation."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO rights.consequence (revocation_id, thing_id) VALUES (%s, %s)",
            [(revocation_id, thing_id) for thing_id in thing_ids],
        )


def consequences(tx: Tx, revocation_id: str) -> list[str]:
    """Return ids of what else happened in the commit of a revocation, in order."""
    rows = tx.conn.execute(
        "SELECT thing_id FROM rights.consequence WHERE revocation_id = %s ORDER BY thing_id",
        (revocation_id,),
    )
    return [row[0] for row in rows]


def moment(tx: Tx) -> datetime:
    """Return now, or when the last clip on record was asked for: others began after this did."""
    row = tx.conn.execute(
        "SELECT greatest(%s, (SELECT max(requested_at) FROM rights.generation))", (tx.now,)
    ).fetchone()
    assert row is not None
    return row[0]


def is_aimed(tx: Tx, cause_id: str) -> bool:
    """Say whether a cause is a revocation of one creator's uses, which is not told to them."""
    row = tx.conn.execute(
        "SELECT FROM rights.revocation WHERE id = %s AND scope = 'requester'", (cause_id,)
    ).fetchone()
    return row is not None


def standing_over(tx: Tx, work_id: str) -> str | None:
    """Return the id of a revocation that stands over a work; one of all its uses comes first."""
    row = tx.conn.execute(
        """
        SELECT id FROM rights.revocation WHERE work_id = %s AND state <> 'lifted'
        ORDER BY scope <> 'work', made_at, id LIMIT 1
        """,
        (work_id,),
    ).fetchone()
    return row and row[0]


def require_unsuspended(tx: Tx, work_ids: Sequence[str]) -> None:
    """Check that nobody has suspended works whose opt-outs, locked, are to be lifted.

    Raises:
        RightsError: CONFLICT.
    """
    row = tx.conn.execute(
        """
        SELECT FROM rights.revocation
        WHERE work_id = ANY(%s) AND scope = 'work' AND state = 'suspended' LIMIT 1
        """,
        (list(work_ids),),
    ).fetchone()
    if row is not None:
        detail = "the work is suspended, and stays opted out until that is lifted"
        raise RightsError(Code.CONFLICT, detail)


def licensor_of(tx: Tx, generation_id: str, account_id: str) -> bool:
    """Say whether a generation rests on a licence of a work of an account."""
    row = tx.conn.execute(
        """
        SELECT FROM rights.licence_reliance AS reliance
        JOIN rights.licence ON licence.id = reliance.licence_id
        JOIN rights.offer ON offer.id = licence.offer_id
        JOIN rights.work ON work.id = offer.work_id
        WHERE reliance.generation_id = %s AND work.account_id = %s LIMIT 1
        """,
        (generation_id, account_id),
    ).fetchone()
    return row is not None


def _rows(tx: Tx) -> BaseRowFactory[Revocation]:
    return rows_by(partial(_opened, tx))


def _opened(tx: Tx, row: dict[str, Any]) -> Revocation:
    revocation, place = _revocation(row), _place(row["id"])
    about, keys = [row["account_id"]], row["keys"]
    private = sealing.unseal(tx, row["sealed"], about=about, keys=keys, place=place)
    if private is not None:
        opening = _opening(private)
        revocation = replace(revocation, reason=private["reason"], opening=opening)
    if row["turned_by"] is None:
        return revocation
    about, place = [row["turned_by"]], _turning_place(row["id"])
    turning = sealing.unseal(
        tx, row["turned_sealed"], about=about, keys=row["turned_keys"], place=place
    )
    return replace(revocation, turned_by=row["turned_by"], turning=turning and _opening(turning))


def _written(opening: Opening) -> dict[str, str]:
    return {"said": opening.said, "salt": opening.salt.hex()}


def _opening(private: dict[str, Any]) -> Opening | None:
    """Return what was sealed as an opening; older reasons have a salt alone."""
    if "said" not in private:
        return None
    return Opening(private["said"], bytes.fromhex(private["salt"]))


def _revocation(row: dict[str, Any]) -> Revocation:
    of = Target(
        Scope(row["scope"]),
        *(row["generation_id"], row["requester_id"], row["platform"], row["consent_id"]),
        *(row["licence_id"], row["subject_id"], row["work_id"]),
    )
    return Revocation(
        *(row["id"], of, row["account_id"], row["by_staff"], State(row["state"])),
        *(row["made_at"], row["turned_at"]),
    )


def _place(revocation_id: str) -> str:
    return f"revocation.sealed/{revocation_id}"


def _turning_place(revocation_id: str) -> str:
    return f"revocation.turned_sealed/{revocation_id}"


_ABOUT = rows_by(_revocation)
