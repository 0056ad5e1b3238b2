"""Taking outputs from one platform that stay out on the others, and giving them back.

Whether an output may be shown on a platform is asked of the revocations themselves. These make the
rows say so, with an event each, which is what that platform is told.
"""

from collections.abc import Sequence

from rightsd.db import delistings, generations, lineages
from rightsd.db.tx import Tx
from rightsd.domain.events import Event
from rightsd.domain.generation import MACHINE, Generation, State
from rightsd.runtime import Runtime

BATCH = 100


def settle(tx: Tx, outputs: Sequence[Generation]) -> None:
    """Make the rows of outputs, locked, say what stands; what is withdrawn is taken from none.

    It was withdrawn everywhere, so every platform has been told: if it is restored, this is asked
    again in the same commit.
    """
    ids = [output.id for output in outputs]
    barred, noted = delistings.barred(tx, outputs), delistings.noted(tx, ids)
    for output in outputs:
        now, before = barred.get(output.id, {}), noted.get(output.id, {})
        for platform_id in sorted({*now, *before}):
            if platform_id not in now:
                delistings.delete(tx, output.id, platform_id)
                _record(tx, output, "generation.relisted", platform_id, before[platform_id])
            elif platform_id in before:
                if before[platform_id] not in now[platform_id]:
                    delistings.keep(tx, output.id, platform_id, now[platform_id][0])
            elif output.state is State.PUBLISHED:
                delistings.insert(tx, output.id, platform_id, now[platform_id][0])
                _record(tx, output, "generation.delisted", platform_id, now[platform_id][0])


def follow(rt: Runtime, generation_ids: Sequence[str]) -> None:
    """Take what is made of outputs, at any remove, from the platforms that those are taken from."""
    after = ""
    while True:
        with rt.transaction() as tx:
            page = lineages.remixes(tx, generation_ids, after=after, most=BATCH)
        if not page:
            return
        _settle_each(rt, page)
        after = page[-1]


def end(rt: Runtime, revocation_id: str) -> None:
    """Give back what a revocation that was lifted kept from platforms, if nothing else does."""
    after = ""
    while True:
        with rt.transaction() as tx:
            page = delistings.page(tx, revocation_id, after=after, limit=BATCH)
        if not page:
            return
        _settle_each(rt, page)
        after = page[-1]


def _settle_each(rt: Runtime, generation_ids: Sequence[str]) -> None:
    for generation_id in generation_ids:
        with rt.transaction() as tx:
            output = generations.lock(tx, generation_id)
            if output is not None:
                settle(tx, [output])


def _record(tx: Tx, output: Generation, kind: str, platform_id: str, because_of: str) -> None:
    MACHINE.next(output.state, kind)
    facts = {"platform_id": platform_id, "because_of": because_of}
    tx.record(Event(kind, output.id, tx.now, facts))
