"""Fingerprints from the shell: what is a copy of what, with neither daemon nor database."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fingerprint import cascade, decoys, impostors
from fingerprint.decoys import Law
from fingerprint.errors import DescriptorsError
from fingerprint.impostors import Null
from fingerprint.timeline import Segment
from fingerprint.verdict import Kind, Passage, Verdict
from rightsd.adapters import channels, fingerprints, strips
from rightsd.adapters.channels import Extract
from rightsd.adapters.shelf import Seen, Shelf, Shelved
from rightsd.cli.terminal import printable
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, path_type=Path)
LIBRARY = click.option(
    "--library",
    "library",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that holds the fingerprints; left out: fingerprints.db in RIGHTSD_HOME.",
)
SUFFIXES = frozenset(
    [
        ".mp4",
        ".m4v",
        ".mov",
        ".mkv",
        ".webm",
        ".avi",
        ".ts",
        ".mpg",
        ".mpeg",
        ".flv",
        ".gif",
        ".png",
        ".jpg",
        ".jpeg",
        ".webp",
        ".wav",
        ".mp3",
        ".flac",
        ".m4a",
        ".aac",
        ".ogg",
        ".oga",
    ]
)
SAID = {
    Kind.COPY: "a copy",
    Kind.PROBABLE: "probably a copy: nothing that moves or sounds tells the recording for certain",
    Kind.SAME_SCENE: "the same scene, and not the same recording: it moves in another way",
    Kind.NONE: "no copy",
}
# Beyond this a number says no more.
CHANCE_MAX = 100


@click.group()
def fingerprint() -> None:
    """Find copies: compare files, and look for them in a library."""


@fingerprint.command("compare")
@click.argument("copy", type=FILE)
@click.argument("original", type=FILE)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw what both show at the same moments, as PNG.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all that was found as JSON.")
def compare(copy: Path, original: Path, picture: Path | None, *, as_json: bool) -> None:
    """Say whether COPY shows or plays a part of ORIGINAL, which, and how sure that is."""
    query = channels.extract(copy, asked=True)
    reference = channels.extract(original, asked=False)
    verdict = cascade.compare(query.content, reference.content)
    drawn = picture is not None and _draw(verdict, copy, original, picture)
    if as_json:
        click.echo(verdict.to_json())
        return
    for path, extract in ((copy, query), (original, reference)):
        for line in _flaws(path, extract):
            click.echo(line)
    for line in _say(verdict):
        click.echo(line)
    if picture is not None:
        click.echo(f"see {picture}" if drawn else "there are no two pictures to draw")


@fingerprint.command("add")
@click.argument("folder", type=FOLDER)
@LIBRARY
@click.option(
    "--no-motion",
    is_flag=True,
    help="Keep no small grey copy of what moves; then nothing is found to be a copy by its motion.",
)
def add(folder: Path, library: Path | None, *, no_motion: bool) -> None:
    """Add the videos, pictures and sounds under FOLDER to a library.

    What is there already, and has not been written to since, is not read again: so this may be
    broken off, and run again when there are more files.
    """
    files = sorted(each for each in _files(folder) if each.suffix.lower() in SUFFIXES)
    counts = {"added": 0, "there already": 0, "refused": 0}
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with Shelf(_library(library)) as shelf, bar:
        task = bar.add_task("Reading", total=len(files))
        for path in files:
            outcome, said = _add(shelf, path.absolute(), no_motion=no_motion)
            counts[outcome] += 1
            if said:
                console.print(
                    printable(f"{path}: {said}"), markup=False, highlight=False, soft_wrap=True
                )
            bar.advance(task)
        click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
        click.echo(f"{len(shelf)} in the library")


@fingerprint.command("query")
@click.argument("file", type=FILE)
@LIBRARY
@click.option("--json", "as_json", is_flag=True, help="Print all that was found as JSON.")
def query(file: Path, library: Path | None, *, as_json: bool) -> None:
    """Say what in a library FILE, a video, a picture or a sound, is a copy of."""
    extract = channels.extract(file, asked=True)
    with Shelf(_library(library)) as shelf:
        verdicts = cascade.find(extract.content, Shelved(shelf))
    if as_json:
        stated = [json.loads(verdict.to_json()) for verdict in verdicts]
        click.echo(json.dumps({"flaws": extract.flaws, "verdicts": stated}, indent=1))
        return
    for line in _flaws(file, extract):
        click.echo(line)
    if not verdicts:
        click.echo("no copy of anything in the library")
    for verdict in verdicts:
        click.echo(printable(verdict.asset_id))
        for line in _say(verdict):
            click.echo(f"  {line}")


@fingerprint.command("null")
@click.argument("folder", type=FOLDER)
@click.option(
    "--table",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was found there, in place of fingerprint/decoys.json.",
)
def null(folder: Path, table: Path | None) -> None:
    """Measure what unrelated files, those under FOLDER, take for copies of each other.

    It says what a match is worth, and is to be repeated for each new version of an algorithm. No
    two of the files may share a scene, a caption or a tune.
    """
    files = sorted(each for each in _files(folder) if each.suffix.lower() in SUFFIXES)
    clips = [channels.extract(path, asked=False).content for path in files]
    laws: dict[str, Law] = {}
    try:
        for found in impostors.measure(clips):
            laws[found.algorithm] = found.law
            for line in _tabulate(found):
                click.echo(line)
    except DescriptorsError as error:
        raise RightsError(Code.INVALID, f"{folder} is too little: {error}") from error
    if table is not None:
        table.write_text(decoys.write(decoys.LAWS | laws), "utf-8")


def _tabulate(found: Null) -> Iterator[str]:
    law = found.law
    yield f"{found.algorithm}: {law.trials:,.0f} comparisons, the highest {law.highest:.1f}."
    yield f"{law.rate:.1e} of them reach {law.threshold:.2f}; one in e has {law.scale:.2f} more."
    yield ""
    yield "| value | measured | by the law |"
    yield "|---|---|---|"
    for step in found.steps:
        yield f"| {step.value:.1f} | {step.measured:.1e} | {step.fitted:.1e} |"
    yield ""


def _draw(verdict: Verdict, copy: Path, original: Path, picture: Path) -> bool:
    """Draw the surest passage that can be drawn; return whether there is one."""
    for passage in verdict.passages:
        drawn = strips.draw(passage, copy, original, limits=channels.LIMITS)
        if drawn is not None:
            Image.fromarray(drawn).save(picture, "PNG")
            return True
    return False


def _library(path: Path | None) -> Path:
    if path is not None:
        return path
    home = Settings().home
    home.mkdir(parents=True, exist_ok=True)
    return home / "fingerprints.db"


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    yield from (path for path in folder.rglob("*") if path.is_file())


def _add(shelf: Shelf, path: Path, *, no_motion: bool) -> tuple[str, str]:
    """Add a file; return what became of it, and what there is to say about that."""
    found = path.stat()
    before = shelf.seen(path)
    if before and (before.bytes, before.changed) == (found.st_size, found.st_mtime_ns):
        return ("refused" if before.refused else "there already"), before.refused or ""
    try:
        extract = channels.extract(path, asked=False)
    except RightsError as error:
        shelf.refuse(path, Seen(found.st_size, found.st_mtime_ns, error.detail))
        return "refused", error.detail
    if no_motion:
        extract = replace(extract, content=replace(extract.content, motion=None))
    seen = Seen(found.st_size, found.st_mtime_ns, None)
    added = shelf.add(path, seen, sha256=fingerprints.digest(path), extract=extract)
    flaws = "; ".join(flaw.value for flaw in extract.flaws)
    return ("added", flaws) if added else ("there already", "the same content has another name")


def _flaws(path: Path, extract: Extract) -> Iterator[str]:
    for flaw in extract.flaws:
        yield f"of {path.name}: {flaw.value}"


def _say(verdict: Verdict) -> Iterator[str]:
    """Yield what a verdict is in plain words."""
    yield SAID[verdict.kind]
    if verdict.kind is Kind.NONE:
        return
    power = min(CHANCE_MAX, int(-verdict.log10_p))
    yield f"by chance in one of 10^{power} hours of such files"
    for passage in verdict.passages:
        yield from _say_passage(passage)
    if verdict.sound is not None:
        for segment in verdict.sound.segments:
            changed: list[str] = []
            if abs(segment.warp.tempo - 1.0) > 0.005:
                changed.append(f"{segment.warp.tempo:.2f} × as fast")
            if abs(segment.warp.pitch - 1.0) > 0.005:
                changed.append(f"{segment.warp.pitch:.2f} × as high")
            played = ", ".join(changed) or "as it was"
            where = _where(segment.query, segment.reference)
            yield f"{where}: the sound, {played}; {segment.peaks} landmarks agree"


def _say_passage(passage: Passage) -> Iterator[str]:
    parts = zip(passage.query, passage.reference, strict=True)
    where = ", ".join(_where(here, there) for here, there in parts)
    yield f"{where}: {passage.words()}; {', '.join(_evidence(passage))}"


def _where(here: Segment, there: Segment) -> str:
    return f"{here.start:.1f}–{here.end:.1f} s shows {there.start:.1f}–{there.end:.1f} s"


def _evidence(passage: Passage) -> Iterator[str]:
    if passage.frames is not None:
        count, bits = passage.frames.distinct, passage.frames.bits
        yield f"{count} distinct frames agree, the nearest within {bits} of 256 bits"
    if passage.points is not None:
        yield f"{passage.points.points:.0f} points agree"
    if passage.moves is not None:
        yield {
            "same recording": "the motion is the same",
            "differs": "the motion differs",
            "cannot tell": "too little moves to tell",
        }[passage.moves.agreement.decision]
