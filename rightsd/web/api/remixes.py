"""/v1/generations/{id}/remixes."""

import secrets
from typing import Annotated, Self

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field, model_validator

from rightsd.db.tx import Tx
from rightsd.domain.generation import SALT_BYTES, SEED_MAX
from rightsd.domain.policy import CAMEOS_MAX
from rightsd.domain.terms import Purpose, Use, use_of
from rightsd.web import commands
from rightsd.web.api import generations
from rightsd.web.api.fields import Body, Id, Text
from rightsd.web.api.generations import GenerationOut, Handle, Tags
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows.generations import remixes
from rightsd.workflows.generations.remixes import Change

router = APIRouter(prefix="/v1/generations/{generation_id}/remixes", tags=["generations"])

SHOTS_MAX = 12


class RemixIn(Body):
    """What to make anew of an output, which is yours.

    `shot` (from 1) and `prompt`: what is to be in that shot; the others stay as they are, to the
    byte before they are marked, and so do size, length, seed and who is cast. Neither: all of it is
    made again with another `seed`. The rest is as for a clip of its own.
    """

    shot: Annotated[int, Field(ge=1, le=SHOTS_MAX)] | None = None
    prompt: Text | None = None
    seed: Annotated[int, Field(ge=0, le=SEED_MAX)] | None = None
    cameos: Annotated[tuple[Handle, ...], Field(max_length=CAMEOS_MAX)] = ()
    purpose: Purpose = Purpose.PERSONAL
    territories: Tags = ()
    platforms: Tags = ()
    languages: Tags = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.shot is None) != (self.prompt is None):
            raise ValueError("a shot is changed by its number and a prompt, both")
        if self.shot is not None and self.seed is not None:
            raise ValueError("a changed shot keeps the seed of the others")
        if self.shot is None and self.cameos:
            raise ValueError("what is made again casts whom it cast")
        return self

    def use(self) -> Use:
        """Return what it is for.

        Raises:
            RightsError: INVALID: a code is unknown.
        """
        return use_of(self.purpose, self.territories, self.platforms, self.languages)


@router.post("", status_code=201, response_model=GenerationOut)
def request_remix(
    actor: Actor, rt: Rt, sent: Sent, generation_id: Id, body: RemixIn
) -> JSONResponse:
    """Ask for an output of yours with one shot changed, or again with another seed."""

    def command(tx: Tx) -> Answer:
        wanted = remixes.wanted(
            tx,
            actor,
            generation_id,
            Change(body.shot, body.prompt or "", body.cameos),
            seed=secrets.randbelow(SEED_MAX) if body.seed is None else body.seed,
            salt=secrets.token_bytes(SALT_BYTES),
            use=body.use(),
        )
        return generations.ask(tx, rt, actor, wanted, remix_of=generation_id)

    return commands.run(rt, sent, actor.account_id, body, command)
