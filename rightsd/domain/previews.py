"""What terms would allow and refuse, by example, before anyone is bound by them.

The examples are made from the terms and put to the gate itself, so they say what it would say.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from rightsd.domain import policy, topics
from rightsd.domain.consent import Consent, State
from rightsd.domain.permission import Used
from rightsd.domain.policy import Facts, Outcome, Wish
from rightsd.domain.restrictions import Kind as ClauseKind
from rightsd.domain.rulebook import Reason
from rightsd.domain.terms import Audience, Purpose, Terms, Use

HANDLE = "you"
SOMEONE = "acc_someone"
OWNER = "acc_you"
SCENE = "waves in a park"
PHRASES_SHOWN_MAX = 5  # Of one rule.
ELSEWHERE = ("ZZ", "nowhere.example", "qaa")  # A country, a platform, a language, all unused.


@dataclass(frozen=True, slots=True)
class Example:
    """A wish, and what the gate says to it under the terms.

    Attributes:
        who: Who asks, in words.
        when: As of which time.
        used: How many clips rest on the consent already.
    """

    who: str
    prompt: str
    use: Use
    when: datetime
    used: int
    outcome: Outcome
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Terms as they were understood, and examples of each outcome."""

    terms: Terms
    allowed: tuple[Example, ...]
    held: tuple[Example, ...]
    refused: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """One wish to be put to the gate."""

    who: str
    creator_id: str
    prompt: str
    use: Use
    when: datetime
    mutual: bool = False
    used: int = 0
    licensed: bool = True  # They have accepted an offer, if a price is asked.


def preview(terms: Terms, now: datetime) -> Preview:
    """Return what terms would allow and refuse."""
    examples = [_ask(case, terms) for case in _cases(terms, now)]

    def of(outcome: Outcome) -> tuple[Example, ...]:
        return tuple(example for example in examples if example.outcome is outcome)

    return Preview(terms, of(Outcome.ALLOW), of(Outcome.HOLD), of(Outcome.REFUSE))


def _ask(case: _Case, terms: Terms) -> Example:
    consent = Consent(
        "con_preview", "sub_you", OWNER, terms, 1, b"", State.GRANTED, case.when, None
    )
    facts = Facts(
        consents={HANDLE: [consent]},
        opted_out=(),
        mutuals=[OWNER] if case.mutual else [],
        used={consent.id: Used(case.used, case.used)},
        licensed=[consent.id] if case.licensed else [],
    )
    wish = Wish(case.creator_id, case.prompt, (HANDLE,), case.use)
    decision = policy.decide(wish, facts, case.when)
    return Example(
        case.who, case.prompt, case.use, case.when, case.used, decision.outcome, decision.reasons
    )


def _cases(terms: Terms, now: datetime) -> Iterator[_Case]:
    """Yield a wish that keeps to the terms, and then, term by term, wishes that do not."""
    good = _good(terms, now)
    yield good
    yield from _people(terms, good)
    yield from _uses(terms, good)
    yield from _words(terms, good)
    if terms.starts_at is not None and terms.starts_at > now:
        yield replace(good, when=now)
    if terms.expires_at is not None:
        yield replace(good, when=terms.expires_at)
    quotas = [quota for quota in (terms.quota_total, terms.quota_30_days) if quota is not None]
    if quotas:
        yield replace(good, used=min(quotas))


def _good(terms: Terms, now: datetime) -> _Case:
    who, creator_id = "anyone", SOMEONE
    if terms.audience is Audience.APPROVED:
        who, creator_id = "an account that you approved", terms.grantees[0]
    elif terms.audience is Audience.MUTUALS:
        who = "someone who follows you and whom you follow"
    elif terms.audience is Audience.ONLY_ME:
        who, creator_id = "you", OWNER
    needed = [clause.phrases[0] for clause in terms.clauses if clause.kind is ClauseKind.ONLY]
    prompt = f"@{HANDLE} {SCENE}" + "".join(f", {phrase}" for phrase in needed)
    use = Use(
        terms.purposes[0] if terms.purposes else Purpose.PERSONAL,
        terms.territories[:1],
        terms.platforms[:1],
        terms.languages[:1],
    )
    begins = now if terms.starts_at is None else max(now, terms.starts_at)
    mutual = terms.audience is Audience.MUTUALS
    return _Case(who, creator_id, prompt, use, begins, mutual)


def _people(terms: Terms, good: _Case) -> Iterator[_Case]:
    if terms.audience is not Audience.EVERYONE:
        yield replace(good, who="anyone else", creator_id=SOMEONE, mutual=False)
    if terms.price is not None:
        who = f"{good.who}, without having accepted an offer"
        yield replace(good, who=who, licensed=False)
    for blocked in terms.blocked[:1]:
        yield replace(good, who="an account that you blocked", creator_id=blocked, mutual=True)


def _uses(terms: Terms, good: _Case) -> Iterator[_Case]:
    for purpose in terms.purposes[1:]:
        yield replace(good, use=replace(good.use, purpose=purpose))
    for purpose in Purpose if terms.purposes else ():
        if purpose not in terms.purposes:
            yield replace(good, use=replace(good.use, purpose=purpose))
            break
    country, platform, language = ELSEWHERE
    if terms.territories:
        yield replace(good, use=replace(good.use, territories=(country,)))
        yield replace(good, use=replace(good.use, territories=()))
    if terms.platforms:
        yield replace(good, use=replace(good.use, platforms=(platform,)))
    if terms.languages:
        yield replace(good, use=replace(good.use, languages=(language,)))


def _words(terms: Terms, good: _Case) -> Iterator[_Case]:
    for topic in terms.denied_topics:
        yield replace(good, prompt=f"{good.prompt}, {topics.EXAMPLES[topic]}")
    if terms.strict:
        yield replace(good, prompt=f"{good.prompt}, humiliated")
    for clause in terms.clauses:
        if clause.kind is ClauseKind.ONLY:
            yield replace(good, prompt=f"@{HANDLE} {SCENE}")
            for phrase in clause.phrases[1:PHRASES_SHOWN_MAX]:
                yield replace(good, prompt=f"{good.prompt}, {phrase}")
        else:
            for phrase in clause.phrases[:PHRASES_SHOWN_MAX]:
                yield replace(good, prompt=f"{good.prompt}, {phrase}")
