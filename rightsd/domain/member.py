"""Member: a human being who signs in for an account.

Whoever signs in for two accounts is two members, with one e-mail address: what they may do, and by
which passkeys they sign in, belongs to the one or the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rightsd.domain.letter import Language, is_address
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

MEMBERS_MAX = 200  # Of one account; their list is one page.


class Duty(StrEnum):
    """What a member may do for the account: an owner also says who else belongs to it."""

    OWNER = "owner"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of one account.

    Attributes:
        address: E-mail address: personal data. Empty once the account's key is gone.
        language: In which they read; None: as their browser asks for.
    """

    id: str
    account_id: str
    role: Role
    duty: Duty
    address: str
    language: Language | None
    joined_at: datetime

    @property
    def principal(self) -> Principal:
        """The account, as whoever acts for it."""
        return Principal(self.account_id, self.role)

    def require_owner(self) -> None:
        """Allow owners alone.

        Raises:
            RightsError: FORBIDDEN.
        """
        require_owner({self.id: self.duty}, self.id)


def require_owner(duties: Mapping[str, Duty], member_id: str) -> None:
    """Allow owners alone, by what the members of an account may do as of now.

    Raises:
        RightsError: FORBIDDEN.
    """
    if duties.get(member_id) is not Duty.OWNER:
        detail = "this is for owners of the account; ask one of them"
        raise RightsError(Code.FORBIDDEN, detail)


def mailbox(address: str) -> str:
    """Return an address as it is compared and written to: without spaces around, lower case.

    Raises:
        RightsError: INVALID.
    """
    found = address.strip().lower()
    if not is_address(found):
        raise RightsError(Code.INVALID, "this is no e-mail address that can be written to")
    return found
