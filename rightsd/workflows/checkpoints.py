"""Sequencing the log, setting off what follows from its entries, and showing what is published."""

import time

from ledger import cosigning, log, sequencing, tiles
from ledger import proof as proofs
from ledger import receipt as receipts
from ledger.errors import BeyondError, ProofError
from ledger.log import Entry
from ledger.policy import Policy
from ledger.tiles import Bundle, Tile
from rightsd.adapters.queue import Job, lane_of
from rightsd.db import exports, logkeys
from rightsd.db.exports import Counts
from rightsd.db.tx import Tx
from rightsd.domain.reactions import REACTIONS
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

AWAIT_PAUSE_SECONDS = 0.02


def sequence(rt: Runtime) -> int:
    """Give committed events their place in the log, and enqueue the reactions to each.

    One at a time: while another process is at it, this does nothing. Log and jobs commit together,
    so that no event is ever without its consequences.

    Returns:
        How many events were sequenced.
    """
    with rt.unhurried() as tx:
        # Whose log this is shows in its first checkpoint, which another may just be signing.
        if not sequencing.take_turn(tx.conn):
            return 0
        logkeys.hold(tx)  # What the batch says of the log's keys holds of its checkpoint as well.
        batch = sequencing.sequence(tx.conn, signers=rt.log_signers(tx))
        if batch is None:
            return 0
        jobs = [job for entry in batch.entries for job in _jobs(entry)]
        rt.queue.enqueue(tx.conn, jobs)
        return len(batch.entries)


def published(tx: Tx, policy: Policy | None) -> bytes | None:
    """Return the checkpoint that everyone sees: the newest one with the policy's quorum."""
    return cosigning.published(tx.conn, policy)


def file(tx: Tx, path: str, policy: Policy | None) -> bytes:
    """Return a hash tile or an entry bundle by its path, as in "tile/0/000.p/7".

    Raises:
        LedgerError: The path is not one, or the published checkpoint does not cover it.
    """
    wanted = tiles.parse_path(path)
    if policy is not None:
        _require_published(tx, wanted, policy)
    return log.file(tx.conn, wanted)


def proof(tx: Tx, event_id: str, policy: Policy | None) -> bytes | None:
    """Return the proof that an event is in the published log, or None while it is not."""
    signed = cosigning.published(tx.conn, policy)
    return None if signed is None else log.proof_of(tx.conn, event_id, signed)


def receipt(rt: Runtime, event_id: str) -> bytes | None:
    """Return a COSE receipt that an event is in the published log (RFC 9942), or None.

    Raises:
        RightsError: UNAVAILABLE, when the log's key cannot sign now; BUSY, when it has too much to.
    """
    with rt.transaction() as tx:
        data = proof(tx, event_id, rt.witness_policy)
        if data is None:
            return None
        proven = proofs.parse(data)
        signer = rt.log_signer(tx, proven.checkpoint)
    # Outside the transaction: the key may be far away. A checkpoint's root is signed once.
    try:
        return receipts.issue(proven, rt.signatures.remembering(signer))
    except ProofError as error:
        detail = f"the log's key did not sign: {error}"
        raise RightsError(Code.UNAVAILABLE, detail) from error


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


def _require_published(tx: Tx, wanted: Tile | Bundle, policy: Policy) -> None:
    """Check that a file is of the published log: it is kept for good wherever it is read.

    Should witnesses find that the log has forked, no one has files of the other history.
    """
    size = cosigning.published_size(tx.conn, policy) or 0
    level = 0 if isinstance(wanted, Bundle) else wanted.level
    if wanted.width > tiles.width_of(level, wanted.index, size=size):
        raise BeyondError(f"the published log has no {wanted.path}")


def _jobs(entry: Entry) -> list[Job]:
    return [
        Job(kind, entry.subject, entry.event_id, lane_of(kind))
        for kind in REACTIONS.get(entry.kind, ())
    ]
