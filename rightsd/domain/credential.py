"""Credential: a consent as its owner or grantee can show it to others, part by part.

Sources: draft-ietf-oauth-sd-jwt-vc for the claims, draft-ietf-oauth-status-list section 6.2 for
`status`. What is about the people in it may be kept back; what a reader must know to trust it may
not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsd.domain.consent import Consent
from rightsd.domain.events import Event

TYP = "dc+sd-jwt"
VCT = "https://rightsd.example/credentials/consent/v1"  # A name, not an address to fetch.
# Behind the issuer's address: its keys, and its status lists by number.
KEYS_PATH = "/.well-known/jwks.json"
STATUS_LISTS_PATH = "/v1/statuslists"
LIFETIME = timedelta(days=30)  # Asked for anew each month; the status list ends it at any time.
# What the granting event says beside the terms: it has claims of its own, or concerns nobody else.
_NOT_TERMS = frozenset(
    {"account_id", "subject_id", "grantee_id", "expires_at", "text", "text_sha256", "by", "under"}
)
# Terms that limit what whoever is named may do. That there is one is always shown: its holder would
# else show the permission without it. What it says may be kept back.
_LIMITS = (
    "purposes",
    "denied_topics",
    "territories",
    "platforms",
    "languages",
    "quota_total",
    "quota_30_days",
    "strict",
    "per_use_approval",
)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a credential says.

    Attributes:
        shown: Always.
        disclosable: As its holder likes.
    """

    shown: Mapping[str, object]
    disclosable: Mapping[str, object]


def of_consent(
    consent: Consent,
    granted: Event,
    *,
    issuer: str,
    grantee_id: str | None,
    status: tuple[int, str],
    holder: Mapping[str, str] | None,
    now: datetime,
) -> Claims:
    """Return the claims of a standing consent.

    Args:
        consent: One that stands.
        granted: The event that granted it.
        issuer: The daemon's address.
        grantee_id: Whom it names as the one who may cast; None: nobody by name.
        status: Index in a status list, and the list's address.
        holder: The public key, a JWK, of whoever alone is to present it; None: whoever has it.
        now: The time of issue.
    """
    until = now + LIFETIME
    if consent.expires_at is not None:
        until = min(until, consent.expires_at)
    index, uri = status
    shown: dict[str, object] = {
        "iss": issuer,
        "iat": seconds(now),
        "exp": seconds(until),
        "vct": VCT,
        "status": {"status_list": {"idx": index, "uri": uri}},
    }
    if holder is not None:
        shown["cnf"] = {"jwk": dict(holder)}
    disclosable: dict[str, object] = {
        "consent_id": consent.id,
        "subject_id": consent.subject_id,
        "granted_at": seconds(consent.granted_at),
        "event_id": granted.id,
    }
    if grantee_id is not None:
        disclosable["grantee_id"] = grantee_id
    if consent.terms.starts_at is not None:
        shown["nbf"] = seconds(consent.terms.starts_at)
    if consent.expires_at is not None:
        disclosable["expires_at"] = seconds(consent.expires_at)
    if "text" in granted.data:
        disclosable["consent_text"] = {
            "id": granted.data["text"],
            "sha256": granted.data["text_sha256"],
        }
    limits = {name: value for name in _LIMITS if (value := getattr(consent.terms, name))}
    # People's own words are named, and not said: a credential outlives their erasure.
    named = [*limits, *(["restrictions"] if consent.terms.restrictions else [])]
    if named:
        shown["limits"] = sorted(named)
    on_record = {name: value for name, value in granted.data.items() if name not in _NOT_TERMS}
    terms: dict[str, object] = {**on_record, **limits}
    if terms:
        disclosable["terms"] = terms
    return Claims(shown, disclosable)


def seconds(at: datetime) -> int:
    """Return a time as a NumericDate (RFC 7519 section 2): whole seconds since 1970, rounded down.

    A right that ends so ends up to a second early, never late.
    """
    return int(at.timestamp())
