"""How it stands with the log and its witnesses."""

import sys
from datetime import UTC

import click

from rightsd import bootstrap
from rightsd.db.witnessing import WitnessTrouble
from rightsd.settings import Settings
from rightsd.workflows import witnessing
from rightsd.workflows.witnessing import Standing

ALARM = (
    "the log may have two histories, or a witness would cosign a second one: compare the log with"
    " what that witness has"
)


@click.command()
def status() -> None:
    """Say how much of the log is published, and what its witnesses say.

    Ends with status 1 if a witness may have seen two histories of the log, or has forgotten one.
    """
    with bootstrap.running(Settings()) as rt:
        with rt.transaction() as tx:
            found = witnessing.status(tx, rt.witness_policy)
        click.echo(f"the log is {rt.log_keys.origin}")
    click.echo(f"entries: {_said(found.size)}, published: {_said(found.published)}")
    if not found.witnesses:
        click.echo("no witness is asked: RIGHTSD_WITNESS_POLICY names none")
    for standing in found.witnesses:
        click.echo(_line(standing))
    if any(standing.is_alarming for standing in found.witnesses):
        click.echo(ALARM, err=True)
        sys.exit(1)


def _line(standing: Standing) -> str:
    name = standing.witness.key.name
    line = f"{name} has cosigned {'nothing yet' if standing.size is None else standing.size}"
    found = dict.fromkeys((standing.trouble, standing.rolled_back))
    return line + "".join(_trouble(one) for one in found if one is not None)


def _trouble(trouble: WitnessTrouble) -> str:
    since = f"{trouble.found_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    asked = f"when asked to cosign {trouble.size}"
    return f"; {trouble.trouble} since {since}, {asked}: {trouble.detail}"


def _said(size: int | None) -> str:
    return "no checkpoint yet" if size is None else str(size)
