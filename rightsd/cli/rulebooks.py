"""Trying rules out, as the operator of this machine."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from rightsd import bootstrap
from rightsd.domain import examples
from rightsd.domain import rulebook as domain
from rightsd.domain.rulebook import Book, books
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings
from rightsd.workflows import rulebooks
from rightsd.workflows.rulebooks import Replayed

FILE_BYTES_MAX = 1024 * 1024


@click.group()
def rulebook() -> None:
    """Try rules out before they count."""


@rulebook.command("backtest")
@click.argument("version", required=False)
@click.option(
    "--rules",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file of rules, put over the live version.",
)
@click.option("--since", type=click.DateTime(), help="Requests from this time on, UTC.")
@click.option(
    "--limit",
    type=click.IntRange(1, rulebooks.REQUESTS_MAX),
    default=10_000,
    show_default=True,
    help="So many requests at most, the newest.",
)
def backtest(version: str | None, file: Path | None, since: datetime | None, limit: int) -> None:
    """Say which past requests VERSION, or a file of rules, would decide otherwise.

    Only rules about words are asked again, over the words of the requests and the bank of allowed
    phrases as it is now. People, consents, opt-outs and outputs are taken as they were decided.
    """
    candidate = _candidate(version, file)
    counts = Counter[str]()
    console = Console()
    columns = (TextColumn("Judging"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown = Progress(*columns, console=console, disable=not console.is_terminal)
    with bootstrap.running(Settings()) as rt, shown:
        task = shown.add_task("judging", total=None)

        def told(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total)

        at = None if since is None else since.replace(tzinfo=UTC)
        for one in rulebooks.backtest(rt, candidate, since=at, limit=limit, progress=told):
            counts["erased" if one.live is None else "judged"] += 1
            if one.flips:
                counts["flips"] += 1
                console.print(_line(one), soft_wrap=True)
    click.echo(f"{counts['flips']} of {counts['judged']} requests would be decided otherwise")
    if counts["erased"]:
        click.echo(f"{counts['erased']} more were not judged: their words are erased")


def _candidate(version: str | None, file: Path | None) -> Book:
    if (version is None) == (file is None):
        raise RightsError(Code.INVALID, "name a version of the rulebook, or a file by --rules")
    if file is None:
        book = domain.BOOKS.get(version or "")
        if book is None:
            known = ", ".join(domain.BOOKS)
            raise RightsError(Code.INVALID, f"there is no version {version}; there are {known}")
        return book
    if file.stat().st_size > FILE_BYTES_MAX:
        raise RightsError(Code.INVALID, f"{file.name} is larger than {FILE_BYTES_MAX} bytes")
    try:
        book = books.candidate(domain.CURRENT, file.read_text("utf-8"))
    except ValueError as error:
        raise RightsError(Code.INVALID, f"{file.name}: {error}") from error
    _require_examples(book)
    return book


def _require_examples(book: Book) -> None:
    """Refuse a candidate whose own examples it judges otherwise."""
    for rule in book.rules.values():
        for failure in examples.failures(rule, book):
            detail = (
                f"{rule.key}: “{failure.prompt}” should be {failure.expected} ({failure.place}),"
                f" and is {failure.found}"
            )
            raise RightsError(Code.INVALID, detail)


def _line(one: Replayed) -> str:
    assert one.live is not None
    assert one.candidate is not None
    live, candidate = one.live, one.candidate
    why = [f"{reason.key} {reason.detail}" for reason in candidate.reasons]
    no_more = [f"no more {reason.key} {reason.detail}" for reason in live.reasons]
    said = escape("; ".join(why or no_more))
    return f"{one.generation_id}: {live.outcome} → {candidate.outcome}: {said}"
