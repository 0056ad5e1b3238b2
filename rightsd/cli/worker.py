"""Working: jobs, and the sequence of the log."""

import os
import signal
import sys
import threading

import click

from rightsd import bootstrap
from rightsd import worker as worker_loop
from rightsd.cli import terminal
from rightsd.settings import Settings
from rightsd.workflows import certificates


@click.command()
@click.option("--attached", is_flag=True, help="End when standard input closes.")
def worker(*, attached: bool) -> None:
    """Sequence the log and work off jobs. As many as you like, on any machine."""
    terminal.log()
    if attached:
        threading.Thread(target=_end_with_input, daemon=True).start()
    with bootstrap.running(Settings()) as rt:
        certificates.adopt_anchors(rt)
        worker_loop.run(rt)


def _end_with_input() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
