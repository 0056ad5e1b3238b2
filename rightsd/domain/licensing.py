"""Which licences cover a wish, and what those lack that do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rightsd.domain import permission, rulebook
from rightsd.domain.licence import Licence
from rightsd.domain.permission import UNUSED, Asked, Permission, Term, Used
from rightsd.domain.price import Per
from rightsd.domain.rulebook import Reason, Rule

RULES: Mapping[Term, Rule] = {
    Term.WINDOW: rulebook.LICENCE_WINDOW,
    Term.PURPOSE: rulebook.LICENCE_PURPOSE,
    Term.TERRITORY: rulebook.LICENCE_TERRITORY,
    Term.PLATFORM: rulebook.LICENCE_PLATFORM,
    Term.LANGUAGE: rulebook.LICENCE_LANGUAGE,
    Term.TOPIC: rulebook.LICENCE_TOPIC,
    Term.QUOTA: rulebook.LICENCE_QUOTA,
}


@dataclass(frozen=True, slots=True)
class Cover:
    """What licences do for one wish.

    Attributes:
        by: The licence that covers a work or a consent, by the id of that.
        lacking: What the closest licence lacks, by the id of what is licensed and not covered.
    """

    by: Mapping[str, Licence]
    lacking: Mapping[str, tuple[Reason, ...]]


NONE = Cover({}, {})


def cover(
    things: Mapping[str, str], licences: Sequence[Licence], asked: Asked, used: Mapping[str, Used]
) -> Cover:
    """Return what licences cover.

    Args:
        things: What is to be covered: names of works and people, by the id of work or consent.
        licences: The creator's.
        asked: The wish, as terms see it.
        used: By id of a licence with a quota; one that is not in it was never used.
    """
    by: dict[str, Licence] = {}
    lacking: dict[str, tuple[Reason, ...]] = {}
    for thing_id, name in things.items():
        judged = [
            (permission.failures(_said(licence, name, used), asked), licence)
            for licence in sorted(licences, key=_preference)
            if licence.offer.thing_id == thing_id and licence.stands(asked.now)
        ]
        if judged:
            failed, best = min(judged, key=lambda each: len(each[0]))
            if failed:
                lacking[thing_id] = failed
            else:
                by[thing_id] = best
    return Cover(by, lacking)


def _preference(licence: Licence) -> tuple[bool, str, str]:
    """Return what sorts licences: what is paid for already before the rest, then the oldest."""
    is_metered = licence.offer.price.per is not Per.FLAT
    return (is_metered, licence.issued_at.isoformat(), licence.id)


def _said(licence: Licence, name: str, used: Mapping[str, Used]) -> Permission:
    what = f"your licence of {name}"
    evidence: dict[str, str | int] = {
        "licence_id": licence.id,
        "terms_version": licence.offer.terms_version,
    }
    return Permission(
        licence.offer.terms, what, what, RULES, evidence, used.get(licence.id, UNUSED)
    )
