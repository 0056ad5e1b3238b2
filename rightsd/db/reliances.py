"""What generations rest on, in Postgres: consents and licences."""

from collections.abc import Sequence

from rightsd.db.tx import Tx
from rightsd.domain.policy import Decision


def insert(tx: Tx, generation_id: str, decision: Decision) -> None:
    """Note on what a generation rests."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.reliance (generation_id, consent_id) VALUES (%s, %s)
            ON CONFLICT DO NOTHING
            """,
            _pairs(generation_id, decision.consents),
        )
        cursor.executemany(
            """
            INSERT INTO rights.licence_reliance (generation_id, licence_id) VALUES (%s, %s)
            ON CONFLICT DO NOTHING
            """,
            _pairs(generation_id, decision.licences),
        )


def replace(tx: Tx, generation_id: str, decision: Decision) -> None:
    """Note on what a generation rests now, and on nothing else."""
    tx.conn.execute("DELETE FROM rights.reliance WHERE generation_id = %s", (generation_id,))
    tx.conn.execute(
        "DELETE FROM rights.licence_reliance WHERE generation_id = %s", (generation_id,)
    )
    insert(tx, generation_id, decision)


def hold(tx: Tx, generation_ids: Sequence[str]) -> None:
    """Keep what generations rest on as it is until the commit: consents, then licences."""
    tx.conn.execute(
        """
        SELECT FROM rights.consent WHERE id IN (
            SELECT consent_id FROM rights.reliance WHERE generation_id = ANY(%s))
        ORDER BY id FOR SHARE
        """,
        (list(generation_ids),),
    )
    tx.conn.execute(
        """
        SELECT FROM rights.licence WHERE id IN (
            SELECT licence_id FROM rights.licence_reliance WHERE generation_id = ANY(%s))
        ORDER BY id FOR SHARE
        """,
        (list(generation_ids),),
    )


def _pairs(generation_id: str, relied: Sequence[str]) -> list[tuple[str, str]]:
    return [(generation_id, each) for each in relied]
