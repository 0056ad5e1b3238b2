"""Client: a program that asks the Soft Binding Resolution API in the name of an account.

Sources: RFC 6749 section 4.4 for client credentials, RFC 9068 for the claims of an access token.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.errors import Code, RightsError

TOKEN_TYP = "at+jwt"  # noqa: S105 -- A type, no token.
# A token is checked against the client's row each time, so this only bounds how long a stolen one
# of a client that nobody closes is of use.
TOKEN_LIFETIME = timedelta(minutes=10)
SCOPE_CHARS_MAX = 200
ID = re.compile(r"cli_[0-9a-f]{32}")


class Scope(StrEnum):
    """What a client may do, in the words of the Soft Binding Resolution API 2.4."""

    FETCH = "fetch:manifests"
    STORE = "store:manifests"
    BIND = "store:bindings"


class State(StrEnum):
    """Where a client stands."""

    OPEN = "open"
    CLOSED = "closed"


MACHINE: Machine[State] = Machine(
    {(None, "client.registered"): State.OPEN, (State.OPEN, "client.closed"): State.CLOSED}
)


@dataclass(frozen=True, slots=True)
class Client:
    """One client of an account, and what it may do at most."""

    id: str
    account_id: str
    scopes: tuple[Scope, ...]
    state: State
    registered_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Access:
    """What a token lets its bearer do, in the name of an account."""

    client_id: str
    account_id: str
    scopes: frozenset[Scope]

    def require(self, scope: Scope) -> None:
        """Allow what needs a scope.

        Raises:
            RightsError: FORBIDDEN.
        """
        if scope not in self.scopes:
            raise RightsError(Code.FORBIDDEN, f"this needs a token with the scope {scope}")


def register(event: Event) -> Client:
    """Return the client that an event registers."""
    scopes = event.data["scopes"]
    assert isinstance(scopes, Sequence)
    return Client(
        id=event.subject,
        account_id=str(event.data["account_id"]),
        scopes=in_order(Scope(scope) for scope in scopes),
        state=MACHINE.next(None, event.kind),
        registered_at=event.at,
        closed_at=None,
    )


def evolve(client: Client, event: Event) -> Client:
    """Return the client after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    assert client.id == event.subject
    return replace(client, state=MACHINE.next(client.state, event.kind), closed_at=event.at)


def in_order(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """Return scopes once each, in the order in which they stand here."""
    wanted = set(scopes)
    return tuple(scope for scope in Scope if scope in wanted)


def asked(text: str, client: Client) -> tuple[Scope, ...] | None:
    """Return the scopes that a request for a token names; all of the client's, if it names none.

    None: it names one that there is not, or that the client has not.
    """
    names = text.split(" ") if text else list(client.scopes)
    if len(text) > SCOPE_CHARS_MAX or not set(names) <= set(client.scopes):
        return None
    return in_order(Scope(name) for name in names)


def claims(
    client: Client, scopes: Iterable[Scope], *, issuer: str, audience: str, token_id: str, now: int
) -> dict[str, object]:
    """Return what an access token says."""
    return {
        "iss": issuer,
        "aud": audience,
        "sub": client.id,
        "client_id": client.id,
        "iat": now,
        "exp": now + int(TOKEN_LIFETIME.total_seconds()),
        "jti": token_id,
        "scope": " ".join(scopes),
    }


def access(
    said: Mapping[str, object], client: Client, *, issuer: str, audience: str, now: int
) -> Access | None:
    """Return what a token that we signed lets its bearer do, as the client stands; None: nothing.

    Args:
        said: The token's claims.
        client: The client that it names.
        issuer: Who we are.
        audience: What it must be for.
        now: In seconds of Unix time.
    """
    expires, scope = said.get("exp"), said.get("scope")
    if not isinstance(expires, int) or not isinstance(scope, str):
        return None
    if (said.get("iss"), said.get("aud")) != (issuer, audience) or now >= expires:
        return None
    scopes = asked(scope, client)
    if scopes is None or client.state is not State.OPEN:
        return None
    return Access(client.id, client.account_id, frozenset(scopes))
