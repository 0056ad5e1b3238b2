"""Letting people in, as the operator of this machine: `rightsd account`, `rightsd admin-key`."""

import click

from rightsd import bootstrap
from rightsd.db.tx import Tx
from rightsd.domain.member import Duty, Member
from rightsd.domain.principal import Role
from rightsd.domain.signin import WITHIN
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import accounts, members, signins

MINUTES = int(WITHIN.total_seconds() // 60)


@click.group()
def account() -> None:
    """Let people in: open accounts, add members, print links to sign in."""


@account.command("open")
@click.argument("address")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", required=True, help="What the account is called.")
def open_account(address: str, role: str, name: str) -> None:
    """Open an account whose owner has this e-mail ADDRESS, and print a link to sign in."""
    with bootstrap.running(Settings()) as rt, rt.transaction() as tx:
        opened = accounts.open_for(tx, Role(role), name)
        owner = members.join(tx, opened.id, address=address, duty=Duty.OWNER)
        _print_link(rt, tx, owner)


@account.command()
@click.argument("account_id")
@click.argument("address")
def join(account_id: str, address: str) -> None:
    """Make whoever has this e-mail ADDRESS an owner of an account, and print a link to sign in."""
    with bootstrap.running(Settings()) as rt, rt.transaction() as tx:
        _print_link(rt, tx, members.join(tx, account_id, address=address, duty=Duty.OWNER))


@account.command("sign-in")
@click.argument("address")
def sign_in(address: str) -> None:
    """Print a link that signs in whoever has this e-mail ADDRESS: when mail does not arrive."""
    with bootstrap.running(Settings()) as rt, rt.transaction() as tx:
        found = members.having(tx, address)
        if not found:
            raise RightsError(Code.NOT_FOUND, f"nobody signs in by {address}")
        _print_link(rt, tx, found[0])


@click.command("admin-key")
def admin_key() -> None:
    """Open an admin account and print its API key, as the operator of this machine."""
    with bootstrap.running(Settings()) as rt:
        with rt.transaction() as tx:
            opened = accounts.open_admin(tx)
        click.echo(opened.api_key)


def _print_link(rt: Runtime, tx: Tx, member: Member) -> None:
    click.echo(f"account {member.account_id}")
    click.echo(f"open this within {MINUTES} minutes; it works once:")
    click.echo(rt.issuer.url + signins.ask_as_operator(tx, member))
