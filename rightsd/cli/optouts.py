"""Bringing opt-outs in, as the operator of this machine."""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import cast

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from rightsd import bootstrap
from rightsd.domain.evidence import Kind
from rightsd.domain.principal import Principal
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import accounts
from rightsd.workflows.imports import applying, preparing
from rightsd.workflows.imports.applying import Imported
from rightsd.workflows.imports.preparing import Prepared
from rightsd.workflows.imports.preparing import Progress as Told

# Those that are files; a page is imported by its URL.
KINDS = [kind.value for kind in Kind if kind is not Kind.PAGE]
STAGES = {"reading": "Reading", "writing": "Writing"}


@click.group()
def optout() -> None:
    """Bring opt-outs in."""


@optout.command("import")
@click.argument("source")
@click.option("--account", "account_id", required=True, help="The rights holder's account.")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default=Kind.CATALOGUE.value,
    show_default=True,
    help="What the file is.",
)
@click.option("--title", help="The host whose file it is; the title of a picture or video.")
@click.option("--name", "names", multiple=True, help="A further name; may be given again.")
@click.option("--lift", is_flag=True, help="Lift what the source no longer reserves.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
def import_(
    source: str,
    account_id: str,
    kind: str,
    title: str | None,
    names: tuple[str, ...],
    *,
    lift: bool,
    dry_run: bool,
) -> None:
    """Import opt-outs from SOURCE: a table, another file that states reservations, or a URL."""
    console = Console()
    with bootstrap.running(Settings()) as rt, _bar(console) as told, _told_by_line():
        actor = _holder(rt, account_id)
        with _prepared(rt, actor, source, Kind(kind), title, names, told) as prepared:
            if dry_run:
                imported = applying.preview(
                    rt, actor, prepared, lift=lift, cap=rt.claim_cap, progress=told
                )
            else:
                applying.keep(rt, prepared)
                with rt.transaction() as tx:
                    imported = applying.apply(
                        tx, actor, prepared, lift=lift, cap=rt.claim_cap, progress=told
                    )
    _show(console, imported, dry_run=dry_run)


@contextmanager
def _told_by_line() -> Generator[None]:
    """Name every fault of a table by its line before the import ends."""
    try:
        yield
    except RightsError as error:
        faults = cast("list[dict[str, object]]", error.extra.get("faults", []))
        for fault in faults:
            click.echo(f"line {fault['line']}: {fault['what']}", err=True)
        raise


def _prepared(
    rt: Runtime,
    actor: Principal,
    source: str,
    kind: Kind,
    title: str | None,
    names: tuple[str, ...],
    told: Told,
) -> AbstractContextManager[Prepared]:
    if "://" in source:
        return preparing.from_site(rt, actor, source, names=names)
    path = Path(source)
    if not path.is_file():
        raise RightsError(Code.INVALID, f"{source} is neither a file nor a URL")
    if kind is Kind.CATALOGUE:
        return preparing.from_table(rt, actor, path, source=path.name, progress=told)
    if title is None:
        raise RightsError(Code.INVALID, "--title says whose file it is, or what it is called")
    return preparing.from_statement(
        rt, actor, path, kind=kind, source=path.name, title=title, names=names
    )


def _holder(rt: Runtime, account_id: str) -> Principal:
    with rt.transaction() as tx:
        return accounts.principal_of(tx, account_id)


@contextmanager
def _bar(console: Console) -> Generator[Told]:
    """Show how far it is; where nobody watches, nothing."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        tasks: dict[str, TaskID] = {}

        def told(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(STAGES[stage], total=total)
            shown.update(tasks[stage], completed=done, total=total)

        yield told


def _show(console: Console, imported: Imported, *, dry_run: bool) -> None:
    table = Table(title="Would be imported" if dry_run else "Imported", show_header=False)
    for what, count in (
        ("works registered", imported.works),
        ("names added", imported.names),
        ("opt-outs registered", imported.opted_out),
        ("opt-outs lifted", imported.lifted),
        ("opt-outs that stand, though no longer reserved", imported.kept),
        ("works unchanged", imported.unchanged),
    ):
        table.add_row(what, f"{count:,}")
    for evidence in () if dry_run else imported.evidence:
        table.add_row(f"evidence: {evidence.kind}", evidence.id)
    console.print(table)
