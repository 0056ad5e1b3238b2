"""What status lists say, from the rows of the consents themselves: nothing is kept beside them."""

import struct
from collections.abc import Sequence

from rightsd.db.tx import Tx
from rightsd.domain import status
from rightsd.domain.status import Place, Status


def of_consent(tx: Tx, consent_id: str) -> tuple[Place, Status]:
    """Return where a consent's status stands, and what it is now. There is such a consent."""
    row = tx.conn.execute(
        """
        SELECT status_number, CASE
            WHEN consent.state <> 'granted' THEN consent.state
            WHEN consent.expires_at <= %(now)s THEN 'expired'
            WHEN subject.state = 'paused' OR EXISTS (
                SELECT FROM rights.revocation WHERE revocation.state = 'suspended'
                    AND (revocation.consent_id = consent.id
                        OR scope = 'subject' AND revocation.subject_id = subject.id))
                THEN 'suspended'
            ELSE 'granted' END
        FROM rights.consent JOIN rights.subject ON subject.id = consent.subject_id
        WHERE consent.id = %(consent)s
        """,
        {"consent": consent_id, "now": tx.now},
    ).fetchone()
    assert row is not None
    return status.place_of(row[0]), status.of_state(row[1])


def is_begun(tx: Tx, list_number: int) -> bool:
    """Say whether any consent has its status in a list."""
    first = list_number * status.LIST_SIZE
    row = tx.conn.execute(
        """
        SELECT EXISTS (
            SELECT FROM rights.consent WHERE status_number >= %s AND status_number < %s)
        """,
        (first, first + status.LIST_SIZE),
    ).fetchone()
    assert row is not None
    return row[0]


def told(tx: Tx, list_number: int) -> list[tuple[str, Sequence[int]]]:
    """Return the indexes in a list by the state of the consents now, but for granted ones.

    A consent that has run out counts as expired, whether or not it was marked so already; that of
    someone who has paused, or that was taken back for now, as suspended.
    """
    first = list_number * status.LIST_SIZE
    rows = tx.conn.execute(
        """
        SELECT told.state, string_agg(int4send(told."index"), ''::bytea)
        FROM (
            SELECT state, (status_number - %(first)s)::integer AS "index" FROM rights.consent
            WHERE state <> 'granted'
                AND status_number >= %(first)s AND status_number < %(end)s
            UNION ALL
            SELECT 'expired', (status_number - %(first)s)::integer FROM rights.consent
            WHERE state = 'granted' AND expires_at <= %(now)s
                AND status_number >= %(first)s AND status_number < %(end)s
            UNION ALL
            SELECT 'suspended', (status_number - %(first)s)::integer FROM rights.consent
            WHERE id IN (
                    SELECT consent.id FROM rights.subject
                    JOIN rights.consent ON consent.subject_id = subject.id
                    WHERE subject.state = 'paused'
                    UNION SELECT consent.id FROM rights.revocation
                    JOIN rights.consent ON consent.subject_id = revocation.subject_id
                    WHERE scope = 'subject' AND revocation.state = 'suspended'
                    UNION SELECT consent_id FROM rights.revocation
                    WHERE scope = 'consent' AND state = 'suspended')
                AND state = 'granted' AND (expires_at IS NULL OR expires_at > %(now)s)
                AND status_number >= %(first)s AND status_number < %(end)s
        ) AS told
        GROUP BY told.state ORDER BY told.state
        """,
        {"first": first, "end": first + status.LIST_SIZE, "now": tx.now},
    )
    # As bytes, since a driver takes far longer over an array, and a list may tell of all it has.
    return [(state, struct.unpack(f">{len(data) // 4}i", data)) for state, data in rows]
