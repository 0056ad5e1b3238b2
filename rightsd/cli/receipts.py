"""Checking the receipt of a verification: no daemon, no database, no network."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from ledger.policy import Policy
from rightsd.adapters import fingerprints as files
from rightsd.adapters import jose
from rightsd.cli import terminal
from rightsd.errors import Code, RightsError
from rightsd.workflows import proofs
from rightsd.workflows.proofs import WRITTEN, Checked, Given, Proven


def check(receipt: Path, file: Path | None, key_set: Path, trust: Policy, *, as_json: bool) -> None:
    """Say whether a receipt is good, and what it says; end with 1 if it is not.

    Args:
        receipt: The receipt.
        file: What it must be of; None: whatever.
        key_set: The issuer's keys.
        trust: By whose word the log is known.
        as_json: Print its claims instead.
    """
    keys = terminal.read(key_set, jose.KEY_SET_BYTES_MAX)
    text = terminal.read(receipt, jose.TOKEN_CHARS_MAX).decode("ascii", errors="replace")
    try:
        checked = proofs.check(text, Given(keys), fetch=_nothing, now=datetime.now(UTC))
        proven = proofs.require_logged(checked, trust)
        if file is not None and files.digest(file) != proven.receipt.sha256:
            raise jose.invalid(f"it is the receipt of another file than {file.name}")
    except RightsError as error:
        if error.code is not Code.INVALID:
            raise
        click.echo(terminal.printable(f"not good: {error.detail}"))
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(checked.claims, indent=1))
        return
    for line in _sentences(checked, proven, file):
        click.echo(terminal.printable(line))


def _sentences(checked: Checked, proven: Proven, file: Path | None) -> Iterator[str]:
    receipt = proven.receipt
    whose = f"the file with the SHA-256 {receipt.sha256}" if file is None else file.name
    yield f"good: {checked.issuer} said of {whose}, as of {receipt.as_of:{WRITTEN}}:"
    yield f"  {receipt.verdict}"
    for reason in receipt.reasons:
        yield f"  because {reason}"
    if receipt.grounds:
        yield f"  grounds: {', '.join(receipt.grounds)}"
    if receipt.generation_id is not None:
        by = ", ".join(receipt.matched) or "no layer by itself"
        yield f"  it is about {receipt.generation_id}, matched by {by}"
        if receipt.exact:
            yield "  it is byte for byte what was released: the log has its digest"
        else:
            yield f"  that it shows that output is the word of {checked.issuer}, not of the log"
    if receipt.layers == "manifest":
        yield "  nothing but its content credential was looked at"
    elif not receipt.compared:
        yield "  its content could not be compared"
    yield from _log(proven)
    yield "what may be shown now, it does not say: ask again"


def _log(proven: Proven) -> Iterator[str]:
    if proven.origin is None:
        yield "there was no log yet that could bear it out"
        return
    for index, event in proven.entries:
        at = f"{event.at:{WRITTEN}}"
        yield f"the log {proven.origin} has it as entry {index}: {event.kind}, {at}"
    if not proven.entries:
        yield f"the log {proven.origin} had {proven.size} entries, and it names none of them"
    if proven.witnesses:
        yield f"its checkpoint is cosigned by {', '.join(proven.witnesses)}"


def _nothing(url: str, _: int) -> bytes:
    raise RightsError(Code.INVALID, f"nothing is fetched from {url}: this is checked offline")
