"""Taking outputs from one platform that stay out on the others, and giving them back.

Whether an output may be shown on a platform is asked of the revocations themselves. These make the
rows say so, with an event each, which is what that platform is told.
"""

from collections.abc import Callable, Sequence

from rightsd.db import delistings, generations, lineages
from rightsd.db.tx import Tx
from rightsd.domain.events import Event
from rightsd.domain.generation import MACHINE, Generation, State
from rightsd.runtime import Runtime

BATCH = 100


def settle(tx: Tx, outputs: Sequence[Generation]) -> None:
    """Make the rows of outputs, locked, say what stands; what is withdrawn is taken from none.

    It was withdrawn everywhere, so every platform has been told: if it is restored, this is asked
    again in the same commit. Whoever lifts what is noted here waits for the commit, so that what
    follows from lifting finds it.

    Raises:
        RightsError: UNAVAILABLE: someone lifts one of these, or makes it final, at this moment.
    """
    ids = [output.id for output in outputs]
    barred, noted = delistings.barred(tx, outputs), delistings.noted(tx, ids)
    standing = delistings.hold_standing(
        tx, {cause for named in barred.values() for causes in named.values() for cause in causes}
    )
    for output in outputs:
        before = noted.get(output.id, {})
        now = {
            platform_id: still
            for platform_id, causes in barred.get(output.id, {}).items()
            if (still := [cause for cause in causes if cause in standing])
        }
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

    def page(tx: Tx, after: str) -> list[str]:
        return lineages.remixes(tx, generation_ids, after=after, most=BATCH)

    _settle_each(rt, page)


def end(rt: Runtime, revocation_id: str) -> None:
    """Give back what a revocation that was lifted kept from platforms, if nothing else does."""

    def page(tx: Tx, after: str) -> list[str]:
        return delistings.page(tx, revocation_id, after=after, limit=BATCH)

    _settle_each(rt, page)


def _settle_each(rt: Runtime, page: Callable[[Tx, str], Sequence[str]]) -> None:
    """Settle the outputs of a list, page after page, each in a transaction of its own."""
    after = ""
    while True:
        with rt.transaction() as tx:
            generation_ids = page(tx, after)
        if not generation_ids:
            return
        for generation_id in generation_ids:
            with rt.unhurried() as tx:
                output = generations.lock(tx, generation_id)
                if output is not None:
                    settle(tx, [output])
        after = generation_ids[-1]


def _record(tx: Tx, output: Generation, kind: str, platform_id: str, because_of: str) -> None:
    MACHINE.next(output.state, kind)
    facts = {"platform_id": platform_id, "because_of": because_of}
    tx.record(Event(kind, output.id, tx.now, facts))
