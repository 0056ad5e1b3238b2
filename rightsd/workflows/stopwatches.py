"""Reading how long it took until nothing rested on what had ended."""

from datetime import datetime

from rightsd.db import causes, stopwatches
from rightsd.db.tx import Tx
from rightsd.domain.principal import Principal, Role
from rightsd.domain.stopwatch import PERIOD_MAX, Spread, Stopwatch
from rightsd.errors import Code, RightsError

STAFF = (Role.REVIEWER, Role.AUDITOR)  # Who sees all of them.
READERS = (Role.PERSON, Role.RIGHTS_HOLDER, *STAFF)


def show(tx: Tx, actor: Principal, cause_id: str) -> Stopwatch:
    """Return what followed a cause, to those whose it is, to reviewers and to auditors."""
    actor.require(*READERS)
    committed_at = stopwatches.committed_at(tx, cause_id)
    if committed_at is None or not (actor.role in STAFF or causes.is_theirs(tx, actor, cause_id)):
        raise RightsError(Code.NOT_FOUND, "there is no such cause, or it has not taken effect")
    return stopwatches.read(tx, cause_id, committed_at)


def spreads(tx: Tx, actor: Principal, *, begins: datetime, ends: datetime) -> list[Spread]:
    """Return how long each stage took for what took effect in a period."""
    _require_period(actor, begins, ends)
    return stopwatches.spreads(tx, begins=begins, ends=ends)


def platform_spreads(tx: Tx, actor: Principal, *, begins: datetime, ends: datetime) -> list[Spread]:
    """Return how long each stage of each platform took for what took effect in a period."""
    _require_period(actor, begins, ends)
    return stopwatches.platform_spreads(tx, begins=begins, ends=ends)


def _require_period(actor: Principal, begins: datetime, ends: datetime) -> None:
    actor.require(*STAFF)
    if not begins < ends <= begins + PERIOD_MAX:
        detail = f"a period ends after it begins, within {PERIOD_MAX.days} days"
        raise RightsError(Code.INVALID, detail)
