"""/v1/enrolments."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import JSONResponse

from rightsd.db.tx import Tx
from rightsd.domain import challenge
from rightsd.domain.challenge import Turn
from rightsd.domain.enrolment import Assurance, Enrolment, Fault, Kind, Medium, Outcome, State
from rightsd.web import commands, uploads
from rightsd.web.api.fields import Body, Id, Out, ShownOut, TextId
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer
from rightsd.web.commands import Sent as Envelope
from rightsd.workflows.enrolments import sessions

router = APIRouter(prefix="/v1/enrolments", tags=["enrolments"])


class EnrolmentIn(Body):
    """Whose face and voice are to be measured, and the text that was shown before.

    `keep_media`: keep what is sent, sealed under the person's key, if they pass; otherwise, and
    whenever they do not, it is deleted when the session is over.
    """

    subject_id: Id
    consent_text: TextId
    keep_media: bool = False


class ChallengeOut(Out):
    """What is asked for.

    `turns`: before the camera, to the person's own left or right, looking ahead for a second before
    the first, after each, and at the end; the picture is not mirrored. `slots`: one digit every
    `slot_seconds` of the voice recording, from its beginning.
    """

    turns: list[Turn]
    slots: list[int]
    slot_seconds: float


class EnrolmentOut(Out):
    """A session. `detail` says why it failed; `evidence` is what was measured."""

    id: str
    subject_id: str
    state: State
    opened_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    keep_media: bool
    challenge: ChallengeOut | None
    consent_text: ShownOut | None
    assurance: Assurance | None
    fault: Fault | None
    detail: str | None
    evidence: dict[str, int | float | str | list[int | float | str]]
    commitment_salt: str


@router.post("", status_code=201, response_model=EnrolmentOut)
def open_enrolment(actor: Actor, rt: Rt, sent: Envelope, body: EnrolmentIn) -> JSONResponse:
    """Open a session, and draw what is asked for in it. Of a minor their guardian does this.

    Whoever has enrolled before enrols again: handle and consents stay, what they are recognised by
    is replaced when they pass.
    """

    def command(tx: Tx) -> Answer:
        enrolment = sessions.open_session(
            tx,
            actor,
            subject_id=body.subject_id,
            text=body.consent_text,
            keep_media=body.keep_media,
        )
        sessions.require_models(rt)  # After all that strangers are not told of, before the commit.
        return _answer(201, enrolment)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("/{enrolment_id}")
def get_enrolment(actor: Actor, rt: Rt, enrolment_id: Id) -> EnrolmentOut:
    """Show a session that one opened."""
    with rt.transaction() as tx:
        return _out(sessions.view(tx, actor, enrolment_id))


@router.put("/{enrolment_id}/media", status_code=202, response_model=EnrolmentOut)
def put_media(
    actor: Actor,
    rt: Rt,
    sent: Envelope,
    enrolment_id: Id,
    *,
    clip: Annotated[UploadFile | None, File(description="A video of at most a minute")] = None,
    photos: Annotated[list[UploadFile], File(description="3 to 5, or none with a clip")] = [],  # noqa: B006 -- Never changed.
    voice: Annotated[UploadFile | None, File(description="With a clip")] = None,
) -> JSONResponse:
    """Send what was recorded, all at once and once: then it is checked, within a minute.

    All that is sent has to hold. Photographs alone give L1, a clip L2, a clip and a voice L3. Files
    that cannot be read are refused here, and the session stays open.
    """
    with rt.transaction() as tx:
        waiting = sessions.is_waiting(tx, actor, enrolment_id)
    given = [
        *((Kind.CLIP, each) for each in (clip,) if each is not None),
        *((Kind.PHOTO, each) for each in photos),
        *((Kind.VOICE, each) for each in (voice,) if each is not None),
    ]
    stored: tuple[Medium, ...] = ()
    digest = hashlib.sha256()
    with uploads.turn(), uploads.sent(rt, given) as files:
        for file in files:
            with file.path.open("rb") as opened:
                digest.update(file.kind.encode() + hashlib.file_digest(opened, "sha256").digest())
        if waiting:  # Otherwise it is a retry, which gets its answer below, or comes too late.
            sessions.look(rt, files)
            stored = sessions.store(rt, actor, enrolment_id, files)

    def command(tx: Tx) -> Answer:
        return _answer(202, sessions.submit(tx, actor, enrolment_id, stored))

    return commands.run(rt, sent, actor.account_id, digest.hexdigest(), command)


def _answer(status: int, enrolment: Enrolment) -> Answer:
    shown = _out(enrolment).model_dump(mode="json")
    return Answer(status, shown, about=(enrolment.account_id, enrolment.subject_id))


def _out(enrolment: Enrolment) -> EnrolmentOut:
    drawn, outcome = enrolment.challenge, enrolment.outcome
    return EnrolmentOut(
        id=enrolment.id,
        subject_id=enrolment.subject_id,
        state=enrolment.state,
        opened_at=enrolment.opened_at,
        expires_at=enrolment.expires_at,
        ended_at=enrolment.ended_at,
        keep_media=enrolment.keep_media,
        challenge=drawn
        and ChallengeOut(
            turns=list(drawn.turns),
            slots=list(drawn.slots),
            slot_seconds=challenge.SLOT_SECONDS,
        ),
        consent_text=enrolment.text and ShownOut.model_validate(enrolment.text),
        assurance=outcome and outcome.assurance,
        fault=outcome and outcome.fault,
        detail=(outcome and outcome.detail) or None,
        evidence={} if outcome is None else _evidence(outcome),
        commitment_salt=enrolment.salt.hex(),
    )


def _evidence(outcome: Outcome) -> dict[str, int | float | str | list[int | float | str]]:
    return {
        name: list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        for name, value in outcome.evidence.items()
    }
