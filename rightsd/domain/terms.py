"""Terms of a consent: for whom, for what, where, when and how often; and what a use says of that.

Whatever is not limited is open: an empty list of purposes allows every purpose. A use that does not
say where it will be shown is shown everywhere, so terms that name places do not allow it.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from rightsd.domain import places, restrictions, topics, wording
from rightsd.domain.restrictions import Clause
from rightsd.domain.restrictions import Kind as ClauseKind
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError

GRANTEES_MAX = 100
BLOCKED_MAX = 1000  # Read in every decision; whoever would block more approves people instead.
CODES_MAX = 250  # Of one kind in one list: every country there is.
QUOTA_MAX = 100_000
QUOTA_DAYS = 30
SALT_BYTES = 32
S = TypeVar("S", bound=str)


class Audience(StrEnum):
    """Who may cast the person at all."""

    ONLY_ME = "only_me"
    APPROVED = "approved"
    MUTUALS = "mutuals"
    EVERYONE = "everyone"


class Purpose(StrEnum):
    """What a clip is made for."""

    PERSONAL = "personal"
    EDITORIAL = "editorial"
    ADVERTISING = "advertising"
    ENTERTAINMENT = "entertainment"
    EDUCATION = "education"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a consent allows.

    Attributes:
        grantees: Accounts that are approved, if that is the audience.
        blocked: Accounts that are not meant, whatever the audience; they are not told so.
        purposes: Empty: every purpose.
        territories: ISO 3166-1 alpha-2; empty: everywhere.
        platforms: Empty: any.
        languages: BCP 47, lower case; empty: any.
        starts_at: Before this moment it permits nothing.
        expires_at: From this moment it permits nothing any more; None: until revoked.
        quota_total: Clips that may rest on it in all.
        quota_30_days: Clips that may rest on it of those asked for in any QUOTA_DAYS.
        strict: No major change of appearance, no embarrassing situations.
        per_use_approval: Each use waits until the person has said yes.
        restrictions: In the person's own words, and `clauses` what they say. Personal data.
    """

    audience: Audience = Audience.APPROVED
    grantees: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    denied_topics: tuple[Topic, ...] = ()
    territories: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    quota_total: int | None = None
    quota_30_days: int | None = None
    strict: bool = False
    per_use_approval: bool = False
    restrictions: str = ""
    clauses: tuple[Clause, ...] = ()

    @property
    def about_words(self) -> bool:
        """Whether a term looks at the words of the prompt."""
        return bool(self.denied_topics or self.strict or self.clauses)


@dataclass(frozen=True, slots=True)
class Use:
    """What someone says they want a clip for.

    Attributes:
        territories: Where it will be shown, ISO 3166-1 alpha-2; empty: everywhere.
        platforms: Where it will be published; empty: anywhere.
        languages: What is spoken or shown in it, BCP 47, lower case; empty: it may be any.
    """

    purpose: Purpose = Purpose.PERSONAL
    territories: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


PERSONAL = Use()  # What is meant when nothing is said.


def checked(terms: Terms) -> Terms:
    """Return terms with their codes in order and their words understood.

    Raises:
        RightsError: INVALID: a code is unknown, terms contradict one another or allow nothing.
    """
    terms = replace(
        terms,
        grantees=_sorted(terms.grantees),
        blocked=_sorted(terms.blocked),
        purposes=_sorted(terms.purposes),
        denied_topics=_sorted(terms.denied_topics),
        territories=_territories(terms.territories),
        platforms=_platforms(terms.platforms),
        languages=_languages(terms.languages),
        clauses=restrictions.parse(terms.restrictions),
    )
    _check_sizes(terms)
    _check_people(terms)
    _check_window_and_quota(terms)
    _check_words(terms)
    return terms


def use_of(
    purpose: Purpose, territories: Iterable[str], platforms: Iterable[str], languages: Iterable[str]
) -> Use:
    """Return a use from its members as they came.

    Raises:
        RightsError: INVALID: a code is unknown.
    """
    return Use(purpose, _territories(territories), _platforms(platforms), _languages(languages))


