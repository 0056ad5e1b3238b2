"""Verifying a file from the shell."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from rightsd import bootstrap
from rightsd.settings import Settings
from rightsd.web.api.verifications import SoundLayer, VerificationOut, WatermarkLayer
from rightsd.workflows import verifications
from rightsd.workflows.verifications import Layers


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what the API would answer.")
@click.option(
    "--layers",
    type=click.Choice(Layers),
    default=Layers.ALL,
    help="manifest: look at its content credential alone, which takes milliseconds.",
)
def verify(file: Path, *, as_json: bool, layers: Layers) -> None:
    """Say what FILE is, and whether it may be shown."""
    with bootstrap.running(Settings()) as rt:
        answer = VerificationOut.of(verifications.verify(rt, file, layers=layers))
    if as_json:
        click.echo(json.dumps(answer.model_dump(mode="json"), indent=1))
        return
    table = Table(title=f"{file.name}: {answer.verdict}", show_header=False)
    for reason in answer.reasons:
        table.add_row("because", reason)
    table.add_row("credential", f"{answer.manifest.state}, {answer.manifest.signer or 'no signer'}")
    if answer.watermark is not None:
        table.add_row("watermark", _watermark(answer.watermark))
    if answer.sound is not None:
        table.add_row("sound", _watermark(answer.sound))
    if answer.layers is Layers.ALL:
        table.add_row("fingerprint", "\n".join(_shown(answer)))
    table.add_row("ledger", f"{answer.ledger.state}" if answer.ledger else "no output of ours")
    Console().print(table)


def _watermark(layer: WatermarkLayer | SoundLayer) -> str:
    if not layer.found:
        return "none of ours"
    named = layer.generation_id or "ours, of no output that was released"
    return f"{named}, by chance in one of 10^{-layer.log10_p:.0f} files"


def _shown(answer: VerificationOut) -> Iterator[str]:
    for part in answer.parts:
        where = ", ".join(f"{start:.1f} to {end:.1f} s" for start, end in part.stretches)
        said = "" if answer.still else f" from {where}"
        yield f"{part.generation_id}{said}, score {part.score:.2f}"
    if not answer.parts:
        yield "no match" if answer.compared else "could not be asked"
    elif answer.elsewhere_seconds:
        yield f"something else for {answer.elsewhere_seconds:.1f} s"
