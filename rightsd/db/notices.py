"""Notices in Postgres. What people wrote is sealed under a key of the notice's.

Claimants are known by a MAC: of their account, of their mailbox or, if they give neither, of where
they come from. A counter-notice is about the creator too, and opens with both their keys.
"""

from dataclasses import asdict, fields
from datetime import datetime
from functools import partial
from typing import Any

from psycopg.rows import BaseRowFactory

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.letter import Language
from rightsd.domain.notice import Claimant, Notice, Party, State
from rightsd.domain.regime import Claim, Counter, Kind


def claimant_of(tx: Tx, known_by: str) -> bytes:
    """Return the MAC of a claimant's account, mailbox or network, 32 bytes."""
    return sealing.index_of(tx, "notice.claimant", known_by)


def origin_of(tx: Tx, origin: str) -> bytes:
    """Return the MAC of the network that a notice came from, 32 bytes."""
    return sealing.index_of(tx, "notice.origin", origin)


def token_of(tx: Tx, notice_id: str) -> bytes:
    """Return the secret of the link that is mailed to the claimant, 32 bytes; kept nowhere."""
    return sealing.index_of(tx, "notice.link", notice_id)


def insert(
    tx: Tx, notice: Notice, *, token_hash: bytes, claimant_mac: bytes, origin_mac: bytes | None
) -> None:
    """Add a notice, with the hash of the token by which its claimant comes back."""
    sealing.make_key(tx, notice.id)
    tx.conn.execute(
        """
        INSERT INTO rights.notice
            (id, generation_id, kind, sealed, state, stands, received_at, whole_at, due_at,
            account_id, flagger_id, confirmed_at, token_hash, claimant_mac, origin_mac)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            notice.id,
            notice.generation_id,
            notice.kind,
            _seal(tx, notice),
            notice.state,
            notice.stands,
            notice.received_at,
            notice.whole_at,
            notice.due_at,
            notice.claimant.account_id,
            notice.claimant.flagger_id,
            notice.claimant.confirmed_at,
            token_hash,
            claimant_mac,
            origin_mac,
        ),
    )


def lock(tx: Tx, notice_id: str) -> Notice | None:
    """Return a notice, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, sealed, rights.keys_of(ARRAY[id]) AS keys, state, stands,
            received_at, whole_at, decided_at, account_id, flagger_id, confirmed_at, abusive,
            reviewers, appealed_by, appellants, appealed_at, countered_at, countered_by, counter,
            rights.keys_of(ARRAY[id, countered_by]) AS counter_keys
        FROM rights.notice WHERE id = %s FOR UPDATE
        """,
        (notice_id,),
    ).fetchone()


def hold(tx: Tx, notice_id: str) -> Notice | None:
    """Return a notice that nobody changes until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, sealed, rights.keys_of(ARRAY[id]) AS keys, state, stands,
            received_at, whole_at, decided_at, account_id, flagger_id, confirmed_at, abusive,
            reviewers, appealed_by, appellants, appealed_at, countered_at, countered_by, counter,
            rights.keys_of(ARRAY[id, countered_by]) AS counter_keys
        FROM rights.notice WHERE id = %s FOR SHARE
        """,
        (notice_id,),
    ).fetchone()


def find(tx: Tx, notice_id: str) -> Notice | None:
    """Return a notice."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, sealed, rights.keys_of(ARRAY[id]) AS keys, state, stands,
            received_at, whole_at, decided_at, account_id, flagger_id, confirmed_at, abusive,
            reviewers, appealed_by, appellants, appealed_at, countered_at, countered_by, counter,
            rights.keys_of(ARRAY[id, countered_by]) AS counter_keys
        FROM rights.notice WHERE id = %s
        """,
        (notice_id,),
    ).fetchone()


def token_hash(tx: Tx, notice_id: str) -> bytes | None:
    """Return the hash of a claimant's token."""
    row = tx.conn.execute(
        "SELECT token_hash FROM rights.notice WHERE id = %s", (notice_id,)
    ).fetchone()
    return row and bytes(row[0])


def claimant_mac(tx: Tx, notice_id: str) -> bytes | None:
    """Return the MAC of whoever gave a notice; None of one from before claimants were told."""
    row = tx.conn.execute(
        "SELECT claimant_mac FROM rights.notice WHERE id = %s", (notice_id,)
    ).fetchone()
    return None if row is None or row[0] is None else bytes(row[0])


def set_claimant(tx: Tx, notice_id: str, mac: bytes) -> None:
    """Write by what whoever gave a notice is known from now on."""
    tx.conn.execute("UPDATE rights.notice SET claimant_mac = %s WHERE id = %s", (mac, notice_id))


def creator_of(tx: Tx, notice_id: str) -> str | None:
    """Return the account whose output a notice is against."""
    row = tx.conn.execute(
        """
        SELECT generation.account_id FROM rights.notice
        JOIN rights.generation ON generation.id = notice.generation_id
        WHERE notice.id = %s
        """,
        (notice_id,),
    ).fetchone()
    return row and row[0]


def count_appealed_by(tx: Tx, account_id: str, *, limit: int) -> int:
    """Return how many notices wait on appeal that an account has appealed as someone else."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM (SELECT FROM rights.notice
            WHERE state = 'appealed' AND appellants @> ARRAY[%s] LIMIT %s) AS found
        """,
        (account_id, limit),
    ).fetchone()
    assert row is not None
    return row[0]


