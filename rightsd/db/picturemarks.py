"""The marks in the pictures of outputs, in Postgres."""

from dataclasses import dataclass

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx


@dataclass(frozen=True, slots=True)
class PictureMark:
    """A mark as it was read back before the release.

    Attributes:
        tenant: Whose key its forensic layer has: the account that asked for it.
        strength: With which it was put in.
        log10_p: Bound on the chance of reading it where it is not, as a decimal logarithm.
        z: The pilot sum behind it, in standard deviations.
        copy_log10_p: As `log10_p`, of a bad copy of the clip's beginning; 0: it is not read there.
        margin_db: By how much that copy's pilots exceed what a claim needs; None: as above.
    """

    tenant: str
    strength: float
    log10_p: float
    z: float
    copy_log10_p: float
    margin_db: float | None


def insert(tx: Tx, generation_id: str, mark: PictureMark) -> None:
    """Note the mark of an output."""
    tx.conn.execute(
        """
        INSERT INTO rights.picture_mark (generation_id, tenant, strength, log10_p, z,
            copy_log10_p, margin_db)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        (
            generation_id,
            mark.tenant,
            mark.strength,
            mark.log10_p,
            mark.z,
            mark.copy_log10_p,
            mark.margin_db,
        ),
    )


def find(tx: Tx, generation_id: str) -> PictureMark | None:
    """Return the mark of an output; None: it is not out, or older than this record."""
    cursor = tx.conn.cursor(row_factory=rows_of(PictureMark))
    return cursor.execute(
        """
        SELECT tenant, strength, log10_p, z, copy_log10_p, margin_db
        FROM rights.picture_mark
        WHERE generation_id = %s
        """,
        (generation_id,),
    ).fetchone()
