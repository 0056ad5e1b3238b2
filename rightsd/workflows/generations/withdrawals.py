"""What follows for generations when a permission ends. Housekeeping: it guards nothing.

Whether an output may be shown is asked of the consents, opt-outs and notices themselves, wherever
it is shown. These procedures make the rows say what has long been true.
"""

from rightsd.db import generations, notices, standing
from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, State
from rightsd.domain.policy import Outcome
from rightsd.runtime import Runtime
from rightsd.workflows.generations import deciding

BATCH = 100


def end_under_consent(rt: Runtime, consent_id: str) -> None:
    """End what rests on a consent that ended: refuse what is under way, withdraw what is out."""
    while True:
        with rt.transaction() as tx:
            batch = generations.lock_live_under(tx, consent_id, limit=BATCH)
            causes = standing.why_not(tx, batch)
            for generation in batch:
                if generation.state is State.PUBLISHED:
                    _withdraw(tx, generation, causes[generation.id], consent_id)
                else:
                    _end_under_way(tx, generation, consent_id)
        if not batch:
            return


def recheck_for_optout(rt: Runtime, optout_id: str) -> None:
    """Withdraw the published outputs that opt-outs stand against."""
    after = ""
    while True:
        with rt.transaction() as tx:
            page = generations.page_of_published(tx, after=after, limit=BATCH)
            causes = standing.why_not(tx, page)
            for generation in page:
                locked = generations.lock(tx, generation.id) if generation.id in causes else None
                if locked is not None and locked.state is State.PUBLISHED:
                    _withdraw(tx, locked, causes[generation.id], optout_id)
        if not page:
            return
        after = page[-1].id


def withdraw_for_notice(rt: Runtime, notice_id: str) -> None:
    """Withdraw the output that an upheld notice is against."""
    with rt.transaction() as tx:
        notice = notices.find(tx, notice_id)
        assert notice is not None
        generation = generations.lock(tx, notice.generation_id)
        assert generation is not None
        cause = standing.why_not(tx, [generation]).get(generation.id)
        if generation.state is State.PUBLISHED and cause is not None:
            _withdraw(tx, generation, cause, notice_id)


def _end_under_way(tx: Tx, generation: Generation, consent_id: str) -> None:
    """Refuse a generation, or let it rest on another consent of the same person."""
    decision = deciding.refuse_unless_allowed(tx, generation)
    if decision.outcome is Outcome.ALLOW:
        generations.delete_reliance(tx, generation.id, consent_id)
        generations.insert_reliances(tx, generation.id, decision.consents)


def _withdraw(tx: Tx, generation: Generation, cause: str, because_of: str) -> None:
    event = Event("generation.withdrawn", generation.id, tx.now, {"because_of": because_of})
    generations.update(tx, domain.evolve(generation, event, reason=cause))
    tx.record(event)
