"""Offers and their splits, in Postgres."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from psycopg.types.json import Jsonb

from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain import terms as terms_domain
from rightsd.domain.offer import OPEN, Ending, Offer, Share, State
from rightsd.domain.price import Per, Price


def insert(tx: Tx, offer: Offer) -> None:
    """Add an offer with its shares."""
    tx.conn.execute(
        """
        INSERT INTO rights.offer
            (id, account_id, work_id, consent_id, terms, terms_version, price, stays_after, salt,
             digest, state, made_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            offer.id,
            offer.account_id,
            offer.work_id,
            offer.consent_id,
            Jsonb(terms_domain.written(offer.terms)),
            offer.terms_version,
            Jsonb(asdict(offer.price)),
            list(offer.stays_after),
            offer.salt,
            offer.digest,
            offer.state,
            offer.made_at,
            offer.ended_at,
        ),
    )
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.offer_share (offer_id, account_id, basis_points, accepted_at)
            VALUES (%s, %s, %s, %s)
            """,
            [
                (offer.id, share.account_id, share.basis_points, tx.now if share.accepted else None)
                for share in offer.shares
            ],
        )


def update_state(tx: Tx, offer: Offer) -> None:
    """Write an offer's state."""
    tx.conn.execute(
        "UPDATE rights.offer SET state = %s, ended_at = %s WHERE id = %s",
        (offer.state, offer.ended_at, offer.id),
    )


def accept_share(tx: Tx, offer_id: str, account_id: str) -> None:
    """Note that an account has agreed to its share."""
    tx.conn.execute(
        """
        UPDATE rights.offer_share SET accepted_at = %s
        WHERE offer_id = %s AND account_id = %s AND accepted_at IS NULL
        """,
        (tx.now, offer_id, account_id),
    )


def find(tx: Tx, offer_id: str) -> Offer | None:
    """Return an offer."""
    cursor = tx.conn.cursor(row_factory=_OFFERS)
    return cursor.execute(
        """
        SELECT offer.id, offer.account_id, work_id, consent_id, work.title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.offer LEFT JOIN rights.work ON work.id = work_id
        WHERE offer.id = %s
        """,
        (offer_id,),
    ).fetchone()


def hold(tx: Tx, offer_id: str) -> Offer | None:
    """Return an offer that cannot be withdrawn before the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_OFFERS)
    return cursor.execute(
        """
        SELECT offer.id, offer.account_id, work_id, consent_id, work.title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.offer LEFT JOIN rights.work ON work.id = work_id
        WHERE offer.id = %s FOR SHARE OF offer
        """,
        (offer_id,),
    ).fetchone()


def lock(tx: Tx, offer_id: str) -> Offer | None:
    """Return an offer, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_OFFERS)
    return cursor.execute(
        """
        SELECT offer.id, offer.account_id, work_id, consent_id, work.title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.offer LEFT JOIN rights.work ON work.id = work_id
        WHERE offer.id = %s FOR UPDATE OF offer
        """,
        (offer_id,),
    ).fetchone()


def lock_under(tx: Tx, consent_id: str, *, limit: int) -> list[Offer]:
    """Return offers on a consent that are not withdrawn, locked."""
    cursor = tx.conn.cursor(row_factory=_OFFERS)
    return cursor.execute(
        """
        SELECT offer.id, offer.account_id, work_id, consent_id, NULL AS title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.offer WHERE consent_id = %s AND offer.state <> 'withdrawn'
        ORDER BY offer.id LIMIT %s FOR UPDATE
        """,
        (consent_id, limit),
    ).fetchall()


def lock_on_work(tx: Tx, work_id: str) -> list[Offer]:
    """Return the offers on a work that are not withdrawn, locked."""
    cursor = tx.conn.cursor(row_factory=_OFFERS)
    return cursor.execute(
        """
        SELECT offer.id, offer.account_id, work_id, consent_id, NULL AS title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.offer WHERE work_id = %s AND offer.state <> 'withdrawn'
        ORDER BY offer.id FOR UPDATE
        """,
        (work_id,),
    ).fetchall()


def count_on(tx: Tx, thing_id: str) -> int:
    """Return how many offers on a work or a consent are not withdrawn."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.offer
        WHERE (work_id = %(thing)s OR consent_id = %(thing)s) AND state <> 'withdrawn'
        """,
        {"thing": thing_id},
    ).fetchone()
    assert row is not None
    return row[0]


