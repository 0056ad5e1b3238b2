"""Licences, each with the offer that was accepted, in Postgres."""

from collections.abc import Sequence
from typing import Any

from rightsd.db.offers import offer_of
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.licence import Licence, State
from rightsd.domain.permission import Used
from rightsd.domain.terms import QUOTA_DAYS


def insert(tx: Tx, licence: Licence) -> bool:
    """Add a licence; False when the creator has one under the offer already."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.licence
            (id, offer_id, creator_id, expires_at, state, issued_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (creator_id, offer_id) WHERE state = 'active' DO NOTHING
        """,
        (
            licence.id,
            licence.offer.id,
            licence.creator_id,
            licence.offer.terms.expires_at,
            licence.state,
            licence.issued_at,
            licence.ended_at,
        ),
    )
    return cursor.rowcount == 1


def update_state(tx: Tx, licence: Licence) -> None:
    """Write a licence's state."""
    tx.conn.execute(
        "UPDATE rights.licence SET state = %s, ended_at = %s WHERE id = %s",
        (licence.state, licence.ended_at, licence.id),
    )


def find(tx: Tx, licence_id: str) -> Licence | None:
    """Return a licence."""
    cursor = tx.conn.cursor(row_factory=_LICENCES)
    return cursor.execute(
        """
        SELECT licence.id AS licence_id, creator_id, licence.state, issued_at, licence.ended_at,
            offer.id, offer.account_id, work_id, consent_id, work.title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.licence JOIN rights.offer ON offer.id = offer_id
        LEFT JOIN rights.work ON work.id = work_id
        WHERE licence.id = %s
        """,
        (licence_id,),
    ).fetchone()


