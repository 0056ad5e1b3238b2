"""The certificates under which claims are signed: which of them may, and revoking one.

What a certificate signed before it was revoked stays genuine, if a trusted time-stamp says that it
was before; verdicts read revocations in their own transaction, so one counts with its commit.
"""

from collections.abc import Sequence
from datetime import datetime

from rightsd.db import certificates, trustlists
from rightsd.db.certificates import Usage
from rightsd.db.tx import Tx
from rightsd.domain import certificate as domain
from rightsd.domain.certificate import Certificate, Reason, Revocation
from rightsd.domain.events import Event
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime


def revoke(
    tx: Tx,
    sha256: str,
    *,
    signing: Certificate,
    reason: Reason,
    revoked_from: datetime | None = None,
) -> Revocation:
    """Revoke a certificate of ours, or from earlier on: nothing that it signs from then on is ours.

    Args:
        tx: The transaction.
        sha256: Of the certificate.
        signing: The one that signs now: it may not have signed an output yet.
        reason: Why.
        revoked_from: Since when it is not good; None: since now.

    Raises:
        RightsError: NOT_FOUND: it never signed anything. CONFLICT: it was revoked before, from
            then or earlier on. INVALID: `revoked_from` lies in the future.
    """
    certificates.lock(tx)
    certificate = signing if signing.sha256 == sha256 else certificates.find(tx, sha256)
    if certificate is None:
        raise RightsError(Code.NOT_FOUND, "no claim was signed under a certificate of this digest")
    before = certificates.revocation_of(tx, sha256)
    since = revoked_from or tx.now
    facts = {"serial": certificate.serial, "reason": str(reason), "from": since.isoformat()}
    event = Event("certificate.revoked", sha256, tx.now, facts)
    revocation = domain.revoke(certificate, event, reason=reason, revoked_from=since, before=before)
    certificates.keep_revocation(tx, revocation)
    tx.record(event)
    return revocation


def usages(tx: Tx) -> Sequence[Usage]:
    """Return what each certificate signed, the latest first."""
    return certificates.usages(tx)


def adopt_anchors(rt: Runtime) -> None:
    """Note whom this process trusts from now on, as a daemon that starts."""
    with rt.transaction() as tx:
        trustlists.adopt(tx, rt.credentials.anchors)
    recall_anchors(rt)


def recall_anchors(rt: Runtime) -> None:
    """Tell the readers of this process whom we trusted when."""
    with rt.transaction() as tx:
        history = trustlists.history(tx)
    rt.credentials.remember(history)
