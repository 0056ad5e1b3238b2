"""Ceiling: how far the consents may go that someone grants for another person."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from rightsd.domain import places, terms
from rightsd.domain.terms import Audience, Purpose, Terms
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError

DAYS_MAX = 36_500
_BREADTH = {audience: breadth for breadth, audience in enumerate(Audience)}  # The narrowest first.


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The widest terms that may be granted; what is left out does not limit.

    Attributes:
        audience: The widest, in the order only_me, approved, mutuals, everyone.
        purposes: No others; empty: any.
        denied_topics: Denied in every consent.
        territories: No others, ISO 3166-1 alpha-2; empty: any.
        platforms: No others; empty: any.
        languages: No others, BCP 47, lower case; empty: any.
        days: A consent runs out within so many days of being granted.
        quota_total: A consent allows no more clips than this.
        strict: Every consent is strict.
        per_use_approval: Every consent asks for approval of each use.
    """

    audience: Audience = Audience.APPROVED
    purposes: tuple[Purpose, ...] = ()
    denied_topics: tuple[Topic, ...] = ()
    territories: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    days: int | None = None
    quota_total: int | None = None
    strict: bool = False
    per_use_approval: bool = False

    def checked(self) -> Self:
        """Return the ceiling with its codes in order.

        Raises:
            RightsError: INVALID: a code is unknown, or a number makes no sense.
        """
        use = terms.use_of(Purpose.PERSONAL, self.territories, self.platforms, self.languages)
        if self.days is not None and not 1 <= self.days <= DAYS_MAX:
            raise RightsError(Code.INVALID, f"a ceiling of days is 1 to {DAYS_MAX}, or not set")
        if self.quota_total is not None and not 1 <= self.quota_total <= terms.QUOTA_MAX:
            detail = f"a ceiling of clips is 1 to {terms.QUOTA_MAX}, or not set"
            raise RightsError(Code.INVALID, detail)
        return replace(
            self,
            purposes=tuple(sorted(set(self.purposes))),
            denied_topics=tuple(sorted(set(self.denied_topics))),
            territories=use.territories,
            platforms=use.platforms,
            languages=use.languages,
        )


def written(ceiling: Ceiling) -> dict[str, object]:
    """Return a ceiling as JSON can write it."""
    return asdict(ceiling)


def require_within(granted: Terms, ceiling: Ceiling, now: datetime) -> None:
    """Check that terms go no further than a ceiling.

    Raises:
        RightsError: FORBIDDEN, naming everything that does.
    """
    beyond = list(_beyond(granted, ceiling, now))
    if beyond:
        detail = f"these terms go further than you may for this person: {'; '.join(beyond)}"
        raise RightsError(Code.FORBIDDEN, detail)


def _beyond(granted: Terms, ceiling: Ceiling, now: datetime) -> Iterator[str]:
    if _BREADTH[granted.audience] > _BREADTH[ceiling.audience]:
        yield f"the audience may be {ceiling.audience} at most"
    yield from _outside("purposes", granted.purposes, ceiling.purposes)
    yield from _outside("territories", granted.territories, ceiling.territories)
    yield from _outside("platforms", granted.platforms, ceiling.platforms)
    if ceiling.languages and not (
        granted.languages
        and all(
            any(places.covers(each, tag) for each in ceiling.languages) for tag in granted.languages
        )
    ):
        yield f"the languages may be {', '.join(ceiling.languages)}"
    undenied = [topic for topic in ceiling.denied_topics if topic not in granted.denied_topics]
    if undenied:
        yield f"{', '.join(undenied)} must be denied"
    if ceiling.days is not None:
        ends = granted.expires_at
        if ends is None or ends > now + timedelta(days=ceiling.days):
            yield f"they must run out within {ceiling.days} days"
    most = ceiling.quota_total
    if most is not None and (granted.quota_total is None or granted.quota_total > most):
        yield f"they must allow {most} clips at most"
    if ceiling.strict and not granted.strict:
        yield "they must be strict"
    if ceiling.per_use_approval and not granted.per_use_approval:
        yield "each use must be approved"


def _outside(name: str, granted: Collection[str], allowed: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a list of which an empty one means everything."""
    if allowed and (not granted or not set(granted) <= set(allowed)):
        yield f"the {name} may be {', '.join(sorted(allowed))}"
