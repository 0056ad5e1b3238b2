"""Takedown notices: taking them in, deciding on them, and contesting what was decided."""

from rightsd.workflows.notices.contesting import appeal, counter, file_action
from rightsd.workflows.notices.deciding import affirm, identify, queue, reject, reverse, uphold
from rightsd.workflows.notices.receiving import complete, confirm, receive, retract
from rightsd.workflows.notices.showing import look_up

__all__ = [
    "affirm",
    "appeal",
    "complete",
    "confirm",
    "counter",
    "file_action",
    "identify",
    "look_up",
    "queue",
    "receive",
    "reject",
    "retract",
    "reverse",
    "uphold",
]
