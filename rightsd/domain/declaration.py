"""Declaration: an opt-out by someone without an account, in effect once they answer our mail."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.domain import letter
from rightsd.domain.letter import Language
from rightsd.domain.work import Kind
from rightsd.errors import Code, RightsError

ALIASES_MAX = 5  # Nobody vouches for who declares; owners with more open an account.
TIER = "asserted"  # What the ledger says of how it is known who owns the work.
CONFIRM_WITHIN = timedelta(hours=48)
# A site speaks for itself, by its own files: see the imports.
KINDS = frozenset(Kind) - {Kind.SITE}
OWNER_LENGTH_MAX = 200
STATEMENT_LENGTH_MAX = 4_000
NETWORK_BITS_V6 = 64  # What one subscriber has.


class State(StrEnum):
    """How a declaration stands: once it is confirmed, as the opt-out that it led to."""

    UNCONFIRMED = "unconfirmed"
    STANDING = "standing"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Declared:
    """What someone declares. Personal data.

    Attributes:
        owner: The name of whoever owns the work, as they say.
        statement: Why they believe in good faith that they may opt it out.
    """

    kind: Kind
    title: str
    aliases: tuple[str, ...]
    owner: str
    email: str
    statement: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration.

    Attributes:
        confirmed_at: When the mail was answered; from then on the opt-out was in effect.
        account_id: The claimant, who has no key to it.
        lifted: The opt-out that it led to has been lifted.
    """

    id: str
    language: Language
    declared: Declared
    declared_at: datetime
    confirmed_at: datetime | None
    account_id: str | None
    optout_id: str | None
    lifted: bool = False

    @property
    def state(self) -> State:
        """How it stands."""
        if self.optout_id is None:
            return State.UNCONFIRMED
        return State.LIFTED if self.lifted else State.STANDING

    def lapsed(self, now: datetime) -> bool:
        """Return whether it is too late to confirm it."""
        return self.confirmed_at is None and now >= self.declared_at + CONFIRM_WITHIN


def require(declared: Declared) -> None:
    """Check what is declared, but for its names.

    Raises:
        RightsError: INVALID: the address is none we write to, something is missing or too long, or
            this needs an account.
    """
    for what, said, most in (
        ("the owner's name", declared.owner, OWNER_LENGTH_MAX),
        ("the statement", declared.statement, STATEMENT_LENGTH_MAX),
    ):
        if not said.strip() or len(said) > most or "\0" in said:
            raise RightsError(Code.INVALID, f"{what} has 1 to {most:,} characters")
    if not letter.is_address(declared.email):
        raise RightsError(Code.INVALID, "this is no e-mail address that we can write to")
    if declared.kind not in KINDS:
        detail = "a site is opted out by its own files, with an account: POST /v1/imports"
        raise RightsError(Code.INVALID, detail)
    if len(declared.aliases) > ALIASES_MAX:
        detail = f"without an account a work has {ALIASES_MAX} names beside its title at most"
        raise RightsError(Code.INVALID, detail)


def path(declaration_id: str) -> str:
    """Return the path of a declaration's page, but for the token that ends it."""
    return f"/optouts/{declaration_id}"


def mailbox(email: str) -> str:
    """Return what two spellings of one mailbox have in common, for limits."""
    return email.lower()


def origin(address: str) -> str:
    """Return what the network addresses of one sender have in common, for limits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, NETWORK_BITS_V6), strict=False))
    return str(parsed)
