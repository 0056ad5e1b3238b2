"""Appeals against suspensions: the claimant by their last abusive notice, another reviewer."""

from rightsd.db import claimants, letters, notices
from rightsd.db.tx import Tx
from rightsd.domain import suspension as domain
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.suspension import Suspension
from rightsd.errors import Code, RightsError
from rightsd.workflows.notices import changing

QUEUE_MAX = 200


def appeal(
    tx: Tx, notice_id: str, *, words: str, token: str | None = None, actor: Principal | None = None
) -> Suspension:
    """Appeal the suspension that a notice led to, as its claimant."""
    changing.lock_of_claimant(tx, notice_id, token, actor)
    found = claimants.suspension_by_notice(tx, notice_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "this notice has not led to a suspension")
    return _change(tx, found.id, "suspension.appealed", {}, words)


def queue(tx: Tx, actor: Principal) -> list[Suspension]:
    """Return the suspensions that were appealed, the oldest first."""
    actor.require(Role.REVIEWER)
    return claimants.suspensions_appealed(tx, limit=QUEUE_MAX)


def decide(tx: Tx, actor: Principal, suspension_id: str, *, lift: bool, reason: str) -> Suspension:
    """Lift a suspension, or leave it as it is, on appeal."""
    actor.require(Role.REVIEWER)
    found = claimants.lock_suspension(tx, suspension_id)
    if found is not None and found.reviewer_id == actor.account_id:
        raise RightsError(Code.FORBIDDEN, "it was you who imposed this; somebody else decides")
    notice = notices.find(tx, found.notice_id) if found is not None else None
    if notice is not None and notice.claimant.account_id == actor.account_id:
        raise RightsError(Code.FORBIDDEN, "this suspension is yours; somebody else decides")
    kind = "suspension.lifted" if lift else "suspension.affirmed"
    decided = _change(tx, suspension_id, kind, {"reviewer_id": actor.account_id}, reason)
    if notice is not None and notice.claim.email:
        letters.post(tx, notice.id, letters.Kind.SUSPENSION_DECIDED)
    return decided


def _change(tx: Tx, suspension_id: str, kind: str, facts: dict[str, str], words: str) -> Suspension:
    found = claimants.lock_suspension(tx, suspension_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no such suspension")
    event = Event(kind, found.id, tx.now, facts)
    changed = domain.evolve(found, event, words=words)
    claimants.update_suspension(tx, changed)
    tx.record(event)
    return changed
