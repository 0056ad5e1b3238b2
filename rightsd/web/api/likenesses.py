"""/v1/likenesses."""

from datetime import datetime

from fastapi import APIRouter

from rightsd.domain.generation import State
from rightsd.domain.template import Kind
from rightsd.web.api.fields import Out
from rightsd.web.auth import Actor, Rt
from rightsd.workflows import likenesses

router = APIRouter(prefix="/v1/likenesses", tags=["likenesses"])


class LikenessOut(Out):
    """A likeness of someone that was found in an output which does not cast them.

    `id`: the cause of its withdrawal, for `/v1/stopwatches` and `/v1/takedowns`. `state`: where the
    output stands; `published` again once a reviewer found that it is someone else.
    """

    id: str
    subject_id: str
    generation_id: str
    kind: Kind
    at_seconds: float
    withdrawn_at: datetime
    state: State


@router.get("")
def list_likenesses(actor: Actor, rt: Rt) -> list[LikenessOut]:
    """List where one's people were found without being cast, newest first, 200 at most."""
    with rt.transaction() as tx:
        return [LikenessOut.model_validate(found) for found in likenesses.mine(tx, actor)]
