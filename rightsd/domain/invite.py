"""Invite: what lets someone join an account, or open one of their own. Each is for one address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsd.domain.letter import Language
from rightsd.domain.principal import Role

CODES_MAX = 4  # With which an account lets others open theirs; one that is withdrawn comes back.
WITHIN = timedelta(days=14)
# Letters are counted whether or not their invites were withdrawn: by withdrawing and inviting again
# anybody could be written to without end.
PER_ADDRESS_MAX = 3  # In WITHIN.
PER_DAY_MAX = 50  # Of one account.
DAY = timedelta(days=1)
OPENS = (Role.PERSON, Role.CREATOR, Role.RIGHTS_HOLDER)  # Staff and platforms are let in by staff.
LIST_MAX = 200
TREE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Invite:
    """One invite.

    Attributes:
        account_id: Whose it is.
        address: The invitee's e-mail address: personal data. Empty once the account's key is gone.
        opens: The role of the account that it opens; None: it lets them join this one.
    """

    id: str
    account_id: str
    invited_by: str
    address: str
    opens: Role | None
    language: Language
    made_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    used_at: datetime | None
    opened_account_id: str | None

    def is_open(self, now: datetime) -> bool:
        """Say whether it can be accepted."""
        return self.used_at is None and self.withdrawn_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Branch:
    """An account that was opened by an invite, and by whose: one edge of the tree.

    Attributes:
        depth: How many invites lie between it and an account that needed none; 1 or more.
    """

    account_id: str
    invited_by: str
    depth: int
    opened_at: datetime


def path(invite_id: str) -> str:
    """Return the page of an invite, less its secret."""
    return f"/invites/{invite_id}"
