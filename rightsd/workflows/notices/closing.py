"""Ends that come by themselves: putting back, closing, and erasing what people wrote."""

from datetime import timedelta

from rightsd.db import letters, noticeterms
from rightsd.domain import notice as domain
from rightsd.domain import regime
from rightsd.domain.events import Event
from rightsd.domain.notice import APPEAL_DAYS, COMPLETE_DAYS
from rightsd.runtime import Runtime
from rightsd.workflows.notices import changing

BATCH = 100
ORIGINS_KEPT = timedelta(days=1)


def restore_due(rt: Runtime) -> int:
    """Put back what was countered when its day has come; return how many."""
    restored = 0
    while True:
        with rt.transaction() as tx:
            found = noticeterms.to_restore(tx, limit=BATCH)
            for notice_id in found:
                changing.change(tx, changing.lock(tx, notice_id), "notice.restored", {})
        restored += len(found)
        if len(found) < BATCH:
            return restored


def close_due(rt: Runtime) -> int:
    """Close what nobody can appeal any more, and forget where old notices came from."""
    with rt.transaction() as tx:
        noticeterms.forget_origins(tx, before=tx.now - ORIGINS_KEPT)
        before = tx.now - timedelta(days=APPEAL_DAYS)
        found = noticeterms.to_close(tx, before=before, limit=BATCH)
        for notice_id in found:
            changing.change(tx, changing.lock(tx, notice_id), "notice.closed", {})
    return len(found)


def lapse_due(rt: Runtime) -> int:
    """Close what was never completed; return how many.

    Their claimants are told, if they were ever written to: no more letters go to an address that
    somebody else wrote into a notice.
    """
    with rt.transaction() as tx:
        before = tx.now - timedelta(days=COMPLETE_DAYS)
        found = noticeterms.to_lapse(tx, before=before, limit=BATCH)
        for notice_id in found:
            lapsed = changing.change(tx, changing.lock(tx, notice_id), "notice.lapsed", {})
            if lapsed.claim.email and letters.has_any(tx, notice_id):
                letters.post(tx, notice_id, letters.Kind.NOTICE_LAPSED)
    return len(found)


def erase_due(rt: Runtime) -> int:
    """Erase what people wrote in notices that were closed long enough ago; return how many."""
    erased = 0
    for each in regime.REGIMES:
        with rt.transaction() as tx:
            found = noticeterms.to_erase(
                tx, kinds=each.governs, before=tx.now - each.kept, limit=BATCH
            )
            for notice_id in found:
                event = Event("notice.erased", notice_id, tx.now, {})
                domain.evolve(changing.lock(tx, notice_id), event)
                noticeterms.erase(tx, notice_id)
                tx.record(event)
        erased += len(found)
    return erased
