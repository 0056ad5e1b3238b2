"""Sharing an output with everyone, taking that back, and looking at what is shared.

Whoever shares shows the clip and its prompt. What may not be shown any more is not there for
anybody, whatever was shared: that is asked each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db import generations, lineages, shares, standing, thumbnails
from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, Output
from rightsd.domain.principal import Principal
from rightsd.errors import Code, RightsError

PAGE_MAX = 24  # Three or four in a row, several rows.
LINEAGE_MAX = 24  # Of each kind; who wants all of it asks the log.


@dataclass(frozen=True, slots=True)
class Shared:
    """An output that everyone may look at.

    Attributes:
        pictured: Whether there is a small picture of it.
    """

    generation: Generation
    output: Output
    shared_at: datetime
    pictured: bool


@dataclass(frozen=True, slots=True)
class Lineage:
    """Of what an output is made, and what is made of it, as far as everyone may look at that.

    Attributes:
        hidden: How many outputs it is made of that nobody is shown.
    """

    made_of: Sequence[Shared]
    hidden: int
    remixes: Sequence[Shared]


def share(tx: Tx, actor: Principal, generation_id: str) -> Generation:
    """Show an output to everyone, as who asked for it.

    Raises:
        RightsError: CONFLICT: there is none, it is shared already, or it is for certain places or
            platforms alone. WITHDRAWN: it may not be shown.
    """
    generation = _locked(tx, actor, generation_id)
    domain.require_shareable(generation)
    if cause := standing.why_not(tx, [generation]).get(generation_id):
        raise RightsError(Code.WITHDRAWN, f"this output is not shown any more: {cause}")
    if not shares.insert(tx, generation_id):
        raise RightsError(Code.CONFLICT, "this output is shared already")
    tx.record(Event("generation.shared", generation_id, tx.now, {}))
    return generation


def unshare(tx: Tx, actor: Principal, generation_id: str) -> Generation:
    """Show an output to nobody else from now on; copies that others have taken stay theirs.

    Raises:
        RightsError: CONFLICT: it is not shared.
    """
    generation = _locked(tx, actor, generation_id)
    domain.MACHINE.next(generation.state, "generation.unshared")
    if not shares.delete(tx, generation_id):
        raise RightsError(Code.CONFLICT, "this output is not shared")
    tx.record(Event("generation.unshared", generation_id, tx.now, {}))
    return generation


def newest(
    tx: Tx, *, before: tuple[datetime, str] | None = None
) -> tuple[list[Shared], tuple[datetime, str] | None]:
    """Return what is shared, newest first, and behind what the next page begins, if there is one.

    A page may have fewer than others: of what was shared, some may not be shown any more.
    """
    page = shares.page(tx, before=before, limit=PAGE_MAX + 1)
    listed = page[:PAGE_MAX]
    found = _shown(tx, [generation_id for generation_id, _ in listed])
    further = None if len(page) <= PAGE_MAX else (listed[-1][1], listed[-1][0])
    return found, further


def find(tx: Tx, generation_id: str) -> Shared:
    """Return an output that is shared.

    Raises:
        RightsError: NOT_FOUND: it is not, or may not be shown.
    """
    for each in _shown(tx, [generation_id]):
        return each
    raise RightsError(Code.NOT_FOUND, "there is no such clip among those that are shared")


def lineage_of(tx: Tx, generation_id: str) -> Lineage:
    """Return of what an output is made, and what is made of it."""
    parents = lineages.parents(tx, generation_id, limit=LINEAGE_MAX)
    made_of = _shown(tx, parents)
    remixes = _shown(tx, shares.remixes(tx, generation_id, limit=LINEAGE_MAX))
    return Lineage(made_of, len(parents) - len(made_of), remixes)


def thumbnail(tx: Tx, generation_id: str) -> bytes:
    """Return a small picture of an output that is shared, a JPEG.

    Raises:
        RightsError: NOT_FOUND.
    """
    find(tx, generation_id)
    found = thumbnails.find(tx, generation_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no picture of this clip")
    return found


def _shown(tx: Tx, generation_ids: Sequence[str]) -> list[Shared]:
    """Return those of some outputs that are shared and may be shown, in the order of their ids."""
    since = shares.shared_at(tx, generation_ids)
    found = {each.id: each for each in generations.with_ids(tx, list(since))}
    against = standing.why_not(tx, list(found.values()))
    pictured = thumbnails.which(tx, list(since))
    return [
        Shared(found[each], output, since[each], each in pictured)
        for each in generation_ids
        if each in found and each not in against and (output := found[each].output) is not None
    ]


def _locked(tx: Tx, actor: Principal, generation_id: str) -> Generation:
    actor.require(*domain.MAKERS)
    generation = generations.lock(tx, generation_id)
    if generation is None:
        raise RightsError(Code.NOT_FOUND, "there is no such generation")
    actor.require_owner(generation.account_id, "generation")
    return generation
