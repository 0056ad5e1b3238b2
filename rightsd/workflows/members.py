"""Who signs in for an account: seeing who, changing what they may do, and letting them go."""

from rightsd.db import accounts, invites, members, passkeys, sessions
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain import member as domain
from rightsd.domain.letter import Language
from rightsd.domain.member import Duty, Member
from rightsd.errors import Code, RightsError


def join(
    tx: Tx, account_id: str, *, address: str, duty: Duty, language: Language | None = None
) -> Member:
    """Add a member, whom an invite or the operator lets in; nobody else is asked.

    Raises:
        RightsError: NOT_FOUND; INVALID: no address; CONFLICT: they are one already, or the account
            is full.
    """
    account = accounts.find(tx, account_id)
    if account is None or not accounts.hold(tx, account_id):
        raise RightsError(Code.NOT_FOUND, "there is no such account")
    if len(members.lock_of_account(tx, account_id)) >= domain.MEMBERS_MAX:
        raise RightsError(Code.CONFLICT, f"this account has {domain.MEMBERS_MAX} members already")
    member = Member(
        id=ids.new("mem"),
        account_id=account_id,
        role=account.role,
        duty=duty,
        address=domain.mailbox(address),
        language=language,
        joined_at=tx.now,
    )
    if not members.insert(tx, member):
        raise RightsError(Code.CONFLICT, "this address is that of a member of the account already")
    return member


def having(tx: Tx, address: str) -> list[Member]:
    """Return the members with an address, of all accounts: for whoever runs this machine."""
    return members.with_address(tx, members.address_mac(tx, domain.mailbox(address)))


def mine(tx: Tx, actor: Member) -> list[Member]:
    """Return who signs in for one's account, in the order in which they joined."""
    return members.of_account(tx, actor.account_id, limit=domain.MEMBERS_MAX)


def remove(tx: Tx, actor: Member, member_id: str) -> None:
    """Let a member go: oneself, or as an owner another. They are signed out everywhere.

    Invites that they made and nobody has accepted are withdrawn.

    Raises:
        RightsError: NOT_FOUND; FORBIDDEN; CONFLICT: there would be no owner left.
    """
    duties = dict(members.lock_of_account(tx, actor.account_id))
    if member_id != actor.id:
        domain.require_owner(duties, actor.id)
    if member_id not in duties:
        raise RightsError(Code.NOT_FOUND, "there is no such member")
    owners = {each for each, duty in duties.items() if duty is Duty.OWNER}
    if owners == {member_id}:
        detail = "an account keeps one owner: make another member one first, or close it"
        raise RightsError(Code.CONFLICT, detail)
    members.end(tx, member_id, left_at=tx.now)
    # With one of these, to an address that is theirs too, they would be back.
    invites.withdraw_of_member(tx, member_id, account_id=actor.account_id)
    sessions.end_of_member(tx, member_id)
    passkeys.delete_of_member(tx, member_id)


def set_duty(tx: Tx, actor: Member, member_id: str, duty: Duty) -> None:
    """Make a member an owner, or no owner any more.

    Raises:
        RightsError: NOT_FOUND; FORBIDDEN; CONFLICT: there would be no owner left.
    """
    duties = dict(members.lock_of_account(tx, actor.account_id))
    domain.require_owner(duties, actor.id)
    if member_id not in duties:
        raise RightsError(Code.NOT_FOUND, "there is no such member")
    if Duty.OWNER not in (duties | {member_id: duty}).values():
        raise RightsError(
            Code.CONFLICT, "an account keeps one owner: make another member one first"
        )
    members.set_duty(tx, member_id, duty)


def set_language(tx: Tx, actor: Member, language: Language | None) -> None:
    """Note in which language one reads; None: as the browser asks for."""
    members.set_language(tx, actor.id, language)
