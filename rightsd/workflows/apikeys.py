"""API keys: making, listing and revoking them, and knowing who holds one."""

import hmac

from rightsd.db import accounts, apikeys, turns
from rightsd.db.tx import Tx
from rightsd.domain import apikey as domain
from rightsd.domain.apikey import ApiKey, Fresh
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError


def make(tx: Tx, actor: Principal, *, account_id: str, name: str = "") -> Fresh:
    """Return a further API key for an account: one's own, or for an admin any.

    Raises:
        RightsError: FORBIDDEN; NOT_FOUND; INVALID; TOO_MANY: so many stand already.
    """
    _require(actor, account_id)
    if accounts.find(tx, account_id) is None:
        raise RightsError(Code.NOT_FOUND, "there is no such account")
    if len(name) > domain.NAME_LENGTH_MAX:
        detail = f"an API key has a name of at most {domain.NAME_LENGTH_MAX} characters"
        raise RightsError(Code.INVALID, detail)
    turns.take(tx, f"keys {account_id}")
    if apikeys.count_of_account(tx, account_id) >= domain.KEYS_MAX:
        detail = f"{domain.KEYS_MAX} keys of this account stand; revoke one first"
        raise RightsError(Code.TOO_MANY, detail)
    fresh = domain.make()
    apikeys.insert(tx, fresh, account_id=account_id, name=name.strip())
    return fresh


def of_account(tx: Tx, actor: Principal, account_id: str) -> list[ApiKey]:
    """Return the keys of an account that stand, the oldest first."""
    _require(actor, account_id)
    return apikeys.of_account(tx, account_id)


def revoke(tx: Tx, actor: Principal, *, account_id: str, key_id: str) -> None:
    """Revoke a key: from this commit on it opens nothing.

    Raises:
        RightsError: FORBIDDEN; NOT_FOUND.
    """
    _require(actor, account_id)
    if not apikeys.revoke(tx, key_id, account_id=account_id):
        raise RightsError(Code.NOT_FOUND, "there is no such key, or it was revoked")


def authenticate(tx: Tx, api_key: str) -> Principal:
    """Return whose key this is, and note that it is used.

    Raises:
        RightsError: UNAUTHENTICATED; the sentence is the same whatever is wrong with the key.
    """
    wrong = RightsError(Code.UNAUTHENTICATED, "this API key is not known; check it, or ask for one")
    parsed = domain.parse(api_key)
    if parsed is None:
        raise wrong
    key_id, digest = parsed
    found = apikeys.find(tx, key_id)
    # A key that does not exist costs the same comparison as one that does.
    expected, principal = found or (bytes(32), None)
    if not hmac.compare_digest(digest, expected) or principal is None:
        raise wrong
    apikeys.use(tx, key_id, unless_after=tx.now - domain.USED_EVERY)
    return principal


def _require(actor: Principal, account_id: str) -> None:
    if actor.account_id != account_id:
        actor.require(Role.ADMIN)
