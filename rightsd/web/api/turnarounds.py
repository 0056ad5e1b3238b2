"""/v1/platforms/turnaround and /v1/platforms/escalations: how platforms answer."""

import threading
from dataclasses import asdict
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from rightsd.runtime import Runtime
from rightsd.web.api.fields import Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.pace import Pace
from rightsd.workflows import escalations, turnarounds
from rightsd.workflows.turnarounds import SAMPLE_MAX, WINDOW

router = APIRouter(prefix="/v1/platforms", tags=["platforms"])

REMEMBERED_SECONDS = 60  # Long enough to bear a crowd; it is of the last 90 days.
REQUESTS_A_MINUTE = 600  # Of one address, behind which there may be many.
CACHED = {"Cache-Control": f"public, max-age={REMEMBERED_SECONDS}"}


class FiguresOut(Out):
    """Seconds within which half, 95 and 99 percent of a sample came; of how many that is."""

    sample: int
    p50: float | None
    p95: float | None
    p99: float | None


class TurnaroundOut(Out):
    """How a platform answers for withdrawals.

    `counts`: it acknowledged something in the last 30 days; otherwise there is no integration to
    speak of. `told`: from the withdrawal until it was first sent, our own part. `received`: from
    then until the platform first acknowledged it. `removed`: until it had removed it.
    `without_copy`: refused, since it has none. `open`: neither removed nor refused.
    """

    platform_id: str
    name: str
    counts: bool
    last_acknowledged_at: datetime | None
    deliveries: int
    told: FiguresOut
    received: FiguresOut
    removed: FiguresOut
    removals: int
    refused: int
    without_copy: int
    open: int
    escalations: int
    copies_noted: int
    copies_removed: int


class TableOut(Out):
    """The newest withdrawals of each platform: at most so many, of at most so many days."""

    sample_max: int
    days: int
    platforms: list[TurnaroundOut]


class ListedOut(Out):
    """A delivery for which every step was taken, and the platform still has not answered."""

    delivery_id: str
    platform_id: str
    name: str
    generation_id: str
    event_id: str
    told_at: datetime
    received_at: datetime | None


class Remembered:
    """The table as it was at most a minute ago: however many ask, one of them has it made."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.requests = Pace("requests for this table", per_minute=REQUESTS_A_MINUTE)
        self._lock = threading.Lock()
        self._made_at: datetime | None = None
        self._table = b""

    def table(self, rt: Runtime) -> bytes:
        """Return the table as JSON."""
        now = rt.clock()
        with self._lock:
            made_at, oldest = self._made_at, now - timedelta(seconds=REMEMBERED_SECONDS)
            if made_at is None or not oldest < made_at <= now:
                self._table = _make(rt)
                self._made_at = now
            return self._table


@router.get("/turnaround", response_model=TableOut)
def show_turnaround(rt: Rt, request: Request) -> Response:
    """Show how fast each platform answers, those first whose integration counts."""
    remembered: Remembered = request.app.state.turnarounds
    remembered.requests.step(request.client.host if request.client else "", rt.clock())
    return Response(remembered.table(rt), headers=CACHED, media_type="application/json")


@router.get("/escalations")
def list_escalations(actor: Actor, rt: Rt) -> list[ListedOut]:
    """List what platforms have not answered for after every step, the oldest first, 200 at most."""
    with rt.transaction() as tx:
        return [ListedOut.model_validate(one) for one in escalations.listed(tx, actor)]


def _make(rt: Runtime) -> bytes:
    with rt.transaction() as tx:
        lines = turnarounds.table(tx)
    shown = [TurnaroundOut(**(asdict(line.platform) | asdict(line.turnaround))) for line in lines]
    table = TableOut(sample_max=SAMPLE_MAX, days=WINDOW.days, platforms=shown)
    return table.model_dump_json().encode()
