"""The marks in the sound of outputs, in Postgres."""

from dataclasses import dataclass

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx


@dataclass(frozen=True, slots=True)
class SoundMark:
    """A mark as it was read back before the release.

    Attributes:
        strength: With which it was put in.
        log10_p: Bound on the chance of reading it where it is not, as a decimal logarithm.
        copy_log10_p: The same of a bad copy, in its worst stretch; 0: it is not read there.
        noise_to_mask_db: Power of what it changes over what the sound hides.
    """

    strength: float
    log10_p: float
    copy_log10_p: float
    noise_to_mask_db: float


def insert(tx: Tx, generation_id: str, mark: SoundMark) -> None:
    """Note the mark of an output."""
    tx.conn.execute(
        """
        INSERT INTO rights.sound_mark (generation_id, strength, log10_p, copy_log10_p,
            noise_to_mask_db)
        VALUES (%s, %s, %s, %s, %s)
        """,
        (generation_id, mark.strength, mark.log10_p, mark.copy_log10_p, mark.noise_to_mask_db),
    )


def find(tx: Tx, generation_id: str) -> SoundMark | None:
    """Return the mark of an output; None: its sound carries none."""
    cursor = tx.conn.cursor(row_factory=rows_of(SoundMark))
    return cursor.execute(
        """
        SELECT strength, log10_p, copy_log10_p, noise_to_mask_db
        FROM rights.sound_mark
        WHERE generation_id = %s
        """,
        (generation_id,),
    ).fetchone()
