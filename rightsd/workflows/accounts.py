"""Opening accounts, and closing them."""

from dataclasses import dataclass

from rightsd.db import (
    accounts,
    apikeys,
    clients,
    importdrafts,
    invites,
    members,
    passkeys,
    sessions,
    subjects,
    turns,
)
from rightsd.db.tx import Tx
from rightsd.domain import account as domain
from rightsd.domain import apikey, ids
from rightsd.domain.account import Account
from rightsd.domain.events import Event
from rightsd.domain.member import Member, require_owner
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import PRESENT
from rightsd.errors import Code, RightsError


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """An account, and its first API key, which is shown this once and kept only as a hash."""

    account: Account
    api_key: str


@dataclass(frozen=True, slots=True)
class Ends:
    """What ends when an account is closed, by number.

    Attributes:
        likenesses: People who are enrolled by it. While there are any it is not closed: taking
            back a likeness is a step of its own, which says what follows from it.
    """

    members: int
    api_keys: int
    invites: int
    clients: int
    likenesses: int


def open_account(tx: Tx, actor: Principal, *, role: Role, name: str) -> OpenedAccount:
    """Open an account and give it a key."""
    actor.require(Role.ADMIN)
    return _open(tx, role, name)


def open_admin(tx: Tx) -> OpenedAccount:
    """Open an admin account for the operator of this machine, who needs no other permission."""
    return _open(tx, Role.ADMIN, "operator")


def open_for(tx: Tx, role: Role, name: str) -> Account:
    """Open an account without a key, for whom an invite or the operator of this machine lets in."""
    return _begin(tx, role, name)


def has_admin(tx: Tx) -> bool:
    """Say whether there is an admin yet."""
    return accounts.count_of_role(tx, Role.ADMIN) > 0


def view(tx: Tx, actor: Principal) -> Account:
    """Return one's own account."""
    found = accounts.find(tx, actor.account_id)
    assert found is not None
    return found


def names(tx: Tx, actor: Principal, account_ids: list[str]) -> dict[str, str]:
    """Return what accounts are called, by id, to staff."""
    actor.require(Role.ADMIN, Role.REVIEWER)
    found = (accounts.find(tx, account_id) for account_id in dict.fromkeys(account_ids))
    return {account.id: account.name for account in found if account is not None}


def ends(tx: Tx, actor: Member) -> Ends:
    """Return what ends when one closes one's account."""
    actor.require_owner()
    return _ends(tx, actor.account_id)


def close(tx: Tx, actor: Member, *, name: str) -> Ends:
    """Close one's account: nobody signs in for it any more, and its keys open nothing.

    What it has granted, reserved or made stands, unless it was taken back before.

    Args:
        tx: The transaction.
        actor: One of its owners.
        name: What it is called, once more: nobody closes one by a slip of the hand.

    Raises:
        RightsError: FORBIDDEN; INVALID: it is called something else; CONFLICT: someone is enrolled
            by it, or it is the last admin's.
    """
    actor.require_owner()
    if actor.role is Role.ADMIN:
        turns.take(tx, "admin accounts")  # Two could each count the other one as left.
    locked = accounts.lock(tx, actor.account_id)
    assert locked is not None
    # As of now: they may have been let go while this waited.
    require_owner(dict(members.lock_of_account(tx, locked.id)), actor.id)
    if name != locked.name:
        raise RightsError(Code.INVALID, "type the name of the account as it stands above")
    found = _ends(tx, actor.account_id)
    if found.likenesses:
        detail = "a likeness is enrolled by this account: delete it first, under My likeness"
        raise RightsError(Code.CONFLICT, detail)
    if locked.role is Role.ADMIN and accounts.count_of_role(tx, Role.ADMIN) == 1:
        raise RightsError(Code.CONFLICT, "this is the last admin account; open another first")
    event = Event("account.closed", locked.id, tx.now, {})
    accounts.update(tx, domain.evolve(locked, event, name=locked.name))
    apikeys.revoke_of_account(tx, locked.id)
    invites.withdraw_all(tx, locked.id)
    clients.close_of_account(tx, locked.id)
    importdrafts.delete(tx, locked.id)
    for member_id, _ in members.lock_of_account(tx, locked.id):
        sessions.end_of_member(tx, member_id)
        passkeys.delete_of_member(tx, member_id)
        members.end(tx, member_id, left_at=tx.now)
    tx.record(event)
    return found


def principal_of(tx: Tx, account_id: str) -> Principal:
    """Return an account as whoever may act for it, for the operator of this machine.

    Raises:
        RightsError: NOT_FOUND.
    """
    account = accounts.find(tx, account_id)
    if account is None:
        raise RightsError(Code.NOT_FOUND, "there is no such account")
    return Principal(account.id, account.role)


def _ends(tx: Tx, account_id: str) -> Ends:
    return Ends(
        members=len(members.lock_of_account(tx, account_id)),
        api_keys=apikeys.count_of_account(tx, account_id),
        invites=invites.count_open(tx, account_id),
        clients=clients.count_open(tx, account_id),
        likenesses=sum(subject.state in PRESENT for subject in subjects.of_account(tx, account_id)),
    )


def _open(tx: Tx, role: Role, name: str) -> OpenedAccount:
    account, fresh = _begin(tx, role, name), apikey.make()
    apikeys.insert(tx, fresh, account_id=account.id, name="")
    return OpenedAccount(account, fresh.text)


def _begin(tx: Tx, role: Role, name: str) -> Account:
    if not name.strip() or len(name) > domain.NAME_LENGTH_MAX:
        detail = f"an account needs a name of 1 to {domain.NAME_LENGTH_MAX} characters"
        raise RightsError(Code.INVALID, detail)
    event = Event("account.opened", ids.new("acc"), tx.now, {"role": role.value})
    account = domain.evolve(None, event, name=name.strip())
    accounts.insert(tx, account)
    tx.record(event)
    return account
