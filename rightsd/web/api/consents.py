"""/v1/consents."""

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field, StringConstraints

from rightsd.db.tx import Tx
from rightsd.domain.consent import Consent, State
from rightsd.domain.policy import Outcome
from rightsd.domain.previews import Example, Preview
from rightsd.domain.restrictions import TEXT_LENGTH_MAX
from rightsd.domain.terms import (
    BLOCKED_MAX,
    CODES_MAX,
    GRANTEES_MAX,
    QUOTA_MAX,
    Audience,
    Purpose,
    Terms,
)
from rightsd.domain.topics import Topic
from rightsd.web import commands
from rightsd.web.api.fields import (
    Body,
    Code,
    Id,
    Out,
    PriceIn,
    PriceOut,
    ReasonOut,
    ShownOut,
    TextId,
    Words,
)
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import consents

router = APIRouter(prefix="/v1/consents", tags=["consents"])

Codes = Annotated[tuple[Code, ...], Field(max_length=CODES_MAX)]
Quota = Annotated[int, Field(ge=1, le=QUOTA_MAX)]


class TermsIn(Body):
    """For whom, for what, where, when and how often. What is left out is not limited.

    `grantee_id` is one of the `grantees`, who are named if the audience is `approved`, and only
    then. `territories` are ISO 3166-1 alpha-2, `languages` BCP 47. `restrictions` are sentences of
    the kinds "no X", "not with Y" and "only Z". With a `price` nothing is permitted but under an
    offer on the consent that the creator has accepted.
    """

    audience: Audience = Audience.APPROVED
    grantee_id: Id | None = None
    grantees: Annotated[tuple[Id, ...], Field(max_length=GRANTEES_MAX)] = ()
    blocked: Annotated[tuple[Id, ...], Field(max_length=BLOCKED_MAX)] = ()
    purposes: tuple[Purpose, ...] = ()
    denied_topics: tuple[Topic, ...] = ()
    territories: Codes = ()
    platforms: Codes = ()
    languages: Codes = ()
    starts_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    quota_total: Quota | None = None
    quota_30_days: Quota | None = None
    strict: bool = False
    per_use_approval: bool = False
    restrictions: Annotated[Words, StringConstraints(max_length=TEXT_LENGTH_MAX)] = ""
    price: PriceIn | None = None

    def terms(self) -> Terms:
        """Return the terms, as they were sent."""
        given: dict[str, Any] = self.model_dump(include={field.name for field in fields(Terms)})
        given["price"] = self.price and self.price.price()
        if self.grantee_id is not None:
            given["grantees"] = (self.grantee_id, *self.grantees)
        return Terms(**given)


class ConsentIn(TermsIn):
    """Who lets whom cast them, on which terms.

    `consent_text`: the text of `GET /v1/consent-texts` that was shown to whoever grants this, by
    its id.
    """

    subject_id: Id
    consent_text: TextId


class PreviewIn(TermsIn):
    """Terms, and for whom they are to be, if that is known: a minor's are stricter."""

    subject_id: Id | None = None


class TermsOut(Out):
    """The terms of a consent. Those who were granted it do not see who else was, or is blocked."""

    audience: Audience
    grantees: list[str]
    blocked: list[str]
    purposes: list[Purpose]
    denied_topics: list[Topic]
    territories: list[str]
    platforms: list[str]
    languages: list[str]
    starts_at: datetime | None
    expires_at: datetime | None
    quota_total: int | None
    quota_30_days: int | None
    strict: bool
    per_use_approval: bool
    restrictions: str
    price: PriceOut | None


class ConsentOut(Out):
    """A consent.

    `commitment_salt`: with the terms it opens the commitment in the ledger (hexadecimal; shown to
    the person who granted it; empty once they are erased).
    `consent_text`: what was shown to whoever granted it; null of those before there were texts.
    """

    id: str
    subject_id: str
    grantee_id: str | None
    state: State
    granted_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    terms_version: int
    terms: TermsOut
    consent_text: ShownOut | None
    commitment_salt: str


