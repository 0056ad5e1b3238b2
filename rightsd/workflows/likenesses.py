"""What people see of their likeness that was found where they are not cast."""

from rightsd.db import authority, likenesses
from rightsd.db.tx import Tx
from rightsd.domain import delegation
from rightsd.domain.delegation import Verb
from rightsd.domain.likeness import Found
from rightsd.domain.principal import Principal

LIST_MAX = 200


def mine(tx: Tx, actor: Principal) -> list[Found]:
    """Return where one was found, or who one may see for, the newest first."""
    actor.require(*delegation.ROLES)
    people = authority.reach(tx, actor, Verb.SEE)
    return likenesses.of_people(tx, sorted(people), limit=LIST_MAX) if people else []
