"""Rotating the log's key: the next one is introduced, signs beside the old one, and replaces it.

From the commit of either step on every process signs accordingly: the sequencer reads who signs in
the transaction of its batch.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from ledger import checkpoint, cosigning, log, note, rotation
from ledger.errors import LedgerError, NoteError
from ledger.note import Signer
from ledger.policy import Policy
from rightsd.db import logkeys
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain import key as domain
from rightsd.domain.events import Event, Value, from_body
from rightsd.domain.key import Key, State
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

# Long enough for everyone who verifies to meet the statement while the old key still signs.
OVERLAP_MIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Handover:
    """A rotation that has begun.

    Attributes:
        key: The new key.
        statement: The signed note that leads to it.
    """

    key: Key
    statement: bytes


def rotate(rt: Runtime) -> Handover:
    """Make the next key, have the old one hand over to it, and put the statement on record.

    Whatever a crash leaves, running it again goes on with the same key: there is one of each
    number. Once the statement is on record, another run refuses.

    Raises:
        RightsError: CONFLICT: the last rotation is not over, or the log has no checkpoint yet.
            UNAVAILABLE: a key cannot be used, or is not one that the log knows.
    """
    with rt.transaction() as tx:
        before = logkeys.known(tx)
        old = _old(rt, tx, before)
    number = before[-1].number + 1 if before else 2
    new = rt.log_keys.make(number)  # Outside the transaction: the holder may be far away.
    try:
        statement = rotation.state(old, new, timestamp=int(rt.clock().timestamp()))
    except NoteError as error:
        raise RightsError(Code.UNAVAILABLE, f"the keys did not sign: {error}") from error
    with rt.transaction() as tx:
        logkeys.lock(tx)
        if logkeys.known(tx) != before:
            raise RightsError(Code.CONFLICT, "another rotation came first; look at the log's keys")
        if not before:
            _introduce(tx, {"number": 1, "new_vkey": old.vkey})
        facts = {"old_vkey": old.vkey, "new_vkey": new.vkey, "statement": statement.decode()}
        return Handover(_introduce(tx, {"number": number, **facts}), statement)


def retire(tx: Tx, policy: Policy | None, *, at_once: bool) -> Key:
    """End the overlap: from this commit on the new key signs alone. Return the old one.

    What waits for its place in the log by then is covered by the new key alone; the statement never
    is, as everyone has seen it under both.

    Args:
        tx: A transaction.
        policy: Who must have cosigned what everyone sees.
        at_once: Without waiting for OVERLAP_MIN, because the old key is in the wrong hands.

    Raises:
        RightsError: CONFLICT: no key takes over from another, the published log does not show the
            statement under both keys, or has not done so for long enough.
    """
    logkeys.lock(tx)
    signing = _signing(logkeys.known(tx))
    if len(signing) != 2:
        raise RightsError(Code.CONFLICT, "no key is being replaced: rotate the log's key first")
    old, new = signing
    index = next((entry.index for entry in log.entries_about(tx.conn, [new.id])), None)
    if index is None or not _is_shown(tx, policy, index, signing):
        detail = "the published log does not show the statement under both keys yet; try again soon"
        raise RightsError(Code.CONFLICT, detail)
    end = (cosigning.published_at(tx.conn, index, policy) or tx.now) + OVERLAP_MIN
    if tx.now < end and not at_once:
        when = f"{end.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        detail = f"both keys sign until {when}, unless the old one has to go now (--now)"
        raise RightsError(Code.CONFLICT, detail)
    event = Event("key.retired", old.id, tx.now, {"vkey": old.vkey})
    retired = domain.evolve(old, event)
    logkeys.update_state(tx, retired)
    tx.record(event)
    return retired


def known(tx: Tx) -> list[Key]:
    """Return all keys, the oldest first; none before the first rotation."""
    return logkeys.known(tx)


def statements(tx: Tx) -> list[bytes]:
    """Return the statements that are in the log, the oldest first."""
    keys = [key.id for key in logkeys.known(tx)]
    events = [from_body(json.loads(entry.body)) for entry in log.entries_about(tx.conn, keys)]
    return [str(event.data["statement"]).encode() for event in events if "statement" in event.data]


def _old(rt: Runtime, tx: Tx, keys: Sequence[Key]) -> Signer:
    """Return the key that is to hand over, the only one that signs."""
    if len(_signing(keys)) > 1:
        detail = "the last rotation is not over: retire the old key before the next one is made"
        raise RightsError(Code.CONFLICT, detail)
    newest = log.latest(tx.conn)
    if newest is None:
        raise RightsError(Code.CONFLICT, "the log has no checkpoint yet; try again in a moment")
    return rt.log_signer(tx, newest)


def _introduce(tx: Tx, facts: dict[str, Value]) -> Key:
    event = Event("key.introduced", ids.new("lky"), tx.now, facts)
    key = domain.evolve(None, event)
    logkeys.insert(tx, key)
    tx.record(event)
    return key


def _signing(keys: Sequence[Key]) -> list[Key]:
    return [key for key in keys if key.state is State.INTRODUCED]


def _is_shown(tx: Tx, policy: Policy | None, index: int, keys: Sequence[Key]) -> bool:
    """Return whether what everyone sees covers an entry and is signed by all of these keys."""
    signed = cosigning.published(tx.conn, policy)
    if signed is None:
        return False
    try:
        heads = [checkpoint.verify(signed, note.parse_vkey(key.vkey)) for key in keys]
    except LedgerError:
        return False
    return all(head.size > index for head in heads)
