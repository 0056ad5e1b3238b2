"""Whether terms allow one use: each term against the wish, whoever's terms they are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from rightsd.domain import places, restrictions, rulebook, topics, wording
from rightsd.domain.rulebook import Reason, Rule
from rightsd.domain.terms import QUOTA_DAYS, Terms, Use
from rightsd.domain.wording import Found, Reading


class Term(StrEnum):
    """What terms can limit."""

    WINDOW = "window"
    PURPOSE = "purpose"
    TERRITORY = "territory"
    PLATFORM = "platform"
    LANGUAGE = "language"
    TOPIC = "topic"
    STRICT = "strict"
    RESTRICTION = "restriction"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class Used:
    """How many other clips rest on a permission: under way, waiting, or out once.

    Attributes:
        recent: Those that were asked for in the last QUOTA_DAYS.
    """

    total: int = 0
    recent: int = 0


UNUSED = Used()


@dataclass(frozen=True, slots=True)
class Permission:
    """Terms, and how a refusal under them is worded.

    Attributes:
        giver: Who allows, as in "@ada".
        given: What they gave, as in "@ada's consent".
        rules: What is cited for each term. Terms that have no rule here limit nothing.
        evidence: What every reason says beside the term.
    """

    terms: Terms
    giver: str
    given: str
    rules: Mapping[Term, Rule]
    evidence: Mapping[str, str | int]
    used: Used = UNUSED

    def reason(
        self, term: Term, detail: str, found: Found | None = None, **evidence: str | int
    ) -> Reason:
        """Return a reason that cites the rule of a term."""
        where = {} if found is None else {"found": found.words, "start": found.start}
        return rulebook.reason(self.rules[term], detail, {**self.evidence, **where, **evidence})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of terms.

    Attributes:
        reading: The prompt.
        others: Handles of the others in the clip.
    """

    reading: Reading
    use: Use
    now: datetime
    others: Sequence[str] = ()


def failures(permission: Permission, asked: Asked) -> tuple[Reason, ...]:
    """Return the terms that a use does not meet; with none it is allowed."""
    return tuple(
        reason
        for term, check in _CHECKS.items()
        if term in permission.rules
        for reason in check(permission, asked)
    )


def _window(permission: Permission, asked: Asked) -> Iterator[Reason]:
    begins = permission.terms.starts_at
    if begins is not None and asked.now < begins:
        detail = f"{permission.given} begins at {begins.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        yield permission.reason(Term.WINDOW, detail)


def _purpose(permission: Permission, asked: Asked) -> Iterator[Reason]:
    allowed, purpose = permission.terms.purposes, asked.use.purpose
    if allowed and purpose not in allowed:
        detail = f"{permission.giver} allows {_or(allowed)}, not {purpose}"
        yield permission.reason(Term.PURPOSE, detail, purpose=purpose.value)


def _territory(permission: Permission, asked: Asked) -> Iterator[Reason]:
    allowed, wanted = permission.terms.territories, asked.use.territories
    outside = [code for code in wanted if code not in allowed]
    if allowed and (outside or not wanted):
        where = _or(outside) if wanted else "everywhere; say in which countries it will be shown"
        detail = f"{permission.giver} allows {_or(allowed)}, not {where}"
        yield permission.reason(Term.TERRITORY, detail, territory=",".join(outside) or "everywhere")


def _platform(permission: Permission, asked: Asked) -> Iterator[Reason]:
    allowed, wanted = permission.terms.platforms, asked.use.platforms
    outside = [code for code in wanted if code not in allowed]
    if allowed and (outside or not wanted):
        where = _or(outside) if wanted else "any platform; say where it will be published"
        detail = f"{permission.giver} allows {_or(allowed)}, not {where}"
        yield permission.reason(Term.PLATFORM, detail, platform=",".join(outside) or "any")


def _language(permission: Permission, asked: Asked) -> Iterator[Reason]:
    allowed, wanted = permission.terms.languages, asked.use.languages
    outside = [tag for tag in wanted if not any(places.covers(each, tag) for each in allowed)]
    if allowed and (outside or not wanted):
        which = _or(outside) if wanted else "any language; say which will be spoken"
        detail = f"{permission.giver} allows {_or(allowed)}, not {which}"
        yield permission.reason(Term.LANGUAGE, detail, language=",".join(outside) or "any")


def _topics(permission: Permission, asked: Asked) -> Iterator[Reason]:
    for topic in permission.terms.denied_topics:
        found = wording.find(asked.reading, topics.FOUND_BY[topic], but=topics.INNOCENT)
        if found is not None:
            detail = f"“{found.words}” is about {topic}, which {permission.giver} denies"
            yield permission.reason(Term.TOPIC, detail, found, topic=topic.value)


def _strict(permission: Permission, asked: Asked) -> Iterator[Reason]:
    if permission.terms.strict:
        found = wording.find(asked.reading, topics.STRICT, but=topics.INNOCENT)
        if found is not None:
            detail = (
                f"“{found.words}”: {permission.giver} is not made to look like someone else,"
                " nor made a fool of"
            )
            yield permission.reason(Term.STRICT, detail, found)


def _restrictions(permission: Permission, asked: Asked) -> Iterator[Reason]:
    for clause in permission.terms.clauses:
        broken, found = restrictions.broken(clause, asked.reading, asked.others)
        if broken:
            kind, things = clause.kind.value, ", ".join(clause.phrases)
            yield permission.reason(
                Term.RESTRICTION, f"{permission.giver} says: {kind} {things}", found
            )


def _quota(permission: Permission, _asked: Asked) -> Iterator[Reason]:
    terms, used = permission.terms, permission.used
    for most, count, span in (
        (terms.quota_total, used.total, "in all"),
        (terms.quota_30_days, used.recent, f"in {QUOTA_DAYS} days"),
    ):
        if most is not None and count >= most:
            detail = f"{permission.giver} allows {most} clips {span}, and there are {count}"
            yield permission.reason(Term.QUOTA, detail, quota=most, used=count)


def _or(codes: Sequence[str]) -> str:
    return " or ".join(codes[:5]) + (" …" if len(codes) > 5 else "")


_CHECKS: Mapping[Term, Callable[[Permission, Asked], Iterator[Reason]]] = {
    Term.WINDOW: _window,
    Term.PURPOSE: _purpose,
    Term.TERRITORY: _territory,
    Term.PLATFORM: _platform,
    Term.LANGUAGE: _language,
    Term.TOPIC: _topics,
    Term.STRICT: _strict,
    Term.RESTRICTION: _restrictions,
    Term.QUOTA: _quota,
}
