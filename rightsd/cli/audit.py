"""Taking the log home, and verifying it there."""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click
from rich import progress as bars
from rich.console import Console

from ledger.policy import Policy
from rightsd import bootstrap
from rightsd.adapters import disk
from rightsd.cli import takedowns
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings
from rightsd.workflows import dsa
from rightsd.workflows.exports import scopes, verifying, writing
from rightsd.workflows.exports.layout import Progress, silent
from rightsd.workflows.exports.verifying import Audited, Step

# What a command ends with that cannot call a bundle good; click ends with 2 as well.
ENDS = {Code.INVALID: 1, Code.NOT_FOUND: 2, Code.UNAVAILABLE: 3}

BUNDLE = click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
VKEYS = click.option(
    "--vkey",
    "vkeys",
    multiple=True,
    help="A public key of the log, from someone you trust; repeats.",
)
POLICY = click.option(
    "--policy",
    "policy_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Whose word counts: a tlog-policy file with the log and its witnesses.",
)


@click.group()
def audit() -> None:
    """Export the log, and verify an export offline."""


@audit.command()
@click.argument("bundle", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "start", type=click.IntRange(min=0), help="Index of the first entry.")
@click.option("--to", "end", type=click.IntRange(min=1), help="Index after the last entry.")
@click.option("--subject", help="Only the entries about this thing.")
@click.option("--case", help="Only the entries of the case of this notice.")
def export(
    bundle: Path, start: int | None, end: int | None, subject: str | None, case: str | None
) -> None:
    """Write everything an auditor needs to BUNDLE, or a part of it."""
    scope = scopes.wanted(start=start, end=end, subject=subject, case=case)
    with (
        bootstrap.running(Settings()) as rt,
        _shown() as progress,
        disk.replacing(bundle) as file,
    ):
        writing.audit(rt, file, scope=scope, progress=progress)


@audit.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; replaced if it is there.",
)
def statements(out: Path) -> None:
    """Write the statements of reasons for withdrawals, for the DSA Transparency Database.

    A line for each request to it (POST /api/v1/statements), with 100 statements at most.
    """
    written = 0
    with bootstrap.running(Settings()) as rt, disk.replacing(out) as file:
        dsa.draw_up(rt)
        for batch in dsa.batches(rt):
            said = {"statements": [each.written for each in batch]}
            file.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
            written += len(batch)
    click.echo(f"{written} statements of reasons")


