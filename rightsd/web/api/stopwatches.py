"""/v1/stopwatches."""

from datetime import datetime, timedelta

from fastapi import APIRouter
from pydantic import AwareDatetime

from rightsd.domain.stopwatch import Stage, Telling
from rightsd.web.api.fields import Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.workflows import stopwatches

router = APIRouter(prefix="/v1/stopwatches", tags=["stopwatches"])

DEFAULT_PERIOD = timedelta(days=30)


class LapOut(Out):
    """How many clips ended at a stage, and how long after the commit the last one did."""

    count: int
    last_at: datetime | None
    seconds: float | None


class PlatformLapsOut(Out):
    """How far one platform is with the outputs that it was to be told of.

    `told`: it was first sent it. `received`: it said that it knows. `answered`: it has removed, or
    refused to. Each has how many by now, and how long after the commit the last one was.
    """

    platform_id: str
    name: str
    deliveries: int
    told: LapOut
    received: LapOut
    answered: LapOut


class StopwatchOut(Out):
    """What followed a cause: a consent, licence, opt-out, notice, revocation or likeness.

    `dead`: clips that were being made, or waited; `withdrawn`: outputs; `delisted`: outputs
    that were taken from one platform. Nothing was served or made under it from `committed_at` on:
    this is when the rows said so.
    """

    cause_id: str
    committed_at: datetime
    dead: LapOut
    withdrawn: LapOut
    delisted: LapOut
    platforms: list[PlatformLapsOut]


class SpreadOut(Out):
    """How long a stage took, in seconds, for the causes that ended any clip at it.

    `platform_id`: of whom a stage of a platform is; there, a cause counts once the stage is over.
    """

    stage: Stage | Telling
    causes: int
    p50: float | None
    p95: float | None
    p99: float | None
    platform_id: str | None


@router.get("")
def list_spreads(
    actor: Actor, rt: Rt, begins: AwareDatetime | None = None, ends: AwareDatetime | None = None
) -> list[SpreadOut]:
    """Show how long it took from commit to effect, by stage. Left out: the last 30 days."""
    with rt.transaction() as tx:
        until = ends or tx.now
        since = begins or until - DEFAULT_PERIOD
        found = stopwatches.spreads(tx, actor, begins=since, ends=until)
        found += stopwatches.platform_spreads(tx, actor, begins=since, ends=until)
    return [SpreadOut.model_validate(spread) for spread in found]


@router.get("/{cause_id}")
def show_stopwatch(actor: Actor, rt: Rt, cause_id: Id) -> StopwatchOut:
    """Show what followed a cause, to those whose it is, to reviewers and to auditors."""
    with rt.transaction() as tx:
        found = stopwatches.show(tx, actor, cause_id)
    return StopwatchOut.model_validate(found)
