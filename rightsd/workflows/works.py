"""Registering works and the names they go by, and whose they are."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger import entry
from rightsd.adapters import sites
from rightsd.db import claims, descriptions, imports, reviews, standing, vocabulary, works
from rightsd.db.claims import Conflict
from rightsd.db.descriptions import Description
from rightsd.db.tx import Tx
from rightsd.db.works import Listed
from rightsd.domain import describing, ids, matching, naming
from rightsd.domain import work as domain
from rightsd.domain.events import Event
from rightsd.domain.naming import Name
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding, Review
from rightsd.domain.review import Kind as ReviewKind
from rightsd.domain.review import State as ReviewState
from rightsd.domain.vocabulary import Vocabulary
from rightsd.domain.work import Alias, Document, Kind, Ownership, Standing, Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

LIST_MAX = 500


@dataclass(frozen=True, slots=True)
class RegisteredName:
    """A name of a work.

    Attributes:
        excluded: Phrases in which it does not count.
        why_in_context: Why it counts only in context; None: it counts wherever it stands.
        standing: What it counts for when the work is opted out.
    """

    shown: str
    excluded: tuple[str, ...]
    why_in_context: str | None
    standing: Standing


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
    imports.hold_account(tx, actor.account_id)  # Names that are read alike are counted.
    names = {matching.fold(name.shown): name for name in map(_name, (title, *aliases))}
    facts = {"account_id": actor.account_id, "kind": kind.value}
    event = Event("work.registered", ids.new("wrk"), tx.now, facts)
    work = domain.evolve(None, event, title=title.strip())
    works.insert(tx, work)
    works.insert_aliases(tx, work.id, list(names.values()))
    skeletons = [matching.skeleton(folded) for folded in names]
    if works.crowded(tx, actor.account_id, skeletons, most=domain.ALIKE_MAX) is not None:
        raise RightsError(Code.INVALID, domain.CROWDED)
    claims.contest(tx, [work.id])
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
    imports.hold_account(tx, actor.account_id)  # First: one may be opting the work out.
    descriptions.lock_work(tx, work_id)
    there = descriptions.of_works(tx, [work_id]).get(work_id, ())
    if len(there) >= describing.DESCRIPTIONS_MAX:
        detail = f"a work has {describing.DESCRIPTIONS_MAX} descriptions at most"
        raise RightsError(Code.CONFLICT, detail)
    described = _describe(tx, work, text, works.aliases_of(tx, [work_id])[work_id])
    standing.lock_causes(tx)  # It may be a cause against outputs, as an opt-out is.
    return described


def descriptions_of(tx: Tx, works_: Sequence[Work]) -> dict[str, list[Description]]:
    """Return the descriptions of works, by the work's id."""
    return descriptions.of_works(tx, [work.id for work in works_])


