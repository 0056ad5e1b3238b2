"""The gate: one decision per wish, from facts that were read in the same transaction."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rightsd.domain import (
    casting,
    describing,
    licensing,
    named,
    passages,
    recognition,
    resemblance,
    rulebook,
    safety,
    staydown,
    wording,
)
from rightsd.domain.casting import Casting
from rightsd.domain.consent import Consent
from rightsd.domain.decision import RANK, Decision, Outcome
from rightsd.domain.describing import Described
from rightsd.domain.licence import Licence
from rightsd.domain.licensing import Cover
from rightsd.domain.named import OptedOut, Reserved
from rightsd.domain.permission import Asked, Used
from rightsd.domain.recognition import Recognition, Sent
from rightsd.domain.resemblance import Depiction
from rightsd.domain.rulebook import Effect, Reason
from rightsd.domain.staydown import TakenDown
from rightsd.domain.terms import PERSONAL, Use
from rightsd.domain.wording import Phrase, Reading
from rightsd.errors import Code, RightsError

CAMEOS_MAX = 4
MENTION = re.compile(r"(?<![\w@])@([a-z][a-z0-9_]{2,31})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What someone wants to generate.

    Attributes:
        creator_id: The account that asks.
        prompt: The words, as they came.
        cameos: Handles of the people to cast, from the request and from "@handle" in the prompt.
        use: What it is for, as they say.
        said_from: Where in the prompt begins what an engine means to have said beyond it, if it
            does: see `passages.with_lines`.
        reading: The prompt as rules about words see it, without what the handles seem to say.
    """

    creator_id: str
    prompt: str
    cameos: tuple[str, ...]
    use: Use = PERSONAL
    said_from: int | None = None
    reading: Reading = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the prompt, once for all who ask."""
        object.__setattr__(self, "reading", _read(self.prompt, self.cameos))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that bears on a wish.

    Attributes:
        consents: By handle of each person cast: their consents that may be meant for the creator;
            None for a handle that nobody has.
        opted_out: The opted-out works that the prompt names.
        described: The opted-out works that the prompt describes, or may describe.
        unchecked: How many descriptions of such works it could not be compared with.
        reserved: The other works that it names to which a stricter default than OPT_OUT applies.
        licensed: Ids of works, and consents with a price, that a licence permits to the creator for
            this use; `decide` adds those that `licences` permit.
        taken_down: What is to stay down and the finished clip is a copy of.
        recognised: Of whom the finished clip holds the likeness.
        masks: What reasons call them, by their ids.
        cast: Ids of the subjects whom the wish casts.
        sent_taken_down: What of that a reference of the request shows.
        sent_recognised: Of whom the references of the request hold the likeness.
        depictions: Opted-out works that the finished clip, or a reference of the request, shows.
        paused: Handles of those who have paused.
        mutuals: Accounts that follow the creator and are followed back.
        used: How many other clips rest on each consent or licence with a quota, by its id.
        approved: Ids of the consents under which this very use was approved.
        cleared: What reviewers have cleared of what rules doubt about this very use: `matter`.
        licences: The creator's, on these works and on the consents with a price.
        stopped: Why it is refused by what was taken back, and by what it is made of.
        banked: Phrases in which staff have said that a rule about words does not count, by its id.
    """

    consents: Mapping[str, Sequence[Consent] | None]
    opted_out: Sequence[OptedOut]
    described: Sequence[Described] = ()
    unchecked: int = 0
    reserved: Sequence[Reserved] = ()
    licensed: Collection[str] = ()
    taken_down: Sequence[TakenDown] = ()
    recognised: Recognition = recognition.NOTHING
    masks: Mapping[str, str] = field(default_factory=dict[str, str])
    cast: Collection[str] = ()
    sent_taken_down: Sequence[TakenDown] = ()
    sent_recognised: Sequence[Sent] = ()
    depictions: Sequence[Depiction] = ()
    paused: Collection[str] = ()
    mutuals: Collection[str] = ()
    used: Mapping[str, Used] = field(default_factory=dict[str, Used])
    approved: Collection[str] = ()
    cleared: Collection[str] = ()
    licences: Sequence[Licence] = ()
    stopped: Sequence[Reason] = ()
    banked: Mapping[str, Sequence[Phrase]] = field(default_factory=dict[str, Sequence[Phrase]])


