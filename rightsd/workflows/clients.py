"""Programs that resolve soft bindings: registering them, and the tokens that they come with."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from rightsd.adapters import jose
from rightsd.db import clients, turns
from rightsd.db.tx import Tx
from rightsd.domain import client as domain
from rightsd.domain import ids
from rightsd.domain.client import Access, Client, Scope
from rightsd.domain.credential import seconds
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.resolution import BASE
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

OWNERS = (Role.PLATFORM, Role.ADMIN)
OPEN_MAX = 20  # Of one account: one for each program, and one more while its secret is renewed.
SHOWN_MAX = 100
SECRET_BYTES = 32
SECRET_CHARS_MAX = 200
TOKEN_CHARS_MAX = 2000  # Ours have 600.


@dataclass(frozen=True, slots=True)
class Registered:
    """A client and its secret, which is shown this once and kept only as a hash."""

    client: Client
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and what it is for."""

    text: str = field(repr=False)
    scopes: tuple[Scope, ...]


def register(tx: Tx, actor: Principal, *, scopes: Collection[Scope]) -> Registered:
    """Register a client of an account.

    Raises:
        RightsError: TOO_MANY.
    """
    actor.require(*OWNERS)
    turns.take(tx, f"clients {actor.account_id}")
    if clients.count_open(tx, actor.account_id) >= OPEN_MAX:
        raise RightsError(Code.TOO_MANY, f"{OPEN_MAX} clients are open; close one first")
    facts = {"account_id": actor.account_id, "scopes": list(domain.in_order(scopes))}
    event = Event("client.registered", ids.new("cli"), tx.now, facts)
    client, secret = domain.register(event), secrets.token_urlsafe(SECRET_BYTES)
    clients.insert(tx, client, secret_hash=_hash(secret))
    tx.record(event)
    return Registered(client, secret)


def close(tx: Tx, actor: Principal, client_id: str) -> Client:
    """Close a client of one's own, or as an admin any: its tokens are worth nothing from now on.

    Raises:
        RightsError: NOT_FOUND. CONFLICT: it is closed.
    """
    actor.require(*OWNERS)
    client = clients.lock(tx, client_id)
    if client is None:
        raise RightsError(Code.NOT_FOUND, "there is no such client")
    if actor.role is not Role.ADMIN:
        actor.require_owner(client.account_id, "client")
    event = Event("client.closed", client_id, tx.now, {})
    closed = domain.evolve(client, event)
    clients.update(tx, closed)
    tx.record(event)
    return closed


def of_account(tx: Tx, actor: Principal) -> list[Client]:
    """Return one's own clients, the newest first."""
    actor.require(*OWNERS)
    return clients.of_account(tx, actor.account_id, limit=SHOWN_MAX)


def authenticate(tx: Tx, client_id: str, secret: str) -> Client:
    """Return the client whose id and secret these are.

    Raises:
        RightsError: UNAUTHENTICATED; the sentence is the same whatever is wrong.
    """
    name = client_id if domain.ID.fullmatch(client_id) else ""
    # A client that does not exist costs the same comparison as one that does.
    expected = clients.secret_hash(tx, name) or bytes(32)
    good = hmac.compare_digest(_hash(secret[:SECRET_CHARS_MAX]), expected)
    client = clients.find(tx, name)
    if not good or client is None or client.state is not domain.State.OPEN:
        raise RightsError(Code.UNAUTHENTICATED, "there is no open client by this id and secret")
    return client


def issue(rt: Runtime, client: Client, scope: str) -> Token | None:
    """Return a token for a client that has said who it is; None: it may not have such a scope.

    Args:
        rt: The runtime.
        client: From `authenticate`.
        scope: Names with a space between; empty for all that it has.
    """
    scopes = domain.asked(scope, client)
    if scopes is None:
        return None
    claims = domain.claims(
        client,
        scopes,
        issuer=rt.issuer.url,
        audience=_audience(rt),
        token_id=ids.new("tok"),
        now=seconds(rt.clock()),
    )
    return Token(jose.sign(rt.credential_keys.signer(), domain.TOKEN_TYP, claims), scopes)


def authorise(rt: Runtime, token: str) -> Access:
    """Return what a token lets its bearer do now.

    Raises:
        RightsError: UNAUTHENTICATED; the sentence is the same whatever is wrong with it.
    """
    wrong = RightsError(
        Code.UNAUTHENTICATED, "this access token is not good, or has expired: ask for another one"
    )
    if len(token) > TOKEN_CHARS_MAX:
        raise wrong
    keys = {signer.kid: signer.public for signer in rt.credential_keys.all()}
    try:
        said = jose.verify(token, keys, typ=domain.TOKEN_TYP).claims
    except RightsError as error:
        raise wrong from error
    with rt.transaction() as tx:
        client = clients.find(tx, str(said.get("client_id")))
        now = seconds(tx.now)
    access = None
    if client is not None:
        access = domain.access(said, client, issuer=rt.issuer.url, audience=_audience(rt), now=now)
    if access is None:
        raise wrong
    return access


def _audience(rt: Runtime) -> str:
    return rt.issuer.url + BASE


def _hash(secret: str) -> bytes:
    """Return what is kept of a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()