class ExampleOut(Out):
    """A wish that someone could have, and what the gate would say."""

    who: str
    prompt: str
    purpose: Purpose
    territories: list[str]
    platforms: list[str]
    languages: list[str]
    when: datetime
    used: int
    outcome: Outcome
    reasons: list[ReasonOut]


class PreviewOut(Out):
    """Terms as they are understood, and what they would do."""

    terms: TermsOut
    would_be_allowed: list[ExampleOut]
    would_wait_for_you: list[ExampleOut]
    would_be_refused: list[ExampleOut]


@router.post("", status_code=201, response_model=ConsentOut)
def grant_consent(actor: Actor, rt: Rt, sent: Sent, body: ConsentIn) -> JSONResponse:
    """Let others cast one's likeness, on terms, or that of a person for whom one may grant."""

    def command(tx: Tx) -> Answer:
        consent = consents.grant(
            tx, actor, subject_id=body.subject_id, terms=body.terms(), text=body.consent_text
        )
        return _answer(201, consent, actor.account_id)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/preview")
def preview_consent(actor: Actor, rt: Rt, body: PreviewIn) -> PreviewOut:
    """Show what terms would allow and refuse, by example, before granting anything."""
    with rt.transaction() as tx:
        return _preview(consents.preview(tx, actor, terms=body.terms(), subject_id=body.subject_id))


@router.get("")
def list_consents(actor: Actor, rt: Rt) -> list[ConsentOut]:
    """List one's consents, those of people for whom one may see them, and those one was granted."""
    with rt.transaction() as tx:
        people = consents.whose(tx, actor)
        return [
            _out(consent, None if consent.subject_id in people else actor.account_id)
            for consent in consents.mine(tx, actor)
        ]


@router.post("/{consent_id}/revoke", response_model=ConsentOut)
def revoke_consent(actor: Actor, rt: Rt, sent: Sent, consent_id: Id) -> JSONResponse:
    """Take a consent back. When this has answered, nothing that rests on it is permitted."""

    def command(tx: Tx) -> Answer:
        return _answer(200, consents.revoke(tx, actor, consent_id), actor.account_id)

    return commands.run(rt, sent, actor.account_id, "", command)


def _answer(status: int, consent: Consent, actor_id: str) -> Answer:
    body: dict[str, Any] = _out(consent, None).model_dump(mode="json")
    return Answer(status, body, about=(actor_id, consent.subject_id))


def _out(consent: Consent, grantee_id: str | None) -> ConsentOut:
    """Return a consent as its person sees it, or as one of those who were granted it does."""
    terms = TermsOut.model_validate(consent.terms)
    salt = consent.salt.hex()
    if grantee_id is None:
        grantee_id = consent.grantee_id
    else:
        terms = terms.model_copy(update={"grantees": [grantee_id], "blocked": []})
        salt = ""
    return ConsentOut(
        id=consent.id,
        subject_id=consent.subject_id,
        grantee_id=grantee_id,
        state=consent.state,
        granted_at=consent.granted_at,
        expires_at=consent.expires_at,
        ended_at=consent.ended_at,
        terms_version=consent.terms_version,
        terms=terms,
        consent_text=consent.text and ShownOut.model_validate(consent.text),
        commitment_salt=salt,
    )


def _preview(preview: Preview) -> PreviewOut:
    def shown(examples: tuple[Example, ...]) -> list[ExampleOut]:
        return [
            ExampleOut(
                who=example.who,
                prompt=example.prompt,
                purpose=example.use.purpose,
                territories=list(example.use.territories),
                platforms=list(example.use.platforms),
                languages=list(example.use.languages),
                when=example.when,
                used=example.used,
                outcome=example.outcome,
                reasons=[ReasonOut.model_validate(reason) for reason in example.reasons],
            )
            for example in examples
        ]

    return PreviewOut(
        terms=TermsOut.model_validate(preview.terms),
        would_be_allowed=shown(preview.allowed),
        would_wait_for_you=shown(preview.held),
        would_be_refused=shown(preview.refused),
    )
