"""Consents in Postgres: codes in the clear, people's own words under the key of the subject."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from psycopg.rows import BaseRowFactory

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.casting import Used
from rightsd.domain.consent import Consent, State
from rightsd.domain.consenttext import Shown
from rightsd.domain.restrictions import Clause
from rightsd.domain.restrictions import Kind as ClauseKind
from rightsd.domain.terms import QUOTA_DAYS, Audience, Purpose, Terms
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError

# What is left of people's words when they were erased, and what there was before there were terms.
ERASED: dict[str, Any] = {"salt": "", "restrictions": "", "clauses": []}


def insert(tx: Tx, consent: Consent) -> None:
    """Add a consent."""
    terms = consent.terms
    private = {
        "salt": consent.salt.hex(),
        "restrictions": terms.restrictions,
        "clauses": [asdict(clause) for clause in terms.clauses],
        "text": consent.text and asdict(consent.text),
    }
    tx.conn.execute(
        """
        INSERT INTO rights.consent
            (id, subject_id, account_id, grantee_id, further_grantees, audience, blocked, purposes,
             denied_topics, territories, platforms, languages, starts_at, expires_at, quota_total,
             quota_30_days, strict, per_use_approval, terms_version, sealed, state, granted_at,
             ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
             %s, %s)
        """,
        (
            consent.id,
            consent.subject_id,
            consent.account_id,
            consent.grantee_id,
            list(terms.grantees[1:]),
            terms.audience,
            list(terms.blocked),
            list(terms.purposes),
            list(terms.denied_topics),
            list(terms.territories),
            list(terms.platforms),
            list(terms.languages),
            terms.starts_at,
            terms.expires_at,
            terms.quota_total,
            terms.quota_30_days,
            terms.strict,
            terms.per_use_approval,
            consent.terms_version,
            sealing.seal(tx, private, about=[consent.subject_id], place=_place(consent.id)),
            consent.state,
            consent.granted_at,
            consent.ended_at,
        ),
    )


def find(tx: Tx, consent_id: str) -> Consent | None:
    """Return a consent."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, further_grantees, audience, blocked,
            purposes, denied_topics, territories, platforms, languages, starts_at, expires_at,
            quota_total, quota_30_days, strict, per_use_approval, terms_version, sealed,
            rights.keys_of(ARRAY[subject_id]) AS keys, state, granted_at, ended_at
        FROM rights.consent WHERE id = %s
        """,
        (consent_id,),
    ).fetchone()


def lock(tx: Tx, consent_id: str) -> Consent | None:
    """Return a consent, locked against every reliance on it until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, further_grantees, audience, blocked,
            purposes, denied_topics, territories, platforms, languages, starts_at, expires_at,
            quota_total, quota_30_days, strict, per_use_approval, terms_version, sealed,
            rights.keys_of(ARRAY[subject_id]) AS keys, state, granted_at, ended_at
        FROM rights.consent WHERE id = %s FOR UPDATE
        """,
        (consent_id,),
    ).fetchone()


def parties(tx: Tx, consent_id: str) -> tuple[str, str] | None:
    """Return whom a consent is for, the subject and its account, which never change."""
    row = tx.conn.execute(
        "SELECT subject_id, account_id FROM rights.consent WHERE id = %s", (consent_id,)
    ).fetchone()
    return None if row is None else (row[0], row[1])


def lock_of_subject(tx: Tx, subject_id: str) -> list[str]:
    """Return the ids, in their order, of the consents of a subject that stand, locked.

    What they say is not opened for this: whoever leaves takes back also what no one can read.
    """
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.consent
        WHERE subject_id = %s AND state = 'granted' ORDER BY id FOR UPDATE
        """,
        (subject_id,),
    )
    return [row[0] for row in rows]


