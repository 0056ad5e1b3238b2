"""What tests of a rotation do and look at."""

import pytest

from ledger import checkpoint, log, note
from ledger.errors import NoteError
from ledger.note import VerifierKey
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, logkeys
from tests import people


def happen(rt: Runtime) -> str:
    """Have something happen and be sequenced; return the event's id."""
    with rt.transaction() as tx:
        people.account(tx, Role.CREATOR)
        event_id = tx.events[-1].id
    assert checkpoints.sequence(rt)
    return event_id


def newest(rt: Runtime) -> bytes:
    with rt.transaction() as tx:
        signed = log.latest(tx.conn)
    assert signed is not None
    return signed


def key(rt: Runtime, number: int) -> VerifierKey:
    return note.parse_vkey(rt.log_keys.signer(number).vkey)


def signed_by(rt: Runtime, signed: bytes) -> list[int]:
    """Return the numbers of the keys, of the first three, that a checkpoint verifies under."""
    found = []
    for number in (1, 2, 3):
        try:
            checkpoint.verify(signed, key(rt, number))
        except (NoteError, RightsError):
            continue
        found.append(number)
    return found


def retire(rt: Runtime, *, at_once: bool = True) -> None:
    with rt.transaction() as tx:
        logkeys.retire(tx, rt.witness_policy, at_once=at_once)


def refused(code: Code, match: str) -> "pytest.RaisesExc[RightsError]":
    return pytest.raises(RightsError, match=match, check=lambda error: error.code is code)
