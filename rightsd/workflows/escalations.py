"""Climbing the ladder of platforms that do not answer: send again, write to them, list them.

Every worker runs the step. Each commit takes a step for a batch of one platform's deliveries, and
what follows from it is of the same commit: a crash leaves the rest for the next run.
"""

from datetime import timedelta

from rightsd.db import escalations, letters, lines
from rightsd.db.escalations import Level, Listed
from rightsd.db.letters import Kind
from rightsd.db.tx import Tx
from rightsd.domain.escalation import LADDER, Of, Step, due_after
from rightsd.domain.principal import Principal, Role
from rightsd.runtime import Runtime

BATCH = 500  # Deliveries in one transaction.
MAIL_PAUSE = timedelta(hours=24)  # A contact is written to once a day, about all there is.
LISTED_MAX = 200


def climb(rt: Runtime) -> int:
    """Take every step that is due; return how many were taken."""
    with rt.transaction() as tx:
        levels = escalations.levels(tx)
    taken = 0
    for level in levels:
        for of in Of:
            # From the top, so that nothing climbs twice in one run.
            for steps in reversed(range(len(LADDER))):
                while not rt.stopping.is_set():
                    with rt.transaction() as tx:
                        found = _climb(tx, level, of, steps)
                    taken += found
                    if found < BATCH:
                        break
    return taken


def listed(tx: Tx, actor: Principal) -> list[Listed]:
    """Return the deliveries that are at the end of their ladder, the longest unanswered first."""
    actor.require(Role.REVIEWER, Role.ADMIN)
    return escalations.listed(tx, steps=len(LADDER), limit=LISTED_MAX)


def _climb(tx: Tx, level: Level, of: Of, steps: int) -> int:
    hours = level.acknowledge_hours if of is Of.RECEIPT else level.remove_hours
    take = escalations.take_unreceived if of is Of.RECEIPT else escalations.take_unremoved
    before = tx.now - due_after(steps, hours)
    lines.lock(tx, [level.platform_id])
    found = take(tx, level.platform_id, steps=steps, before=before, limit=BATCH)
    if not found:
        return 0
    step = LADDER[steps][0]
    escalations.climb(tx, found, of, step)
    if step is Step.MAILED:
        letters.post_once(tx, level.platform_id, Kind.PLATFORM_OVERDUE, after=tx.now - MAIL_PAUSE)
    return len(found)
