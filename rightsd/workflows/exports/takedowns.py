"""Checking the proof of a takedown: what the log vouches for, and what only someone says.

The log vouches for the cause and its decision, for each withdrawal, and for the digest of whatever
a platform signed. When a platform was sent something is our word; what it did is the platform's.
"""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from rightsd.adapters import statements
from rightsd.adapters.histories import Histories
from rightsd.domain import acknowledgement, events, takedown, webhook
from rightsd.domain.acknowledgement import Outcome, Statement
from rightsd.domain.takedown import Account, Proven, TakedownError, Told
from rightsd.errors import RightsError
from rightsd.workflows.exports import comparing, layout
from rightsd.workflows.exports.comparing import Opened, Standing
from rightsd.workflows.exports.layout import DefectError
from rightsd.workflows.exports.scopes import Takedown

T = TypeVar("T")


def check(opened: Opened, scope: Takedown, histories: Histories) -> tuple[Proven, int]:
    """Check the members of a proof; return what it says, and how many entries it holds.

    Raises:
        DefectError: One is not what it should be.
    """
    account, entries = _account(opened, scope, histories)
    deliveries = _deliveries(opened, account)
    platforms = sorted({one.platform_id for one in deliveries.values()})
    if scope.platform is not None and platforms != [scope.platform]:
        detail = f"the part of {scope.platform} has deliveries of it, and of no one else"
        raise DefectError(layout.DELIVERIES, detail)
    try:
        account.check_whole(platforms)
    except TakedownError as error:
        raise _defect(opened, scope, layout.ENTRIES, error) from error
    _check_outputs(opened, account)
    answers = _answers(opened, scope, account, deliveries)
    taken = sum(one.sent_at is not None for one in deliveries.values())
    gone = list(account.withdrawals.values())
    proven = Proven(
        cause_id=scope.cause,
        decision=account.decision,
        outputs=len({placed.event.subject for placed in gone}),
        last_at=max((placed.event.at for placed in gone), default=None),
        shown=account.shown,
        told=tuple(platforms),
        delivered=(taken, len(deliveries)),
        copies=account.copies,
        answers=answers,
        platform_id=scope.platform,
    )
    return proven, entries


def standing(opened: Opened, scope: Takedown, histories: Histories) -> Standing:
    """Return how many things stand where, by the entries that the proof holds."""
    found = Standing()
    for subject, happened in histories.all():
        noun, states = comparing.states_of(opened, scope, happened)
        found.count(subject, noun, *states, pending=False)
    return found


def _account(opened: Opened, scope: Takedown, histories: Histories) -> tuple[Account, int]:
    account = Account(scope.cause)
    count, before = 0, -1
    for index, event in comparing.proved(opened, layout.ENTRIES):
        detail = None
        if index <= before:
            detail = f"it stands after entry {before}"
        elif count == takedown.ENTRIES_MAX:
            detail = f"a proof has at most {takedown.ENTRIES_MAX} entries"
        if detail is not None:
            raise DefectError(layout.ENTRIES, detail, entry=index, event=event.id)
        try:
            account.take(index, event)
        except TakedownError as error:
            raise DefectError(layout.ENTRIES, str(error), entry=index, event=event.id) from error
        histories.add([layout.happening(index, event)])
        count, before = count + 1, index
    return account, count


def _check_outputs(opened: Opened, account: Account) -> None:
    """Check that the outputs named are those that the entries withdraw, and all of these."""
    found = opened.archive.lines(layout.OUTPUTS)
    for number, output in enumerate(account.outputs(), 1):
        right, there = layout.line(output), next(found, None)
        if there != right:
            shown = (
                "the end" if there is None else there[: layout.SHOWN_BYTES].decode(errors="replace")
            )
            detail = f"line {number}: by the entries it is {right.decode()}; found is {shown}"
            raise DefectError(layout.OUTPUTS, detail)
    if next(found, None) is not None:
        raise DefectError(layout.OUTPUTS, "it names an output of which no entry is here")


