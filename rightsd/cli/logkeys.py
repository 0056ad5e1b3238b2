"""Rotating the log's key."""

import click

from rightsd import bootstrap
from rightsd.domain.key import State
from rightsd.settings import Settings
from rightsd.workflows import logkeys


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
            key = logkeys.retire(tx, at_once=at_once)
        click.echo(f"key {key.number} is retired: {key.vkey}")
        click.echo(f"its private key may be destroyed: {rt.log_keys.place(key.number)}")


@click.command("keys")
@click.option("--statements", is_flag=True, help="Print the statements by which they follow.")
def keys(*, statements: bool) -> None:
    """List the log's keys, the oldest first."""
    with bootstrap.running(Settings()) as rt, rt.transaction() as tx:
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
        if statements:
            for statement in logkeys.statements(tx):
                click.echo(b"\n" + statement, nl=False)
