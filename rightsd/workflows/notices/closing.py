"""Ends that come by themselves: putting back, closing, and erasing what people wrote."""

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta

from rightsd.db import letters, noticeterms
from rightsd.db.tx import Tx
from rightsd.domain import notice as domain
from rightsd.domain import regime
from rightsd.domain.events import Event
from rightsd.domain.notice import APPEAL_DAYS, COMPLETE_DAYS, Notice
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.notices import changing

BATCH = 100
ORIGINS_KEPT = timedelta(days=1)

logger = logging.getLogger(__name__)


def restore_due(rt: Runtime) -> int:
    """Put back what was countered when its day has come; return how many."""
    restored = 0
    while True:
        with rt.transaction() as tx:
            done = 0
            for notice in _open(tx, noticeterms.to_restore(tx, limit=BATCH)):
                changing.change(tx, notice, "notice.restored", {})
                done += 1
        restored += done
        if done < BATCH:
            return restored


def close_due(rt: Runtime) -> int:
    """Close what nobody can appeal any more, and forget where old notices came from."""
    closed = 0
    with rt.transaction() as tx:
        noticeterms.forget_origins(tx, before=tx.now - ORIGINS_KEPT)
        before = tx.now - timedelta(days=APPEAL_DAYS)
        for notice in _open(tx, noticeterms.to_close(tx, before=before, limit=BATCH)):
            changing.change(tx, notice, "notice.closed", {})
            closed += 1
    return closed


def lapse_due(rt: Runtime) -> int:
    """Close what was never completed; return how many.

    Their claimants are told, if they were ever written to: no more letters go to an address that
    somebody else wrote into a notice.
    """
    lapsed = 0
    with rt.transaction() as tx:
        before = tx.now - timedelta(days=COMPLETE_DAYS)
        for notice in _open(tx, noticeterms.to_lapse(tx, before=before, limit=BATCH)):
            changing.change(tx, notice, "notice.lapsed", {})
            if notice.claim.email and letters.has_any(tx, notice.id):
                letters.post(tx, notice.id, letters.Kind.NOTICE_LAPSED)
            lapsed += 1
    return lapsed


def erase_due(rt: Runtime) -> int:
    """Erase what people wrote in notices that were closed long enough ago; return how many."""
    erased = 0
    for each in regime.REGIMES:
        with rt.transaction() as tx:
            found = noticeterms.to_erase(
                tx, kinds=each.governs, before=tx.now - each.kept, limit=BATCH
            )
            for notice in _open(tx, found):
                event = Event("notice.erased", notice.id, tx.now, {})
                domain.evolve(notice, event)
                noticeterms.erase(tx, notice.id)
                tx.record(event)
                erased += 1
    return erased


def _open(tx: Tx, notice_ids: Sequence[str]) -> Iterator[Notice]:
    """Yield notices, locked, but for those that do not open: these keep no other waiting."""
    for notice_id in notice_ids:
        try:
            notice = changing.lock(tx, notice_id)
        except RightsError as error:
            if error.code is not Code.UNAVAILABLE:
                raise
            logger.exception("the notice %s does not open, and is left as it is", notice_id)
            continue
        yield notice
