"""Minority: the terms that every consent for a minor has, whatever else it says."""

from dataclasses import replace

from rightsd.domain.terms import Audience, Purpose, Terms
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError

DENIED_TOPICS = (
    Topic.ALCOHOL,
    Topic.DRUGS,
    Topic.GAMBLING,
    Topic.ROMANCE,
    Topic.SEXUAL,
    Topic.TOBACCO,
    Topic.VIOLENCE,
    Topic.WEAPONS,
)
AUDIENCES = frozenset({Audience.ONLY_ME, Audience.APPROVED})
PURPOSES = tuple(sorted(set(Purpose) - {Purpose.ADVERTISING}))


def protected(terms: Terms) -> Terms:
    """Return terms as they can be granted for a minor: those that must be there are added.

    They stay as they are when the minor comes of age: nothing loosens by itself.

    Raises:
        RightsError: INVALID: the terms ask for what no consent for a minor allows.
    """
    if terms.audience not in AUDIENCES:
        detail = f"a minor is cast by people who are approved, not by “{terms.audience}”"
        raise RightsError(Code.INVALID, detail)
    if Purpose.ADVERTISING in terms.purposes:
        raise RightsError(Code.INVALID, "a minor is not cast in advertising")
    return replace(
        terms,
        purposes=terms.purposes or PURPOSES,
        denied_topics=tuple(sorted({*terms.denied_topics, *DENIED_TOPICS})),
        strict=True,
        per_use_approval=True,
    )
