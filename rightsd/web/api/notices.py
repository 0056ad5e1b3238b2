"""/v1/notices: giving notice, and deciding on it. Contesting is in `contests.py`."""

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse

from rightsd.db.tx import Tx
from rightsd.domain import location
from rightsd.domain.notice import SALT_BYTES, Notice
from rightsd.domain.principal import Principal
from rightsd.errors import Code, RightsError
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id
from rightsd.web.api.noticefields import (
    NoticeForClaimant,
    NoticeForReview,
    NoticeIn,
    NoticeOut,
    Place,
    ReasonIn,
    RejectionIn,
    SaidIn,
)
from rightsd.web.auth import Actor, Caller, Rt
from rightsd.web.commands import PUBLIC, Answer, Sent
from rightsd.workflows import notices

router = APIRouter(prefix="/v1/notices", tags=["notices"])

Token = Annotated[str | None, Header(alias="Notice-Token", min_length=1, max_length=100)]


class IdentifiedIn(Body):
    """Which output a notice is against: its id, or a URL of ours that holds it."""

    generation_id: Id | None = None
    location: Place = ""

    def target(self, url: str) -> str:
        """Return the id of the output."""
        found = self.generation_id or location.output_at(self.location, url)
        if found is None:
            raise RightsError(Code.INVALID, "name the output by its id or by a URL of ours")
        return found


@router.post("", status_code=201, response_model=NoticeOut)
def give_notice(
    request: Request, caller: Caller, rt: Rt, sent: Sent, body: NoticeIn
) -> JSONResponse:
    """Ask for an output to be taken down. No account is needed; what is missing is named."""
    target = body.target(rt.issuer.url)

    def command(tx: Tx) -> Answer:
        return receive(tx, request, caller, body, target)

    return commands.run(rt, sent, scope_of(caller), body, command)


@router.get("")
def list_queue(actor: Actor, rt: Rt) -> list[NoticeForReview]:
    """List what waits for a decision: of trusted flaggers first, then by the shortest clock.

    Reviewers only.
    """
    with rt.transaction() as tx:
        return [NoticeForReview.of(notice, tx.now) for notice in notices.queue(tx, actor)]


@router.get("/{notice_id}")
def show_notice(
    caller: Caller, rt: Rt, notice_id: Id, notice_token: Token = None
) -> NoticeForClaimant:
    """Show a notice to whoever gave it."""
    with rt.transaction() as tx:
        found = notices.look_up(tx, notice_id, token=notice_token, actor=caller)
        return NoticeForClaimant.of(found, tx.now)


@router.post("/{notice_id}/complete", response_model=NoticeOut)
def complete_notice(
    caller: Caller, rt: Rt, sent: Sent, notice_id: Id, body: SaidIn, notice_token: Token = None
) -> JSONResponse:
    """Add what is missing in a notice, as whoever gave it; what is not sent stays as it was."""
    said = body.said() | {"generation_id": body.target(rt.issuer.url)}

    def change(tx: Tx) -> Notice:
        return notices.complete(tx, notice_id, said=said, token=notice_token, actor=caller)

    written = f"{notice_token} {body.model_dump_json(exclude_unset=True)}"
    return run(rt, sent, caller, written, change)


@router.post("/{notice_id}/confirm", response_model=NoticeOut)
def confirm_notice(rt: Rt, sent: Sent, notice_id: Id, notice_token: Token = None) -> JSONResponse:
    """Confirm the claimant's address, with the token of the link in our mail."""

    def change(tx: Tx) -> Notice:
        return notices.confirm(tx, notice_id, token=notice_token or "")

    return run(rt, sent, None, notice_token or "", change)


@router.post("/{notice_id}/retract", response_model=NoticeOut)
def retract_notice(
    caller: Caller, rt: Rt, sent: Sent, notice_id: Id, notice_token: Token = None
) -> JSONResponse:
    """Take a notice back, as whoever gave it; what it took down is shown again."""

    def change(tx: Tx) -> Notice:
        return notices.retract(tx, notice_id, token=notice_token, actor=caller)

    return run(rt, sent, caller, notice_token or "", change)


@router.post("/{notice_id}/identify", response_model=NoticeOut)
def identify_output(
    actor: Actor, rt: Rt, sent: Sent, notice_id: Id, body: IdentifiedIn
) -> JSONResponse:
    """Say which output a notice describes, by its id or a URL. Reviewers only."""
    target = body.target(rt.issuer.url)

    def change(tx: Tx) -> Notice:
        return notices.identify(tx, actor, notice_id, generation_id=target)

    return run(rt, sent, actor, body.model_dump_json(), change)


@router.post("/{notice_id}/uphold", response_model=NoticeOut)
def uphold_notice(actor: Actor, rt: Rt, sent: Sent, notice_id: Id, body: ReasonIn) -> JSONResponse:
    """Uphold a notice. When this has answered, the output is not shown any more."""

    def change(tx: Tx) -> Notice:
        return notices.uphold(tx, actor, notice_id, reason=body.reason)

    return run(rt, sent, actor, body.model_dump_json(), change)


@router.post("/{notice_id}/reject", response_model=NoticeOut)
def reject_notice(
    actor: Actor, rt: Rt, sent: Sent, notice_id: Id, body: RejectionIn
) -> JSONResponse:
    """Reject a notice. Several abusive ones of a claimant suspend them for a while."""

    def change(tx: Tx) -> Notice:
        return notices.reject(tx, actor, notice_id, reason=body.reason, abusive=body.abusive)

    return run(rt, sent, actor, body.model_dump_json(), change)


def receive(
    tx: Tx, request: Request, caller: Principal | None, body: NoticeIn, target: str | None
) -> Answer:
    """Take a notice in and answer with it, and with its token once."""
    received = notices.receive(
        tx,
        claim=body.claim(secrets.token_bytes(SALT_BYTES)),
        generation_id=target,
        actor=caller,
        address=request.client.host if request.client else "",
    )
    out = NoticeOut.of(received.notice, tx.now).model_copy(update={"token": received.token})
    about = (received.notice.id,)
    return Answer(201, out.model_dump(mode="json"), about=about, once=("token",))


def run(
    rt: Rt, sent: Sent, caller: Principal | None, written: str, change: Callable[[Tx], Notice]
) -> JSONResponse:
    """Change a notice and answer with it."""

    def command(tx: Tx) -> Answer:
        changed = change(tx)
        out = NoticeOut.of(changed, tx.now).model_dump(mode="json")
        return Answer(200, out, about=(changed.id,))

    return commands.run(rt, sent, scope_of(caller), written, command)


def scope_of(caller: Principal | None) -> str:
    """Return whose Idempotency-Keys these are."""
    return PUBLIC if caller is None else caller.account_id
