"""Certificates that sign claims, in Postgres: what they signed, and which were revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db import trustlists
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.certificate import Certificate, Revocation
from rightsd.domain.trust import Anchors
from rightsd.errors import Code, RightsError

# What is released or redacted must not have been signed by a certificate that is revoked beside it:
# whoever does so shares this lock, a revocation takes it alone.
CERTIFICATES_LOCK = 0x434C_4149_4D53  # "CLAIMS"


@dataclass(frozen=True, slots=True)
class Signing:
    """How the manifest of an output was signed.

    Attributes:
        anchors: Whom we trusted then.
        time_stamped_at: When a trusted authority saw it; None: none did.
    """

    certificate: Certificate
    anchors: Anchors
    time_stamped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a certificate signed.

    Attributes:
        outputs: How many outputs.
        undated: How many of them have no trusted time-stamp: they do not outlive it.
        revoked_from: From when on it is not good.
    """

    sha256: str
    serial: str
    subject: str
    outputs: int
    undated: int
    revoked_from: datetime | None


def lock(tx: Tx) -> None:
    """Keep releases, redactions and other revocations out until the transaction ends."""
    tx.conn.execute("SELECT pg_advisory_xact_lock(%s)", (CERTIFICATES_LOCK,))


def hold(tx: Tx) -> None:
    """Let no certificate be revoked until the transaction ends."""
    tx.conn.execute("SELECT pg_advisory_xact_lock_shared(%s)", (CERTIFICATES_LOCK,))


def insert_signing(tx: Tx, generation_id: str, signing: Signing) -> None:
    """Note how an output was signed."""
    trustlists.keep(tx, signing.anchors)
    certificate = signing.certificate
    tx.conn.execute(
        """
        INSERT INTO rights.signing (generation_id, certificate_sha256, serial, subject, trust_list,
            time_stamped_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (
            generation_id,
            certificate.sha256,
            certificate.serial,
            certificate.subject,
            signing.anchors.sha256,
            signing.time_stamped_at,
        ),
    )


def find(tx: Tx, sha256: str) -> Certificate | None:
    """Return a certificate that has signed an output."""
    cursor = tx.conn.cursor(row_factory=rows_of(Certificate))
    return cursor.execute(
        """
        SELECT certificate_sha256 AS sha256, serial, subject
        FROM rights.signing WHERE certificate_sha256 = %s LIMIT 1
        """,
        (sha256,),
    ).fetchone()


def revocation_of(tx: Tx, sha256: str) -> Revocation | None:
    """Return the revocation of a certificate, if it was revoked."""
    cursor = tx.conn.cursor(row_factory=rows_of(Revocation))
    return cursor.execute(
        """
        SELECT sha256, serial, state, reason, revoked_from, revoked_at
        FROM rights.revoked_certificate WHERE sha256 = %s
        """,
        (sha256,),
    ).fetchone()


def require_good(tx: Tx, certificate: Certificate) -> None:
    """Check that claims may be signed under a certificate, and keep it so until the commit.

    Raises:
        RightsError: UNAVAILABLE, when it was revoked: with another one, the same may succeed.
    """
    hold(tx)
    if revocation_of(tx, certificate.sha256) is not None:
        detail = "the certificate that signs outputs was revoked, and there is no other yet"
        raise RightsError(Code.UNAVAILABLE, detail)


def revoked_from(tx: Tx, serial: str | None) -> datetime | None:
    """Return from when on a certificate of ours is not good; None: it is, or is not ours.

    Serial numbers are random and long; two certificates of ours never share one.
    """
    row: tuple[datetime | None] | None = tx.conn.execute(
        "SELECT min(revoked_from) FROM rights.revoked_certificate WHERE serial = %s", (serial,)
    ).fetchone()
    assert row is not None
    return row[0]


def signer_of(tx: Tx, manifest_id: str | None) -> str | None:
    """Return the serial number under which the manifest of an output was signed.

    None: it is that of no output, or the output is older than what we keep track of.
    """
    row = tx.conn.execute(
        """
        SELECT serial FROM rights.signing
        JOIN rights.generation ON generation.id = signing.generation_id
        WHERE manifest_id = %s
        """,
        (manifest_id,),
    ).fetchone()
    return None if row is None else row[0]


def keep_revocation(tx: Tx, revocation: Revocation) -> None:
    """Note from when on a certificate is not good."""
    tx.conn.execute(
        """
        INSERT INTO rights.revoked_certificate (sha256, serial, state, reason, revoked_from,
            revoked_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (sha256) DO UPDATE SET reason = excluded.reason,
            revoked_from = excluded.revoked_from, revoked_at = excluded.revoked_at
        """,
        (
            revocation.sha256,
            revocation.serial,
            revocation.state,
            revocation.reason,
            revocation.revoked_from,
            revocation.revoked_at,
        ),
    )


def usages(tx: Tx) -> Sequence[Usage]:
    """Return what each certificate signed, the latest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Usage))
    return cursor.execute(
        """
        SELECT certificate_sha256 AS sha256, max(signing.serial) AS serial,
            max(subject) AS subject, count(*) AS outputs,
            count(*) FILTER (WHERE time_stamped_at IS NULL) AS undated,
            max(revoked_from) AS revoked_from
        FROM rights.signing
        LEFT JOIN rights.revoked_certificate
            ON revoked_certificate.sha256 = signing.certificate_sha256
        GROUP BY certificate_sha256 ORDER BY max(generation_id) DESC
        """
    ).fetchall()
