"""Whether the daemon is alive, and whether it is ready."""

from fastapi import APIRouter

from rightsd.errors import Code, RightsError
from rightsd.web.api.fields import Out
from rightsd.web.auth import Rt

router = APIRouter(tags=["health"])


class Health(Out):
    """How the daemon is."""

    status: str


@router.get("/healthz")
def show_alive() -> Health:
    """Say that the process answers."""
    return Health(status="alive")


@router.get("/readyz")
def show_ready(rt: Rt) -> Health:
    """Say that the database answers too, and that all is read that clips are compared with."""
    if rt.warming.is_set():
        detail = "what clips are compared with is still being read; try again in a moment"
        raise RightsError(Code.UNAVAILABLE, detail)
    with rt.transaction() as tx:
        tx.conn.execute("SELECT 1")
    return Health(status="ready")
