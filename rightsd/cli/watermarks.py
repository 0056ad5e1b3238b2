"""Marks from the shell: putting them in, finding them, and their keys."""

import click

from rightsd import bootstrap
from rightsd.adapters.keys import WatermarkKeys
from rightsd.settings import Settings


@click.group()
def watermark() -> None:
    """Put watermarks in, find them, and look after their keys."""


@watermark.command("rotate-key")
def rotate_key() -> None:
    """Make the next secret, which marks from now on; marks of the older ones are still found."""
    number = WatermarkKeys(bootstrap.open_keys(Settings())).rotate()
    click.echo(f"outputs are now marked with secret {number}; older ones are still looked for")
