"""Verifying a file from the shell: here, by a receipt, or as a harness asks for it."""

import json
from datetime import datetime
from pathlib import Path

import click

from rightsd import bootstrap
from rightsd.adapters import c2pa
from rightsd.cli import receipts, report
from rightsd.cli.audit import POLICY, VKEYS, trusted
from rightsd.domain.trust import Anchors
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings
from rightsd.web.api.verifications import VerificationOut
from rightsd.workflows import verifications
from rightsd.workflows.verifications import Layers

READ = click.Path(exists=True, dir_okay=False, path_type=Path)
# What means something with an option of this name alone.
GOES_WITH = {
    "receipt": ("jwks", "vkeys", "policy_file"),
    "crjson": ("trust_list", "tsa_trust_list", "at"),
}


@click.command()
@click.argument("file", required=False, type=READ)
@click.option("--json", "as_json", is_flag=True, help="Print what the API would answer.")
@click.option(
    "--layers",
    type=click.Choice([each.value for each in Layers]),
    default=Layers.ALL.value,
    help="manifest: look at its content credential alone, which takes milliseconds.",
)
@click.option("--receipt", type=READ, help="Check a receipt, and that it is one of FILE.")
@click.option("--jwks", type=READ, help="With --receipt: the issuer's keys, a JWK Set.")
@VKEYS
@POLICY
@click.option("--crjson", is_flag=True, help="Print what C2PA says of FILE, as crJSON.")
@click.option("--trust-list", type=READ, help="With --crjson: whoever may vouch for signers.")
@click.option("--tsa-trust-list", type=READ, help="With --crjson: the same for time-stamps.")
@click.option("--at", metavar="TIME", help="With --crjson: as of when (RFC 3339), if not now.")
@click.pass_context
def verify(  # noqa: PLR0913 -- One for each option.
    context: click.Context,
    *,
    file: Path | None,
    receipt: Path | None,
    jwks: Path | None,
    vkeys: tuple[str, ...],
    policy_file: Path | None,
    trust_list: Path | None,
    tsa_trust_list: Path | None,
    at: str | None,
    as_json: bool,
    layers: str,
    crjson: bool,
) -> None:
    """Say what FILE is, and whether it may be shown.

    With --receipt or --crjson neither a daemon nor a database nor a network is asked: a receipt is
    checked with the keys of --jwks, and those of the log by --vkey or --policy; and crJSON is what
    the C2PA library makes of FILE under the trust lists that are given, and no others.
    """
    _require_together(context)
    if receipt is not None:
        if jwks is None:
            raise click.UsageError("--receipt needs --jwks, the keys of whoever issued it")
        trust = trusted(vkeys, policy_file)
        if trust is None:
            raise click.UsageError("--receipt needs --vkey or --policy, to know the log by")
        receipts.check(receipt, file, jwks, trust, as_json=as_json)
    elif file is None:
        raise click.UsageError("name a FILE")
    elif crjson:
        anchors = Anchors(_certificates(trust_list), _certificates(tsa_trust_list))
        click.echo(c2pa.crjson(file, anchors, at=None if at is None else _time(at)))
    else:
        with bootstrap.running(Settings()) as rt:
            answer = VerificationOut.of(verifications.verify(rt, file, layers=Layers(layers)))
        if as_json:
            click.echo(json.dumps(answer.model_dump(mode="json"), indent=1))
        else:
            report.show(file.name, answer)


def _require_together(context: click.Context) -> None:
    """Refuse options that say nothing here: whoever gives one believes that it does something."""
    given = {name for name, value in context.params.items() if value}
    if {"receipt", "crjson"} <= given:
        raise click.UsageError("--receipt and --crjson are two things: give one of them")
    for name, others in GOES_WITH.items():
        if name not in given and not given.isdisjoint(others):
            raise click.UsageError(f"an option is given that goes with --{name} alone")


def _certificates(path: Path | None) -> str:
    return "" if path is None else bootstrap.read_trust_list(path)


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        detail = f"{text} is no time with its zone, such as 2026-08-01T12:00:00Z."
        raise RightsError(Code.INVALID, detail)
    return at
