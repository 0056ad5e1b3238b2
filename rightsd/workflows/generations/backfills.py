"""Making what outputs are compared by, of those that were made before it was kept.

Their files are read again, one at a time and slowly. References and stay-down entries have no file
any more: those from before are compared by their frames, until someone sends them anew.
"""

import logging
import tempfile
from datetime import timedelta
from pathlib import Path

from fingerprint.bundle import Fingerprint as Content
from rightsd import comparing
from rightsd.adapters import fingerprints as files
from rightsd.adapters import media
from rightsd.db import fingerprints
from rightsd.errors import RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.generations import withdrawals

logger = logging.getLogger(__name__)

TAKEN = timedelta(minutes=10)  # Longer than any file takes; then another worker may try.
TRIES_MAX = 5


def fill_in(rt: Runtime) -> bool:
    """Make the fingerprint of one output by every channel; return whether there was one to make.

    What it then turns out to show is withdrawn. What cannot be read is tried a few times and left
    to the operator: its row stays.
    """
    with rt.transaction() as tx:
        due = fingerprints.take_unindexed(tx, until=tx.now + TAKEN, tries_max=TRIES_MAX)
    if due is None:
        return False
    try:
        whole = _read(rt, due.sha256)
    except RightsError:
        logger.exception("%s could not be read; it will be tried again", due.generation_id)
        return True
    with rt.transaction() as tx:
        if not fingerprints.lock_unindexed(tx, due.generation_id):
            return True
        kept = dict(fingerprints.of_asset(tx, due.generation_id))
        packed = [one for one in files.pack_whole(whole, moves=True) if one.algorithm not in kept]
        fingerprints.insert(tx, due.generation_id, packed)
    # After the commit: a reference that comes meanwhile is found here, or its own job finds this.
    found = comparing.references(rt, whole, rt.match_references(whole.content))
    withdrawals.recheck_output(rt, due.generation_id, found)
    with rt.transaction() as tx:
        left = fingerprints.end_unindexed(tx, due.generation_id)
    logger.info("%s is compared by all there is to see; %d are left", due.generation_id, left)
    return True


def _read(rt: Runtime, sha256: str) -> Content:
    with tempfile.TemporaryDirectory(dir=rt.work_folder, prefix="backfill-") as folder:
        path = Path(folder) / "output.mp4"
        rt.blobs.save(sha256, path)
        return files.describe(path, limits=media.LIMITS).whole
