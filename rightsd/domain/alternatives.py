"""What would be permitted instead of a wish that was refused: proposals, the least change first.

Each is put to the gate before it is shown, so what is wrong here makes no alternative, and never a
false one. Proposals are made only from what the one who asks may know: consents that are meant for
them, offers that they may accept, and what the refusal has told them.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from rightsd.domain import places
from rightsd.domain.licence import Licence, State
from rightsd.domain.offer import Offer
from rightsd.domain.policy import Decision, Facts, Wish
from rightsd.domain.price import Price
from rightsd.domain.rulebook import Reason
from rightsd.domain.terms import Purpose, Terms, Use

OPTIONS_MAX = 3  # Ways past one obstacle that are tried; more would not be read.
COMBINED_MAX = 6  # Ways past all of them together.
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wish near one that was refused.

    Attributes:
        offers: What has to be accepted first.
        leave_out: Words and people ("@ada") of the first wish that are not in this one.
    """

    wish: Wish
    offers: tuple[Offer, ...] = ()
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What a licence makes a clip cost.

    Attributes:
        licence_id: None: its offer has to be accepted first.
        due: Minor units for this clip; with those of a licence that is still to be accepted.
    """

    offer_id: str
    licence_id: str | None
    price: Price
    due: int


@dataclass(frozen=True, slots=True)
class _Option:
    """A way past an obstacle: terms to keep to, and an offer to accept if they need one."""

    terms: Terms
    offer: Offer | None


def proposals(
    wish: Wish, facts: Facts, decision: Decision, offers: Sequence[Offer], now: datetime
) -> list[Proposal]:
    """Return the same wish under offers, and for narrower or other uses; the prompt is the same.

    Args:
        wish: What was refused.
        facts: What bears on it.
        decision: The refusal.
        offers: Those that the creator may accept, on what stands in the way.
        now: The time.
    """
    ways = _ways(wish, facts, decision, offers, now)
    found: list[Proposal] = []
    for chosen in itertools.islice(itertools.product(*ways.values()), COMBINED_MAX):
        use = _narrowed(wish.use, [option.terms for option in chosen])
        accepted = tuple(option.offer for option in chosen if option.offer is not None)
        proposal = Proposal(replace(wish, use=use or wish.use), accepted)
        if use is not None and proposal != Proposal(wish):
            found.append(proposal)
    return sorted(found, key=lambda each: (each.wish.use != wish.use, *_expense(each.offers)))


def without(
    wish: Wish, facts: Facts, decision: Decision, offers: Sequence[Offer], now: datetime
) -> list[Proposal]:
    """Return the wish without what is in its way, the fewest things first: words, or people.

    First only that is left out for which there is no other way.
    """
    ways = _ways(wish, facts, decision, offers, now)
    stuck = [reason for reason in decision.reasons if not ways.get(_obstacle(reason))]
    cuts = [
        _cut(wish, reasons, people=people)
        for reasons in (stuck, decision.reasons)
        for people in (False, True)
    ]
    made = dict.fromkeys(cut for cut in cuts if cut is not None)
    return sorted(made, key=lambda each: len(each.leave_out))


def as_accepted(facts: Facts, offers: Sequence[Offer], creator_id: str, now: datetime) -> Facts:
    """Return facts as they would be with some offers accepted; a licence has its offer's id."""
    licences = [Licence(each.id, each, creator_id, State.ACTIVE, now, None) for each in offers]
    return replace(facts, licences=[*facts.licences, *licences])


def costs(decision: Decision, facts: Facts, *, seconds: int) -> tuple[Cost, ...]:
    """Return what an allowed clip costs, licence by licence; see `as_accepted`."""
    found: list[Cost] = []
    for licence in facts.licences:
        offer = licence.offer
        if licence.id in decision.licences:
            is_held = licence.id != offer.id
            due = offer.price.of_clip(seconds) + (0 if is_held else offer.price.of_licence())
            found.append(Cost(offer.id, licence.id if is_held else None, offer.price, due))
    return tuple(found)


def _obstacle(reason: Reason) -> str:
    """Return what a reason is about: a person, a work, or nothing that could be licensed."""
    cameo, work_id = reason.evidence.get("cameo"), reason.evidence.get("work_id")
    return f"@{cameo}" if cameo is not None else str(work_id or "")


def _ways(
    wish: Wish, facts: Facts, decision: Decision, offers: Sequence[Offer], now: datetime
) -> Mapping[str, list[_Option]]:
    """Return the ways past each obstacle, those that cost nothing first, then the cheapest."""
    ways: dict[str, list[_Option]] = {}
    for reason in decision.reasons:
        obstacle = _obstacle(reason)
        if reason.rule.startswith("licence.") or obstacle in ways:
            continue  # The work that the licence is on is cited as well.
        options = (
            _of_person(obstacle[1:], wish, facts, offers, now)
            if obstacle.startswith("@")
            else _of_work(obstacle, facts, offers, now)
        )
        ways[obstacle] = sorted(
            options, key=lambda option: _expense(() if option.offer is None else (option.offer,))
        )[:OPTIONS_MAX]
    return ways


