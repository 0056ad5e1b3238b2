"""Letting people go, as the operator of this machine."""

import time

import click

from rightsd import bootstrap
from rightsd.domain.subject import State
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import subjects

PAUSE_SECONDS = 0.5
WAIT_SECONDS_MAX = 3600


@click.command("erase-subject")
@click.argument("subject_id")
@click.option(
    "--wait",
    "seconds",
    type=click.IntRange(0, WAIT_SECONDS_MAX),
    default=30,
    show_default=True,
    help="Seconds to wait for what still holds them.",
)
def erase(subject_id: str, seconds: int) -> None:
    """Cast SUBJECT_ID no more, and destroy their key, their salt, their words and their clips.

    What an open takedown notice is about is kept until it is decided: then this ends with status 1,
    and a running daemon finishes by itself when it can.
    """
    with bootstrap.running(Settings()) as rt:
        with rt.transaction() as tx:
            subjects.unenrol_for(tx, subject_id)
        click.echo(f"{subject_id} is cast no more")
        end = time.monotonic() + seconds
        while not _is_erased(rt, subject_id) and time.monotonic() < end:
            time.sleep(PAUSE_SECONDS)
        if _is_erased(rt, subject_id):
            subjects.clear(rt, subject_id)
            click.echo("their key is destroyed, and with it all that it opened; so are their clips")
            return
        with rt.transaction() as tx:
            held_by = subjects.holds(tx, subject_id)
    detail = f"They will be erased when this has ended: {', '.join(held_by) or 'another attempt'}."
    raise RightsError(Code.CONFLICT, detail)


def _is_erased(rt: Runtime, subject_id: str) -> bool:
    subjects.erase_leaving(rt)
    with rt.transaction() as tx:
        return subjects.state_of(tx, subject_id) is State.ERASED
