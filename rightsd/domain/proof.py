"""Proof: what a consent receipt and a decision receipt say, from what is on record and no more.

Source of a consent receipt's members: ISO/IEC TS 27560:2023, by the names that the DPV's guide to
it gives them. Members for what is on no record here are left out rather than made up; which ones
they are says api-specs/credentials.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from rightsd.domain.consent import Consent
from rightsd.domain.credential import seconds
from rightsd.domain.events import Event
from rightsd.domain.policy import Decision, Wish

CONSENT_TYP = "consent-receipt+jwt"
DECISION_TYP = "decision-receipt+jwt"
TEXTS_PATH = "/v1/consent-texts"
PREFLIGHT_TYP = "preflight-receipt+jwt"
SCHEMA_VERSION = "ISO/IEC TS 27560:2023"
# A receipt tells of the past and stays true; this bounds how long its key must stay published.
LIFETIME = timedelta(days=365)
# How long the answer to a preflight is good for: long enough to press the button, and short enough
# that rows which it rests on seldom change meanwhile. The gate decides anew in any case.
PREFLIGHT_LIFETIME = timedelta(minutes=10)
# States of a consent, as ISO/IEC TS 27560 and the DPV speak of them.
_STATES: Mapping[str, str] = {
    "consent.granted": "consent given",
    "consent.revoked": "consent withdrawn",
    "consent.expired": "consent expired",
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues.

    Attributes:
        url: The daemon's address.
        operator: The name of whoever runs it.
    """

    url: str
    operator: str


def consent_receipt(
    consent: Consent, events: Sequence[Event], *, issuer: Issuer, receipt_id: str, now: datetime
) -> dict[str, object]:
    """Return the claims of a consent receipt.

    Args:
        consent: The consent, in whatever state.
        events: All that is on record about it, the oldest first.
        issuer: Who issues.
        receipt_id: A fresh id.
        now: The time of issue.
    """
    recipients = list(consent.terms.grantees)
    shown = {"privacy_notice": _notice(events[0], issuer)} if "text" in events[0].data else {}
    return {
        **_frame(issuer, now, LIFETIME),
        "schema_version": SCHEMA_VERSION,
        "receipt_id": receipt_id,
        "record_id": consent.id,
        "pii_principal_id": consent.subject_id,
        **shown,
        "pii_processing": [
            {
                "purpose": "casting the principal in clips that the recipient has generated",
                "pii_information": [{"pii_type": "likeness"}, {"pii_type": "voice"}],
                "pii_controllers": [issuer.url],
                "recipient_third_parties": recipients,
                "withdrawal_method": f"POST {issuer.url}/v1/consents/{consent.id}/revoke",
            }
        ],
        "party_identification": [
            {"party_id": issuer.url, "party_name": issuer.operator, "party_role": "controller"},
            *({"party_id": each, "party_role": "recipient"} for each in recipients),
        ],
        "state": consent.state.value,
        "event": [_event(event) for event in events],
    }


def decision_receipt(
    decision: Decision,
    event: Event,
    *,
    request: str,
    account_id: str,
    issuer: Issuer,
    now: datetime,
) -> dict[str, object]:
    """Return the claims of a decision receipt.

    Args:
        decision: What was decided.
        event: The event that put it on record.
        request: The ledger's commitment to the prompt, hexadecimal.
        account_id: Who asked.
        issuer: Who issues.
        now: The time of issue.
    """
    return {
        **_frame(issuer, now, LIFETIME),
        "generation_id": event.subject,
        "account_id": account_id,
        "request": request,
        "decided_at": _time(event.at),
        **_decided(decision),
        "event_id": event.id,
        "event_kind": event.kind,
    }


def _notice(granted: Event, issuer: Issuer) -> dict[str, object]:
    """Return which text was shown before consent was given."""
    return {
        "id": granted.data["text"],
        "sha256": granted.data["text_sha256"],
        "url": f"{issuer.url}{TEXTS_PATH}",
    }


def wish_written(wish: Wish) -> dict[str, object]:
    """Return a wish as a preflight receipt commits to it: as the gate understood it."""
    return {
        "prompt": wish.prompt,
        "cameos": list(wish.cameos),
        "purpose": wish.use.purpose.value,
        "territories": list(wish.use.territories),
        "platforms": list(wish.use.platforms),
        "languages": list(wish.use.languages),
    }


def preflight_receipt(
    decision: Decision, *, request: str, account_id: str, issuer: Issuer, now: datetime
) -> dict[str, object]:
    """Return the claims of a receipt of what the gate would say.

    Args:
        decision: What it would say.
        request: The commitment to the wish (`wish_written`), hexadecimal.
        account_id: Who asked.
        issuer: Who issues.
        now: The time of the decision.
    """
    return {
        **_frame(issuer, now, PREFLIGHT_LIFETIME),
        "account_id": account_id,
        "request": request,
        "decided_at": _time(now),
        **_decided(decision),
    }


def _decided(decision: Decision) -> dict[str, object]:
    return {
        "outcome": decision.outcome.value,
        "rulebook": decision.rulebook,
        "reasons": [asdict(reason) for reason in decision.reasons],
        "consents": list(decision.consents),
    }


def _frame(issuer: Issuer, now: datetime, lifetime: timedelta) -> dict[str, object]:
    return {"iss": issuer.url, "iat": seconds(now), "exp": seconds(now + lifetime)}


def _event(event: Event) -> dict[str, object]:
    said: dict[str, object] = {
        "event_type": event.kind,
        "event_state": _STATES.get(event.kind, event.kind.replace(".", " ")),
        "event_time": _time(event.at),
        "event_id": event.id,
    }
    facts = {name: value for name, value in event.data.items() if value is not None}
    account_id = facts.pop("account_id", None)
    entity_id = facts.pop("by", account_id)  # Who acted for the person, if somebody did.
    if entity_id is not None:
        said["entity_id"] = entity_id
    if "expires_at" in facts:
        said["valid_until"] = facts.pop("expires_at")
    if facts:
        said["facts"] = facts
    return said


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