def lock(tx: Tx, licence_id: str) -> Licence | None:
    """Return a licence, locked against every reliance on it until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_LICENCES)
    return cursor.execute(
        """
        SELECT licence.id AS licence_id, creator_id, licence.state, issued_at, licence.ended_at,
            offer.id, offer.account_id, work_id, consent_id, work.title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.licence JOIN rights.offer ON offer.id = offer_id
        LEFT JOIN rights.work ON work.id = work_id
        WHERE licence.id = %s FOR UPDATE OF licence
        """,
        (licence_id,),
    ).fetchone()


def lock_due(tx: Tx, limit: int) -> list[Licence]:
    """Return licences that have run out but are still marked active, locked."""
    cursor = tx.conn.cursor(row_factory=_LICENCES)
    return cursor.execute(
        """
        SELECT licence.id AS licence_id, creator_id, licence.state, issued_at, licence.ended_at,
            offer.id, offer.account_id, work_id, consent_id, work.title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.licence JOIN rights.offer ON offer.id = offer_id
        LEFT JOIN rights.work ON work.id = work_id
        WHERE licence.state = 'active' AND licence.expires_at <= %s
        ORDER BY licence.id LIMIT %s FOR UPDATE OF licence SKIP LOCKED
        """,
        (tx.now, limit),
    ).fetchall()


def lock_under(tx: Tx, consent_id: str, *, limit: int) -> list[Licence]:
    """Return the active licences on a consent, locked."""
    cursor = tx.conn.cursor(row_factory=_LICENCES)
    return cursor.execute(
        """
        SELECT licence.id AS licence_id, creator_id, licence.state, issued_at, licence.ended_at,
            offer.id, offer.account_id, work_id, consent_id, NULL AS title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.licence JOIN rights.offer ON offer.id = offer_id
        WHERE consent_id = %s AND licence.state = 'active'
        ORDER BY licence.id LIMIT %s FOR UPDATE OF licence
        """,
        (consent_id, limit),
    ).fetchall()


def active_on_work(tx: Tx, work_id: str) -> list[str]:
    """Return the ids, in their order, of the active licences on a work."""
    rows = tx.conn.execute(
        """
        SELECT licence.id FROM rights.licence JOIN rights.offer ON offer.id = offer_id
        WHERE work_id = %s AND licence.state = 'active' ORDER BY licence.id
        """,
        (work_id,),
    )
    return [row[0] for row in rows]


def towards(tx: Tx, thing_ids: Sequence[str], creator_id: str) -> list[Licence]:
    """Return the active licences of one account on works and consents."""
    cursor = tx.conn.cursor(row_factory=_LICENCES)
    return cursor.execute(
        """
        SELECT licence.id AS licence_id, creator_id, licence.state, issued_at, licence.ended_at,
            offer.id, offer.account_id, work_id, consent_id, work.title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.licence JOIN rights.offer ON offer.id = offer_id
        LEFT JOIN rights.work ON work.id = work_id
        WHERE creator_id = %(creator)s AND licence.state = 'active'
            AND (work_id = ANY(%(things)s) OR consent_id = ANY(%(things)s))
        ORDER BY licence.id
        """,
        {"creator": creator_id, "things": list(thing_ids)},
    ).fetchall()


def hold(tx: Tx, licence_ids: Sequence[str]) -> list[Licence]:
    """Return those of some licences that are active, held: none can end before the commit."""
    cursor = tx.conn.cursor(row_factory=_LICENCES)
    return cursor.execute(
        """
        SELECT licence.id AS licence_id, creator_id, licence.state, issued_at, licence.ended_at,
            offer.id, offer.account_id, work_id, consent_id, work.title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.licence JOIN rights.offer ON offer.id = offer_id
        LEFT JOIN rights.work ON work.id = work_id
        WHERE licence.id = ANY(%s) AND licence.state = 'active'
        ORDER BY licence.id FOR SHARE OF licence
        """,
        (list(licence_ids),),
    ).fetchall()


def of_account(tx: Tx, account_id: str, subject_ids: Sequence[str], *, limit: int) -> list[Licence]:
    """Return the licences that an account has, or that are under offers that concern it.

    So do those on the likenesses of some subjects. Newest first.
    """
    cursor = tx.conn.cursor(row_factory=_LICENCES)
    return cursor.execute(
        """
        SELECT licence.id AS licence_id, creator_id, licence.state, issued_at, licence.ended_at,
            offer.id, offer.account_id, work_id, consent_id, work.title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.licence JOIN rights.offer ON offer.id = offer_id
        LEFT JOIN rights.work ON work.id = work_id
        WHERE creator_id = %(account)s OR offer.account_id = %(account)s OR offer.id IN (
            SELECT offer_id FROM rights.offer_share WHERE account_id = %(account)s)
            OR consent_id IN (
                SELECT id FROM rights.consent WHERE subject_id = ANY(%(subjects)s))
        ORDER BY issued_at DESC, licence.id LIMIT %(limit)s
        """,
        {"account": account_id, "subjects": list(subject_ids), "limit": limit},
    ).fetchall()


def used(tx: Tx, licence_ids: Sequence[str], *, but: str | None) -> dict[str, Used]:
    """Return how many clips rest on licences, by id: waiting, under way, or out once.

    Args:
        tx: The transaction.
        licence_ids: The licences.
        but: A generation that does not count: the one that is decided on.
    """
    rows = tx.conn.execute(
        """
        SELECT reliance.licence_id, count(*),
            count(*) FILTER (WHERE generation.requested_at > %s - make_interval(days => %s))
        FROM rights.licence_reliance AS reliance
        JOIN rights.generation ON generation.id = reliance.generation_id
        WHERE reliance.licence_id = ANY(%s) AND generation.id IS DISTINCT FROM %s
            AND generation.state IN ('held', 'requested', 'published', 'withdrawn')
        GROUP BY reliance.licence_id
        """,
        (tx.now, QUOTA_DAYS, list(licence_ids), but),
    )
    return {licence_id: Used(total, recent) for licence_id, total, recent in rows}


def _licence(row: dict[str, Any]) -> Licence:
    return Licence(
        id=row["licence_id"],
        offer=offer_of(row),
        creator_id=row["creator_id"],
        state=State(row["state"]),
        issued_at=row["issued_at"],
        ended_at=row["ended_at"],
    )


_LICENCES = rows_by(_licence)