def _of_person(
    handle: str, wish: Wish, facts: Facts, offers: Sequence[Offer], now: datetime
) -> Iterator[_Option]:
    licensed = {licence.offer.thing_id for licence in facts.licences if licence.stands(now)}
    for consent in facts.consents.get(handle) or ():
        mutual = consent.account_id in facts.mutuals
        if not consent.reaches(wish.creator_id, now, mutual=mutual):
            continue
        own = consent.account_id == wish.creator_id
        if own or consent.terms.price is None or consent.id in licensed:
            yield _Option(consent.terms, None)
        else:
            for offer in offers:
                if offer.consent_id == consent.id:
                    yield _Option(consent.terms, offer)


def _of_work(
    work_id: str, facts: Facts, offers: Sequence[Offer], now: datetime
) -> Iterator[_Option]:
    for licence in facts.licences:
        if licence.offer.work_id == work_id and licence.stands(now):
            yield _Option(licence.offer.terms, None)
    for offer in offers:
        if offer.work_id == work_id:
            yield _Option(offer.terms, offer)


def _expense(offers: Sequence[Offer]) -> tuple[int, int, tuple[str, ...]]:
    """Return what sorts ways: by how many offers, by their prices, then by their ids."""
    amount = sum(offer.price.amount for offer in offers)
    return (len(offers), amount, tuple(offer.id for offer in offers))


def _narrowed(use: Use, terms: Sequence[Terms]) -> Use | None:
    """Return the use that is nearest to one and within all of these terms; None: there is none."""
    purpose = _one_within(use.purpose, [each.purposes for each in terms])
    territories = _within(use.territories, [each.territories for each in terms], _same)
    platforms = _within(use.platforms, [each.platforms for each in terms], _same)
    languages = _within(use.languages, [each.languages for each in terms], places.covers)
    if purpose is None or territories is None or platforms is None or languages is None:
        return None
    return Use(purpose, territories, platforms, languages)


def _same(allowed: str, asked: str) -> bool:
    return allowed == asked


def _one_within(asked: Purpose, limits: Sequence[Sequence[Purpose]]) -> Purpose | None:
    for purpose in (asked, *Purpose):
        if all(purpose in limit for limit in limits if limit):
            return purpose
    return None


def _within(
    asked: Sequence[str], limits: Sequence[Sequence[str]], covers: Callable[[str, str], bool]
) -> tuple[str, ...] | None:
    """Return those of some codes that all limits allow; if there are none, all that are allowed."""
    limits = [limit for limit in limits if limit]

    def allowed(code: str) -> bool:
        return all(any(covers(each, code) for each in limit) for limit in limits)

    if not limits:
        return tuple(asked)
    kept = tuple(code for code in asked if allowed(code))
    instead = sorted({code for limit in limits for code in limit if allowed(code)})
    return kept or tuple(instead) or None


def _cut(wish: Wish, reasons: Sequence[Reason], *, people: bool) -> Proposal | None:
    """Return a wish without what some reasons cite, or None when there is nothing left to make.

    Args:
        wish: The wish.
        reasons: Reasons against it.
        people: Leave people out, where their terms are about words, rather than the words.
    """
    spans: list[tuple[int, int]] = []
    handles: list[str] = []
    for reason in reasons:
        found, start = reason.evidence.get("found"), reason.evidence.get("start")
        cameo = reason.evidence.get("cameo")
        if isinstance(found, str) and isinstance(start, int) and not (people and cameo):
            spans.append((start, start + len(found)))
        elif isinstance(cameo, str):
            handles.append(cameo)
        elif not reason.rule.startswith("licence."):
            return None  # What it is about cannot be left out.
    said = [wish.prompt[start:end] for start, end in sorted(set(spans))]
    for handle in handles:
        mentions = re.finditer(rf"(?<![\w@])@{re.escape(handle)}\b", wish.prompt, re.IGNORECASE)
        spans += [mention.span() for mention in mentions]
    prompt = _left(wish.prompt, spans)
    if not (spans or handles) or not re.search(r"\w", prompt):
        return None
    cameos = tuple(handle for handle in wish.cameos if handle not in handles)
    leave_out = dict.fromkeys([*said, *(f"@{handle}" for handle in handles)])
    return Proposal(replace(wish, prompt=prompt, cameos=cameos), (), tuple(leave_out))


def _left(prompt: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a prompt without some places of it."""
    kept: list[str] = []
    end_before = 0
    for start, end in sorted(spans):
        kept.append(prompt[end_before:start])
        end_before = max(end_before, end)
    text = "".join([*kept, prompt[end_before:]])
    return re.sub(r"\s+", " ", text).strip(" ,;:")
