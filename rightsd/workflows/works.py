"""Registering works and the names they go by."""

from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.db import vocabulary, works
from rightsd.db.tx import Tx
from rightsd.domain import ids, matching, naming
from rightsd.domain import work as domain
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.vocabulary import Vocabulary
from rightsd.domain.work import Alias, Kind, Work
from rightsd.errors import Code, RightsError

LIST_MAX = 500


@dataclass(frozen=True, slots=True)
class RegisteredName:
    """A name of a work.

    Attributes:
        excluded: Phrases in which it does not count.
        why_in_context: Why it counts only in context; None: it counts wherever it stands.
    """

    shown: str
    excluded: tuple[str, ...]
    why_in_context: str | None


def register(
    tx: Tx, actor: Principal, *, kind: Kind, title: str, aliases: Sequence[str | Alias]
) -> Work:
    """Register a work; its title is one of its names."""
    actor.require(Role.RIGHTS_HOLDER)
    names = {matching.fold(name.shown): name for name in map(_name, (title, *aliases))}
    facts = {"account_id": actor.account_id, "kind": kind.value}
    event = Event("work.registered", ids.new("wrk"), tx.now, facts)
    work = domain.evolve(None, event, title=title.strip())
    works.insert(tx, work)
    works.insert_aliases(tx, work.id, list(names.values()))
    skeletons = [matching.skeleton(folded) for folded in names]
    if works.crowded(tx, actor.account_id, skeletons, most=domain.ALIKE_MAX) is not None:
        raise RightsError(Code.INVALID, domain.CROWDED)
    tx.record(event)
    return work


def mine(tx: Tx, actor: Principal) -> list[Work]:
    """Return the works that the account registered."""
    actor.require(Role.RIGHTS_HOLDER)
    return works.of_account(tx, actor.account_id, limit=LIST_MAX)


def names_of(tx: Tx, works_: Sequence[Work]) -> dict[str, list[RegisteredName]]:
    """Return the names of works, by id, and whether each counts wherever it stands."""
    words = vocabulary.load()
    return {
        work_id: [_registered(alias, words) for alias in aliases]
        for work_id, aliases in works.aliases_of(tx, [work.id for work in works_]).items()
    }


def _registered(alias: Alias, words: Vocabulary) -> RegisteredName:
    why = naming.why_in_context(alias.shown, words)
    if alias.common is not None:
        why = "its owner says so" if alias.common else None
    return RegisteredName(alias.shown, alias.excluded, why)


def _name(name: str | Alias) -> Alias:
    return domain.named(name if isinstance(name, Alias) else Alias(name))
