"""Registering works and the names they go by."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.db import descriptions, imports, standing, vocabulary, works
from rightsd.db.descriptions import Description
from rightsd.db.tx import Tx
from rightsd.domain import describing, ids, matching, naming
from rightsd.domain import work as domain
from rightsd.domain.events import Event
from rightsd.domain.naming import Name
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
    tx: Tx,
    actor: Principal,
    *,
    kind: Kind,
    title: str,
    aliases: Sequence[str | Alias],
    described_as: Sequence[str] = (),
) -> Work:
    """Register a work; its title is one of its names. For descriptions, see `describe`."""
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
    for text in described_as:
        _describe(tx, work, text, list(names.values()))
    return work


def describe(tx: Tx, actor: Principal, *, work_id: str, text: str) -> Description:
    """Say what a work is like, in English or Japanese: prompts that say the same mean the work.

    Raises:
        RightsError: INVALID, if that says too little, or would be said of much else; CONFLICT, if
            there are enough; UNAVAILABLE, if there is no model here that could compare it.
    """
    actor.require(Role.RIGHTS_HOLDER)
    work = works.find(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
    # First, or this would keep releases out while it waits for an import that opts the work out,
    # which then would wait for this.
    imports.hold_account(tx, actor.account_id)
    standing.lock_causes(tx)  # It may be a cause against outputs, as an opt-out is.
    descriptions.lock_work(tx, work_id)
    there = descriptions.of_works(tx, [work_id]).get(work_id, ())
    if len(there) >= describing.DESCRIPTIONS_MAX:
        detail = f"a work has {describing.DESCRIPTIONS_MAX} descriptions at most"
        raise RightsError(Code.CONFLICT, detail)
    return _describe(tx, work, text, works.aliases_of(tx, [work_id])[work_id])


def descriptions_of(tx: Tx, works_: Sequence[Work]) -> dict[str, list[Description]]:
    """Return the descriptions of works, by the work's id."""
    return descriptions.of_works(tx, [work.id for work in works_])


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


def _describe(tx: Tx, work: Work, text: str, names: Sequence[Alias]) -> Description:
    named = [_named(work, alias) for alias in names]
    bare = describing.without_names(text, named, vocabulary.load())
    read = describing.english(bare)
    describing.require_words(read)
    vector = tx.vectors.embed(read)
    common, nearest = tx.vectors.common(read)
    describing.require_telling(common, nearest)
    event_facts = {"text_sha256": hashlib.sha256(text.encode()).hexdigest()}
    event = Event("work.described", work.id, tx.now, event_facts)
    domain.evolve(work, event, title=work.title)
    described = Description(ids.new("dsc"), work.id, text, read, common, tx.now)
    descriptions.insert(tx, described, vector)
    tx.record(event)
    return described


def _named(work: Work, alias: Alias) -> Name:
    folded = matching.fold(alias.shown)
    return Name(
        work_id=work.id,
        optout_id="",
        title=work.title,
        shown=alias.shown,
        folded=folded,
        skeleton=matching.skeleton(folded),
        common=alias.common,
        excluded=alias.excluded,
    )


def _registered(alias: Alias, words: Vocabulary) -> RegisteredName:
    why = naming.why_in_context(alias.shown, words)
    if alias.common is not None:
        why = "its owner says so" if alias.common else None
    return RegisteredName(alias.shown, alias.excluded, why)


def _name(name: str | Alias) -> Alias:
    return domain.named(name if isinstance(name, Alias) else Alias(name))
