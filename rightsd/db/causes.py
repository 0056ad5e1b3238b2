"""Whose it is that ended what others were let do: a cause by which outputs are withdrawn."""

from rightsd.db import authority
from rightsd.db.tx import Tx
from rightsd.domain.delegation import Verb
from rightsd.domain.principal import Principal


def is_theirs(tx: Tx, actor: Principal, cause_id: str) -> bool:
    """Say whether an account is a party to a cause, or may see for a person who is.

    Parties are those whose consent, work, opt-out, offer or licence it is, who made it, and whose
    output a notice is against or a likeness was found in; never the one creator from whom
    something is taken back.
    """
    if actor.account_id in _parties(tx, cause_id):
        return True
    return not _people(tx, cause_id).isdisjoint(authority.reach(tx, actor, Verb.SEE))


def _parties(tx: Tx, cause_id: str) -> set[str]:
    rows = tx.conn.execute(
        """
        SELECT account_id FROM rights.consent WHERE id = %(cause)s
        UNION SELECT account_id FROM rights.subject WHERE id = %(cause)s
        UNION SELECT account_id FROM rights.work WHERE id = %(cause)s
        UNION SELECT account_id FROM rights.reference WHERE id = %(cause)s
        UNION SELECT account_id FROM rights.optout WHERE id = %(cause)s
        UNION SELECT account_id FROM rights.evidence WHERE id = %(cause)s
        UNION SELECT account_id FROM rights.revocation WHERE id = %(cause)s
        UNION SELECT work.account_id FROM rights.revocation
            JOIN rights.work ON work.id = revocation.work_id WHERE revocation.id = %(cause)s
        UNION SELECT offer.account_id FROM rights.revocation
            JOIN rights.licence ON licence.id = revocation.licence_id
            JOIN rights.offer ON offer.id = licence.offer_id WHERE revocation.id = %(cause)s
        UNION SELECT creator_id FROM rights.licence WHERE id = %(cause)s
        UNION SELECT offer.account_id FROM rights.licence
            JOIN rights.offer ON offer.id = licence.offer_id WHERE licence.id = %(cause)s
        UNION SELECT account_id FROM rights.notice WHERE id = %(cause)s
        UNION SELECT generation.account_id FROM rights.notice
            JOIN rights.generation ON generation.id = notice.generation_id
            WHERE notice.id = %(cause)s
        UNION SELECT generation.account_id FROM rights.likeness
            JOIN rights.generation ON generation.id = likeness.generation_id
            WHERE likeness.id = %(cause)s
        """,
        {"cause": cause_id},
    )
    return {row[0] for row in rows if row[0] is not None}


def _people(tx: Tx, cause_id: str) -> set[str]:
    """Return the ids of the subjects whom a cause is about."""
    rows = tx.conn.execute(
        """
        WITH revoked AS (
            SELECT generation_id, consent_id, licence_id, subject_id
            FROM rights.revocation WHERE id = %(cause)s),
        licensed AS (
            SELECT offer.consent_id FROM rights.licence
            JOIN rights.offer ON offer.id = licence.offer_id
            WHERE licence.id = %(cause)s OR licence.id IN (SELECT licence_id FROM revoked))
        SELECT id FROM rights.subject WHERE id = %(cause)s
        UNION SELECT subject_id FROM revoked
        UNION SELECT unnest(about) FROM rights.generation
            WHERE id IN (SELECT generation_id FROM revoked)
        UNION SELECT subject_id FROM rights.consent
            WHERE id = %(cause)s OR id IN (SELECT consent_id FROM revoked)
                OR id IN (SELECT consent_id FROM licensed)
        UNION SELECT subject_id FROM rights.likeness WHERE id = %(cause)s
        """,
        {"cause": cause_id},
    )
    return {row[0] for row in rows if row[0] is not None}
