"""/v1/follows."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from rightsd.db.tx import Tx
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import follows

router = APIRouter(prefix="/v1/follows", tags=["follows"])


class FollowIn(Body):
    """Whom to follow."""

    account_id: Id


class FollowOut(Out):
    """One account follows another; `mutual`: and is followed by it."""

    follower_id: str
    followed_id: str
    followed_at: datetime
    mutual: bool


class UnfollowOut(Out):
    """Whom the account follows no more."""

    account_id: str


@router.post("", status_code=201, response_model=FollowOut)
def follow(actor: Actor, rt: Rt, sent: Sent, body: FollowIn) -> JSONResponse:
    """Follow a person or a creator. Who follow one another are mutuals."""

    def command(tx: Tx) -> Answer:
        made = follows.follow(tx, actor, body.account_id)
        return Answer(201, FollowOut.model_validate(made).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_follows(actor: Actor, rt: Rt) -> list[FollowOut]:
    """List whom the account follows, and who follows it."""
    with rt.transaction() as tx:
        return [FollowOut.model_validate(each) for each in follows.mine(tx, actor)]


@router.post("/{account_id}/unfollow", response_model=UnfollowOut)
def unfollow(actor: Actor, rt: Rt, sent: Sent, account_id: Id) -> JSONResponse:
    """Follow an account no more. From this answer on, no decision takes the two for mutuals."""

    def command(tx: Tx) -> Answer:
        follows.unfollow(tx, actor, account_id)
        return Answer(200, {"account_id": account_id})

    return commands.run(rt, sent, actor.account_id, "", command)
