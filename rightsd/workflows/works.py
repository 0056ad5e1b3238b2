"""Registering works and the names they go by."""

from collections.abc import Sequence

from rightsd.db import works
from rightsd.db.tx import Tx
from rightsd.domain import ids, matching
from rightsd.domain import work as domain
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.work import Kind, Work
from rightsd.errors import Code, RightsError

LIST_MAX = 500
FOLDED_LENGTH_MIN = 3  # Shorter names would be found in every other prompt.


def register(tx: Tx, actor: Principal, *, kind: Kind, title: str, aliases: Sequence[str]) -> Work:
    """Register a work; its title is one of its names."""
    actor.require(Role.RIGHTS_HOLDER)
    names = [_name(shown) for shown in (title, *aliases)]
    facts = {"account_id": actor.account_id, "kind": kind.value}
    event = Event("work.registered", ids.new("wrk"), tx.now, facts)
    work = domain.evolve(None, event, title=title.strip())
    works.insert(tx, work)
    works.insert_aliases(tx, work.id, names)
    tx.record(event)
    return work


def mine(tx: Tx, actor: Principal) -> list[Work]:
    """Return the works that the account registered."""
    actor.require(Role.RIGHTS_HOLDER)
    return works.of_account(tx, actor.account_id, limit=LIST_MAX)


def _name(shown: str) -> tuple[str, str, str]:
    folded = matching.fold(shown)
    if len(shown) > domain.TITLE_LENGTH_MAX or len(folded) > matching.RUN_LENGTH_MAX:
        detail = (
            f"“{shown[:40]}…” is too long for a name: {matching.RUN_LENGTH_MAX} letters at most"
        )
        raise RightsError(Code.INVALID, detail)
    if len(folded) < (FOLDED_LENGTH_MIN if folded.isascii() else 2):
        detail = f"“{shown}” is too short for a name: it would be found in other words' company"
        raise RightsError(Code.INVALID, detail)
    return shown.strip(), folded, matching.key(folded)
