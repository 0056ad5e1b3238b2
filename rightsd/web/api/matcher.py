"""/m: looking up single hashes in the way of Meta's hasher-matcher-actioner. api-specs/hashes.md.

Paths, parameters and answers are those of HMA 2, so that what calls it can call this.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import RootModel

from rightsd.errors import Code, RightsError
from rightsd.web.api.fields import Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.pace import Pace
from rightsd.workflows import hashes

router = APIRouter(prefix="/m", tags=["hashes"])

SIGNAL_CHARS_MAX = 200
BANKS_CHARS_MAX = 500

lookups = Pace("look-ups", per_minute=60_000)


class WithDistance(Out):
    """A match. `distance`: the bits that differ, as text; empty for digests, which are equal."""

    content_id: int
    distance: str


class MatchesOut(Out):
    """Numbers of what matches: `content_id` of the feed."""

    matches: list[int] | list[WithDistance]


class TypeStatus(Out):
    """What is looked through. It is always up to date, so `built_to` is now, in Unix seconds."""

    present: bool
    built_to: int
    size: int


class StatusOut(RootModel[dict[str, TypeStatus]]):
    """By signal type."""


@router.get("/raw_lookup")
def raw_lookup(
    actor: Actor,
    rt: Rt,
    signal: Annotated[str, Query(max_length=SIGNAL_CHARS_MAX)],
    signal_type: Annotated[str, Query(max_length=SIGNAL_CHARS_MAX)],
    banks: Annotated[str, Query(max_length=BANKS_CHARS_MAX)] = "",
    *,
    include_distance: bool = False,
) -> MatchesOut:
    """Look up a hash: `pdq`, `video_md5`, or one of ours. Platforms and auditors only.

    `banks`: names of grounds, such as `COPYRIGHT,INTIMATE`; without any, all.
    """
    actor.require(*hashes.READERS)
    lookups.step(actor.account_id, rt.clock())
    wanted = [bank.strip() for bank in banks.split(",") if bank.strip()]
    found = hashes.look_up(rt, actor, signal=signal, signal_type=signal_type, banks=wanted)
    if not include_distance:
        return MatchesOut(matches=[match.content_id for match in found])
    return MatchesOut(
        matches=[
            WithDistance(
                content_id=match.content_id,
                distance="" if match.bits is None else str(match.bits),
            )
            for match in found
        ]
    )


@router.get("/index/status")
def index_status(
    actor: Actor,
    rt: Rt,
    signal_type: Annotated[str | None, Query(max_length=SIGNAL_CHARS_MAX)] = None,
) -> StatusOut:
    """Say how much is looked through, by signal type. Platforms and auditors only."""
    with rt.transaction() as tx:
        sizes = hashes.sizes(tx, actor)
    if signal_type is not None and signal_type not in sizes:
        raise RightsError(Code.INVALID, "there is no such signal type here")
    now = int(rt.clock().timestamp())
    return StatusOut(
        {
            name: TypeStatus(present=True, built_to=now, size=size)
            for name, size in sizes.items()
            if signal_type in {None, name}
        }
    )