def lock_due(tx: Tx, limit: int) -> list[Consent]:
    """Return consents that have run out but are still marked granted, locked."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, further_grantees, audience, blocked,
            purposes, denied_topics, territories, platforms, languages, starts_at, expires_at,
            quota_total, quota_30_days, strict, per_use_approval, terms_version, sealed,
            rights.keys_of(ARRAY[subject_id]) AS keys, state, granted_at, ended_at
        FROM rights.consent WHERE state = 'granted' AND expires_at <= %s
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        (tx.now, limit),
    ).fetchall()


def end(tx: Tx, consent_id: str, state: State) -> None:
    """Write how a consent ended, now."""
    tx.conn.execute(
        "UPDATE rights.consent SET state = %s, ended_at = %s WHERE id = %s",
        (state, tx.now, consent_id),
    )


def towards(tx: Tx, subject_ids: Sequence[str], creator_id: str) -> list[Consent]:
    """Return the standing consents of these subjects that may be meant for one account."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, further_grantees, audience, blocked,
            purposes, denied_topics, territories, platforms, languages, starts_at, expires_at,
            quota_total, quota_30_days, strict, per_use_approval, terms_version, sealed,
            state, granted_at, ended_at,
            ARRAY[(SELECT wrapped FROM rights.data_key WHERE owner_id = subject_id)] AS keys
        FROM rights.consent
        WHERE subject_id = ANY(%(subjects)s) AND state = 'granted'
            AND (grantee_id = %(creator)s OR audience IN ('mutuals', 'everyone')
                OR (audience = 'only_me' AND account_id = %(creator)s)
                OR (further_grantees <> '{}' AND further_grantees @> ARRAY[%(creator)s]))
        ORDER BY id
        """,
        {"subjects": list(subject_ids), "creator": creator_id},
    ).fetchall()


def hold_towards(tx: Tx, subject_ids: Sequence[str], creator_id: str) -> list[Consent]:
    """Return the same as `towards`, held so that none can be revoked before the commit."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, further_grantees, audience, blocked,
            purposes, denied_topics, territories, platforms, languages, starts_at, expires_at,
            quota_total, quota_30_days, strict, per_use_approval, terms_version, sealed,
            state, granted_at, ended_at,
            ARRAY[(SELECT wrapped FROM rights.data_key WHERE owner_id = subject_id)] AS keys
        FROM rights.consent
        WHERE subject_id = ANY(%(subjects)s) AND state = 'granted'
            AND (grantee_id = %(creator)s OR audience IN ('mutuals', 'everyone')
                OR (audience = 'only_me' AND account_id = %(creator)s)
                OR (further_grantees <> '{}' AND further_grantees @> ARRAY[%(creator)s]))
        ORDER BY id FOR SHARE
        """,
        {"subjects": list(subject_ids), "creator": creator_id},
    ).fetchall()


def of_account(tx: Tx, account_id: str, subject_ids: Sequence[str], *, limit: int) -> list[Consent]:
    """Return the consents that an account was granted by name, or that are for some subjects.

    The newest come first.
    """
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, further_grantees, audience, blocked,
            purposes, denied_topics, territories, platforms, languages, starts_at, expires_at,
            quota_total, quota_30_days, strict, per_use_approval, terms_version, sealed,
            rights.keys_of(ARRAY[subject_id]) AS keys, state, granted_at, ended_at
        FROM rights.consent
        WHERE subject_id = ANY(%(subjects)s) OR grantee_id = %(account)s
            OR (further_grantees <> '{}' AND further_grantees @> ARRAY[%(account)s])
        ORDER BY granted_at DESC, id LIMIT %(limit)s
        """,
        {"account": account_id, "subjects": list(subject_ids), "limit": limit},
    ).fetchall()


def lock_quota(tx: Tx, consent_ids: Sequence[str]) -> None:
    """Let no other decision count the uses of these consents until the transaction ends.

    A use that is not there yet cannot be locked as a row, so this is a lock on the name.
    """
    for consent_id in sorted(consent_ids):
        tx.conn.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"quota {consent_id}",)
        )


def used(tx: Tx, consent_ids: Sequence[str], *, but: str | None) -> dict[str, Used]:
    """Return how many clips rest on consents, by id: waiting, under way, or out once.

    Args:
        tx: The transaction.
        consent_ids: The consents.
        but: A generation that does not count: the one that is decided on.
    """
    rows = tx.conn.execute(
        """
        SELECT reliance.consent_id, count(*),
            count(*) FILTER (WHERE generation.requested_at > %s - make_interval(days => %s))
        FROM rights.reliance JOIN rights.generation ON generation.id = reliance.generation_id
        WHERE reliance.consent_id = ANY(%s) AND generation.id IS DISTINCT FROM %s
            AND generation.state IN ('held', 'requested', 'published', 'withdrawn')
        GROUP BY reliance.consent_id
        """,
        (tx.now, QUOTA_DAYS, list(consent_ids), but),
    )
    return {consent_id: Used(total, recent) for consent_id, total, recent in rows}