@dataclass(frozen=True, slots=True)
class _Judged:
    """What one person's consents say: the one that it rests on, and what stands against it."""

    outcome: Outcome
    relied: Consent | None
    reasons: tuple[Reason, ...]


def wish_of(creator_id: str, prompt: str, cameos: Sequence[str], use: Use = PERSONAL) -> Wish:
    """Return the wish, with everyone whom the request or the prompt casts, each once.

    Raises:
        RightsError: INVALID, when it casts too many.
    """
    mentioned = [handle.lower() for handle in MENTION.findall(prompt)]
    handles = dict.fromkeys([*(handle.lower().removeprefix("@") for handle in cameos), *mentioned])
    if len(handles) > CAMEOS_MAX:
        raise RightsError(Code.INVALID, f"a clip casts at most {CAMEOS_MAX} people")
    return Wish(creator_id, prompt, tuple(handles), use)


def decide(wish: Wish, facts: Facts, now: datetime) -> Decision:
    """Return the decision: refuse if any rule refuses, and then every rule that does.

    One consent of each person has to allow the whole use. If none does, the refusal cites the one
    that comes closest, and says nothing of consents that are not meant for the creator.
    """
    words_count = any(consent.terms.about_words for _, consent in _asked(facts))
    cover = licensing.NONE
    if facts.licences:
        asked = Asked(read(wish), wish.use, now)
        in_the_way = things_in_the_way(wish, facts)
        cover = licensing.cover(in_the_way, facts.licences, asked, facts.used)
    facts = replace(facts, licensed={*facts.licensed, *cover.by, *_own(wish, facts)})
    judged = [
        _judge(handle, wish, facts, read(wish, handle) if words_count else wording.NOTHING, now)
        for handle in wish.cameos
    ]
    judged += [_against(reason, facts) for check in _CHECKS for reason in check(facts)]
    judged += _lacking(judged, cover)
    judged += _words(wish, facts)
    outcome = max((each.outcome for each in judged), key=RANK.__getitem__, default=Outcome.ALLOW)
    cited = [reason for each in judged if each.outcome is outcome for reason in each.reasons]
    placed = _placed(cited, wish.prompt)
    relied = [each.relied for each in judged if each.relied is not None]
    if outcome is Outcome.REFUSE:
        return Decision(outcome, rulebook.VERSION, placed, ())
    return Decision(
        outcome,
        rulebook.VERSION,
        placed,
        tuple(consent.id for consent in relied),
        tuple(consent.terms_version for consent in relied),
        _licences(facts, relied, cover),
    )


def read(wish: Wish, *handles: str) -> Reading:
    """Return the prompt without what these handles of people who are cast seem to say."""
    return wish.reading if set(handles) == set(wish.cameos) else _read(wish.prompt, handles)


def things_in_the_way(wish: Wish, facts: Facts) -> dict[str, str]:
    """Return what only a licence lets pass: names of works and people, by work or consent."""
    works = {work.work_id: f"“{work.title}”" for work in facts.opted_out}
    works |= {work.work_id: f"“{work.title}”" for work in facts.reserved if not work.is_free}
    works |= {work.work_id: f"“{work.title}”" for work in (*facts.described, *facts.depictions)}
    return works | {
        consent.id: f"@{handle}"
        for handle, consent in _asked(facts)
        if consent.terms.price is not None and consent.account_id != wish.creator_id
    }


def _read(prompt: str, handles: Sequence[str]) -> Reading:
    def hide(mention: re.Match[str]) -> str:
        return "0" * len(mention[0]) if mention[1].lower() in handles else mention[0]

    return wording.read(MENTION.sub(hide, prompt))