def update(tx: Tx, notice: Notice) -> None:
    """Write what an event can change, but for the counter-notice."""
    tx.conn.execute(
        """
        UPDATE rights.notice
        SET generation_id = %s, state = %s, stands = %s, whole_at = %s, due_at = %s,
            restore_at = %s, decided_at = %s, flagger_id = %s, confirmed_at = %s, abusive = %s,
            reviewers = %s, appealed_by = %s, appellants = %s, appealed_at = %s, sealed = %s,
            closed_at = CASE WHEN %s = 'closed' THEN COALESCE(closed_at, %s) END
        WHERE id = %s
        """,
        (
            notice.generation_id,
            notice.state,
            notice.stands,
            notice.whole_at,
            notice.due_at,
            notice.restore_at,
            notice.decided_at,
            notice.claimant.flagger_id,
            notice.claimant.confirmed_at,
            notice.abusive,
            list(notice.reviewers),
            list(notice.appealed_by),
            list(notice.appellants),
            notice.appealed_at,
            _seal(tx, notice),
            notice.state,
            tx.now,
            notice.id,
        ),
    )


def update_countered(tx: Tx, notice: Notice, *, by: str) -> None:
    """Write a counter-notice of the output's creator, and what follows from it."""
    assert notice.counter is not None
    written = asdict(notice.counter) | {"salt": notice.counter.salt.hex()}
    place = _counter_place(notice.id)
    tx.conn.execute(
        """
        UPDATE rights.notice
        SET state = %s, due_at = %s, restore_at = %s, countered_at = %s, countered_by = %s,
            counter = %s
        WHERE id = %s
        """,
        (
            notice.state,
            notice.due_at,
            notice.restore_at,
            notice.countered_at,
            by,
            sealing.seal(tx, written, about=[notice.id, by], place=place),
            notice.id,
        ),
    )


def queue(tx: Tx, *, limit: int) -> list[Notice]:
    """Return the notices that wait for a reviewer: trusted flaggers first, then what is due."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, sealed, rights.keys_of(ARRAY[id]) AS keys, state, stands,
            received_at, whole_at, decided_at, account_id, flagger_id, confirmed_at, abusive,
            reviewers, appealed_by, appellants, appealed_at, countered_at, countered_by, counter,
            rights.keys_of(ARRAY[id, countered_by]) AS counter_keys
        FROM rights.notice WHERE state IN ('received', 'deficient', 'appealed')
        ORDER BY flagger_id IS NULL, due_at NULLS LAST, received_at, id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def against(tx: Tx, account_id: str, *, limit: int) -> list[Notice]:
    """Return the notices against an account's outputs, the newest first."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT notice.id, generation_id, kind, notice.sealed,
            rights.keys_of(ARRAY[notice.id]) AS keys, notice.state, stands, received_at, whole_at,
            decided_at, notice.account_id, flagger_id, confirmed_at, abusive, reviewers,
            appealed_by, appellants, appealed_at, countered_at, countered_by, counter,
            rights.keys_of(ARRAY[notice.id, countered_by]) AS counter_keys
        FROM rights.notice JOIN rights.generation ON generation.id = notice.generation_id
        WHERE generation.account_id = %s ORDER BY received_at DESC, notice.id LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()


