"""Opening accounts, and knowing who holds a key."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from rightsd.db import accounts
from rightsd.db.tx import Tx
from rightsd.domain import account as domain
from rightsd.domain import ids
from rightsd.domain.account import Account
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

KEY_PREFIX = "rk"
KEY_LENGTH_MAX = 200
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """An account, and its first API key, which is shown this once and kept only as a hash."""

    account: Account
    api_key: str


def open_account(tx: Tx, actor: Principal, *, role: Role, name: str) -> OpenedAccount:
    """Open an account and give it a key."""
    actor.require(Role.ADMIN)
    return _open(tx, role, name)


def open_admin(tx: Tx) -> OpenedAccount:
    """Open an admin account for the operator of this machine, who needs no other permission."""
    return _open(tx, Role.ADMIN, "operator")


def has_admin(tx: Tx) -> bool:
    """Say whether there is an admin yet."""
    return accounts.count_of_role(tx, Role.ADMIN) > 0


def add_key(tx: Tx, actor: Principal, *, account_id: str) -> str:
    """Return a further API key for an account."""
    if actor.account_id != account_id:
        actor.require(Role.ADMIN)
    if accounts.find(tx, account_id) is None:
        raise RightsError(Code.NOT_FOUND, "there is no such account")
    return _add_key(tx, account_id)


def authenticate(tx: Tx, api_key: str) -> Principal:
    """Return whose key this is.

    Raises:
        RightsError: UNAUTHENTICATED; the sentence is the same whatever is wrong with the key.
    """
    wrong = RightsError(Code.UNAUTHENTICATED, "this API key is not known; check it, or ask for one")
    prefix, _, rest = api_key.partition("_")
    name, _, secret = rest.partition("_")
    if prefix != KEY_PREFIX or len(api_key) > KEY_LENGTH_MAX or not name.isalnum():
        raise wrong
    found = accounts.find_key(tx, f"key_{name}")
    # A key that does not exist costs the same comparison as one that does.
    expected, principal = found or (bytes(32), None)
    if not hmac.compare_digest(_hash(secret), expected) or principal is None:
        raise wrong
    return principal


def principal_of(tx: Tx, account_id: str) -> Principal:
    """Return an account as whoever may act for it, for the operator of this machine.

    Raises:
        RightsError: NOT_FOUND.
    """
    account = accounts.find(tx, account_id)
    if account is None:
        raise RightsError(Code.NOT_FOUND, "there is no such account")
    return Principal(account.id, account.role)


def _open(tx: Tx, role: Role, name: str) -> OpenedAccount:
    if not name.strip() or len(name) > domain.NAME_LENGTH_MAX:
        detail = f"an account needs a name of 1 to {domain.NAME_LENGTH_MAX} characters"
        raise RightsError(Code.INVALID, detail)
    event = Event("account.opened", ids.new("acc"), tx.now, {"role": role.value})
    account = domain.evolve(None, event, name=name.strip())
    accounts.insert(tx, account)
    tx.record(event)
    return OpenedAccount(account, _add_key(tx, account.id))


def _add_key(tx: Tx, account_id: str) -> str:
    name, secret = secrets.token_hex(8), secrets.token_urlsafe(SECRET_BYTES)
    accounts.insert_key(
        tx,
        key_id=f"key_{name}",
        account_id=account_id,
        secret_hash=_hash(secret),
        created_at=tx.now,
    )
    return f"{KEY_PREFIX}_{name}_{secret}"


def _hash(secret: str) -> bytes:
    """Return what is kept of a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()