def _asked(facts: Facts) -> Iterator[tuple[str, Consent]]:
    """Yield (handle, consent) of everyone cast."""
    for handle, consents in facts.consents.items():
        yield from ((handle, consent) for consent in consents or ())


def _own(wish: Wish, facts: Facts) -> set[str]:
    """Return the creator's own consents: nobody pays themselves."""
    creator = wish.creator_id
    return {consent.id for _, consent in _asked(facts) if consent.account_id == creator}


def _licences(facts: Facts, relied: Sequence[Consent], cover: Cover) -> tuple[str, ...]:
    """Return the ids of the licences that an allowance rests on."""
    against = (*facts.opted_out, *facts.reserved, *facts.described, *facts.depictions)
    works = [work.work_id for work in against]
    priced = [consent.id for consent in relied if consent.terms.price is not None]
    return tuple(sorted({cover.by[each].id for each in (*works, *priced) if each in cover.by}))


def _judge(handle: str, wish: Wish, facts: Facts, reading: Reading, now: datetime) -> _Judged:
    """Return what the consents of one person say: the best of them counts."""
    consents, evidence = facts.consents[handle], {"cameo": handle}
    if consents is None:
        detail = f"nobody is enrolled as @{handle}"
        return _refused(rulebook.reason(rulebook.CAMEO_UNKNOWN, detail, evidence))
    if handle in facts.paused:
        detail = f"@{handle} is not to be cast at present"
        return _refused(rulebook.reason(rulebook.CAMEO_PAUSED, detail, evidence))
    asked = Casting(
        handle=handle,
        others=[other for other in wish.cameos if other != handle],
        reading=reading,
        use=wish.use,
        used=facts.used,
        approved=facts.approved,
        licensed=facts.licensed,
        now=now,
    )
    judged = [
        _under(consent, asked)
        for consent in sorted(consents, key=lambda consent: consent.id)
        if consent.reaches(wish.creator_id, now, mutual=consent.account_id in facts.mutuals)
    ]
    if not judged:
        detail = f"@{handle} has not consented to being cast by you, or no longer does"
        return _refused(rulebook.reason(rulebook.CAMEO_CONSENT, detail, evidence))
    return min(judged, key=lambda each: (RANK[each.outcome], len(each.reasons)))


def _under(consent: Consent, asked: Casting) -> _Judged:
    failed = casting.failures(consent, asked)
    if failed:
        return _Judged(Outcome.REFUSE, None, failed)
    waits = casting.waits(consent, asked)
    if waits is not None:
        return _Judged(Outcome.HOLD, consent, (waits,))
    return _Judged(Outcome.ALLOW, consent, ())


def _refused(reason: Reason) -> _Judged:
    return _Judged(Outcome.REFUSE, None, (reason,))


def _against(reason: Reason, facts: Facts) -> _Judged:
    """Return what a reason does: refuse, or hold until a reviewer has cleared it."""
    return _done(reason, rulebook.effect_of(reason), facts)


def _lacking(judged: Sequence[_Judged], cover: Cover) -> list[_Judged]:
    """Return what licences lack on the works that are refused; on those in doubt they say nothing.

    Whoever has a licence that does not reach this far is refused no more than who has none.
    """
    refused = [each for each in judged if each.outcome is Outcome.REFUSE]
    works = {reason.evidence.get("work_id") for each in refused for reason in each.reasons}
    return [
        _refused(reason)
        for work_id, reasons in cover.lacking.items()
        if work_id in works
        for reason in reasons
    ]


