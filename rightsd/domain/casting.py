"""Whether one consent allows one use: each term of it against the wish."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rightsd.domain import places, restrictions, rulebook, topics, wording
from rightsd.domain.consent import Consent
from rightsd.domain.rulebook import Reason
from rightsd.domain.terms import QUOTA_DAYS, Use
from rightsd.domain.wording import Found, Reading


@dataclass(frozen=True, slots=True)
class Used:
    """How many other clips rest on a consent: under way, waiting, or out once.

    Attributes:
        recent: Those that were asked for in the last QUOTA_DAYS.
    """

    total: int = 0
    recent: int = 0


@dataclass(frozen=True, slots=True)
class Casting:
    """A wish to cast one person, and what bears on it.

    Attributes:
        handle: Whom it casts.
        others: Handles of the others in the clip.
        reading: The prompt.
        used: By id of a consent with a quota; a consent that is not in it was never used.
        approved: Ids of the consents under which the person has approved this very use.
    """

    handle: str
    others: Sequence[str]
    reading: Reading
    use: Use
    used: Mapping[str, Used]
    approved: Collection[str]
    now: datetime


def failures(consent: Consent, casting: Casting) -> tuple[Reason, ...]:
    """Return the terms that a use does not meet; with none the consent allows it."""
    return tuple(reason for check in _CHECKS for reason in check(consent, casting))


def waits(consent: Consent, casting: Casting) -> Reason | None:
    """Return why a use that meets the terms has to wait, or None."""
    if not consent.terms.per_use_approval or consent.id in casting.approved:
        return None
    detail = f"@{casting.handle} wants to see each use first, and was asked"
    return rulebook.reason(rulebook.CAMEO_APPROVAL, detail, _evidence(consent, casting))


def _evidence(
    consent: Consent, casting: Casting, found: Found | None = None
) -> dict[str, str | int]:
    evidence: dict[str, str | int] = {
        "cameo": casting.handle,
        "consent_id": consent.id,
        "terms_version": consent.terms_version,
    }
    return evidence if found is None else evidence | {"found": found.words, "start": found.start}


def _window(consent: Consent, casting: Casting) -> Iterator[Reason]:
    begins = consent.terms.starts_at
    if begins is not None and casting.now < begins:
        when = begins.astimezone(UTC)
        detail = f"@{casting.handle}'s consent begins at {when:%Y-%m-%d %H:%M} UTC"
        yield rulebook.reason(rulebook.CAMEO_WINDOW, detail, _evidence(consent, casting))


def _purpose(consent: Consent, casting: Casting) -> Iterator[Reason]:
    allowed, asked = consent.terms.purposes, casting.use.purpose
    if allowed and asked not in allowed:
        detail = f"@{casting.handle} allows {_or(allowed)}, not {asked}"
        evidence = _evidence(consent, casting) | {"purpose": asked.value}
        yield rulebook.reason(rulebook.CAMEO_PURPOSE, detail, evidence)


def _territory(consent: Consent, casting: Casting) -> Iterator[Reason]:
    allowed, asked = consent.terms.territories, casting.use.territories
    outside = [code for code in asked if code not in allowed]
    if allowed and (outside or not asked):
        where = _or(outside) if asked else "everywhere; say in which countries it will be shown"
        detail = f"@{casting.handle} allows {_or(allowed)}, not {where}"
        evidence = _evidence(consent, casting) | {"territory": ",".join(outside) or "everywhere"}
        yield rulebook.reason(rulebook.CAMEO_TERRITORY, detail, evidence)


def _platform(consent: Consent, casting: Casting) -> Iterator[Reason]:
    allowed, asked = consent.terms.platforms, casting.use.platforms
    outside = [code for code in asked if code not in allowed]
    if allowed and (outside or not asked):
        where = _or(outside) if asked else "any platform; say where it will be published"
        detail = f"@{casting.handle} allows {_or(allowed)}, not {where}"
        evidence = _evidence(consent, casting) | {"platform": ",".join(outside) or "any"}
        yield rulebook.reason(rulebook.CAMEO_PLATFORM, detail, evidence)


def _language(consent: Consent, casting: Casting) -> Iterator[Reason]:
    allowed, asked = consent.terms.languages, casting.use.languages
    outside = [tag for tag in asked if not any(places.covers(each, tag) for each in allowed)]
    if allowed and (outside or not asked):
        which = _or(outside) if asked else "any language; say which will be spoken"
        detail = f"@{casting.handle} allows {_or(allowed)}, not {which}"
        evidence = _evidence(consent, casting) | {"language": ",".join(outside) or "any"}
        yield rulebook.reason(rulebook.CAMEO_LANGUAGE, detail, evidence)


def _topics(consent: Consent, casting: Casting) -> Iterator[Reason]:
    for topic in consent.terms.denied_topics:
        found = wording.find(casting.reading, topics.FOUND_BY[topic], but=topics.INNOCENT)
        if found is not None:
            detail = f"“{found.words}” is about {topic}, which @{casting.handle} denies"
            evidence = _evidence(consent, casting, found) | {"topic": topic.value}
            yield rulebook.reason(rulebook.CAMEO_TOPIC, detail, evidence)


def _strict(consent: Consent, casting: Casting) -> Iterator[Reason]:
    if consent.terms.strict:
        found = wording.find(casting.reading, topics.STRICT, but=topics.INNOCENT)
        if found is not None:
            detail = (
                f"“{found.words}”: @{casting.handle} is not made to look like someone else,"
                " nor made a fool of"
            )
            evidence = _evidence(consent, casting, found)
            yield rulebook.reason(rulebook.CAMEO_STRICT, detail, evidence)


def _restrictions(consent: Consent, casting: Casting) -> Iterator[Reason]:
    for clause in consent.terms.clauses:
        broken, found = restrictions.broken(clause, casting.reading, casting.others)
        if broken:
            kind, things = clause.kind.value, ", ".join(clause.phrases)
            detail = f"@{casting.handle} says: {kind} {things}"
            evidence = _evidence(consent, casting, found)
            yield rulebook.reason(rulebook.CAMEO_RESTRICTION, detail, evidence)


def _quota(consent: Consent, casting: Casting) -> Iterator[Reason]:
    terms, used = consent.terms, casting.used.get(consent.id, Used())
    for most, count, span in (
        (terms.quota_total, used.total, "in all"),
        (terms.quota_30_days, used.recent, f"in {QUOTA_DAYS} days"),
    ):
        if most is not None and count >= most:
            detail = f"@{casting.handle} allows {most} clips {span}, and there are {count}"
            evidence = _evidence(consent, casting) | {"quota": most, "used": count}
            yield rulebook.reason(rulebook.CAMEO_QUOTA, detail, evidence)


def _or(codes: Sequence[str]) -> str:
    return " or ".join(codes[:5]) + (" …" if len(codes) > 5 else "")


_CHECKS: tuple[Callable[[Consent, Casting], Iterator[Reason]], ...] = (
    _window,
    _purpose,
    _territory,
    _platform,
    _language,
    _topics,
    _strict,
    _restrictions,
    _quota,
)
