"""The certificate that signs outputs: showing, checking, renewing and revoking it."""

from datetime import UTC, datetime
from pathlib import Path

import click

from rightsd import bootstrap
from rightsd.adapters import claims, profile
from rightsd.domain.certificate import Reason
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings
from rightsd.workflows import certificates as workflow

FILE_BYTES_MAX = claims.FILE_BYTES_MAX


@click.group()
def certificates() -> None:
    """Look after the certificate that signs outputs."""


@certificates.command("list")
def list_certificates() -> None:
    """Show which certificate signs now, and which have signed, with how many outputs."""
    with bootstrap.running(Settings()) as rt:
        signing = rt.credentials.certificate()
        with rt.transaction() as tx:
            usages = workflow.usages(tx)
        click.echo(f"{signing.sha256} signs now: {signing.subject}")
        for usage in usages:
            revoked = ""
            if usage.revoked_from is not None:
                revoked = f", revoked from {usage.revoked_from.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
            click.echo(
                f"{usage.sha256} {usage.outputs} outputs, {usage.undated} of them without a "
                f"trusted time-stamp{revoked}: {usage.subject}"
            )


@certificates.command()
@click.argument(
    "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
def lint(path: Path | None) -> None:
    """Say where a certificate departs from the profile that C2PA publishes.

    PATH is a PEM file; without it, the certificate that signs now, whose key is then tried too.
    """
    if path is None:
        settings = Settings()
        signer = bootstrap.claim_signer(settings, bootstrap.open_keys(settings))()
        claims.require_key(signer)
        chain_pem = signer.chain_pem
    else:
        with path.open("rb") as file:
            chain_pem = file.read(FILE_BYTES_MAX).decode("ascii", errors="replace")
    departures = profile.departures(claims.leaf(chain_pem))
    for each in departures:
        click.echo(f"- {each}")
    if departures:
        raise RightsError(Code.INVALID, "The certificate does not conform to the profile.")
    click.echo("It conforms.")


@certificates.command()
def rotate() -> None:
    """Make the development CA's next certificate, which signs outputs from now on."""
    settings = Settings()
    if settings.claim_chain is not None:
        detail = "A certificate of your own is replaced in its file; it is read for every output."
        raise RightsError(Code.CONFLICT, detail)
    signer = bootstrap.open_keys(settings).rotate_claim_signer(datetime.now(UTC))
    click.echo(claims.describe(claims.leaf(signer.chain_pem)).sha256)


@certificates.command()
@click.argument("sha256")
@click.option(
    "--reason", type=click.Choice([str(each) for each in Reason]), required=True, help="Why."
)
@click.option(
    "--from",
    "revoked_from",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ"]),
    help="Since when it is not good, in UTC; without it, since now.",
)
def revoke(sha256: str, reason: str, revoked_from: datetime | None) -> None:
    """Revoke a certificate: what it signed before stays good only with a trusted time-stamp.

    Done again, it can be revoked from an earlier time on.
    """
    with bootstrap.running(Settings()) as rt:
        signing = rt.credentials.certificate()
        with rt.transaction() as tx:
            revocation = workflow.revoke(
                tx,
                sha256,
                signing=signing,
                reason=Reason(reason),
                revoked_from=revoked_from and revoked_from.replace(tzinfo=UTC),
            )
        click.echo(f"revoked from {revocation.revoked_from.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        if signing.sha256 == sha256:
            click.echo("It is the one that signs now: nothing is released until there is another.")
