"""Who asks, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from rightsd.errors import Code, RightsError


class Role(StrEnum):
    """What an account is here for."""

    PERSON = "person"
    RIGHTS_HOLDER = "rights_holder"
    CREATOR = "creator"
    PLATFORM = "platform"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated account."""

    account_id: str
    role: Role

    def require(self, *roles: Role) -> None:
        """Allow these roles, and no other: an admin too only where the list says so.

        Raises:
            RightsError: FORBIDDEN.
        """
        if self.role not in roles:
            allowed = " or ".join(role.value.replace("_", " ") for role in roles)
            mine = self.role.value.replace("_", " ")
            raise RightsError(Code.FORBIDDEN, f"this needs a {allowed} account; yours is a {mine}")

    def require_owner(self, account_id: str, what: str) -> None:
        """Allow the owner alone.

        Raises:
            RightsError: NOT_FOUND for anyone else, so that ids cannot be probed.
        """
        if self.account_id != account_id:
            raise RightsError(Code.NOT_FOUND, f"there is no such {what}")
