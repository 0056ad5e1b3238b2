"""Holding a part of the fingerprint index."""

import logging
import signal
import socket

import click
import uvicorn

from fingerprint.errors import ShardError
from fingerprint.shards import Part
from rightsd import bootstrap, indexing
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings
from rightsd.web.shards import create_app

CONNECTIONS_MAX = 200
DRAIN_SECONDS = 10  # For answers under way when the server is told to stop.


@click.group()
def index() -> None:
    """Spread the fingerprint index over several machines."""


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
