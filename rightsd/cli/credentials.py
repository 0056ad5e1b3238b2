"""Checking credentials and receipts offline, and rotating the key that signs them."""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click

from rightsd import bootstrap
from rightsd.adapters import http, jose
from rightsd.adapters.keys import CredentialKeys
from rightsd.cli import terminal
from rightsd.domain import credential, proof, verification
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings
from rightsd.workflows import proofs
from rightsd.workflows.proofs import Checked, Given

FETCH_SECONDS_MAX = 10.0
# What every kind has, and what is said of it in other words.
FRAME = frozenset(
    {"iss", "iat", "exp", "nbf", "vct", "status", "cnf", "status_list", "ttl", "sub", "log"}
)


@click.command("verify-credential")
@click.argument("file", type=click.File("rb"))
@click.option("--jwks", metavar="FILE|URL", help="The issuer's keys, from someone you trust.")
@click.option(
    "--status-list",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The status list, a few minutes old at most; without it, it is fetched.",
)
@click.option("--audience", help="Whom the holder must have presented it to.")
@click.option("--nonce", help="What the holder must have signed with it.")
@click.option("--private", is_flag=True, help="Fetch from private addresses and without TLS too.")
@click.option("--json", "as_json", is_flag=True, help="Print what it says as JSON.")
def verify(
    file: IO[bytes],
    jwks: str | None,
    status_list: Path | None,
    audience: str | None,
    nonce: str | None,
    *,
    private: bool,
    as_json: bool,
) -> None:
    """Check FILE, a credential or receipt of a rightsd, and say what it says."""
    guard = http.Guard(allow_private=private)

    def fetch(url: str, bytes_max: int) -> bytes:
        return _fetch(url, bytes_max, guard)

    key_set = None if jwks is None else _key_set(jwks, guard)
    listed = (
        None if status_list is None else _ascii(terminal.read(status_list, jose.TOKEN_CHARS_MAX))
    )
    text = _ascii(file.read(jose.TOKEN_CHARS_MAX + 1))
    try:
        checked = proofs.check(text, Given(key_set, listed), fetch=fetch, now=datetime.now(UTC))
        proofs.require_presented(checked, audience=audience, nonce=nonce)
    except RightsError as error:
        # What is wrong with the proof is an answer; that it could not be checked is none.
        if error.code is not Code.INVALID:
            raise
        click.echo(f"not good: {error.detail}")
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(checked.claims, indent=1))
        return
    for line in _sentences(checked, keys_given=jwks is not None):
        click.echo(terminal.printable(line))


@click.command("rotate-credential-key")
def rotate_key() -> None:
    """Make the next key that signs credentials; those that older ones signed stay good."""
    signer = CredentialKeys(bootstrap.open_keys(Settings())).rotate()
    click.echo(f"credentials, receipts and status lists are now signed by {signer.kid}")


def _sentences(checked: Checked, *, keys_given: bool) -> Iterator[str]:
    yield f"good: {proofs.KINDS[checked.typ]}, issued by {checked.issuer}"
    if not keys_given:
        yield "its keys were fetched from there: whether to trust that issuer is yours to say"
    issued_at, expires_at = checked.issued_at, checked.expires_at
    yield f"issued {issued_at:{proofs.WRITTEN}}, good until {expires_at:{proofs.WRITTEN}}"
    if checked.status_at is not None:
        yield f"it stands, says the issuer's status list of {checked.status_at:{proofs.WRITTEN}}"
    if checked.typ == credential.TYP:
        yield _presenter(checked)
        kept = _kept_back(checked.claims)
        if kept:
            yield f"its holder keeps back {', '.join(kept)}"
    if checked.typ == proof.DECISION_TYP:
        yield "it tells what was decided then; what may be shown now, say the consents"
    if checked.typ == proof.PREFLIGHT_TYP:
        yield "it tells what would have been decided then, and permits nothing"
    if checked.typ == verification.TYP:
        yield "what it says of the log is checked by: rightsd verify --receipt"
    for name, value in checked.claims.items():
        if name not in FRAME:
            yield f"  {name}: {_plain(value)}"


def _presenter(checked: Checked) -> str:
    if checked.binding is not None:
        return f"presented by its holder to {checked.binding['aud']}"
    if "cnf" in checked.claims:
        return "it is bound to a key, and whoever shows it has not shown to have that key"
    return "it is bound to no key: anyone may show it"


def _kept_back(claims: Mapping[str, Any]) -> list[str]:
    return [name for name in ("consent_id", "subject_id", "grantee_id") if name not in claims]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _key_set(place: str, guard: http.Guard) -> bytes:
    if place.startswith(("https://", "http://")):
        return _fetch(place, jose.KEY_SET_BYTES_MAX, guard)
    return terminal.read(Path(place), jose.KEY_SET_BYTES_MAX)


def _fetch(url: str, bytes_max: int, guard: http.Guard) -> bytes:
    answer = http.fetch("GET", url, guard=guard, seconds_max=FETCH_SECONDS_MAX, bytes_max=bytes_max)
    if answer.status != 200:
        raise RightsError(Code.UNAVAILABLE, f"{url} answered with the status {answer.status}")
    return answer.body


def _ascii(data: bytes) -> str:
    return data.decode("ascii", errors="replace")
