"""Making what outputs are compared by, of those that were made before it was kept.

Their files are read again, one at a time and slowly. References and stay-down entries have no file
any more: those from before are compared by their frames, until someone sends them anew.
"""

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fingerprint.bundle import Fingerprint as Content
from rightsd import comparing
from rightsd.adapters import fingerprints as files
from rightsd.adapters import media
from rightsd.db import fingerprints
from rightsd.db import standing as rows
from rightsd.db.fingerprints import Unread
from rightsd.db.tx import Tx
from rightsd.errors import RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.generations import withdrawals

logger = logging.getLogger(__name__)

TAKEN = timedelta(minutes=10)  # Longer than any file takes; then another worker may try.
TRIES_MAX = 5  # So soon after one another; then
DAILY = timedelta(days=1)  # a file may be back that was restored, or a store that was away.
UNREAD_MAX = 20  # Named at a time.


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left to be made.

    Attributes:
        left: How many outputs.
        unread: Those of them that could not be read, the last first, UNREAD_MAX at most.
    """

    left: int
    unread: Sequence[Unread]


def fill_in(rt: Runtime) -> bool:
    """Make the fingerprint of one output by every channel; return whether there was one to make.

    What it then turns out to show is withdrawn. What cannot be read is noted, tried a few times at
    once and every day from then on: see `standing`.
    """
    with rt.transaction() as tx:
        due = fingerprints.take_unindexed(
            tx, until=tx.now + TAKEN, later=tx.now + DAILY, tries_max=TRIES_MAX
        )
    if due is None:
        return False
    try:
        whole = _read(rt, due.sha256)
    except RightsError as error:
        logger.exception("%s could not be read; it will be tried again", due.generation_id)
        with rt.transaction() as tx:
            fingerprints.note_unread(tx, due.generation_id, error.detail)
        return True
    with rt.transaction() as tx:
        if not fingerprints.lock_unindexed(tx, due.generation_id):
            return True
        kept = dict(fingerprints.of_asset(tx, due.generation_id))
        packed = [one for one in files.pack_whole(whole, moves=True) if one.algorithm not in kept]
        fingerprints.insert(tx, due.generation_id, packed)
    # After the commit: a reference that comes meanwhile, or an output that is taken down, is found
    # here, or its own job finds this.
    shows = comparing.compare(rt, whole)
    withdrawals.recheck_output(rt, due.generation_id, shows.found)
    _recheck_copy(rt, due.generation_id, of=shows.copies)
    with rt.transaction() as tx:
        fingerprints.end_unindexed(tx, due.generation_id)
    logger.info("%s is compared by all there is to see", due.generation_id)
    return True


def standing(tx: Tx) -> Standing:
    """Return what is left to be made, and of what it could not be."""
    return Standing(fingerprints.count_unindexed(tx), fingerprints.unread(tx, limit=UNREAD_MAX))


def _recheck_copy(rt: Runtime, generation_id: str, *, of: Sequence[str]) -> None:
    """Withdraw an output if others are down by notice of which it is a copy."""
    for output_id in of:
        with rt.transaction() as tx:
            notice_ids = rows.barred_by(tx, output_id) if output_id != generation_id else []
        for notice_id in notice_ids:
            withdrawals.withdraw_copy(rt, generation_id, output_id, notice_id)


def _read(rt: Runtime, sha256: str) -> Content:
    with tempfile.TemporaryDirectory(dir=rt.work_folder, prefix="backfill-") as folder:
        path = Path(folder) / "output.mp4"
        rt.blobs.save(sha256, path)
        return files.describe(path, limits=media.LIMITS, channels=files.COMPARED).whole
