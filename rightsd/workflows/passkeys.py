"""Signing in by passkey. Whoever loses theirs has the link by mail, which nobody can remove."""

import hashlib
import secrets

from rightsd.adapters import passkeys as devices
from rightsd.db import members, passkeys
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain import passkey as domain
from rightsd.domain.member import Member
from rightsd.domain.passkey import Party, Passkey
from rightsd.errors import Code, RightsError

REGISTERING, SIGNING_IN = b"register", b"sign in"


def offer(tx: Tx, actor: Member, party: Party | None, *, asker: bytes) -> str:
    """Return what a device is asked to make a passkey by, as JSON.

    Args:
        tx: The transaction.
        actor: Whose it is to be.
        party: Us; None: there are no passkeys here.
        asker: A secret of the browser that asks.
    """
    known = passkeys.of_member(tx, actor.id)
    if len(known) >= domain.PASSKEYS_MAX:
        detail = f"you have {domain.PASSKEYS_MAX} passkeys; remove one first"
        raise RightsError(Code.TOO_MANY, detail)
    return devices.registration(
        _here(party),
        user_id=actor.id,
        user_name=actor.address,
        challenge=_draw(tx, REGISTERING, asker),
        known=[each.credential_id for each in known],
    )


def add(
    tx: Tx, actor: Member, party: Party | None, *, asker: bytes, answer: str, name: str
) -> Passkey:
    """Add the passkey that a device has made.

    Args:
        tx: The transaction.
        actor: Whose it is.
        party: Us.
        asker: As in `offer`.
        answer: Of the device, JSON.
        name: What its owner calls it.
    """
    name = _name(name)
    challenge = _take(tx, REGISTERING, asker)
    found = devices.registered(_here(party), answer, challenge=challenge)
    made = Passkey(
        id=ids.new("pky"),
        member_id=actor.id,
        credential_id=found.credential_id,
        public_key=found.public_key,
        sign_count=found.sign_count,
        name=name,
        made_at=tx.now,
        used_at=None,
    )
    if not passkeys.insert(tx, made):
        raise RightsError(Code.CONFLICT, "this passkey is here already")
    return made


def ask(tx: Tx, party: Party | None, *, asker: bytes) -> str:
    """Return what a device is asked to sign in by, as JSON; whose it is, it says."""
    return devices.assertion(_here(party), challenge=_draw(tx, SIGNING_IN, asker))


def use(tx: Tx, party: Party | None, *, asker: bytes, answer: str) -> Member:
    """Return who signs in by the answer of a device.

    Raises:
        RightsError: INVALID, whatever is wrong with it.
    """
    challenge = _take(tx, SIGNING_IN, asker)
    passkey = passkeys.lock(tx, devices.credential_id(answer))
    member = None if passkey is None else members.find(tx, passkey.member_id)
    if passkey is None or member is None:
        detail = "this passkey is not known here any more; use the link by mail"
        raise RightsError(Code.INVALID, detail)
    counted = devices.asserted(_here(party), answer, challenge=challenge, passkey=passkey)
    passkeys.use(tx, passkey.id, sign_count=counted)
    return member


def mine(tx: Tx, actor: Member) -> list[Passkey]:
    """Return one's passkeys, the oldest first."""
    return passkeys.of_member(tx, actor.id)


def rename(tx: Tx, actor: Member, passkey_id: str, *, name: str) -> None:
    """Call a passkey something else."""
    if not passkeys.rename(tx, passkey_id, member_id=actor.id, name=_name(name)):
        raise _missing()


def remove(tx: Tx, actor: Member, passkey_id: str) -> None:
    """Remove a passkey: nobody signs in by it any more. The link by mail is left in any case."""
    if not passkeys.delete(tx, passkey_id, member_id=actor.id):
        raise _missing()


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > domain.NAME_LENGTH_MAX:
        detail = f"a passkey has a name of 1 to {domain.NAME_LENGTH_MAX} characters"
        raise RightsError(Code.INVALID, detail)
    return name


def _here(party: Party | None) -> Party:
    if party is None:
        detail = "there are no passkeys here: this daemon's public address has no name or no TLS"
        raise RightsError(Code.UNAVAILABLE, detail)
    return party


def _draw(tx: Tx, purpose: bytes, asker: bytes) -> bytes:
    challenge = secrets.token_bytes(domain.CHALLENGE_BYTES)
    passkeys.set_challenge(tx, _asker(purpose, asker), challenge, expires_at=tx.now + domain.WITHIN)
    return challenge


def _take(tx: Tx, purpose: bytes, asker: bytes) -> bytes:
    challenge = passkeys.take_challenge(tx, _asker(purpose, asker))
    if challenge is None:
        raise RightsError(Code.INVALID, "this took too long, or was done before; try again")
    return challenge


def _asker(purpose: bytes, asker: bytes) -> bytes:
    return hashlib.sha256(purpose + b"\0" + asker).digest()


def _missing() -> RightsError:
    return RightsError(Code.NOT_FOUND, "there is no such passkey")
