"""The `rightsd` command."""

import os
import sys

import click

from rightsd.cli.commands import Commands, Late
from rightsd.errors import Code, RightsError


class _Commands(Commands):
    """Ends with one sentence where the daemon has one to say."""

    def invoke(self, ctx: click.Context) -> object:
        # Threads over matrices as small as ours wait for each other in loops, on the cores that the
        # server, its workers and the database share. It is read once, when numpy is imported.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        try:
            return super().invoke(ctx)
        except RightsError as error:
            click.echo(f"rightsd: {error.detail}", err=True)
            sys.exit(2 if error.code is Code.INVALID else 1)


COMMANDS = {
    "account": Late(
        "rightsd.cli.account:account",
        "Let people in: open accounts, add members, print links to sign in.",
    ),
    "admin-key": Late(
        "rightsd.cli.account:admin_key",
        "Open an admin account and print its API key, as the operator of this machine.",
    ),
    "audit": Late("rightsd.cli.audit:audit", "Export the log, and verify an export offline."),
    "certificates": Late(
        "rightsd.cli.certificates:certificates", "Look after the certificate that signs outputs."
    ),
    "demo": Late(
        "rightsd.cli.demo:demo", "Show everything: gate, marks, verify, revoke, takedown, audit."
    ),
    "dev": Late("rightsd.cli.dev:dev", "Help for development."),
    "fingerprint": Late(
        "rightsd.cli.fingerprints:fingerprint",
        "Find copies: compare files, and look for them in a library.",
    ),
    "index": Late(
        "rightsd.cli.index:index",
        "Spread the fingerprint index over several machines, and complete it.",
    ),
    "ledger": Late(
        "rightsd.cli.ledger:ledger",
        "Watch over someone's log, or look after one's own: keys, witnesses, forgetting.",
    ),
    "models": Late(
        "rightsd.cli.models:models", "Install what recognises faces and voices, and list it."
    ),
    "optout": Late("rightsd.cli.optouts:optout", "Bring opt-outs in."),
    "rulebook": Late("rightsd.cli.rulebooks:rulebook", "Try rules out before they count."),
    "serve": Late(
        "rightsd.cli.operate:serve", "Serve the API and the portal, with a worker beside it."
    ),
    "verify": Late("rightsd.cli.verify:verify", "Say what FILE is, and whether it may be shown."),
    "verify-credential": Late(
        "rightsd.cli.credentials:verify",
        "Check FILE, a credential or receipt of a rightsd, and say what it says.",
    ),
    "watermark": Late(
        "rightsd.cli.watermarks:watermark",
        "Put watermarks in, find them, and look after their keys.",
    ),
    "worker": Late(
        "rightsd.cli.worker:worker",
        "Sequence the log and work off jobs.",
    ),
}


@click.group(cls=_Commands, late=COMMANDS)
@click.version_option(package_name="rightsd")
def main() -> None:
    """Keep the rights of a video generator."""
