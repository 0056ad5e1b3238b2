"""Who may have the proof of what came of a cause, and how much of it."""

from rightsd.db import causes, copies
from rightsd.db.tx import Tx
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

STAFF = frozenset({Role.REVIEWER, Role.AUDITOR, Role.ADMIN})


def part_for(tx: Tx, actor: Principal, cause_id: str) -> str | None:
    """Return the platform whose part of a proof an account may have; None: it may have all.

    Staff may have all, and those whose cause it is: see `causes.is_theirs`.

    Raises:
        RightsError: NOT_FOUND, for everyone else.
    """
    if actor.role in STAFF:
        return None
    if actor.role is Role.PLATFORM:
        platform_id = copies.hold_platform_of(tx, actor.account_id)
        if platform_id is not None:
            return platform_id
    elif causes.is_theirs(tx, actor, cause_id):
        return None
    raise RightsError(Code.NOT_FOUND, "there is no such takedown")
