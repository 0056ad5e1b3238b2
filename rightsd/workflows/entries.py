"""Looking through the published log: its entries, and the proof that one is in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ledger import checkpoint, cosigning, entry, log, note
from ledger.checkpoint import Checkpoint
from ledger.log import Entry
from ledger.policy import Policy
from rightsd.db.tx import Tx
from rightsd.domain import events
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

READERS = (Role.AUDITOR, Role.REVIEWER, Role.ADMIN)
INDEX = re.compile(r"[0-9]{1,18}")
EVENT = re.compile(r"evt_[0-9a-f]{32}")
THING = re.compile(r"[a-z]{3}_[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, and the event that it tells of."""

    entry: Entry
    event: Event


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of the published log, the newest first.

    Attributes:
        head: The checkpoint that covers them; None: there is none yet.
        further: Index below which the next page begins; None: this is the last.
    """

    head: Checkpoint | None
    entries: Sequence[Found]
    further: int | None


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry and what shows that it is in the log.

    Attributes:
        proof: As c2sp.org/tlog-proof has it, with the signed checkpoint that it leads to.
        vkeys: The log's keys that sign at the moment, as they are written.
    """

    found: Found
    head: Checkpoint
    proof: str
    vkeys: Sequence[str]


def page(
    tx: Tx,
    actor: Principal,
    policy: Policy | None,
    *,
    about: str | None = None,
    below: int | None = None,
    limit: int,
) -> Page:
    """Return entries of the published log, the newest first.

    Args:
        tx: The transaction.
        actor: Who looks.
        policy: Whose cosignatures a checkpoint needs.
        about: Only those about this thing.
        below: Only those whose index is below this.
        limit: So many at most.
    """
    actor.require(*READERS)
    head = _head(tx, policy)
    if head is None:
        return Page(None, (), None)
    below = head.size if below is None else max(0, min(below, head.size))
    if about is None:
        found = [*log.entries(tx.conn, max(0, below - limit), below)][::-1]
        more = below > limit
    else:
        found = log.newest_about(tx.conn, about, below=below, limit=limit + 1)
        more = len(found) > limit
    shown = found[:limit]
    return Page(head, [_read(each) for each in shown], shown[-1].index if more else None)


def find(tx: Tx, actor: Principal, policy: Policy | None, wanted: str) -> int | None:
    """Return the index of the entry that an index or the id of an event names, if there is one."""
    actor.require(*READERS)
    head = _head(tx, policy)
    index = None
    if EVENT.fullmatch(wanted):
        index = log.find(tx.conn, wanted)
    elif INDEX.fullmatch(wanted):
        index = int(wanted)
    return index if index is not None and head is not None and index < head.size else None


def prove(rt: Runtime, actor: Principal, index: int) -> Proven:
    """Return an entry of the published log with its proof.

    Raises:
        RightsError: NOT_FOUND: the published log does not reach so far.
    """
    actor.require(*READERS)
    with rt.transaction() as tx:
        signed = cosigning.published(tx.conn, rt.witness_policy)
        head = None if signed is None else checkpoint.parse(note.parse(signed).text)
        if signed is None or head is None or not 0 <= index < head.size:
            raise RightsError(Code.NOT_FOUND, "the published log has no such entry, or not yet")
        (found,) = log.entries(tx.conn, index, index + 1)
        proof = log.proof_of(tx.conn, found.event_id, signed)
        vkeys = [signer.vkey for signer in rt.log_signers(tx)]
    assert proof is not None
    return Proven(_read(found), head, proof.decode(), vkeys)


def _head(tx: Tx, policy: Policy | None) -> Checkpoint | None:
    signed = cosigning.published(tx.conn, policy)
    return None if signed is None else checkpoint.parse(note.parse(signed).text)


def _read(found: Entry) -> Found:
    return Found(found, events.from_body(entry.decode(found.body)))
