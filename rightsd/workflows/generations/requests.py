"""Asking for generations, and looking at them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ledger import entry
from rightsd.db import (
    allowances,
    authority,
    generations,
    lineages,
    picturemarks,
    reliances,
    request_references,
    requests,
    reviews,
    samples,
    shadows,
    shares,
    soundmarks,
    standing,
    storyboards,
    subjects,
    thumbnails,
    turns,
    uses,
)
from rightsd.db.generations import Progress
from rightsd.db.picturemarks import PictureMark
from rightsd.db.request_references import RequestReference
from rightsd.db.soundmarks import SoundMark
from rightsd.db.tx import Tx
from rightsd.domain import backtest, ids, lineage, locales, policy, rulebook
from rightsd.domain import generation as domain
from rightsd.domain.delegation import Verb
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, Output, Wanted
from rightsd.domain.lineage import By
from rightsd.domain.policy import Decision, Outcome
from rightsd.domain.principal import Principal
from rightsd.domain.rates import NEVER, Sample, Sampling
from rightsd.domain.review import Kind, Opening
from rightsd.domain.terms import PERSONAL, Use
from rightsd.errors import Code, RightsError
from rightsd.workflows.generations import deciding, references

LIST_MAX = 200
WATERMARK_BITS = 60
UNDER_WAY_MAX = 20  # Generations of one account at a time, so that others get their turn.
HELD_MAX = 20  # That wait, of one account: who is asked has to read them.
KINDS = {
    Outcome.ALLOW: "generation.requested",
    Outcome.HOLD: "generation.held",
    Outcome.REFUSE: "generation.refused",
}


@dataclass(frozen=True, slots=True)
class View:
    """A generation as its owner sees it.

    Attributes:
        why_not: Why its output may not be shown now; None when it may, or there is none.
        picture_mark: As it was read back before the release; None: of no output, or an old one.
        sound_mark: The same; None also where the sound carries none.
        shared_at: Since when everyone is shown it; None: nobody else is.
    """

    generation: Generation
    progress: Progress
    storyboard: dict[str, Any] | None
    why_not: str | None
    picture_mark: PictureMark | None
    sound_mark: SoundMark | None
    shared_at: datetime | None


def preflight(
    tx: Tx,
    actor: Principal,
    *,
    prompt: str,
    cameos: tuple[str, ...],
    use: Use = PERSONAL,
    sent_ids: Sequence[str] = (),
    remix_of: str | None = None,
) -> Decision:
    """Return what the gate would say now, without asking for anything."""
    actor.require(*domain.MAKERS)
    sent = references.take(tx, actor.account_id, sent_ids) if sent_ids else []
    parents = _parents(tx, actor, sent, remix_of)
    wish = policy.wish_of(actor.account_id, prompt, cameos, use)
    return deciding.decide(tx, wish, sent=sent, made_of=list(parents))


def request(
    tx: Tx,
    actor: Principal,
    *,
    wanted: Wanted,
    sent_ids: Sequence[str] = (),
    remix_of: str | None = None,
    sampling: Sampling = NEVER,
) -> Generation:
    """Decide on a request and put it on record: allowed, refused, or held.

    What is held waits for the approval of those who are cast, for a reviewer, or for both. Some
    others are drawn for a reviewer who is not told the decision.

    Args:
        tx: The transaction.
        actor: Who asks.
        wanted: What for.
        sent_ids: References that come with it, each used by this alone.
        remix_of: An output that it is to be made of, which the actor may see. What its references
            show of outputs counts as well.
        sampling: How often requests are drawn, and the draw for this one.
    """
    actor.require(*domain.MAKERS)
    wish = policy.wish_of(actor.account_id, wanted.prompt, wanted.cameos, wanted.use)
    turns.take(tx, f"clips {actor.account_id}")
    if requests.count_under_way(tx, actor.account_id) >= UNDER_WAY_MAX:
        detail = f"{UNDER_WAY_MAX} of your clips are being made; wait for one of them"
        raise RightsError(Code.TOO_MANY, detail)
    sent = references.take(tx, actor.account_id, sent_ids) if sent_ids else []
    parents = _parents(tx, actor, sent, remix_of)
    for parent_id in sorted(parents):
        generations.hold(tx, parent_id)
    decision = deciding.decide(tx, wish, sent=sent, made_of=list(parents), hold=True)
    if decision.outcome is Outcome.HOLD and uses.count_held(tx, actor.account_id) >= HELD_MAX:
        detail = f"{HELD_MAX} of your clips wait for approval or review; wait for one of them"
        raise RightsError(Code.TOO_MANY, detail)
    facts = decision.facts() | {
        "account_id": actor.account_id,
        "request": entry.commit(wanted.salt, wanted.prompt.encode()).hex(),
    }
    if sent:
        facts |= {"references": [_commit(wanted, one.sha256) for one in sent]}
    event = Event(KINDS[decision.outcome], ids.new("gen"), tx.now, facts)
    refused = decision.outcome is Outcome.REFUSE
    people = tuple(subject.id for subject in subjects.with_handles(tx, wish.cameos).values())
    generation = domain.evolve(
        None,
        event,
        wanted=replace(wanted, people=people),
        decision=decision,
        watermark_id=None if refused else secrets.randbits(WATERMARK_BITS),
        reason=deciding.sentence(decision) or None,
    )
    generations.insert(tx, generation)
    reliances.insert(tx, generation.id, decision)
    request_references.use(tx, [one.id for one in sent], generation.id)
    lineages.insert(tx, generation.id, parents)
    _try_shadow(tx, generation)
    tx.record(event)
    if generation.state is domain.State.HELD:
        deciding.ask_reviewer(tx, generation)
    _sample(tx, generation, sampling)
    return generation


def sent_with(tx: Tx, generation_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the ids and SHA-256 of the references that came with requests, by the request."""
    return request_references.digests(tx, generation_ids)


