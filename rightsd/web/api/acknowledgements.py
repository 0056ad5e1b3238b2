"""/v1/deliveries/{id}/acknowledgements."""

import base64
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints

from rightsd.adapters import statements
from rightsd.db.tx import Tx
from rightsd.domain import webhook
from rightsd.domain.acknowledgement import (
    AT,
    NOTE_LENGTH_MAX,
    Acknowledgement,
    Outcome,
    Refusal,
    Statement,
)
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Out, Words
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import acknowledgements

router = APIRouter(prefix="/v1/deliveries", tags=["acknowledgements"])

Time = Annotated[str, StringConstraints(pattern=f"^{AT.pattern}$", max_length=27)]
Signature = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]


class StatementIn(Body):
    """What the platform signs: these members, as canonical JSON (RFC 8785), with the type.

    `at`: when it did what it says, in UTC, written as it is signed. `refusal`: why, if and only if
    the outcome is `refused`.
    """

    delivery_id: Id
    event_id: Annotated[str, StringConstraints(pattern=r"^evt_[0-9a-z]{1,64}$")]
    generation_id: Id
    platform_id: Id
    outcome: Outcome
    refusal: Refusal | None = None
    at: Time


class AcknowledgementIn(Body):
    """A statement, the platform's Ed25519 signature over it in Base64, and a note beside it."""

    statement: StatementIn
    signature: Signature
    note: Annotated[Words, Field(max_length=NOTE_LENGTH_MAX)] | None = None


class AcknowledgementOut(Out):
    """An acknowledgement: what was signed, byte for byte, by whom, and when it was taken in."""

    id: str
    delivery_id: str
    outcome: Outcome
    refusal: Refusal | None
    statement: str
    signature: str
    public_key: str
    received_at: datetime
    note: str | None


@router.post("/{delivery_id}/acknowledgements", status_code=201, response_model=AcknowledgementOut)
def acknowledge(
    actor: Actor, rt: Rt, sent: Sent, delivery_id: Id, body: AcknowledgementIn
) -> JSONResponse:
    """Say, signed, what became of a delivery. Its platform only.

    The same once more is answered with 200 and what was taken in the first time.
    """
    signature = statements.parse_signature(body.signature)

    def command(tx: Tx) -> Answer:
        taken = acknowledgements.take(
            tx,
            actor,
            delivery_id,
            Statement(**body.statement.model_dump()),
            signature=signature,
            note=body.note or None,
        )
        status = 201 if taken.is_new else 200
        return Answer(status, _out(taken.acknowledgement).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("/{delivery_id}/acknowledgements")
def list_acknowledgements(actor: Actor, rt: Rt, delivery_id: Id) -> list[AcknowledgementOut]:
    """List what was said of a delivery, the earliest first. Its platform, and staff."""
    with rt.transaction() as tx:
        return [_out(one) for one in acknowledgements.of_delivery(tx, actor, delivery_id)]


def _out(found: Acknowledgement) -> AcknowledgementOut:
    said = found.statement
    values: dict[str, Any] = {
        "id": found.id,
        "delivery_id": said.delivery_id,
        "outcome": said.outcome,
        "refusal": said.refusal,
        "statement": said.encode().decode(),
        "signature": base64.b64encode(found.signature).decode(),
        "public_key": webhook.write_public_key(found.key),
        "received_at": found.received_at,
        "note": found.note,
    }
    return AcknowledgementOut(**values)