def _words(wish: Wish, facts: Facts) -> list[_Judged]:
    """Return what the rules about words do, which depends on where the clip will be shown.

    A rule cites the first words that it finds. What is said beyond the prompt is read by itself as
    well: whoever cleared words of the prompt has not seen it.
    """
    wishes = [wish]
    if wish.said_from is not None:
        hidden = "0" * wish.said_from
        wishes.append(replace(wish, prompt=hidden + wish.prompt[wish.said_from :]))
    found = {
        reason.matter: (reason, breach.effect)
        for each in wishes
        for breach in safety.breaches(
            each.reading,
            rulebook.CURRENT,
            territories=wish.use.territories,
            cast=bool(wish.cameos),
            banked=facts.banked,
        )
        for reason in [safety.reason(breach, wish.prompt)]
    }
    return [_done(reason, effect, facts) for reason, effect in found.values()]


def _done(reason: Reason, effect: Effect, facts: Facts) -> _Judged:
    if effect is Effect.REFUSE:
        return _refused(reason)
    if reason.matter in facts.cleared:
        return _Judged(Outcome.ALLOW, None, ())
    return _Judged(Outcome.HOLD, None, (reason,))


def _placed(reasons: Sequence[Reason], prompt: str) -> tuple[Reason, ...]:
    """Return reasons whose evidence says of its words in which shot, and whether spoken."""
    starts = [reason.evidence.get("start") for reason in reasons]
    if not any(isinstance(start, int) for start in starts):
        return tuple(reasons)
    layout = passages.read(prompt)
    return tuple(
        replace(reason, evidence={**reason.evidence, **layout.place_of(start)})
        if isinstance(start, int)
        else reason
        for reason, start in zip(reasons, starts, strict=True)
    )


def _cited(reasons: Iterator[Reason], most: int, facts: Facts) -> Iterator[Reason]:
    """Yield some of many reasons, what refuses first, so that no doubt takes its room.

    What is cleared makes room for the rest: a reviewer has cleared what they were shown alone.
    """
    left = [one for one in reasons if one.matter not in facts.cleared or not _is_doubt(one)]
    yield from sorted(left, key=_is_doubt)[:most]


def _is_doubt(reason: Reason) -> bool:
    return rulebook.effect_of(reason) is Effect.HOLD


def _works(facts: Facts) -> Iterator[Reason]:
    named_ = [one for one in facts.opted_out if one.work_id not in facts.licensed]
    yield from _cited(named.refused(named_), named.OPTED_OUT_MAX, facts)


def _descriptions(facts: Facts) -> Iterator[Reason]:
    described = [each for each in facts.described if each.work_id not in facts.licensed]
    yield from _cited(describing.reasons(described), describing.CITED_MAX, facts)
    yield from describing.unchecked(facts.unchecked)


def _reserved(facts: Facts) -> Iterator[Reason]:
    yield from named.unlicensed(
        [one for one in facts.reserved if one.work_id not in facts.licensed]
    )


def _outputs(facts: Facts) -> Iterator[Reason]:
    found = staydown.reasons(facts.taken_down, facts.sent_taken_down)
    yield from _cited(found, 2 * staydown.CITED_MAX, facts)


def _depictions(facts: Facts) -> Iterator[Reason]:
    shown = [one for one in facts.depictions if one.work_id not in facts.licensed]
    yield from _cited(resemblance.reasons(shown), resemblance.SHOWN_MAX, facts)


def _likenesses(facts: Facts) -> Iterator[Reason]:
    found = recognition.reasons(facts.recognised, facts.cast, recognition.OUTPUT, facts.masks)
    yield from _cited(found, recognition.REASONS_MAX, facts)
    for sent in facts.sent_recognised:
        found = recognition.reasons_of_sent(sent, facts.cast)
        yield from _cited(found, recognition.REASONS_MAX, facts)


def _stopped(facts: Facts) -> Iterator[Reason]:
    yield from facts.stopped


# Each yields what speaks against a wish, whoever it casts; a rule's effect says what that does.
_CHECKS: tuple[Callable[[Facts], Iterator[Reason]], ...] = (
    _works,
    _reserved,
    _descriptions,
    _outputs,
    _depictions,
    _likenesses,
    _stopped,
)
