"""Sequencing the log, and setting off what follows from its entries."""

import json
import time

from ledger import log, sequencing, tiles
from ledger import proof as proofs
from ledger import receipt as receipts
from rightsd.adapters.queue import Job, lane_of
from rightsd.db import exports
from rightsd.db.exports import Counts
from rightsd.db.tx import Tx
from rightsd.domain.events import Event, from_body
from rightsd.domain.reactions import REACTIONS
from rightsd.runtime import Runtime

AWAIT_PAUSE_SECONDS = 0.02


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
    """Return a COSE receipt that an event is in the log (RFC 9942), or None while it is not."""
    with rt.transaction() as tx:
        data = log.proof_of(tx.conn, event_id)
    # Outside the transaction: the key may be far away.
    return None if data is None else receipts.issue(proofs.parse(data), rt.log_signer)


def await_index(rt: Runtime, event_id: str, seconds: float) -> int | None:
    """Return the index of the entry about an event as soon as it has one, or None after a time."""
    end = time.monotonic() + seconds
    while True:
        with rt.transaction() as tx:
            index = log.find(tx.conn, event_id)
        if index is not None or time.monotonic() >= end or rt.stopping.wait(AWAIT_PAUSE_SECONDS):
            return index


def counts(tx: Tx) -> Counts:
    """Return how much there is."""
    return exports.counts(tx)


def _jobs(body: bytes) -> list[Job]:
    event: Event = from_body(json.loads(body))
    return [
        Job(kind, event.subject, event.id, lane_of(kind)) for kind in REACTIONS.get(event.kind, ())
    ]
