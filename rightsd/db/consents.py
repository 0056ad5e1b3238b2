"""Consents in Postgres."""

from collections.abc import Sequence

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.consent import Consent


def insert(tx: Tx, consent: Consent) -> None:
    """Add a consent."""
    tx.conn.execute(
        """
        INSERT INTO rights.consent
            (id, subject_id, account_id, grantee_id, state, granted_at, expires_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            consent.id,
            consent.subject_id,
            consent.account_id,
            consent.grantee_id,
            consent.state,
            consent.granted_at,
            consent.expires_at,
            consent.ended_at,
        ),
    )


def find(tx: Tx, consent_id: str) -> Consent | None:
    """Return a consent."""
    cursor = tx.conn.cursor(row_factory=rows_of(Consent))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, state, granted_at, expires_at, ended_at
        FROM rights.consent WHERE id = %s
        """,
        (consent_id,),
    ).fetchone()


def lock(tx: Tx, consent_id: str) -> Consent | None:
    """Return a consent, locked against every reliance on it until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Consent))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, state, granted_at, expires_at, ended_at
        FROM rights.consent WHERE id = %s FOR UPDATE
        """,
        (consent_id,),
    ).fetchone()


def lock_of_subject(tx: Tx, subject_id: str) -> list[Consent]:
    """Return the consents of a subject that stand, locked in the order of their ids."""
    cursor = tx.conn.cursor(row_factory=rows_of(Consent))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, state, granted_at, expires_at, ended_at
        FROM rights.consent WHERE subject_id = %s AND state = 'granted' ORDER BY id FOR UPDATE
        """,
        (subject_id,),
    ).fetchall()


def lock_due(tx: Tx, limit: int) -> list[Consent]:
    """Return consents that have run out but are still marked granted, locked."""
    cursor = tx.conn.cursor(row_factory=rows_of(Consent))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, state, granted_at, expires_at, ended_at
        FROM rights.consent WHERE state = 'granted' AND expires_at <= %s
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        (tx.now, limit),
    ).fetchall()


def update_state(tx: Tx, consent: Consent) -> None:
    """Write a consent's state."""
    tx.conn.execute(
        "UPDATE rights.consent SET state = %s, ended_at = %s WHERE id = %s",
        (consent.state, consent.ended_at, consent.id),
    )


def towards(tx: Tx, subject_ids: Sequence[str], grantee_id: str) -> list[Consent]:
    """Return every consent of these subjects towards one account, whatever its state."""
    cursor = tx.conn.cursor(row_factory=rows_of(Consent))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, state, granted_at, expires_at, ended_at
        FROM rights.consent WHERE subject_id = ANY(%s) AND grantee_id = %s ORDER BY id
        """,
        (list(subject_ids), grantee_id),
    ).fetchall()


def hold_towards(tx: Tx, subject_ids: Sequence[str], grantee_id: str) -> list[Consent]:
    """Return the same as `towards`, held so that none can be revoked before the commit."""
    cursor = tx.conn.cursor(row_factory=rows_of(Consent))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, state, granted_at, expires_at, ended_at
        FROM rights.consent WHERE subject_id = ANY(%s) AND grantee_id = %s ORDER BY id FOR SHARE
        """,
        (list(subject_ids), grantee_id),
    ).fetchall()


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Consent]:
    """Return the consents that an account granted or was granted, newest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Consent))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, grantee_id, state, granted_at, expires_at, ended_at
        FROM rights.consent WHERE account_id = %(account)s OR grantee_id = %(account)s
        ORDER BY granted_at DESC, id LIMIT %(limit)s
        """,
        {"account": account_id, "limit": limit},
    ).fetchall()
