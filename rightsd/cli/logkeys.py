"""Rotating the log's key, and following from one key to the next."""

from typing import IO

import click

from ledger import note, rotation
from ledger.errors import NoteError
from rightsd import bootstrap
from rightsd.domain.key import State
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings
from rightsd.workflows import logkeys

FILE_BYTES_MAX = rotation.STATEMENTS_MAX * (rotation.STATEMENT_BYTES_MAX + 1)


@click.command("rotate-key")
def rotate_key() -> None:
    """Make the log's next key, which signs beside the old one from now on."""
    with bootstrap.running(Settings()) as rt:
        handover = logkeys.rotate(rt)
        click.echo(f"key {handover.key.number} is {handover.key.vkey}")
        click.echo("Both keys sign from the next checkpoint on. Tell witnesses and verifiers:\n")
        click.echo(handover.statement, nl=False)


@click.command("retire-key")
@click.option("--now", "at_once", is_flag=True, help="Too early, because the key is not safe.")
def retire_key(*, at_once: bool) -> None:
    """End the overlap: from now on the log's new key signs alone."""
    with bootstrap.running(Settings()) as rt:
        with rt.transaction() as tx:
            key = logkeys.retire(tx, rt.witness_policy, at_once=at_once)
        click.echo(f"key {key.number} is retired: {key.vkey}")
        click.echo(f"its private key may be destroyed: {rt.log_keys.place(key.number)}")


@click.command("keys")
@click.option("--statements", is_flag=True, help="Print how one leads to the next instead.")
def keys(*, statements: bool) -> None:
    """List the log's keys, the oldest first."""
    with bootstrap.running(Settings()) as rt, rt.transaction() as tx:
        if statements:
            click.echo(b"\n".join(logkeys.statements(tx)), nl=False)
            return
        known = logkeys.known(tx)
        if not known:
            (signer,) = rt.log_signers(tx)
            click.echo(f"1 {signer.vkey} signs")
        for key in known:
            times = f"introduced {key.introduced_at:%Y-%m-%dT%H:%M:%SZ}"
            if key.retired_at is not None:
                times += f", retired {key.retired_at:%Y-%m-%dT%H:%M:%SZ}"
            signs = ", signs" if key.state is State.INTRODUCED else ""
            click.echo(f"{key.number} {key.vkey} {times}{signs}")


@click.command("follow")
@click.argument("vkey")
@click.argument("statements", type=click.File("rb"))
def follow(vkey: str, statements: IO[bytes]) -> None:
    """Print the keys that a trusted VKEY leads to, along the STATEMENTS of a log; offline."""
    data = statements.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise RightsError(Code.INVALID, f"Statements have at most {FILE_BYTES_MAX} bytes.")
    # A statement is two blocks, its text and its signatures; so a file of several is read.
    blocks = data.strip(b"\n").split(b"\n\n") if data.strip(b"\n") else []
    notes = [b"\n\n".join(blocks[at : at + 2]) + b"\n" for at in range(0, len(blocks), 2)]
    try:
        keys = rotation.follow(note.parse_vkey(vkey), notes)
    except NoteError as error:
        raise RightsError(Code.INVALID, f"The keys do not follow: {error}.") from error
    for key in keys:
        click.echo(key.vkey)
