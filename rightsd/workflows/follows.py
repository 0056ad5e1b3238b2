"""Following people and creators: who follow one another are mutuals, whom a consent can be for."""

from rightsd.db import accounts, follows
from rightsd.db.follows import Follow
from rightsd.db.tx import Tx
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

LIST_MAX = 500
FOLLOWED_MAX = 5000  # By one account: nobody knows more.
WHO = (Role.PERSON, Role.CREATOR)


def follow(tx: Tx, actor: Principal, account_id: str) -> Follow:
    """Follow an account."""
    actor.require(*WHO)
    if accounts.roles(tx, [account_id]).get(account_id) not in WHO:
        raise RightsError(Code.NOT_FOUND, "there is no such person or creator")
    if account_id == actor.account_id:
        raise RightsError(Code.INVALID, "nobody follows themselves")
    if follows.count(tx, actor.account_id) >= FOLLOWED_MAX:
        raise RightsError(Code.TOO_MANY, f"an account follows at most {FOLLOWED_MAX} others")
    if not follows.insert(tx, actor.account_id, account_id):
        raise RightsError(Code.CONFLICT, "you follow this account already")
    made = follows.find(tx, actor.account_id, account_id)
    assert made is not None
    return made


def unfollow(tx: Tx, actor: Principal, account_id: str) -> None:
    """Follow an account no more. From this commit on no decision takes the two for mutuals."""
    actor.require(*WHO)
    if not follows.delete(tx, actor.account_id, account_id):
        raise RightsError(Code.NOT_FOUND, "you do not follow this account")


def mine(tx: Tx, actor: Principal) -> list[Follow]:
    """Return whom the account follows and who follows it."""
    actor.require(*WHO)
    return follows.of_account(tx, actor.account_id, limit=LIST_MAX)
