"""Whether one consent allows one use: each term of it against the wish, and its price."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.domain import permission, rulebook
from rightsd.domain.consent import Consent
from rightsd.domain.permission import UNUSED, Asked, Permission, Term, Used
from rightsd.domain.rulebook import Reason, Rule
from rightsd.domain.terms import Use
from rightsd.domain.wording import Reading

RULES: Mapping[Term, Rule] = {
    Term.WINDOW: rulebook.CAMEO_WINDOW,
    Term.PURPOSE: rulebook.CAMEO_PURPOSE,
    Term.TERRITORY: rulebook.CAMEO_TERRITORY,
    Term.PLATFORM: rulebook.CAMEO_PLATFORM,
    Term.LANGUAGE: rulebook.CAMEO_LANGUAGE,
    Term.TOPIC: rulebook.CAMEO_TOPIC,
    Term.STRICT: rulebook.CAMEO_STRICT,
    Term.RESTRICTION: rulebook.CAMEO_RESTRICTION,
    Term.QUOTA: rulebook.CAMEO_QUOTA,
}


@dataclass(frozen=True, slots=True)
class Casting:
    """A wish to cast one person, and what bears on it.

    Attributes:
        handle: Whom it casts.
        others: Handles of the others in the clip.
        reading: The prompt.
        used: By id of a consent with a quota; a consent that is not in it was never used.
        approved: Ids of the consents under which the person has approved this very use.
        licensed: Ids of the consents with a price that a licence of the creator covers.
    """

    handle: str
    others: Sequence[str]
    reading: Reading
    use: Use
    used: Mapping[str, Used]
    approved: Collection[str]
    licensed: Collection[str]
    now: datetime


def failures(consent: Consent, casting: Casting) -> tuple[Reason, ...]:
    """Return the terms that a use does not meet; with none the consent allows it."""
    said = Permission(
        consent.terms,
        f"@{casting.handle}",
        f"@{casting.handle}'s consent",
        RULES,
        _evidence(consent, casting),
        casting.used.get(consent.id, UNUSED),
    )
    asked = Asked(casting.reading, casting.use, casting.now, casting.others)
    return (*permission.failures(said, asked), *_price(consent, casting))


def waits(consent: Consent, casting: Casting) -> Reason | None:
    """Return why a use that meets the terms has to wait, or None."""
    if not consent.terms.per_use_approval or consent.id in casting.approved:
        return None
    detail = f"@{casting.handle} wants to see each use first, and was asked"
    return rulebook.reason(rulebook.CAMEO_APPROVAL, detail, _evidence(consent, casting))


def _price(consent: Consent, casting: Casting) -> Iterator[Reason]:
    price = consent.terms.price
    if price is not None and consent.id not in casting.licensed:
        detail = f"@{casting.handle} asks {price}, under an offer that you have not accepted"
        evidence: dict[str, str | int] = {
            "amount": price.amount,
            "currency": price.currency,
            "per": price.per.value,
        }
        yield rulebook.reason(rulebook.CAMEO_PRICE, detail, _evidence(consent, casting) | evidence)


def _evidence(consent: Consent, casting: Casting) -> dict[str, str | int]:
    return {
        "cameo": casting.handle,
        "consent_id": consent.id,
        "terms_version": consent.terms_version,
    }
