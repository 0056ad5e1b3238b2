"""The `rightsd` command."""

import sys

import click

from rightsd.cli import (
    account,
    audit,
    cards,
    certificates,
    credentials,
    demo,
    dev,
    fingerprints,
    index,
    ledger,
    logkeys,
    models,
    operate,
    optouts,
    rulebooks,
    status,
    subjects,
    verify,
    watermarks,
)
from rightsd.errors import Code, RightsError


class _Commands(click.Group):
    """Ends with one sentence where the daemon has one to say."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except RightsError as error:
            click.echo(f"rightsd: {error.detail}", err=True)
            sys.exit(2 if error.code is Code.INVALID else 1)


@click.group(cls=_Commands)
@click.version_option(package_name="rightsd")
def main() -> None:
    """Keep the rights of a video generator."""


for command in (
    operate.serve,
    operate.worker,
    operate.admin_key,
    account.account,
    demo.demo,
    verify.verify,
    credentials.verify,
    audit.audit,
    ledger.ledger,
    optouts.optout,
    models.models,
    rulebooks.rulebook,
    certificates.certificates,
    watermarks.watermark,
    fingerprints.fingerprint,
    index.index,
    dev.dev,
):
    main.add_command(command)

for command in (
    status.status,
    subjects.erase,
    logkeys.rotate_key,
    logkeys.retire_key,
    logkeys.keys,
    logkeys.follow,
    credentials.rotate_key,
):
    ledger.ledger.add_command(command)

watermarks.watermark.add_command(cards.card)
