"""The gate over what Postgres says now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace

from rightsd.db import (
    allowances,
    consents,
    descriptions,
    follows,
    generations,
    licences,
    reliances,
    request_references,
    resemblances,
    reviews,
    standing,
    subjects,
    uses,
    works,
)
from rightsd.db.request_references import RequestReference
from rightsd.db.tx import Tx
from rightsd.domain import backtest, passages, policy, rulebook
from rightsd.domain import generation as domain
from rightsd.domain.consent import Consent
from rightsd.domain.events import Event, Value
from rightsd.domain.generation import Generation, State
from rightsd.domain.permission import Used
from rightsd.domain.policy import Decision, Facts, OptedOut, Outcome, Reserved, Wish
from rightsd.domain.review import Kind as ReviewKind
from rightsd.domain.review import Opening
from rightsd.domain.rulebook.books import Default, strictest
from rightsd.domain.subject import PRESENT
from rightsd.domain.subject import State as SubjectState
from rightsd.domain.terms import Audience
from rightsd.domain.work import Kind
from rightsd.workflows.generations import matches, references, stops
from rightsd.workflows.generations.matches import Shown

NOBODY: Mapping[str, Value] = {}


UNSEEN = Shown()  # As long as there is no clip.


def decide(
    tx: Tx,
    wish: Wish,
    *,
    of: str | None = None,
    shown: Shown = UNSEEN,
    sent: Sequence[RequestReference] = (),
    made_of: Sequence[str] = (),
    hold: bool = False,
) -> Decision:
    """Return the decision on a wish.

    Args:
        tx: The transaction.
        wish: What is wanted.
        of: The generation that wants it, if there is one yet: it does not count against a quota,
            and approvals and cleared doubts are for it.
        shown: What the finished clip shows, if there is one.
        sent: What comes with the wish, if there is no generation yet that it belongs to.
        made_of: Outputs that it is to be made of, likewise; they are held if it is to hold.
        hold: Keep everything that it rests on as it is until the commit: the people, the consents,
            who follows whom, the licences, the quotas, and that no opt-out is registered and no
            notice upheld.
    """
    facts = facts_about(tx, wish, of=of, shown=shown, sent=sent, made_of=made_of, hold=hold)
    return policy.decide(wish, facts, tx.now)


def facts_about(
    tx: Tx,
    wish: Wish,
    *,
    of: str | None = None,
    shown: Shown = UNSEEN,
    sent: Sequence[RequestReference] = (),
    made_of: Sequence[str] = (),
    hold: bool = False,
) -> Facts:
    """Return all that bears on a wish; see `decide`."""
    if hold:
        standing.hold_causes(tx)
    found = [*shown.found, *shown.recognised.voices]
    if of is not None:
        sent = request_references.of_generation(tx, of)
        # Drawn again it would be the same: who was to look at it has yet to.
        found = [*found, *resemblances.of_generation(tx, of)]
    sent_copies = sorted({copy for one in sent for copy in one.copies})
    recognised = references.recognised_in(tx, sent)
    sent_shown = references.shown_by(tx, sent, recognised, keep=hold) if sent else []
    depictions = references.depicted_by(tx, sent_shown) if sent_shown else []
    named = works.named(tx, wish.prompt, strict_kinds=_strict_kinds(wish))
    described, unchecked = descriptions.resembled(tx, wish.prompt)
    people = facts_about_people(tx, wish, of=of, hold=hold)
    facts = replace(
        stops.apply(tx, wish, people, of=of, made_of=[*made_of, *sent_copies], hold=hold),
        opted_out=[work for work in named if work.optout_id],
        reserved=_reserved(tx, wish, [work for work in named if not work.optout_id]),
        described=described,
        unchecked=unchecked,
        taken_down=matches.in_clip(tx, of, shown, wish.creator_id),
        cleared=() if of is None else reviews.cleared(tx, of),
        recognised=shown.recognised,
        masks=references.masks(tx, of or "", shown.recognised),
        sent_taken_down=matches.in_sent(tx, sent, sent_shown, wish.creator_id),
        sent_recognised=recognised,
        depictions=[*depictions, *(references.depicted_in(tx, found) if found else ())],
        banked=allowances.banked(tx, backtest.touched(wish, rulebook.CURRENT)),
    )
    things = policy.things_in_the_way(wish, facts)
    return _with_licences(tx, wish, facts, things, of, hold=hold) if things else facts


def facts_about_people(tx: Tx, wish: Wish, *, of: str | None, hold: bool) -> Facts:
    """Return what bears on casting the people of a wish; see `decide`."""
    read = subjects.hold_with_handles if hold else subjects.with_handles
    found = read(tx, wish.cameos)
    cast = {handle: subject for handle, subject in found.items() if subject.state in PRESENT}
    subject_ids = [subject.id for subject in cast.values()]
    towards = _consents(tx, subject_ids, wish.creator_id, hold=hold)
    return Facts(
        consents=dict.fromkeys(wish.cameos)
        | {
            handle: [each for each in towards if each.subject_id == subject.id]
            for handle, subject in cast.items()
        },
        opted_out=(),
        cast=subject_ids,
        paused=[handle for handle in cast if cast[handle].state is SubjectState.PAUSED],
        mutuals=_mutuals(tx, towards, wish.creator_id, hold=hold),
        used=_used(tx, towards, of, hold=hold),
        approved=() if of is None or not cast else uses.approved_under(tx, of),
    )


def wish_of(generation: Generation, *, lines: Sequence[tuple[int, str]] = ()) -> Wish:
    """Return what a generation wants, and what its storyboard has said beyond its prompt.

    Args:
        generation: The generation.
        lines: What is said, each after its shot, from 1.
    """
    wanted = generation.wanted
    prompt = passages.with_lines(wanted.prompt, lines)
    wish = policy.wish_of(generation.account_id, prompt, wanted.cameos, wanted.use)
    return replace(wish, said_from=len(wanted.prompt)) if lines else wish


def recheck(
    tx: Tx, generation_id: str, *, lines: Sequence[tuple[int, str]] = ()
) -> Generation | None:
    """Return a generation that is being made and is still permitted; otherwise None.

    One that is no longer permitted is refused here, for good, or held until it is approved. For
    `lines`, see `wish_of`.
    """
    generation = generations.find(tx, generation_id)
    if generation is None or generation.state is not State.REQUESTED:
        return None
    wish = wish_of(generation, lines=lines)
    if decide(tx, wish, of=generation.id).outcome is Outcome.ALLOW:
        return generation
    locked = generations.lock(tx, generation_id)
    if locked is not None and locked.state is State.REQUESTED:
        end_unless_allowed(tx, locked, lines=lines)
    return None


def end_unless_allowed(
    tx: Tx, generation: Generation, *, lines: Sequence[tuple[int, str]] = ()
) -> Decision:
    """Decide on a locked generation that is under way, and end it if that is the decision."""
    decision = decide(tx, wish_of(generation, lines=lines), of=generation.id)
    end(tx, generation, decision)
    return decision


def end(tx: Tx, generation: Generation, decision: Decision) -> None:
    """Refuse a locked generation that is under way, or hold it, if that is the decision."""
    if decision.outcome is Outcome.REFUSE:
        refuse(tx, generation, decision)
    elif decision.outcome is Outcome.HOLD and generation.state is State.REQUESTED:
        held = _turn(tx, generation, "generation.held", decision)
        ask_reviewer(tx, held)


def go_on(
    tx: Tx, generation: Generation, decision: Decision, *, by: Mapping[str, Value] = NOBODY
) -> Generation:
    """Let a locked generation that waits go on, wait for others, or end, as the decision says.

    Args:
        tx: The transaction.
        generation: The generation.
        decision: What the gate says by now.
        by: What the ledger says of whoever approved it for another person.
    """
    if decision.outcome is Outcome.REFUSE:
        return refuse(tx, generation, decision, by=by)
    waits = decision.outcome is Outcome.HOLD
    kind = "generation.endorsed" if waits else "generation.approved"
    turned = _turn(tx, generation, kind, decision, by=by)
    ask_reviewer(tx, turned)
    return turned


def refuse(
    tx: Tx,
    generation: Generation,
    decision: Decision,
    *,
    because_of: str | None = None,
    by: Mapping[str, Value] = NOBODY,
) -> Generation:
    """Refuse a locked generation that is under way; then there is nothing left to review.

    Args:
        tx: The transaction.
        generation: The generation.
        decision: Why.
        because_of: The id of what it goes against; None: as its reasons, or what ended, say.
        by: What the ledger says of whoever had it refused for another person.
    """
    cause = because_of or stops.cause_of(tx, generation, decision)
    facts = {**decision.facts(), **by, **stops.told(tx, cause)}
    event = Event("generation.refused", generation.id, tx.now, facts)
    ended = domain.evolve(generation, event, decision=decision, reason=sentence(decision))
    refused = replace(ended, because_of=cause)
    generations.update(tx, refused)
    tx.record(event)
    if generation.state is State.HELD:
        ask_reviewer(tx, refused)
    return refused


def withdraw(
    tx: Tx, generation: Generation, cause: str, because_of: str, *, by: Mapping[str, Value] = NOBODY
) -> None:
    """Withdraw a locked output that is out; then there is nothing left to review.

    Args:
        tx: The transaction.
        generation: The generation.
        cause: Why, in one sentence.
        because_of: The id of what it goes against.
        by: What the ledger says of whoever had it withdrawn for another person.
    """
    facts = {"because_of": because_of} | dict(by)
    event = Event("generation.withdrawn", generation.id, tx.now, facts)
    generations.update(tx, domain.evolve(generation, event, reason=cause))
    tx.record(event)
    review = reviews.open_about(tx, ReviewKind.OUTPUT, (generation.id,))
    if review is not None:
        reviews.drop(tx, review)


def ask_reviewer(tx: Tx, generation: Generation) -> None:
    """Ask a reviewer about all the doubts for which a locked generation waits by now.

    One who is asked about others, or about what does not wait any more, is not asked any longer:
    what they decided would be about something else.
    """
    doubts = generation.decision.doubts if generation.state is State.HELD else ()
    asked = reviews.open_about(tx, ReviewKind.USE, (generation.id,))
    if asked is not None:
        known = {reason.matter for reason in asked.reasons}
        if doubts and known.issuperset(doubt.matter for doubt in doubts):
            return
        reviews.drop(tx, asked)
    if doubts:
        evidence = request_of(generation) | {"reasons": [asdict(doubt) for doubt in doubts]}
        opening = Opening(
            kind=ReviewKind.USE,
            things=(generation.id,),
            parties=(generation.account_id,),
            about=generation.about,
            evidence=evidence,
            rules=tuple(sorted({doubt.key for doubt in doubts})),
        )
        reviews.begin(tx, opening)


def request_of(generation: Generation) -> dict[str, object]:
    """Return what was asked for, as a reviewer sees it."""
    wanted = generation.wanted
    return {"prompt": wanted.prompt, "cameos": list(wanted.cameos), "use": asdict(wanted.use)}


def sentence(decision: Decision) -> str:
    """Return the reasons of a refusal, or of having to wait, as one sentence."""
    return "; ".join(reason.detail for reason in decision.reasons)


def _turn(
    tx: Tx,
    generation: Generation,
    kind: str,
    decision: Decision,
    *,
    by: Mapping[str, Value] = NOBODY,
) -> Generation:
    """Let an event of a decision happen to a locked generation that goes on."""
    event = Event(kind, generation.id, tx.now, {**decision.facts(), **by})
    reason = sentence(decision) or None
    turned = domain.evolve(generation, event, decision=decision, reason=reason)
    generations.update(tx, turned)
    reliances.replace(tx, generation.id, decision)
    tx.record(event)
    return turned


def _strict_kinds(wish: Wish) -> list[str]:
    """Return the kinds of works that are not free where a clip will be shown."""
    book = rulebook.CURRENT
    places = book.places(wish.use.territories)
    return [kind for kind in Kind if book.default_of(kind, places) is not Default.OPT_OUT]


def _reserved(tx: Tx, wish: Wish, named: Sequence[OptedOut]) -> list[Reserved]:
    """Return works as what holds for them where a clip will be shown."""
    book = rulebook.CURRENT
    places = book.places(wish.use.territories)
    stances = works.stances(tx, [work.work_id for work in named]) if named else {}
    found: list[Reserved] = []
    for work in named:
        kind, least, opted_in = stances[work.work_id]
        default = strictest(book.default_of(kind, places), least)
        found.append(
            Reserved(
                *(work.work_id, work.title, work.found, work.start, work.tier, default),
                opted_in=opted_in,
                contested=work.contested,
            )
        )
    return found


def _consents(
    tx: Tx, subject_ids: Sequence[str], creator_id: str, *, hold: bool
) -> Sequence[Consent]:
    read = consents.hold_towards if hold else consents.towards
    return read(tx, subject_ids, creator_id) if subject_ids else ()


def _mutuals(tx: Tx, towards: Sequence[Consent], creator_id: str, *, hold: bool) -> set[str]:
    """Return who of those whose consent asks for it follows the creator and is followed back."""
    asking = {
        consent.account_id for consent in towards if consent.terms.audience is Audience.MUTUALS
    }
    read = follows.hold_mutuals if hold else follows.mutuals
    return read(tx, creator_id, sorted(asking)) if asking else set()


def _used(tx: Tx, towards: Sequence[Consent], of: str | None, *, hold: bool) -> dict[str, Used]:
    """Return how many clips rest on consents with a quota; held, no one else takes from it."""
    limited = [consent.id for consent in towards if consent.terms.has_quota]
    if hold:
        consents.lock_quota(tx, limited)
    return consents.used(tx, limited, but=of) if limited else {}


def _with_licences(
    tx: Tx, wish: Wish, facts: Facts, things: Collection[str], of: str | None, *, hold: bool
) -> Facts:
    """Return facts with the creator's licences on what is in the way, and how much they are used.

    Held, a quota is locked before its licence: who releases the last clip writes the licence, and
    must not wait there for another who holds it and waits for the quota.
    """
    found = licences.towards(tx, list(things), wish.creator_id)
    limited = [licence.id for licence in found if licence.offer.terms.has_quota]
    if hold:
        consents.lock_quota(tx, limited)
        found = licences.hold(tx, [licence.id for licence in found])
    found = stops.that_count(tx, wish, found, of=of)
    used = licences.used(tx, limited, but=of) if limited else {}
    return replace(facts, licences=found, used={**facts.used, **used})
