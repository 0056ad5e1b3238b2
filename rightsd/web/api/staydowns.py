"""/v1/staydowns: files that are no outputs of ours, and are not to come back as one."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from fastapi.responses import JSONResponse

from rightsd.db.tx import Tx
from rightsd.domain.staydown import Kind, State, Staydown
from rightsd.web import commands, uploads
from rightsd.web.api.fields import Id, Out, Text
from rightsd.web.auth import Actor, Reviewer, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import staydowns

router = APIRouter(prefix="/v1/staydowns", tags=["staydowns"])

BYTES_MAX = staydowns.LIMITS.bytes_max


class StaydownOut(Out):
    """An entry. `commitment_salt` opens the ledger's commitment to the SHA-256 (hexadecimal)."""

    id: str
    kind: Kind
    sha256: str
    md5: str
    seconds: float
    reason: str
    commitment_salt: str
    state: State
    added_at: datetime
    ended_at: datetime | None


class PrecisionOut(Out):
    """How often what something matched was a copy of it, by reviewers and platforms.

    `share` of the judged was right, between `low` and `high` at 95 % (Wilson). `held`: it matched
    too much, so that its matches wait for a reviewer.
    """

    thing: str
    kinds: list[str]
    held: bool
    matches: int
    confirmed: int
    overturned: int
    share: float | None
    low: float
    high: float


@router.post("", status_code=201, response_model=StaydownOut)
def add_staydown(
    actor: Reviewer,
    rt: Rt,
    sent: Sent,
    file: UploadFile,
    kind: Annotated[Kind, Form()],
    reason: Annotated[Text, Form()],
) -> JSONResponse:
    """Have a file stay down. Digests and a fingerprint of it are kept; the file is deleted."""
    with uploads.looked_at(rt, file) as path:
        shown = staydowns.describe(actor, path)

    def command(tx: Tx) -> Answer:
        added = staydowns.add(tx, actor, kind=kind, shown=shown, reason=reason)
        return Answer(201, _out(added).model_dump(mode="json"))

    written = f"{kind}\n{reason}\n{shown.sha256}"
    return commands.run(rt, sent, actor.account_id, written, command)


@router.get("")
def list_staydowns(actor: Actor, rt: Rt) -> list[StaydownOut]:
    """List entries, ended ones too, the newest first."""
    with rt.transaction() as tx:
        return [_out(each) for each in staydowns.newest(tx, actor)]


@router.get("/precision")
def list_precision(actor: Actor, rt: Rt) -> list[PrecisionOut]:
    """List what matched most in the last 30 days, outputs and entries, and how precisely."""
    with rt.transaction() as tx:
        found = staydowns.statistics(tx, actor)
    return [
        PrecisionOut(
            thing=one.thing,
            kinds=[] if one.bar is None else list(one.bar.kinds),
            held=one.bar is not None and one.bar.held,
            matches=one.precision.matches,
            confirmed=one.precision.confirmed,
            overturned=one.precision.overturned,
            share=one.precision.right.share,
            low=one.precision.right.low,
            high=one.precision.right.high,
        )
        for one in found
    ]


@router.post("/{staydown_id}/end", response_model=StaydownOut)
def end_staydown(actor: Actor, rt: Rt, sent: Sent, staydown_id: Id) -> JSONResponse:
    """Take an entry off the list. Its fingerprint is deleted."""

    def command(tx: Tx) -> Answer:
        ended = staydowns.end(tx, actor, staydown_id)
        return Answer(200, _out(ended).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


def _out(staydown: Staydown) -> StaydownOut:
    return StaydownOut(
        id=staydown.id,
        kind=staydown.kind,
        sha256=staydown.sha256,
        md5=staydown.md5,
        seconds=staydown.seconds,
        reason=staydown.reason,
        commitment_salt=staydown.salt.hex(),
        state=staydown.state,
        added_at=staydown.added_at,
        ended_at=staydown.ended_at,
    )