def view(tx: Tx, actor: Principal, generation_id: str) -> View:
    """Return a generation to its owner."""
    generation = _owned(tx, actor, generation_id)
    why_not = None
    if generation.output is not None:
        why_not = standing.why_not(tx, [generation]).get(generation.id)
    return View(
        generation,
        generations.progress(tx, generation_id),
        storyboards.find(tx, generation_id),
        why_not,
        picturemarks.find(tx, generation_id),
        soundmarks.find(tx, generation_id),
        shares.shared_at(tx, [generation_id]).get(generation_id),
    )


def mine(
    tx: Tx,
    actor: Principal,
    *,
    before: tuple[datetime, str] | None = None,
    limit: int = LIST_MAX,
) -> list[Generation]:
    """Return the account's generations, newest first, those behind one: its moment and its id."""
    actor.require(*domain.MAKERS)
    found = requests.of_account(tx, actor.account_id, before=before, limit=limit)
    return generations.with_ids(tx, found)


def remixed(tx: Tx, actor: Principal, generation_id: str) -> Generation:
    """Return an output that someone wants to make a remix of.

    Raises:
        RightsError: NOT_FOUND: there is none that they may see.
    """
    actor.require(*domain.MAKERS)
    return _require_visible(tx, actor, generation_id)


def pictured(tx: Tx, found: Sequence[Generation]) -> frozenset[str]:
    """Return ids of those of some generations of which there is a small picture."""
    return thumbnails.which(tx, [generation.id for generation in found])


