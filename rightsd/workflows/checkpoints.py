"""Sequencing the log, and setting off what follows from its entries."""

import json

from ledger import log, sequencing, tiles
from ledger import proof as proofs
from ledger import receipt as receipts
from ledger.errors import ProofError
from rightsd.adapters.queue import Job, lane_of
from rightsd.db import exports, logkeys
from rightsd.db.exports import Counts
from rightsd.db.tx import Tx
from rightsd.domain.events import Event, from_body
from rightsd.domain.reactions import REACTIONS
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime


def sequence(rt: Runtime) -> int:
    """Give committed events their place in the log, and enqueue the reactions to each.

    One at a time: while another process is at it, this does nothing. Log and jobs commit together,
    so that no event is ever without its consequences.

    Returns:
        How many events were sequenced.
    """
    with rt.transaction() as tx:
        logkeys.hold(tx)  # What the batch says of the log's keys holds of its checkpoint as well.
        batch = sequencing.sequence(tx.conn, signers=rt.log_signers(tx))
        if batch is None:
            return 0
        jobs = [job for entry in batch.entries for job in _jobs(entry.body)]
        rt.queue.enqueue(tx.conn, jobs)
        return len(batch.entries)


def latest(tx: Tx) -> bytes | None:
    """Return the newest checkpoint."""
    return log.latest(tx.conn)


def file(tx: Tx, path: str) -> bytes:
    """Return a hash tile or an entry bundle by its path, as in "tile/0/000.p/7".

    Raises:
        LedgerError: The path is not one, or the newest checkpoint does not cover it.
    """
    return log.file(tx.conn, tiles.parse_path(path))


def proof(tx: Tx, event_id: str) -> bytes | None:
    """Return the proof that an event is in the log, or None while it is not."""
    return log.proof_of(tx.conn, event_id)


def receipt(rt: Runtime, event_id: str) -> bytes | None:
    """Return a COSE receipt that an event is in the log (RFC 9942), or None while it is not.

    Raises:
        RightsError: UNAVAILABLE, when the log's key cannot sign now.
    """
    with rt.transaction() as tx:
        data = log.proof_of(tx.conn, event_id)
        if data is None:
            return None
        proven = proofs.parse(data)
        signer = rt.log_signer(tx, proven.checkpoint)
    # Outside the transaction: the key may be far away.
    try:
        return receipts.issue(proven, signer)
    except ProofError as error:
        detail = f"the log's key did not sign: {error}"
        raise RightsError(Code.UNAVAILABLE, detail) from error


def counts(tx: Tx) -> Counts:
    """Return how much there is."""
    return exports.counts(tx)


def _jobs(body: bytes) -> list[Job]:
    event: Event = from_body(json.loads(body))
    return [
        Job(kind, event.subject, event.id, lane_of(kind)) for kind in REACTIONS.get(event.kind, ())
    ]