def document(
    tx: Tx, actor: Principal, work_id: str, *, registry: str, number: str, sha256: str
) -> Work:
    """Add what proves that a work is the account's own, and ask a reviewer to look at it."""
    actor.require(Role.RIGHTS_HOLDER)
    work = works.lock(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
    if len(claims.documents(tx, work)) >= domain.DOCUMENTS_MAX:
        detail = f"a work has {domain.DOCUMENTS_MAX} documents at most"
        raise RightsError(Code.TOO_MANY, detail)
    document = Document(registry, number, sha256, secrets.token_bytes(entry.SALT_BYTES))
    if not claims.insert_document(tx, work, document):
        raise RightsError(Code.CONFLICT, "this document has been added to the work before")
    written = json.dumps([registry, number], ensure_ascii=False).encode()
    facts = {"sha256": sha256, "registration": entry.commit(document.salt, written).hex()}
    documented = _turn(tx, work, Event("work.documented", work_id, tx.now, facts))
    if documented.ownership is not Ownership.VERIFIED:
        claims.ask_about(tx, documented, {})
    return documented


def read_claim(rt: Runtime, actor: Principal, work_id: str, *, url: str) -> str:
    """Return the SHA-256 of the file in which a site says that it is this very work.

    Whoever can put it there controls the site. It says nothing of other names of the work.

    Raises:
        RightsError: FORBIDDEN; NOT_FOUND; INVALID: the work is no site, or another one, or the file
            does not name it; UNAVAILABLE: the site does not answer.
    """
    actor.require(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        work = works.find(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
    host = sites.host_of(url)
    if work.kind is not Kind.SITE or host != work.title.lower():
        raise RightsError(Code.INVALID, f"this work is not the site {host}")
    said = sites.claim(url, rt.import_guard)
    if work_id.encode() not in said.split():
        detail = f"{sites.CLAIM_PATH} of the site does not name {work_id}"
        raise RightsError(Code.INVALID, detail)
    return hashlib.sha256(said).hexdigest()


def verify_site(tx: Tx, actor: Principal, work_id: str, *, sha256: str) -> Work:
    """Let a site's name be its owner's, who has put a claim there: see `read_claim`."""
    work = works.lock(tx, work_id)
    assert work is not None
    actor.require_owner(work.account_id, "work")
    among = [Standing.CLAIMED, Standing.WAITING]
    claims.hold(tx, [work_id])
    claims.own(tx, work_id, [matching.fold(work.title)], among=among)
    verified = _turn(tx, work, Event("work.verified", work_id, tx.now, {"sha256": sha256}))
    standing.lock_causes(tx)
    return verified


def settle_review(rt: Runtime, review_id: str) -> None:
    """Do what a reviewer found about a claim, or about two claims to one name; again, nothing."""
    with rt.transaction() as tx:
        review = reviews.find(tx, review_id)
        if review is None or review.finding is None:
            return
        if review.kind is ReviewKind.CLAIM:
            _settle_claim(tx, review)
        elif review.kind is ReviewKind.CONFLICT:
            _settle_conflict(tx, review)


def mine(tx: Tx, actor: Principal) -> list[Work]:
    """Return the works that the account registered."""
    actor.require(Role.RIGHTS_HOLDER)
    return works.of_account(tx, actor.account_id, limit=LIST_MAX)


def page(
    tx: Tx,
    actor: Principal,
    *,
    sought: str = "",
    before: tuple[datetime, str] | None = None,
    limit: int,
) -> list[Listed]:
    """Return works of the account, newest first: see `db.works.page`.

    Args:
        tx: The transaction.
        actor: Whose.
        sought: Only those of which a name holds this, however it is written.
        before: When the last one of the page before was registered, and its id.
        limit: How many.
    """
    actor.require(Role.RIGHTS_HOLDER)
    folded = matching.fold(sought)
    if sought.strip() and not folded:
        return []  # Signs alone, which no name is found by.
    return works.page(tx, actor.account_id, folded=folded, before=before, limit=limit)


def view(tx: Tx, actor: Principal, work_id: str) -> Work:
    """Return a work to its owner.

    Raises:
        RightsError: FORBIDDEN; NOT_FOUND.
    """
    actor.require(Role.RIGHTS_HOLDER)
    work = works.find(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
    return work


def conflicts(
    tx: Tx,
    actor: Principal,
    *,
    work_id: str | None = None,
    after: tuple[str, str] = ("", ""),
    limit: int,
) -> list[Conflict]:
    """Return names of the account's works that others claim as well: see `db.claims.conflicts`."""
    actor.require(Role.RIGHTS_HOLDER)
    return claims.conflicts(tx, actor.account_id, work_id=work_id, after=after, limit=limit)


def documents(tx: Tx, actor: Principal, work_id: str) -> list[Document]:
    """Return what was added to prove that a work is the account's own, in that order."""
    return claims.documents(tx, view(tx, actor, work_id))


def names_of(tx: Tx, works_: Sequence[Work]) -> dict[str, list[RegisteredName]]:
    """Return the names of works, by id, and whether each counts wherever it stands."""
    words = vocabulary.load()
    work_ids = [work.id for work in works_]
    standings = claims.standings(tx, work_ids)
    return {
        work_id: [_registered(alias, words, standings[work_id][alias.shown]) for alias in aliases]
        for work_id, aliases in works.aliases_of(tx, work_ids).items()
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
    domain.evolve(work, event)
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


def _settle_claim(tx: Tx, review: Review) -> None:
    """Let the names be the work's own that the reviewer saw, or those not that waited."""
    work = _locked(tx, review.things[0])
    claims.hold(tx, [work.id])
    found = {"review_id": review.id}
    if review.finding is Finding.REFUSE:
        if claims.put(tx, work.id, review.names, Standing.LOST, among=[Standing.WAITING]):
            _turn(tx, work, Event("work.ceded", work.id, tx.now, found))
        return
    among = [Standing.CLAIMED, Standing.WAITING]
    if review.state is ReviewState.OVERTURNED:
        among.append(Standing.LOST)
    owned = claims.own(tx, work.id, review.names, among=among)
    if owned or work.ownership is not Ownership.VERIFIED:
        _turn(tx, work, Event("work.verified", work.id, tx.now, found))
    # Names begin to refuse: releases wait, and what is out is checked by the reaction.
    standing.lock_causes(tx)


def _settle_conflict(tx: Tx, review: Review) -> None:
    """Let the names be the winner's; whoever else claims them is up against the winner now."""
    by_id = {work_id: _locked(tx, work_id) for work_id in sorted(review.things)}
    claims.hold(tx, list(by_id))
    won = 0 if review.finding is Finding.FIRST else 1
    winner, loser = by_id[review.things[won]], by_id[review.things[1 - won]]
    found = {"review_id": review.id}
    theirs = [each for each in Standing if each is not Standing.LOST]
    if claims.put(tx, loser.id, review.names, Standing.LOST, among=theirs):
        _turn(tx, loser, Event("work.ceded", loser.id, tx.now, found))
        for other in reviews.open_conflicts_over(tx, loser.id, review.names):
            reviews.lapse(tx, other)
    # Names that wait for the review of the claim go on waiting for it.
    if claims.own(tx, winner.id, review.names, among=[Standing.CLAIMED, Standing.LOST]):
        _turn(tx, winner, Event("work.confirmed", winner.id, tx.now, found))
    standing.lock_causes(tx)


def _locked(tx: Tx, work_id: str) -> Work:
    work = works.lock(tx, work_id)
    assert work is not None
    return work


def _turn(tx: Tx, work: Work, event: Event) -> Work:
    """Let an event happen to a locked work."""
    turned = domain.evolve(work, event)
    works.update(tx, turned)
    tx.record(event)
    return turned


def _registered(alias: Alias, words: Vocabulary, standing: Standing) -> RegisteredName:
    why = naming.why_in_context(alias.shown, words)
    if alias.common is not None:
        why = "its owner says so" if alias.common else None
    return RegisteredName(alias.shown, alias.excluded, why, standing)


def _name(name: str | Alias) -> Alias:
    return domain.named(name if isinstance(name, Alias) else Alias(name))
