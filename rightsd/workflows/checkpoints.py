"""Sequencing the log, and setting off what follows from its entries."""

from ledger import log, sequencing, tiles
from ledger import proof as proofs
from ledger import receipt as receipts
from ledger.log import Entry
from rightsd.adapters.queue import Job, lane_of
from rightsd.db import exports
from rightsd.db.exports import Counts
from rightsd.db.tx import Tx
from rightsd.domain.reactions import REACTIONS
from rightsd.runtime import Runtime


def sequence(rt: Runtime) -> int:
    """Give committed events their place in the log, and enqueue the reactions to each.

    One at a time: while another process is at it, this does nothing. Log and jobs commit together,
    so that no event is ever without its consequences.

    Returns:
        How many events were sequenced.
    """
    with rt.transaction() as tx:
        batch = sequencing.sequence(tx.conn, signers=[rt.log_signer])
        if batch is None:
            return 0
        jobs = [job for entry in batch.entries for job in _jobs(entry)]
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
    """Return a COSE receipt that an event is in the log (RFC 9942), or None while it is not."""
    with rt.transaction() as tx:
        data = log.proof_of(tx.conn, event_id)
    # Outside the transaction: the key may be far away.
    return None if data is None else receipts.issue(proofs.parse(data), rt.log_signer)


def counts(tx: Tx) -> Counts:
    """Return how much there is."""
    return exports.counts(tx)


def _jobs(entry: Entry) -> list[Job]:
    return [
        Job(kind, entry.subject, entry.event_id, lane_of(kind))
        for kind in REACTIONS.get(entry.kind, ())
    ]