def which_of(tx: Tx, subject_ids: Sequence[str], consent_ids: Sequence[str]) -> set[str]:
    """Return which of some consents are for some subjects."""
    rows = tx.conn.execute(
        "SELECT id FROM rights.consent WHERE id = ANY(%s) AND subject_id = ANY(%s)",
        (list(consent_ids), list(subject_ids)),
    )
    return {row[0] for row in rows}


def count_alike(tx: Tx, subject_id: str, grantees: Sequence[str]) -> int:
    """Return how many standing consents of a subject the gate reads for one creator, at most.

    Args:
        tx: The transaction.
        subject_id: The subject.
        grantees: The creators; with none, only the consents count that name nobody.
    """
    row = tx.conn.execute(
        """
        SELECT coalesce(max(alike.number), 0) + (
            SELECT count(*) FROM rights.consent
            WHERE subject_id = %(subject)s AND state = 'granted'
                AND audience IN ('mutuals', 'everyone', 'only_me'))
        FROM (
            SELECT count(*) AS number
            FROM rights.consent, unnest(further_grantees || grantee_id) AS named (id)
            WHERE subject_id = %(subject)s AND state = 'granted'
                AND (grantee_id = ANY(%(grantees)s)
                    OR (further_grantees <> '{}' AND further_grantees && %(grantees)s::text[]))
                AND named.id = ANY(%(grantees)s)
            GROUP BY named.id
        ) AS alike
        """,
        {"subject": subject_id, "grantees": list(grantees)},
    ).fetchone()
    assert row is not None
    return row[0]


def clear_about(tx: Tx, subject_id: str) -> None:
    """Clear what every consent of a subject said, but to whom it was and when."""
    tx.conn.execute(
        """
        UPDATE rights.consent
        SET sealed = NULL, blocked = '{}', purposes = '{}', denied_topics = '{}',
            territories = '{}', platforms = '{}', languages = '{}'
        WHERE subject_id = %s AND sealed IS NOT NULL
        """,
        (subject_id,),
    )


def _rows(tx: Tx) -> BaseRowFactory[Consent]:
    return rows_by(partial(_consent, tx))


def _consent(tx: Tx, row: dict[str, Any]) -> Consent:
    private = sealing.unseal(
        tx, row["sealed"], about=[row["subject_id"]], keys=row["keys"], place=_place(row["id"])
    )
    state = State(row["state"])
    if private is None:
        # What stands can be read: without its restrictions it would permit what it forbids.
        if state is State.GRANTED and row["sealed"] is not None:
            raise RightsError(Code.UNAVAILABLE, "the terms of a consent do not open")
        private = ERASED
    text = private.get("text")  # Not in what was sealed before there were texts.
    first = () if row["grantee_id"] is None else (row["grantee_id"],)
    terms = Terms(
        audience=Audience(row["audience"]),
        grantees=(*first, *row["further_grantees"]),
        blocked=tuple(row["blocked"]),
        purposes=tuple(map(Purpose, row["purposes"])),
        denied_topics=tuple(map(Topic, row["denied_topics"])),
        territories=tuple(row["territories"]),
        platforms=tuple(row["platforms"]),
        languages=tuple(row["languages"]),
        starts_at=row["starts_at"],
        expires_at=row["expires_at"],
        quota_total=row["quota_total"],
        quota_30_days=row["quota_30_days"],
        strict=row["strict"],
        per_use_approval=row["per_use_approval"],
        restrictions=private["restrictions"],
        clauses=tuple(map(_clause, private["clauses"])),
    )
    return Consent(
        id=row["id"],
        subject_id=row["subject_id"],
        account_id=row["account_id"],
        terms=terms,
        terms_version=row["terms_version"],
        salt=bytes.fromhex(private["salt"]),
        state=state,
        granted_at=row["granted_at"],
        ended_at=row["ended_at"],
        text=text and Shown(**text),
    )


def _clause(written: dict[str, Any]) -> Clause:
    topics = tuple(map(Topic, written["topics"]))
    return Clause(ClauseKind(written["kind"]), tuple(written["phrases"]), topics)


def _place(consent_id: str) -> str:
    return f"consent.sealed/{consent_id}"
