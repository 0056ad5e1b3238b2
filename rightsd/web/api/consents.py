"""/v1/consents."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from rightsd.db.tx import Tx
from rightsd.domain.consent import State
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import consents

router = APIRouter(prefix="/v1/consents", tags=["consents"])


class ConsentIn(Body):
    """Who may cast whom, until when."""

    subject_id: Id
    grantee_id: Id
    expires_at: AwareDatetime | None = None


class ConsentOut(Out):
    """A consent."""

    id: str
    subject_id: str
    grantee_id: str
    state: State
    granted_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None


@router.post("", status_code=201, response_model=ConsentOut)
def grant_consent(actor: Actor, rt: Rt, sent: Sent, body: ConsentIn) -> JSONResponse:
    """Let a creator cast one's likeness. Persons only, and only their own."""

    def command(tx: Tx) -> Answer:
        consent = consents.grant(
            tx,
            actor,
            subject_id=body.subject_id,
            grantee_id=body.grantee_id,
            expires_at=body.expires_at,
        )
        return Answer(201, ConsentOut.model_validate(consent).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_consents(actor: Actor, rt: Rt) -> list[ConsentOut]:
    """List the consents that the account granted, or was granted."""
    with rt.transaction() as tx:
        return [ConsentOut.model_validate(consent) for consent in consents.mine(tx, actor)]


@router.post("/{consent_id}/revoke", response_model=ConsentOut)
def revoke_consent(actor: Actor, rt: Rt, sent: Sent, consent_id: Id) -> JSONResponse:
    """Take a consent back. When this has answered, nothing that rests on it is permitted."""

    def command(tx: Tx) -> Answer:
        consent = consents.revoke(tx, actor, consent_id)
        return Answer(200, ConsentOut.model_validate(consent).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)
