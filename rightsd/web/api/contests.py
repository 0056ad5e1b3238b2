"""/v1/notices: contesting decisions, as whoever gave notice, made the output, or is affected."""

import secrets
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from rightsd.db.tx import Tx
from rightsd.domain.letter import Language
from rightsd.domain.notice import SALT_BYTES, Notice
from rightsd.domain.statement_of_reasons import Outcome, Statement
from rightsd.web import commands
from rightsd.web.api.fields import Id, Out
from rightsd.web.api.noticefields import CounterIn, NoticeOut, ReasonIn, StateOut
from rightsd.web.api.notices import Token, run, scope_of
from rightsd.web.auth import Actor, Caller, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import notices
from rightsd.workflows.notices import deciding, showing

router = APIRouter(prefix="/v1/notices", tags=["notices"])


class StatementOut(Out):
    """A statement of reasons: its members by Regulation (EU) 2022/2065, Article 17(3), in words."""

    outcome: Outcome
    decided_at: datetime
    en: dict[str, str]
    ja: dict[str, str]

    @classmethod
    def of(cls, statement: Statement) -> "StatementOut":
        """Return the public form."""
        return cls(
            outcome=statement.outcome,
            decided_at=statement.decided_at,
            en=dict(statement.members(Language.EN)),
            ja=dict(statement.members(Language.JA)),
        )


@router.get("/mine")
def list_against_mine(actor: Actor, rt: Rt) -> list[NoticeOut]:
    """List the notices against outputs of the account that were decided, the newest first."""
    with rt.transaction() as tx:
        return [NoticeOut.of(each, tx.now) for each in showing.against_mine(tx, actor)]


@router.get("/{notice_id}/statements")
def list_statements(
    caller: Caller, rt: Rt, notice_id: Id, notice_token: Token = None
) -> list[StatementOut]:
    """List the statements of reasons on a notice, to whoever gave it or made the output."""
    with rt.transaction() as tx:
        shown = showing.statements(tx, notice_id, token=notice_token, actor=caller)
        return [StatementOut.of(each) for each in shown.statements]


@router.post("/{notice_id}/counter", response_model=NoticeOut)
def counter_notice(
    actor: Actor, rt: Rt, sent: Sent, notice_id: Id, body: CounterIn
) -> JSONResponse:
    """Give a counter-notice, as whoever made the output. The claimant is shown what it says.

    The output is put back by itself after 10 to 14 business days, unless an action is filed.
    """
    said = body.counter(secrets.token_bytes(SALT_BYTES))

    def change(tx: Tx) -> Notice:
        return notices.counter(tx, actor, notice_id, said=said)

    return run(rt, sent, actor, body.model_dump_json(), change)


@router.post("/{notice_id}/file-action", response_model=NoticeOut)
def file_action(
    caller: Caller, rt: Rt, sent: Sent, notice_id: Id, body: ReasonIn, notice_token: Token = None
) -> JSONResponse:
    """Say which action was filed in which court, as whoever gave the notice: it stays down."""

    def change(tx: Tx) -> Notice:
        return notices.file_action(
            tx, notice_id, words=body.reason, token=notice_token, actor=caller
        )

    return run(rt, sent, caller, f"{notice_token} {body.model_dump_json()}", change)


@router.post("/{notice_id}/restore", response_model=NoticeOut)
def restore_output(actor: Actor, rt: Rt, sent: Sent, notice_id: Id, body: ReasonIn) -> JSONResponse:
    """Put back what was kept down for an action in court that came to nothing. Reviewers only."""

    def change(tx: Tx) -> Notice:
        return deciding.restore(tx, actor, notice_id, reason=body.reason)

    return run(rt, sent, actor, body.model_dump_json(), change)


@router.post("/{notice_id}/appeal", response_model=StateOut)
def appeal_decision(
    caller: Caller, rt: Rt, sent: Sent, notice_id: Id, body: ReasonIn, notice_token: Token = None
) -> JSONResponse:
    """Appeal a decision: the side it goes against, or someone else affected, each once.

    Whoever gave the notice has its token or the account's key; others need a key of their own.
    """

    def command(tx: Tx) -> Answer:
        changed = notices.appeal(tx, notice_id, words=body.reason, token=notice_token, actor=caller)
        out = StateOut.model_validate(changed).model_dump(mode="json")
        return Answer(200, out, about=(changed.id,))

    written = f"{notice_token} {body.model_dump_json()}"
    return commands.run(rt, sent, scope_of(caller), written, command)


@router.post("/{notice_id}/affirm", response_model=NoticeOut)
def affirm_decision(
    actor: Actor, rt: Rt, sent: Sent, notice_id: Id, body: ReasonIn
) -> JSONResponse:
    """Leave a decision as it is, on appeal. Another reviewer than before."""

    def change(tx: Tx) -> Notice:
        return notices.affirm(tx, actor, notice_id, reason=body.reason)

    return run(rt, sent, actor, body.model_dump_json(), change)


@router.post("/{notice_id}/reverse", response_model=NoticeOut)
def reverse_decision(
    actor: Actor, rt: Rt, sent: Sent, notice_id: Id, body: ReasonIn
) -> JSONResponse:
    """Turn a decision around, on appeal. Another reviewer than before."""

    def change(tx: Tx) -> Notice:
        return notices.reverse(tx, actor, notice_id, reason=body.reason)

    return run(rt, sent, actor, body.model_dump_json(), change)
