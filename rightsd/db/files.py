"""Which files of the blob store belong to what: known before they are put there."""

from datetime import datetime

from rightsd.db.tx import Tx


def insert(tx: Tx, sha256: str, generation_id: str) -> None:
    """Note a file that is about to be stored; what is on no list can never be deleted."""
    tx.conn.execute(
        """
        INSERT INTO rights.file (sha256, generation_id, noted_at) VALUES (%s, %s, %s)
        ON CONFLICT (sha256) DO NOTHING
        """,
        (sha256, generation_id, tx.now),
    )


def insert_medium(tx: Tx, sha256: str, enrolment_id: str) -> None:
    """Note a file that is about to be stored for an enrolment session."""
    tx.conn.execute(
        """
        INSERT INTO rights.file (sha256, enrolment_id, noted_at) VALUES (%s, %s, %s)
        ON CONFLICT (sha256) DO NOTHING
        """,
        (sha256, enrolment_id, tx.now),
    )


def of_enrolment(tx: Tx, enrolment_id: str) -> list[str]:
    """Return the names of all files that were sent to an enrolment session."""
    rows = tx.conn.execute(
        "SELECT sha256 FROM rights.file WHERE enrolment_id = %s ORDER BY sha256", (enrolment_id,)
    )
    return [row[0] for row in rows]


def about(tx: Tx, subject_id: str) -> list[str]:
    """Return the names of all files that were made of a subject, or sent by them."""
    rows = tx.conn.execute(
        """
        SELECT file.sha256 FROM rights.generation
        JOIN rights.file ON file.generation_id = generation.id
        WHERE generation.about @> ARRAY[%(subject)s]
        UNION ALL
        SELECT file.sha256 FROM rights.enrolment
        JOIN rights.file ON file.enrolment_id = enrolment.id
        WHERE enrolment.subject_id = %(subject)s
        ORDER BY 1
        """,
        {"subject": subject_id},
    )
    return [row[0] for row in rows]


def superseded(tx: Tx, *, before: datetime, limit: int) -> list[str]:
    """Return the names of files that no generation shows or will show: of attempts that failed."""
    rows = tx.conn.execute(
        """
        SELECT file.sha256 FROM rights.file
        JOIN rights.generation ON generation.id = file.generation_id
        WHERE file.noted_at < %s AND generation.state <> 'requested'
            AND generation.sha256 IS DISTINCT FROM file.sha256
        ORDER BY file.noted_at LIMIT %s
        """,
        (before, limit),
    )
    return [row[0] for row in rows]


def delete(tx: Tx, sha256: str) -> None:
    """Strike a file off the list, after it was deleted."""
    tx.conn.execute("DELETE FROM rights.file WHERE sha256 = %s", (sha256,))
