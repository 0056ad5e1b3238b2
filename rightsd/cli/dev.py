"""What a developer needs."""

from datetime import UTC, datetime

import click

from rightsd import bootstrap
from rightsd.settings import Settings


@click.group()
def dev() -> None:
    """Help for development."""


@dev.command()
def ca() -> None:
    """Make the development certificate authority if there is none, and print its root."""
    vault = bootstrap.open_keys(Settings())
    click.echo(vault.claim_root(datetime.now(UTC)), nl=False)