@audit.command()
@click.argument("cause")
@click.argument("bundle", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--platform", help="Only what this platform was told and answered.")
def proof(cause: str, bundle: Path, platform: str | None) -> None:
    """Write the proof of what came of CAUSE to BUNDLE: a notice, a consent, an opt-out.

    It holds what was decided and withdrawn, who was told, and what platforms signed; `audit verify`
    checks it like any other bundle.
    """
    scope = scopes.takedown(cause, platform=platform)
    with bootstrap.running(Settings()) as rt, disk.replacing(bundle) as file:
        writing.audit(rt, file, scope=scope)


@audit.command()
@BUNDLE
@VKEYS
@POLICY
def verify(bundle: Path, vkeys: tuple[str, ...], policy_file: Path | None) -> None:
    """Verify BUNDLE: no network, no database, no trust in whoever made it.

    Ends with 0 when it is good, 1 when it is not, 2 when the command is wrong, and 3 when this
    could not be told, for want of room on the disk, say.
    """
    found = _verified(bundle, trusted(vkeys, policy_file), row=None)
    if found.takedown is not None:
        for line in takedowns.told(found, found.takedown):
            click.echo(_plain(line))
    elif found.scope is None:
        click.echo(_plain(f"good: {found.size} entries of {found.origin}"))
    else:
        click.echo(_plain(f"good: {found.entries} of the {found.size} entries of {found.origin}"))
    if found.takedown is None:
        for line in (_standing(found), *_pending(found)):
            click.echo(_plain(line))
    if found.witnesses:
        click.echo(_plain(f"the checkpoint is cosigned by {', '.join(found.witnesses)}"))
    for line in (*_limits(found), *_whose(found)):
        click.echo(_plain(line))


@audit.command()
@BUNDLE
@VKEYS
@POLICY
@click.option("--row", help="Also tell what made the thing with this id what it is.")
def replay(bundle: Path, vkeys: tuple[str, ...], policy_file: Path | None, row: str | None) -> None:
    """Prove that the rows of BUNDLE follow from its entries.

    Ends with 0 when they do, 1 when they do not, 2 when the command is wrong, and 3 when this
    could not be told, for want of room on the disk, say.
    """
    found = _verified(bundle, trusted(vkeys, policy_file), row=row)
    if row is None:
        for (noun, state), count in sorted(found.standing.items()):
            click.echo(f"{count:>9} {noun:<10} {state}")
        for (noun, state), count in sorted(found.resting.items()):
            click.echo(f"{count:>9} {noun:<10} {state}, says the bundle alone")
    else:
        click.echo(f"what the log says of {row}:")
        for line in (line for step in found.steps for line in _told(step)):
            click.echo(_plain(line))
    for line in (_standing(found), *_pending(found), *_limits(found), *_whose(found)):
        click.echo(_plain(line))


def trusted(vkeys: tuple[str, ...], policy_file: Path | None) -> Policy | None:
    """Return whose word counts by these options; None: none of them was given."""
    if vkeys and policy_file is not None:
        raise click.UsageError("--vkey and --policy say the same thing: give one of them")
    if policy_file is not None:
        return verifying.trust_policy(policy_file)
    return verifying.trust_keys(vkeys)


def _verified(bundle: Path, trust: Policy | None, *, row: str | None) -> Audited:
    with _shown() as progress:
        try:
            return verifying.verify(bundle, trust, row=row, progress=progress)
        except RightsError as error:
            # INVALID elsewhere means that the command is wrong; here it is the bundle.
            click.echo(_plain(f"rightsd: {error.detail}"), err=True)
            sys.exit(ENDS[error.code])


def _standing(found: Audited) -> str:
    if isinstance(found.scope, scopes.Range):
        return f"{found.things} things stand where the entries allow"
    return f"{found.things} things stand as the entries say"


def _pending(found: Audited) -> list[str]:
    """Return what the bundle says, and the log does not yet."""
    if not found.pending:
        return []
    lines = [f"{found.pending} events had no place in the log yet: nothing vouches for them"]
    if found.named:
        more = found.unvouched - len(found.named)
        rest = f" and {more} more" if more else ""
        lines.append(
            f"{found.unvouched} things stand where these events put them, and nothing vouches "
            f"for that: {', '.join(found.named)}{rest}"
        )
    return lines


def _limits(found: Audited) -> list[str]:
    """Return what a part of the log cannot show."""
    match found.scope:
        case None:
            return []
        case scopes.Range(start, end):
            return [
                f"it holds the entries {start} to {end - 1}, every one of them",
                "it cannot show what happened before or after, nor so where things stand now",
            ]
        case scopes.About(subject):
            return [
                f"it holds entries about {subject}",
                "it cannot show that nothing else exists about it: only the whole log can",
            ]
        case scopes.Case(notice):
            return [
                f"it holds entries of {notice}, of what it is against, and of consents behind that",
                "it cannot show that nothing else exists about them: only the whole log can",
            ]
        case scopes.Takedown():
            return []  # It has been said.


def _whose(found: Audited) -> list[str]:
    if not found.own_key:
        return []
    return ["the key was the bundle's own: pass --vkey or --policy to know whose log this is"]


def _told(step: Step) -> list[str]:
    event = step.event
    noun, _, participle = event.kind.partition(".")
    place = "pending" if step.index is None else f"entry {step.index}"
    after = "" if step.state is None else f"; it is {step.state}"
    facts = (
        f"      {name.replace('_', ' ')}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in sorted(event.data.items())
    )
    words = f"    the {noun} was {participle.replace('_', ' ')}{after}"
    return [f"  {event.at:%Y-%m-%d %H:%M:%S} UTC, {place} ({event.id}):", words, *facts]


def _plain(line: str) -> str:
    """Return a line in which nothing from a bundle can move the cursor or hide what is there."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in line
    )


@contextmanager
def _shown() -> Generator[Progress]:
    """Show a bar on standard error, where people look; nothing where a program reads."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield silent
        return
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=console, transient=True) as shown:
        tasks: dict[str, bars.TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total or None)
            shown.update(tasks[stage], completed=done)

        yield tell