def thumbnail(tx: Tx, actor: Principal, generation_id: str) -> bytes:
    """Return a small picture of one's own clip, a JPEG.

    Raises:
        RightsError: NOT_FOUND, also while nothing has been made.
    """
    _owned(tx, actor, generation_id)
    found = thumbnails.find(tx, generation_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no picture of this clip")
    return found


def download(tx: Tx, actor: Principal, generation_id: str) -> Output:
    """Return where a generation's file is, if it may be shown at this moment.

    Raises:
        RightsError: CONFLICT while there is none yet; WITHDRAWN when it may not be shown any more.
    """
    generation = _owned(tx, actor, generation_id)
    if generation.output is None:
        detail = f"this generation has no file: it is {generation.state}"
        raise RightsError(Code.CONFLICT, detail)
    if cause := standing.why_not(tx, [generation]).get(generation.id):
        raise RightsError(Code.WITHDRAWN, f"this output is not shown any more: {cause}")
    return generation.output


def _parents(
    tx: Tx, actor: Principal, sent: Sequence[RequestReference], remix_of: str | None
) -> dict[str, By]:
    """Return of which outputs a request is to be made, and how that is known.

    Raises:
        RightsError: NOT_FOUND: the actor may not see the output, or it was never released; INVALID:
            there are too many remixes of remixes.
    """
    parents = {copy: By.SHOWN for one in sent for copy in one.copies}
    if remix_of is not None:
        _require_visible(tx, actor, remix_of)
        parents[remix_of] = By.NAMED
    if parents and lineages.depth(tx, list(parents)) >= lineage.DEPTH_MAX:
        detail = f"a remix of a remix goes {lineage.DEPTH_MAX} clips deep; this one is as deep"
        raise RightsError(Code.INVALID, detail)
    return parents


def _require_visible(tx: Tx, actor: Principal, generation_id: str) -> Generation:
    """Return an output that someone may see: theirs, a shared one, or one that casts theirs.

    Whether it may still be shown is for the gate to say, of all that is to be made of it.
    """
    generation = generations.find(tx, generation_id)
    if generation is None or generation.output is None:
        raise RightsError(Code.NOT_FOUND, "there is no such output")
    if generation.account_id != actor.account_id and not shares.shared_at(tx, [generation_id]):
        authority.among(tx, actor, Verb.SEE, generation.wanted.people, what="output")
    return generation


def _try_shadow(tx: Tx, generation: Generation) -> None:
    """Note what the rulebook that is tried out says of a request, if one is."""
    book = rulebook.SHADOW
    if book is not None:
        wish = deciding.wish_of(generation)
        banked = allowances.banked(tx, backtest.touched(wish, book))
        judged = backtest.judge(wish, generation.decision, book=book, banked=banked)
        shadows.insert(tx, generation, rulebook=book.version, judged=judged)


def _sample(tx: Tx, generation: Generation, sampling: Sampling) -> None:
    """Ask a reviewer, if the draw says so, what the gate should have said."""
    decision, wanted = generation.decision, generation.wanted
    probability = sampling.probability(decision.outcome)
    if sampling.draw >= probability:
        return
    opening = Opening(
        kind=Kind.SAMPLE,
        things=(generation.id,),
        parties=(generation.account_id,),
        about=generation.about,
        evidence=deciding.request_of(generation),
    )
    review = reviews.begin(tx, opening)
    assert review is not None
    rules = tuple(sorted({reason.key for reason in decision.reasons}))
    territories = wanted.use.territories
    language = locales.language_of(wanted.prompt)
    sample = Sample(decision.outcome, rules, language, territories, probability)
    samples.insert(tx, review.id, sample)


def _commit(wanted: Wanted, sha256: str) -> str:
    """Return what the ledger says of a file that came with a request; the request's salt opens it.

    The digest itself would tell whoever has the file that it was used.
    """
    return entry.commit(wanted.salt, sha256.encode()).hex()


def _owned(tx: Tx, actor: Principal, generation_id: str) -> Generation:
    actor.require(*domain.MAKERS)
    generation = generations.find(tx, generation_id)
    if generation is None:
        raise RightsError(Code.NOT_FOUND, "there is no such generation")
    actor.require_owner(generation.account_id, "generation")
    return generation
