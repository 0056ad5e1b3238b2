"""The rows that an audit bundle compares with the ledger's replay."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is."""

    published: int
    withdrawn: int
    consents: int
    optouts: int
    entries: int


def counts(tx: Tx) -> Counts:
    """Return how much there is."""
    cursor = tx.conn.cursor(row_factory=rows_of(Counts))
    found = cursor.execute(
        """
        SELECT
            (SELECT count(*) FROM rights.generation WHERE state = 'published') AS published,
            (SELECT count(*) FROM rights.generation WHERE state = 'withdrawn') AS withdrawn,
            (SELECT count(*) FROM rights.consent WHERE state = 'granted') AS consents,
            (SELECT count(*) FROM rights.optout WHERE state = 'standing') AS optouts,
            (SELECT size FROM ledger.head) AS entries
        """
    ).fetchone()
    assert found is not None
    return found


def states(tx: Tx, ids: Sequence[str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield (id, state) of everything that has a state machine, in the order of the ids' bytes.

    Args:
        tx: The transaction.
        ids: Of these things only; None for all.
    """
    with tx.conn.cursor(name="states") as cursor:
        cursor.itersize = BATCH
        cursor.execute(
            """
            SELECT id, state FROM (
                SELECT id, state FROM rights.account
                UNION ALL SELECT id, state FROM rights.subject
                UNION ALL SELECT id, state FROM rights.consent
                UNION ALL SELECT id, state FROM rights.delegation
                UNION ALL SELECT id, state FROM rights.enrolment
                UNION ALL SELECT id, state FROM rights.work
                UNION ALL SELECT id, state FROM rights.reference
                UNION ALL SELECT id, state FROM rights.optout
                UNION ALL SELECT id, state FROM rights.evidence
                UNION ALL SELECT id, state FROM rights.offer
                UNION ALL SELECT id, state FROM rights.licence
                UNION ALL SELECT id, state FROM rights.generation
                UNION ALL SELECT manifest_id, state FROM rights.redaction
                UNION ALL SELECT id, state FROM rights.notice
                UNION ALL SELECT id, state FROM rights.flagger
                UNION ALL SELECT id, state FROM rights.suspension
                UNION ALL SELECT id, state FROM rights.review
                UNION ALL SELECT id, state FROM rights.staydown
                UNION ALL SELECT id, state FROM rights.exemption
                UNION ALL SELECT id, state FROM rights.incident
                UNION ALL SELECT id, state FROM rights.log_key
                UNION ALL SELECT sha256, state FROM rights.revoked_certificate
                UNION ALL SELECT id, state FROM rights.allowance
                UNION ALL SELECT id, state FROM rights.reservation
                UNION ALL SELECT id, state FROM rights.platform
                UNION ALL SELECT id, state FROM rights.acknowledgement
                UNION ALL SELECT id, state FROM rights.copy
                UNION ALL SELECT id, state FROM rights.client
                UNION ALL SELECT id, state FROM rights.deposit
                UNION ALL SELECT id, state FROM rights.revocation
            ) AS thing
            WHERE %(ids)s::text[] IS NULL OR id = ANY (%(ids)s)
            ORDER BY id COLLATE "C"
            """,
            {"ids": None if ids is None else list(ids)},
        )
        yield from cursor
