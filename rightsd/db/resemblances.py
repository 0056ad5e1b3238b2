"""Which clips show what references show, in Postgres, whether or not it is opted out by now."""

from collections.abc import Mapping, Sequence

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.resemblance import STRONG_BITS_MAX, Resemblance, clearest


def insert(
    tx: Tx, generation_id: str, found: Sequence[Resemblance], *, doubted: Sequence[str] = ()
) -> None:
    """Note what a clip resembles, each reference once; whatever is removed already is left out.

    What is noted already stays, unless it was doubtful and is certain by now.

    Args:
        tx: The transaction.
        generation_id: Whose clip it is, released or not.
        found: What it resembles.
        doubted: Ids of the references of which its decision has taken account.
    """
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.resemblance
                (generation_id, reference_id, score, bits, certain, at_seconds, doubted, by)
            SELECT %(generation)s, id, %(score)s, %(bits)s, %(certain)s, %(at)s, %(doubted)s,
                %(by)s
            FROM rights.reference WHERE id = %(reference)s AND state = 'standing'
            ON CONFLICT (generation_id, reference_id) DO UPDATE
            SET score = EXCLUDED.score, bits = EXCLUDED.bits, certain = EXCLUDED.certain,
                at_seconds = EXCLUDED.at_seconds, by = EXCLUDED.by
            WHERE coalesce(EXCLUDED.certain, EXCLUDED.bits <= %(strong)s)
                AND NOT coalesce(resemblance.certain, resemblance.bits <= %(strong)s)
            """,
            [
                {
                    "generation": generation_id,
                    "score": one.score,
                    "bits": one.bits,
                    "certain": one.certain,
                    "at": one.at_seconds,
                    "doubted": one.reference_id in doubted,
                    "by": one.by,
                    "reference": one.reference_id,
                    "strong": STRONG_BITS_MAX,
                }
                for one in clearest(found)
            ],
        )


def of_generation(tx: Tx, generation_id: str) -> list[Resemblance]:
    """Return what a clip was found to resemble when it was last drawn."""
    cursor = tx.conn.cursor(row_factory=rows_of(Resemblance))
    return cursor.execute(
        """
        SELECT reference_id, score, bits, at_seconds, certain,
            coalesce(by, CASE WHEN certain IS NULL THEN 'frames' ELSE 'voice' END) AS by
        FROM rights.resemblance WHERE generation_id = %s ORDER BY reference_id
        """,
        (generation_id,),
    ).fetchall()


def strong(tx: Tx, generation_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return by output the opt-outs of which it shows a reference beyond doubt: of which work."""
    rows = tx.conn.execute(
        """
        SELECT resemblance.generation_id, jsonb_object_agg(optout.id, optout.work_id)
        FROM rights.resemblance
        JOIN rights.reference ON reference.id = resemblance.reference_id
            AND reference.state = 'standing'
        JOIN rights.optout ON optout.work_id = reference.work_id AND optout.state = 'standing'
        WHERE resemblance.generation_id = ANY(%s)
            AND coalesce(resemblance.certain, resemblance.bits <= %s)
        GROUP BY resemblance.generation_id
        """,
        (list(generation_ids), STRONG_BITS_MAX),
    )
    return dict(rows.fetchall())


def doubtful(tx: Tx, generation_ids: Sequence[str]) -> Mapping[str, list[str]]:
    """Return by output the references of opted-out works that it may show, not yet on record."""
    rows = tx.conn.execute(
        """
        SELECT resemblance.generation_id, array_agg(reference.id ORDER BY reference.id)
        FROM rights.resemblance
        JOIN rights.reference ON reference.id = resemblance.reference_id
            AND reference.state = 'standing'
        JOIN rights.optout ON optout.work_id = reference.work_id AND optout.state = 'standing'
        WHERE resemblance.generation_id = ANY(%s)
            AND NOT coalesce(resemblance.certain, resemblance.bits <= %s)
            AND NOT resemblance.doubted
        GROUP BY resemblance.generation_id
        """,
        (list(generation_ids), STRONG_BITS_MAX),
    )
    return dict(rows.fetchall())


def doubt(tx: Tx, generation_id: str, reference_ids: Sequence[str]) -> list[str]:
    """Note that the log says that an output may show these; return those of which it did not."""
    rows = tx.conn.execute(
        """
        UPDATE rights.resemblance SET doubted = true
        WHERE generation_id = %s AND reference_id = ANY(%s) AND NOT doubted
        RETURNING reference_id
        """,
        (generation_id, list(reference_ids)),
    )
    return sorted(row[0] for row in rows)
