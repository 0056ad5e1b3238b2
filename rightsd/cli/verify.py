"""Verifying a file from the shell."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from rightsd import bootstrap
from rightsd.settings import Settings
from rightsd.web.api.verifications import VerificationOut
from rightsd.workflows import verifications


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what the API would answer.")
def verify(file: Path, *, as_json: bool) -> None:
    """Say what FILE is, and whether it may be shown."""
    with bootstrap.running(Settings()) as rt:
        answer = VerificationOut.of(verifications.verify(rt, file))
    if as_json:
        click.echo(json.dumps(answer.model_dump(mode="json"), indent=1))
        return
    table = Table(title=f"{file.name}: {answer.verdict}", show_header=False)
    for reason in answer.reasons:
        table.add_row("because", reason)
    table.add_row("credential", f"{answer.manifest.state}, {answer.manifest.signer or 'no signer'}")
    table.add_row("watermark", answer.watermark.generation_id or "none of ours")
    match = answer.fingerprint
    none = "no match" if answer.compared else "could not be asked"
    table.add_row(
        "fingerprint", f"{match.generation_id}, score {match.score:.2f}" if match else none
    )
    table.add_row("ledger", f"{answer.ledger.state}" if answer.ledger else "no output of ours")
    Console().print(table)