def written(terms: Terms) -> dict[str, object]:
    """Return terms as JSON can write them: what the ledger's commitment is to, but the clauses."""

    def value(found: object) -> object:
        return found.astimezone(UTC).isoformat() if isinstance(found, datetime) else found

    return {name: value(found) for name, found in asdict(terms).items() if name != "clauses"}


def _sorted(values: Iterable[S]) -> tuple[S, ...]:
    return tuple(sorted(set(values)))


def _codes(
    codes: Iterable[str], fits: Callable[[str], bool], what: str, fold: Callable[[str], str]
) -> tuple[str, ...]:
    folded = _sorted(fold(code.strip()) for code in codes)
    for code in folded:
        if not fits(code):
            raise RightsError(Code.INVALID, f"“{code[:64]}” is no {what}")
    return folded


def _territories(codes: Iterable[str]) -> tuple[str, ...]:
    what = "code of a country (ISO 3166-1 alpha-2), such as JP"
    return _codes(codes, places.is_country, what, str.upper)


def _platforms(codes: Iterable[str]) -> tuple[str, ...]:
    what = "name of a platform: a domain or a word of a-z, 0-9, . and -"
    return _codes(codes, places.is_platform, what, str.lower)


def _languages(tags: Iterable[str]) -> tuple[str, ...]:
    return _codes(tags, places.is_language, "language tag (BCP 47), such as en-GB", str.lower)


def _check_sizes(terms: Terms) -> None:
    limits = {
        "grantees": GRANTEES_MAX,
        "blocked": BLOCKED_MAX,
        "territories": CODES_MAX,
        "platforms": CODES_MAX,
        "languages": CODES_MAX,
    }
    for name, most in limits.items():
        if len(getattr(terms, name)) > most:
            raise RightsError(Code.INVALID, f"{name} has at most {most} members")


def _check_people(terms: Terms) -> None:
    if terms.audience is Audience.APPROVED and not terms.grantees:
        detail = "the audience “approved” needs the accounts that are approved: name a grantee"
        raise RightsError(Code.INVALID, detail)
    if terms.audience is not Audience.APPROVED and terms.grantees:
        detail = f"the audience “{terms.audience}” names no grantees; “approved” does"
        raise RightsError(Code.INVALID, detail)
    both = set(terms.grantees) & set(terms.blocked)
    if both:
        raise RightsError(Code.INVALID, f"{min(both)} is both approved and blocked")


def _check_window_and_quota(terms: Terms) -> None:
    start, end = terms.starts_at, terms.expires_at
    if start is not None and end is not None and end <= start:
        raise RightsError(Code.INVALID, "these terms end before they begin")
    total, recent = terms.quota_total, terms.quota_30_days
    if any(quota is not None and not 1 <= quota <= QUOTA_MAX for quota in (total, recent)):
        raise RightsError(Code.INVALID, f"a quota is 1 to {QUOTA_MAX} clips, or not set")
    if total is not None and recent is not None and recent > total:
        detail = f"{recent} clips in {QUOTA_DAYS} days are more than the {total} in all"
        raise RightsError(Code.INVALID, detail)


def _check_words(terms: Terms) -> None:
    """Refuse terms under which every prompt would break a rule."""
    denied = set(topics.phrases_of(terms.denied_topics))
    denied |= topics.STRICT_PHRASES if terms.strict else set()
    for clause in terms.clauses:
        denied |= clause.stems() if clause.kind is ClauseKind.NO else set()
    for clause in terms.clauses:
        if clause.kind is ClauseKind.ONLY and all(
            any(wording.contains(phrase, each) for each in denied) for phrase in clause.stems()
        ):
            detail = f"“only {', '.join(clause.phrases)}” is denied by the same terms"
            raise RightsError(Code.INVALID, detail)
