"""Taking the log home, and verifying it there."""

from pathlib import Path

import click

from rightsd import bootstrap
from rightsd.settings import Settings
from rightsd.workflows import exports


@click.group()
def audit() -> None:
    """Export the log, and verify an export offline."""


@audit.command()
@click.argument("bundle", type=click.Path(dir_okay=False, path_type=Path))
def export(bundle: Path) -> None:
    """Write everything an auditor needs to BUNDLE."""
    with bootstrap.running(Settings()) as rt, bundle.open("wb") as file:
        exports.audit(rt, file)


@audit.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--vkey", help="The log's public key, from somewhere else than the bundle.")
def verify(bundle: Path, vkey: str | None) -> None:
    """Verify BUNDLE: no network, no database, no trust in whoever made it."""
    found = exports.verify(bundle, vkey)
    click.echo(f"good: {found.entries} entries of {found.origin}")
    click.echo(f"{found.things} things stand as the entries say")
    if found.pending:
        click.echo(f"{found.pending} events had no place in the log yet: nothing vouches for them")
    if found.own_key:
        click.echo("the key was the bundle's own: pass --vkey to know whose log this is")