def of_account(tx: Tx, account_id: str, subject_ids: Sequence[str], *, limit: int) -> list[Offer]:
    """Return the offers that an account made or has a share in, or on likenesses of some subjects.

    The newest come first.
    """
    cursor = tx.conn.cursor(row_factory=_OFFERS)
    return cursor.execute(
        """
        SELECT offer.id, offer.account_id, work_id, consent_id, work.title, terms, terms_version,
            price, stays_after, salt, digest, rights.shares_of(offer.id) AS shares,
            offer.state AS offer_state, made_at, offer.ended_at AS offer_ended_at
        FROM rights.offer LEFT JOIN rights.work ON work.id = work_id
        WHERE offer.account_id = %(account)s OR offer.id IN (
            SELECT offer_id FROM rights.offer_share WHERE account_id = %(account)s)
            OR consent_id IN (
                SELECT id FROM rights.consent WHERE subject_id = ANY(%(subjects)s))
        ORDER BY made_at DESC, offer.id LIMIT %(limit)s
        """,
        {"account": account_id, "subjects": list(subject_ids), "limit": limit},
    ).fetchall()


def open_to(
    tx: Tx, creator_id: str, *, thing_ids: Sequence[str] | None = None, limit: int
) -> list[Offer]:
    """Return the offers that an account may accept, newest first.

    Those on consents that are not meant for it are not there for it.

    Args:
        tx: The transaction.
        creator_id: Who would accept.
        thing_ids: Only those on these works or consents.
        limit: How many.
    """
    cursor = tx.conn.cursor(row_factory=_OFFERS)
    return cursor.execute(
        """
        SELECT offer.id, offer.account_id, work_id, consent_id, work.title, terms,
            offer.terms_version, offer.price, stays_after, salt, digest,
            rights.shares_of(offer.id) AS shares, offer.state AS offer_state, made_at,
            offer.ended_at AS offer_ended_at
        FROM rights.offer LEFT JOIN rights.work ON work.id = work_id
        LEFT JOIN rights.consent ON consent.id = consent_id
        WHERE offer.state = 'offered'
            AND offer.account_id <> %(creator)s AND offer.id NOT IN (
                SELECT offer_id FROM rights.offer_share WHERE account_id = %(creator)s)
            AND (terms->>'audience' = 'everyone' OR terms->'grantees' ? %(creator)s)
            AND (terms->>'expires_at' IS NULL OR (terms->>'expires_at')::timestamptz > %(now)s)
            AND (%(things)s::text[] IS NULL
                OR work_id = ANY(%(things)s) OR consent_id = ANY(%(things)s))
            AND (consent_id IS NULL OR (
                consent.state = 'granted'
                AND (consent.expires_at IS NULL OR consent.expires_at > %(now)s)
                AND NOT consent.blocked @> ARRAY[%(creator)s]
                AND (consent.audience = 'everyone' OR grantee_id = %(creator)s
                    OR further_grantees @> ARRAY[%(creator)s]
                    OR (consent.audience = 'mutuals' AND 2 = (
                        SELECT count(*) FROM rights.follow
                        WHERE (follower_id, followed_id) IN (
                            (%(creator)s, consent.account_id),
                            (consent.account_id, %(creator)s)))))))
        ORDER BY made_at DESC, offer.id LIMIT %(limit)s
        """,
        {
            "creator": creator_id,
            "now": tx.now,
            "things": None if thing_ids is None else list(thing_ids),
            "limit": limit,
        },
    ).fetchall()


def clear_about(tx: Tx, subject_id: str) -> None:
    """Clear what opens the digests of offers on a subject's likeness."""
    tx.conn.execute(
        """
        UPDATE rights.offer SET salt = NULL
        WHERE consent_id IN (SELECT id FROM rights.consent WHERE subject_id = %s)
            AND salt IS NOT NULL
        """,
        (subject_id,),
    )


def offer_of(row: Mapping[str, Any]) -> Offer:
    """Return the offer in a row that has all its columns."""
    price = row["price"]
    return Offer(
        id=row["id"],
        account_id=row["account_id"],
        work_id=row["work_id"],
        consent_id=row["consent_id"],
        title=row["title"] or "",
        terms=OPEN if row["work_id"] is None else terms_domain.of_written(row["terms"]),
        terms_version=row["terms_version"],
        price=Price(price["amount"], price["currency"], Per(price["per"])),
        stays_after=tuple(map(Ending, row["stays_after"])),
        shares=tuple(Share(*share) for share in row["shares"]),
        salt=row["salt"] or b"",
        digest=row["digest"],
        state=State(row["offer_state"]),
        made_at=row["made_at"],
        ended_at=row["offer_ended_at"],
    )


_OFFERS = rows_by(offer_of)