def _deliveries(opened: Opened, account: Account) -> dict[str, Told]:
    deliveries: dict[str, Told] = {}
    told: set[tuple[str, str]] = set()
    for number, name, delivery in _lines(opened, layout.DELIVERIES, _read_delivery):
        if (delivery.platform_id, delivery.event_id) in told:
            detail = f"{delivery.platform_id} is told of {delivery.event_id} already"
            raise DefectError(layout.DELIVERIES, f"line {number}: {detail}")
        told.add((delivery.platform_id, delivery.event_id))
        try:
            account.check_delivery(delivery)
        except TakedownError as error:
            raise DefectError(layout.DELIVERIES, f"line {number}: {error}") from error
        deliveries[name] = delivery
    return deliveries


def _answers(
    opened: Opened, scope: Takedown, account: Account, deliveries: dict[str, Told]
) -> Counter[Outcome]:
    """Return how many deliveries ended how, having checked each signature."""
    signed: dict[str, list[tuple[int, Statement]]] = {}
    found: list[str] = []
    try:
        for _, ack_id, one in _lines(opened, layout.ACKNOWLEDGEMENTS, _read_signed):
            index = _verify(account, deliveries.get(one.statement.delivery_id), ack_id, one)
            signed.setdefault(one.statement.delivery_id, []).append((index, one.statement))
            found.append(ack_id)
        account.check_acknowledged(found)
        return Counter(
            takedown.last_outcome([statement for _, statement in sorted(said, key=_index)])
            for said in signed.values()
        )
    except TakedownError as error:
        raise _defect(opened, scope, layout.ACKNOWLEDGEMENTS, error) from error


def _verify(account: Account, delivery: Told | None, ack_id: str, one: "_Signed") -> int:
    """Check what a platform signed, and return the index of its entry."""
    if delivery is None:
        raise TakedownError(f"{ack_id} is of {one.statement.delivery_id}, which is not here")
    placed, text = account.check_acknowledgement(ack_id, one.statement, delivery)
    try:
        key = webhook.parse_public_key(text)
    except RightsError as error:
        detail = f"the log has no key of {delivery.platform_id} that can be read: {error.detail}"
        raise TakedownError(detail, placed.index) from error
    if not statements.is_signed(one.statement.encode(), one.signature, key):
        detail = f"{ack_id} is not signed by {delivery.platform_id}, whose key the log has"
        raise TakedownError(detail, placed.index)
    return placed.index


def _index(placed: tuple[int, Statement]) -> int:
    return placed[0]


@dataclass(frozen=True, slots=True)
class _Signed:
    """A statement, and a signature that may be the platform's."""

    statement: Statement
    signature: bytes


def _lines(
    opened: Opened, file: str, read: Callable[[bytes], tuple[str, T]]
) -> Iterator[tuple[int, str, T]]:
    """Yield number, id and meaning of each line, which are in the order of the ids, each once."""
    before = ""
    for number, line in enumerate(opened.archive.lines(file), 1):
        try:
            name, value = read(line)
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise DefectError(file, f"line {number} is not well formed: {error}") from error
        if name <= before:
            raise DefectError(file, f"line {number}: {name} stands after {before}")
        yield number, name, value
        before = name


def _read_delivery(line: bytes) -> tuple[str, Told]:
    says = json.loads(line)
    made = Told(
        id=str(says["id"]),
        platform_id=str(says["platform_id"]),
        event_id=str(says["event_id"]),
        generation_id=str(says["generation_id"]),
        attempts=int(says["attempts"]),
        first_attempt_at=_read_at(says["first_attempt_at"]),
        sent_at=_read_at(says["sent_at"]),
    )
    if layout.delivery(made) != line or made.attempts < 0:
        raise ValueError("it is not a delivery in its one form")
    return made.id, made


def _read_signed(line: bytes) -> tuple[str, _Signed]:
    says = json.loads(line)
    statement = str(says["statement"]).encode()
    ack_id, signature = str(says["id"]), base64.b64decode(str(says["signature"]), validate=True)
    if layout.acknowledgement(ack_id, statement, signature) != line:
        raise ValueError("it is not an acknowledgement in its one form")
    return ack_id, _Signed(acknowledgement.read(statement), signature)


def _read_at(text: object) -> datetime | None:
    return None if text is None else events.read_at(str(text))


def _defect(opened: Opened, scope: Takedown, file: str, error: TakedownError) -> DefectError:
    event = None if error.index is None else opened.event_id(error.index, scope)
    return DefectError(file, str(error), entry=error.index, event=event)
