"""Keeping manifest stores of others, and the soft bindings that lead to them.

Whoever deposits owns what they deposit: they alone bind to it and remove it, and anyone who may
fetch finds it. Nothing of ours can be written over, or bound to.
"""

import hashlib
import uuid

from rightsd.adapters import jumbf
from rightsd.db import accounts, deposits, manifests, turns
from rightsd.db.tx import Tx
from rightsd.domain import deposit as domain
from rightsd.domain import ids
from rightsd.domain.client import Access, Scope
from rightsd.domain.deposit import BINDING_CHARS_MAX, Deposit, State
from rightsd.domain.events import Event
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError

STORE_BYTES_MAX = 1024 * 1024  # Ours have 30 kB; one with many ingredients has some hundred.
KEPT_MAX = 100_000  # Of one account, and in bytes:
KEPT_BYTES_MAX = 4 * 1024**3
BINDINGS_MAX = 100  # Of one manifest: marks and fingerprints by several algorithms.


def store(tx: Tx, access: Access, *, data: bytes, anything: bool) -> Deposit:
    """Keep a manifest store under the name of its active manifest; the same again changes nothing.

    Args:
        tx: The transaction.
        access: Of a client.
        data: The store.
        anything: Keep bytes that are no store as well, under a name of ours.

    Raises:
        RightsError: INVALID: it is no store. CONFLICT: another one goes by its name. TOO_MANY.
    """
    access.require(Scope.STORE)
    if len(data) > STORE_BYTES_MAX:
        raise RightsError(Code.TOO_LARGE, f"a manifest store may have {STORE_BYTES_MAX} bytes")
    manifest_id, sha256 = _name(data, anything=anything), hashlib.sha256(data).hexdigest()
    turns.take(tx, f"deposits {access.account_id}")
    known = deposits.find(tx, manifest_id)
    if known is not None and (known.account_id, known.sha256) == (access.account_id, sha256):
        return known
    taken = RightsError(Code.CONFLICT, "another manifest store is kept by the name of this one")
    if known is not None or manifests.find_generation(tx, manifest_id) is not None:
        raise taken
    kept = deposits.kept(tx, access.account_id)
    if kept.count >= KEPT_MAX or kept.size + len(data) > KEPT_BYTES_MAX:
        detail = f"{KEPT_MAX} manifest stores or {KEPT_BYTES_MAX} bytes are kept; remove some first"
        raise RightsError(Code.TOO_MANY, detail)
    facts = {"account_id": access.account_id, "sha256": sha256}
    event = Event("deposit.stored", ids.new("dep"), tx.now, facts)
    made = domain.store(event, manifest_id=manifest_id, size=len(data))
    if not deposits.insert(tx, made, store=data):
        raise taken
    tx.record(event)
    return made


def remove(tx: Tx, access: Access, manifest_id: str) -> Deposit:
    """Remove a manifest store of one's own with its bindings; a client of an admin removes any.

    Raises:
        RightsError: NOT_FOUND.
    """
    access.require(Scope.STORE)
    deposit = deposits.lock(tx, manifest_id)
    role = accounts.roles(tx, [access.account_id]).get(access.account_id)
    if deposit is None or (deposit.account_id != access.account_id and role is not Role.ADMIN):
        raise _missing()
    event = Event("deposit.removed", deposit.id, tx.now, {"by": access.account_id})
    removed = domain.evolve(deposit, event)
    deposits.remove(tx, removed)
    tx.record(event)
    return removed


def bind(tx: Tx, access: Access, *, value: str, manifest_id: str) -> None:
    """Let a soft binding lead to a manifest of one's own.

    Raises:
        RightsError: NOT_FOUND: no such manifest. CONFLICT: it leads to another one. TOO_MANY.
    """
    deposit, key = _bindable(tx, access, value, manifest_id)
    if not deposits.insert_binding(tx, deposit, key):
        if deposits.bound_to(tx, access.account_id, key) != deposit.id:
            detail = "this binding leads to another manifest; replace it by PUT"
            raise RightsError(Code.CONFLICT, detail)
        return
    if deposits.count_bindings(tx, deposit.id) > BINDINGS_MAX:
        raise RightsError(Code.TOO_MANY, f"{BINDINGS_MAX} bindings may lead to one manifest")


def rebind(tx: Tx, access: Access, *, value: str, manifest_id: str) -> None:
    """Let a soft binding of one's own lead to another manifest of one's own.

    Raises:
        RightsError: NOT_FOUND: no such manifest, or no such binding. TOO_MANY.
    """
    deposit, key = _bindable(tx, access, value, manifest_id)
    if not deposits.update_binding(tx, deposit, key):
        raise RightsError(Code.NOT_FOUND, "you have stored no such binding")
    if deposits.count_bindings(tx, deposit.id) > BINDINGS_MAX:
        raise RightsError(Code.TOO_MANY, f"{BINDINGS_MAX} bindings may lead to one manifest")


def find(tx: Tx, manifest_id: str) -> tuple[Deposit, bytes]:
    """Return a deposit and its store.

    Raises:
        RightsError: NOT_FOUND.
    """
    deposit = deposits.find(tx, manifest_id)
    data = None if deposit is None else deposits.store(tx, deposit)
    if deposit is None or data is None:
        raise RightsError(Code.NOT_FOUND, "there is no manifest by this name")
    return deposit, data


def _bindable(tx: Tx, access: Access, value: str, manifest_id: str) -> tuple[Deposit, bytes]:
    """Return a manifest of one's own, locked, and what a value is found by."""
    access.require(Scope.BIND)
    if not 0 < len(value) <= BINDING_CHARS_MAX:
        detail = f"a soft binding has 1 to {BINDING_CHARS_MAX} characters"
        raise RightsError(Code.INVALID, detail)
    deposit = deposits.lock(tx, manifest_id)
    if deposit is None or deposit.account_id != access.account_id:
        raise _missing()
    assert deposit.state is State.STORED
    return deposit, domain.binding_key(value)


def _name(data: bytes, *, anything: bool) -> str:
    try:
        return jumbf.parse(data).active.label
    except RightsError:
        if not anything or not data:
            raise
    return f"urn:c2pa:{uuid.uuid4()}"


def _missing() -> RightsError:
    return RightsError(Code.NOT_FOUND, "there is no manifest by this name, or it is not yours")