def given_by(
    tx: Tx, account_id: str, *, before: tuple[datetime, str] | None, limit: int
) -> list[Notice]:
    """Return the notices that an account has given, newest first.

    Args:
        tx: The transaction.
        account_id: Whose.
        before: When the last one of the page before was received, and its id; None: the first.
        limit: How many.
    """
    at, last = before or (None, None)
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT notice.id, generation_id, kind, sealed, rights.keys_of(ARRAY[id]) AS keys, state,
            stands, received_at, whole_at, decided_at, account_id, flagger_id, confirmed_at,
            abusive, reviewers, appealed_by, appellants, appealed_at, countered_at, countered_by,
            counter, rights.keys_of(ARRAY[id, countered_by]) AS counter_keys
        FROM rights.notice
        WHERE account_id = %(account)s
            AND (%(at)s::timestamptz IS NULL OR (received_at, id) < (%(at)s, %(last)s))
        ORDER BY received_at DESC, id DESC LIMIT %(limit)s
        """,
        {"account": account_id, "at": at, "last": last, "limit": limit},
    ).fetchall()


def _seal(tx: Tx, notice: Notice) -> bytes:
    private = asdict(notice.claim) | {
        "salt": notice.claim.salt.hex(),
        "reason": notice.reason,
        "objections": notice.objections,
    }
    return sealing.seal(tx, private, about=[notice.id], place=_place(notice.id))


def _rows(tx: Tx) -> BaseRowFactory[Notice]:
    return rows_by(partial(_notice, tx))


def _notice(tx: Tx, row: dict[str, Any]) -> Notice:
    notice_id = row["id"]
    private: dict[str, Any] | None = sealing.unseal(
        tx, row["sealed"], about=[notice_id], keys=row["keys"], place=_place(notice_id)
    )
    private = private or {"name": "", "email": "", "statement": "", "salt": ""}
    claimant = Claimant(row["account_id"], row["flagger_id"], row["confirmed_at"])
    return Notice(
        id=notice_id,
        generation_id=row["generation_id"],
        claim=_claim(Kind(row["kind"]), private),
        claimant=claimant,
        state=State(row["state"]),
        stands=row["stands"] or row["state"] == State.UPHELD,
        received_at=row["received_at"],
        whole_at=row["whole_at"],
        decided_at=row["decided_at"],
        reason=private.get("reason"),
        abusive=row["abusive"],
        reviewers=tuple(row["reviewers"]),
        counter=_counter(tx, row),
        countered_at=row["countered_at"],
        appealed_by=tuple(map(Party, row["appealed_by"])),
        appealed_at=row["appealed_at"],
        appellants=tuple(row["appellants"]),
        objections=_objections(private),
    )


def _objections(private: dict[str, Any]) -> tuple[str, ...]:
    """Return why a decision was appealed; rows from before several could have one."""
    one = private.get("objection")
    return tuple(private.get("objections", () if one is None else (one,)))


def _claim(kind: Kind, private: dict[str, Any]) -> Claim:
    """Return what a notice says; those from before there were regimes say less."""
    known = {field.name for field in fields(Claim)}
    said: dict[str, Any] = {name: value for name, value in private.items() if name in known}
    said["kind"], said["salt"] = kind, bytes.fromhex(private["salt"])
    said["language"] = Language(private.get("language", Language.EN))
    return Claim(**said)


def _counter(tx: Tx, row: dict[str, Any]) -> Counter | None:
    if row["counter"] is None:
        return None
    said: dict[str, Any] | None = sealing.unseal(
        tx,
        row["counter"],
        about=[row["id"], row["countered_by"]],
        keys=row["counter_keys"],
        place=_counter_place(row["id"]),
    )
    if said is None:
        return None
    said["salt"] = bytes.fromhex(said["salt"])
    return Counter(**said)


def _place(notice_id: str) -> str:
    return f"notice.sealed/{notice_id}"


def _counter_place(notice_id: str) -> str:
    return f"notice.counter/{notice_id}"
