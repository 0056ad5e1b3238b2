"""Authority: who may do something for a subject, and under what.

The person's own account may do everything, but for a minor: what opens the door to others is done
by their guardian. What closes it again anyone of them may do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rightsd.domain import ceiling
from rightsd.domain.delegation import Delegation, Kind, Verb
from rightsd.domain.events import Value
from rightsd.domain.terms import Terms
from rightsd.errors import Code, RightsError

OPENING = frozenset({Verb.ENROL, Verb.GRANT, Verb.APPROVE, Verb.RESUME})


@dataclass(frozen=True, slots=True)
class Authority:
    """That an account may do something for a subject.

    Attributes:
        delegation: Under which it may; None: the subject is its own.
        minor: The subject is a minor by what was declared; looked at where it matters.
    """

    account_id: str
    delegation: Delegation | None
    minor: bool

    def facts(self) -> Mapping[str, Value]:
        """Return what the ledger says of who acted: nothing of those who act for themselves."""
        if self.delegation is None:
            return {}
        return {"by": self.account_id, "under": [self.delegation.id]}

    def require_within(self, terms: Terms, now: datetime) -> None:
        """Check that terms go no further than whoever acts for another may go.

        Raises:
            RightsError: FORBIDDEN.
        """
        if self.delegation is not None:
            assert self.delegation.scope is not None
            ceiling.require_within(terms, self.delegation.scope.ceiling, now)


def require(
    account_id: str,
    verb: Verb,
    *,
    owner_id: str,
    delegation: Delegation | None,
    minor: bool,
    what: str,
    now: datetime,
) -> Authority:
    """Return that an account may do something for a subject.

    Args:
        account_id: Who wants to.
        verb: What they want to do.
        owner_id: The account that the subject belongs to.
        delegation: What stands between the two accounts for this subject, if anything.
        minor: Whether the subject is a minor.
        what: What it is done to, for the one who asks.
        now: The time.

    Raises:
        RightsError: NOT_FOUND for a stranger, so that ids cannot be probed; FORBIDDEN for someone
            whose scope does not reach this far.
    """
    if account_id == owner_id:
        if minor and verb in OPENING:
            detail = f"you are under age by what was declared: your guardian can {verb} for you"
            raise RightsError(Code.FORBIDDEN, detail)
        return Authority(account_id, None, minor)
    if delegation is None or not delegation.is_in_force(now):
        raise RightsError(Code.NOT_FOUND, f"there is no such {what}")
    assert delegation.delegate_id == account_id
    assert delegation.scope is not None
    if verb not in delegation.scope.verbs:
        detail = f"you act for this person, but they did not let you {verb}"
        raise RightsError(Code.FORBIDDEN, detail)
    if minor and verb in OPENING and not delegation.is_of(Kind.GUARDIAN):
        detail = f"this person is under age by what was declared: only their guardian can {verb}"
        raise RightsError(Code.FORBIDDEN, detail)
    return Authority(account_id, delegation, minor)
