"""The outbox: letters that are due, in Postgres. No row holds what a letter says or to whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rightsd.db.tx import Tx


class Kind(StrEnum):
    """What a letter is about: "noun.participle", but for what asks for something."""

    DECLARATION_CONFIRM = "declaration.confirm"
    NOTICE_RECEIVED = "notice.received"
    NOTICE_AMENDED = "notice.amended"
    NOTICE_DECIDED = "notice.decided"
    NOTICE_COUNTERED = "notice.countered"
    NOTICE_RESTORED = "notice.restored"
    NOTICE_APPEALED = "notice.appealed"
    NOTICE_LAPSED = "notice.lapsed"
    SUSPENSION_IMPOSED = "suspension.imposed"
    SUSPENSION_DECIDED = "suspension.decided"
    PLATFORM_OVERDUE = "platform.overdue"
    PLATFORM_DISABLED = "platform.disabled"
    SIGN_IN_CONFIRM = "sign_in.confirm"
    INVITE_ACCEPT = "invite.accept"


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that is due.

    Attributes:
        owner_id: The declaration, notice, platform, sign-in or invite by which it is found what it
            says, and to whom.
    """

    id: int
    owner_id: str
    kind: Kind


def post(tx: Tx, owner_id: str, kind: Kind) -> None:
    """Put a letter in the outbox: it goes out if this transaction commits."""
    tx.conn.execute(
        """
        INSERT INTO rights.letter (owner_id, kind, posted_at, due_at)
        VALUES (%(owner)s, %(kind)s, %(now)s, %(now)s)
        """,
        {"owner": owner_id, "kind": kind, "now": tx.now},
    )


def post_once(tx: Tx, owner_id: str, kind: Kind, *, after: datetime) -> None:
    """Put a letter in the outbox, unless one of this kind was put there after a moment."""
    row = tx.conn.execute(
        "SELECT max(posted_at) FROM rights.letter WHERE owner_id = %s AND kind = %s",
        (owner_id, kind),
    ).fetchone()
    if row is None or row[0] is None or row[0] <= after:
        post(tx, owner_id, kind)


def has_any(tx: Tx, owner_id: str) -> bool:
    """Return whether a letter of an owner was ever put in the outbox."""
    row = tx.conn.execute(
        "SELECT EXISTS (SELECT FROM rights.letter WHERE owner_id = %s)", (owner_id,)
    ).fetchone()
    assert row is not None
    return row[0]


def take_due(tx: Tx, *, again_at: datetime, attempts_max: int, limit: int) -> list[Due]:
    """Return letters that are due, and put off the next attempt at each.

    They are not opened here: one that does not open must not keep the others waiting.
    """
    rows = tx.conn.execute(
        """
        UPDATE rights.letter
        SET attempts = attempts + 1,
            due_at = CASE WHEN attempts + 1 < %(attempts_max)s
                THEN %(now)s + (%(again_at)s - %(now)s) * power(2, attempts) END
        WHERE id IN (
            SELECT id FROM rights.letter WHERE due_at <= %(now)s
            ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
        RETURNING id, owner_id, kind
        """,
        {"now": tx.now, "again_at": again_at, "attempts_max": attempts_max, "limit": limit},
    )
    return sorted(
        (Due(number, owner_id, Kind(kind)) for number, owner_id, kind in rows),
        key=lambda due: due.id,
    )


def end(tx: Tx, letter_id: int, *, sent_at: datetime | None) -> None:
    """Note that a letter was sent, or that it will not be."""
    tx.conn.execute(
        "UPDATE rights.letter SET due_at = NULL, sent_at = %s WHERE id = %s", (sent_at, letter_id)
    )


def cancel(tx: Tx, owner_id: str, kind: Kind) -> None:
    """Take a letter out of the outbox that is not needed any more."""
    tx.conn.execute(
        "UPDATE rights.letter SET due_at = NULL WHERE owner_id = %s AND kind = %s",
        (owner_id, kind),
    )


def delete_of(tx: Tx, owner_id: str) -> None:
    """Delete every letter of an owner who is forgotten."""
    tx.conn.execute("DELETE FROM rights.letter WHERE owner_id = %s", (owner_id,))
