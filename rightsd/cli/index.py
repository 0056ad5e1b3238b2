"""Holding a part of the fingerprint index, and completing what it is made of."""

import logging
import signal
import socket
import sys
from collections.abc import Iterator
from datetime import UTC

import click
import uvicorn
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fingerprint.errors import ShardError
from fingerprint.shards import Part
from rightsd import bootstrap, indexing
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.web.shards import create_app
from rightsd.workflows.generations import backfills

CONNECTIONS_MAX = 200
DRAIN_SECONDS = 10  # For answers under way when the server is told to stop.


@click.group()
def index() -> None:
    """Spread the fingerprint index over several machines, and complete it."""


@index.command()
def backfill() -> None:
    """Make what old outputs are compared by that is not kept of them yet, as workers do slowly.

    It can be broken off and taken up again, and run beside workers and by several at a time. Ends
    with status 1 if files could not be read; they are named, and tried again later.
    """
    with bootstrap.running(Settings()) as rt:
        with rt.transaction() as tx:
            left = backfills.standing(tx).left
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
            for _ in bar.track(_filled_in(rt), left, description="read"):
                pass
        with rt.transaction() as tx:
            after = backfills.standing(tx)
    click.echo(f"outputs that are compared by all there is to see: {left - after.left} more")
    _say(after)


@index.command()
def status() -> None:
    """Say what old outputs are not compared by all there is to see, and which could not be read.

    Ends with status 1 if there are such.
    """
    with bootstrap.running(Settings()) as rt, rt.transaction() as tx:
        standing = backfills.standing(tx)
    _say(standing)


@index.command()
@click.option("--shard", "written", required=True, help="Which, from 0, of how many: 0/4.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option("--port", default=8735, show_default=True, help="Port to serve on; 0: any.")
def serve(*, written: str, host: str, port: int) -> None:
    """Hold one shard of the index, and answer the daemons."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    try:
        part = Part.parse(written)
    except ShardError as error:
        raise RightsError(Code.INVALID, str(error)) from error
    settings = Settings()
    token_file = indexing.token_file(settings)
    if settings.database_url is None:
        raise RightsError(Code.INVALID, "A shard needs RIGHTSD_DATABASE_URL: the daemon's.")
    with (
        bootstrap.connect(settings.database_url, settings.pool_size) as pool,
        indexing.holding(settings, part, pool) as shard,
        socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        ) as listener,
    ):
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(shard, token_file),
                log_level="warning",
                access_log=False,
                server_header=False,
                limit_concurrency=CONNECTIONS_MAX,
                timeout_graceful_shutdown=DRAIN_SECONDS,
            )
        )
        click.echo(f"shard {part} serves on port {listener.getsockname()[1]} of {host}")
        # The server passes the signal that ended it on once it has ended: there is more to close.
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda _signum, _frame: None)
        server.run(sockets=[listener])


def _filled_in(rt: Runtime) -> Iterator[None]:
    while backfills.fill_in(rt):
        yield


def _say(standing: backfills.Standing) -> None:
    click.echo(f"outputs that are compared by less: {standing.left}")
    for one in standing.unread:
        since = f"{one.failed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        click.echo(f"{one.generation_id} could not be read at {since}: {one.why}")
    if standing.unread:
        sys.exit(1)
