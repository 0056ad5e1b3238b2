"""Evidence in Postgres."""

from typing import Any

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.evidence import Evidence, Kind, Origin, State


def insert(tx: Tx, evidence: Evidence) -> None:
    """Add a piece of evidence, its origin sealed under the key of the account."""
    assert evidence.origin is not None
    origin = {"source": evidence.origin.source, "salt": evidence.origin.salt.hex()}
    sealed = sealing.seal(tx, origin, about=[evidence.account_id], place=_place(evidence.id))
    tx.conn.execute(
        """
        INSERT INTO rights.evidence
            (id, account_id, kind, fetched, sha256, size, sealed, state, recorded_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            evidence.id,
            evidence.account_id,
            evidence.kind,
            evidence.fetched,
            evidence.sha256,
            evidence.size,
            sealed,
            evidence.state,
            evidence.recorded_at,
        ),
    )


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Evidence]:
    """Return the evidence that an account brought, newest first."""
    cursor = tx.conn.cursor(row_factory=rows_by(lambda row: _evidence(tx, row)))
    return cursor.execute(
        """
        SELECT id, account_id, kind, fetched, sha256, size, sealed, state, recorded_at,
            rights.keys_of(ARRAY[account_id]) AS keys
        FROM rights.evidence WHERE account_id = %s ORDER BY recorded_at DESC, id LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()


def find(tx: Tx, evidence_id: str) -> Evidence | None:
    """Return a piece of evidence."""
    cursor = tx.conn.cursor(row_factory=rows_by(lambda row: _evidence(tx, row)))
    return cursor.execute(
        """
        SELECT id, account_id, kind, fetched, sha256, size, sealed, state, recorded_at,
            rights.keys_of(ARRAY[account_id]) AS keys
        FROM rights.evidence WHERE id = %s
        """,
        (evidence_id,),
    ).fetchone()


def _evidence(tx: Tx, row: dict[str, Any]) -> Evidence:
    sealed, keys = row.pop("sealed"), row.pop("keys")
    about = [row["account_id"]]
    opened = sealing.unseal(tx, sealed, about=about, keys=keys, place=_place(row["id"]))
    origin = opened and Origin(opened["source"], bytes.fromhex(opened["salt"]))
    row |= {"kind": Kind(row["kind"]), "state": State(row["state"]), "origin": origin}
    return Evidence(**row)


def _place(evidence_id: str) -> str:
    return f"evidence.sealed/{evidence_id}"
