"""Inviting people: to join one's account, or to open one of their own."""

import hmac

from rightsd.db import accounts, invites, letters
from rightsd.db import members as db_members
from rightsd.db.letters import Kind
from rightsd.db.tx import Tx
from rightsd.domain import ids, letter
from rightsd.domain import invite as domain
from rightsd.domain.invite import Branch, Invite
from rightsd.domain.letter import Language
from rightsd.domain.member import MEMBERS_MAX, Member, mailbox, require_owner
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

GONE = "this invite was used or withdrawn, has run out, or never was one"


def make(tx: Tx, actor: Member, *, address: str, opens: Role | None, language: Language) -> Invite:
    """Invite someone, by a letter to their address; only who reads it can accept.

    Args:
        tx: The transaction.
        actor: An owner of the account that invites.
        address: Theirs.
        opens: The role of the account that they are to open; None: they are to join this one.
        language: Of the letter.

    Raises:
        RightsError: FORBIDDEN; INVALID; CONFLICT: no code is left, or too many were invited;
            TOO_MANY: they were invited often lately, or many people today.
    """
    actor.require_owner()
    address = mailbox(address)
    if opens is not None and opens not in domain.OPENS:
        raise RightsError(Code.INVALID, "such an account is opened by staff, and by no invite")
    duties = dict(db_members.lock_of_account(tx, actor.account_id))  # One at a time counts.
    require_owner(duties, actor.id)
    if opens is not None and invites.count_codes(tx, actor.account_id) >= domain.CODES_MAX:
        detail = f"your {domain.CODES_MAX} invites are given; withdraw one that is not accepted"
        raise RightsError(Code.CONFLICT, detail)
    open_ones = [
        each
        for each in invites.of_account(tx, actor.account_id, limit=domain.LIST_MAX)
        if each.is_open(tx.now)
    ]
    if any(each.address == address and each.opens is opens for each in open_ones):
        raise RightsError(Code.CONFLICT, "this address is invited already")
    if len(open_ones) >= MEMBERS_MAX:
        raise RightsError(Code.CONFLICT, "too many invites are open; withdraw some first")
    _require_few(tx, actor.account_id, address)
    made = Invite(
        id=ids.new("inv"),
        account_id=actor.account_id,
        invited_by=actor.id,
        address=address,
        opens=opens,
        language=language,
        made_at=tx.now,
        expires_at=tx.now + domain.WITHIN,
        withdrawn_at=None,
        used_at=None,
        opened_account_id=None,
    )
    invites.insert(tx, made)
    letters.post(tx, made.id, Kind.INVITE_ACCEPT)
    return made


def _require_few(tx: Tx, account_id: str, address: str) -> None:
    to_them = invites.count_made(
        tx,
        account_id,
        after=tx.now - domain.WITHIN,
        address_mac=db_members.address_mac(tx, address),
    )
    if to_them >= domain.PER_ADDRESS_MAX:
        detail = f"this address was invited {domain.PER_ADDRESS_MAX} times lately; that is enough"
        raise RightsError(Code.TOO_MANY, detail)
    if invites.count_made(tx, account_id, after=tx.now - domain.DAY) >= domain.PER_DAY_MAX:
        detail = f"an account invites {domain.PER_DAY_MAX} people a day; go on tomorrow"
        raise RightsError(Code.TOO_MANY, detail)


def mine(tx: Tx, actor: Member) -> list[Invite]:
    """Return the invites of one's account that were not withdrawn, newest first."""
    return invites.of_account(tx, actor.account_id, limit=domain.LIST_MAX)


def left(tx: Tx, actor: Member) -> int:
    """Return how many accounts one's account may still let others open."""
    return max(0, domain.CODES_MAX - invites.count_codes(tx, actor.account_id))


def withdraw(tx: Tx, actor: Member, invite_id: str) -> None:
    """Withdraw an invite that was not accepted; its code is there again."""
    actor.require_owner()
    if not invites.withdraw(tx, invite_id, account_id=actor.account_id):
        raise RightsError(Code.NOT_FOUND, "there is no such invite, or it was accepted")
    letters.cancel(tx, invite_id, Kind.INVITE_ACCEPT)


def look_up(tx: Tx, invite_id: str, *, token: str) -> Invite:
    """Return an invite to whoever has its link; looking uses nothing up.

    Raises:
        RightsError: NOT_FOUND.
    """
    expected, found = invites.token_of(tx, invite_id), invites.find(tx, invite_id)
    same = hmac.compare_digest(letter.secret_of(token), expected)
    if not same or found is None or not found.is_open(tx.now) or not found.address:
        raise RightsError(Code.NOT_FOUND, GONE)
    return found


def use(tx: Tx, invite_id: str, *, token: str) -> Invite:
    """Use an invite up; return it. What it lets its invitee do is then done for them.

    Raises:
        RightsError: NOT_FOUND.
    """
    found = look_up(tx, invite_id, token=token)
    # The account, its members, the invite: the order in which those take them who end an invite.
    is_open = accounts.hold(tx, found.account_id)
    db_members.lock_of_account(tx, found.account_id)
    if not is_open or not invites.use(tx, invite_id):
        raise RightsError(Code.NOT_FOUND, GONE)
    return found


def note_opened(tx: Tx, invite: Invite, account_id: str) -> None:
    """Note which account was opened by an invite."""
    invites.set_opened(tx, invite.id, account_id)


def tree(tx: Tx, actor: Principal) -> list[Branch]:
    """Return who let whom in, each branch under the one that it grew from. Staff only."""
    actor.require(Role.ADMIN, Role.REVIEWER)
    return invites.tree(tx, limit=domain.TREE_MAX)
