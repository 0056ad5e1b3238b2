"""Proofs of takedowns without a daemon: the log of one made-up takedown, and what is beside it."""

import contextlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rightsd.domain import acknowledgement, events, webhook
from rightsd.domain.acknowledgement import Outcome, Refusal, Statement
from rightsd.domain.events import Event
from rightsd.domain.takedown import Account, TakedownError, Told
from rightsd.workflows.exports import layout
from rightsd.workflows.exports.scopes import Takedown
from tests import bundles
from tests.bundles import BEGAN, SIGNER, Log, Members

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3)]


def name(prefix: str, number: int) -> str:
    return f"{prefix}_{number:032x}"


CONSENT, OPTOUT = name("con", 1), name("opt", 1)
FIRST, SECOND, OTHER = (name("gen", number) for number in (1, 2, 3))
FLIX, TUBE = name("plt", 1), name("plt", 2)


@dataclass(frozen=True, slots=True)
class Signed:
    """An acknowledgement as a proof holds it."""

    id: str
    statement: Statement
    signature: bytes


class Made:
    """What happened, in order, a second apart, and what is said beside the log."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.told: list[Told] = []
        self.signed: list[Signed] = []

    def happen(self, kind: str, subject: str, **data: object) -> Event:
        number = len(self.events)
        at = BEGAN + timedelta(seconds=number)
        self.events.append(Event(kind, subject, at, data, name("evt", number)))
        return self.events[-1]

    def publish(self, generation_id: str) -> None:
        self.happen("generation.requested", generation_id, consents=[CONSENT])
        self.happen("generation.published", generation_id, sha256=generation_id[4:] * 2)

    def register(self, platform_id: str, key: Ed25519PrivateKey | None) -> None:
        written = key and webhook.write_public_key(key.public_key().public_bytes_raw())
        self.happen("platform.registered", platform_id, acknowledgement_key=written)

    def change(self, platform_id: str, key: Ed25519PrivateKey) -> None:
        written = webhook.write_public_key(key.public_key().public_bytes_raw())
        self.happen("platform.changed", platform_id, acknowledgement_key=written)

    def tell(self, platform_id: str, withdrawal: Event, *, taken: bool = True) -> Told:
        first = withdrawal.at + timedelta(seconds=1)
        made = Told(
            id=name("dlv", len(self.told) + 1),
            platform_id=platform_id,
            event_id=withdrawal.id,
            generation_id=withdrawal.subject,
            attempts=1,
            first_attempt_at=first,
            sent_at=first if taken else None,
        )
        self.told.append(made)
        return made

    def answer(
        self,
        told: Told,
        outcome: Outcome,
        key: Ed25519PrivateKey,
        refusal: Refusal | None = None,
        **change: object,
    ) -> Signed:
        at = events.written(BEGAN + timedelta(seconds=len(self.events)))
        statement = Statement(
            told.id, told.event_id, told.generation_id, told.platform_id, outcome, refusal, at
        )
        statement = replace(statement, **change)
        made = Signed(name("ack", len(self.signed) + 1), statement, key.sign(statement.encode()))
        self.signed.append(made)
        received = BEGAN + timedelta(seconds=len(self.events))
        event = acknowledgement.event_of(made.id, statement, received)
        self.events.append(replace(event, id=name("evt", len(self.events))))
        return made


def revoked() -> Made:
    """Return how two outputs of a revoked consent were withdrawn, and two platforms told."""
    made = Made()
    made.register(FLIX, KEYS[0])
    made.register(TUBE, KEYS[1])
    made.happen("consent.granted", CONSENT)
    for generation_id in (FIRST, SECOND, OTHER):
        made.publish(generation_id)
    made.happen("copy.noted", name("cpy", 1), platform_id=FLIX, generation_id=FIRST, url="0" * 64)
    made.happen("consent.revoked", CONSENT)
    gone = [
        made.happen("generation.withdrawn", generation_id, because_of=CONSENT)
        for generation_id in (FIRST, SECOND)
    ]
    made.happen("generation.withdrawn", OTHER, because_of=OPTOUT)
    told = [made.tell(platform, one) for platform in (FLIX, TUBE) for one in gone]
    made.answer(told[0], Outcome.RECEIVED, KEYS[0])
    made.change(FLIX, KEYS[2])
    made.answer(told[0], Outcome.REMOVED, KEYS[2])
    made.happen("copy.removed", name("cpy", 1), acknowledgement_id=name("ack", 2))
    made.answer(told[2], Outcome.REFUSED, KEYS[1], Refusal.LICENSED)
    return made


@cache
def proof(make: Callable[[], Made] = revoked, platform: str | None = None) -> Members:
    """Return the members of the proof of a takedown, without the sums."""
    return members(make(), Takedown(CONSENT, platform))


def members(made: Made, scope: Takedown, *, about: Iterable[str] | None = None) -> Members:
    """Return the members of a proof of what was made; `about` says which things it is about."""
    told = [one for one in made.told if scope.platform in {None, one.platform_id}]
    ids = {one.id for one in told}
    signed = [one for one in made.signed if one.statement.delivery_id in ids]
    subjects = set(about or ()) or {
        scope.cause,
        *(one.generation_id for one in told),
        *(one.platform_id for one in told),
        *(one.id for one in signed),
        *({name("cpy", 1)} if any(one.platform_id == FLIX for one in told) else ()),
    }
    account = Account(scope.cause)
    with Log(made.events) as log:
        indexes = [at for at, event in enumerate(made.events) if event.subject in subjects]
        for index in indexes:
            with contextlib.suppress(TakedownError):  # The verifier is to find it.
                account.take(index, made.events[index])
        opening = bundles.opening(log, scope.said(), layout.policy_of([SIGNER.vkey], None))
        return {name: file.read() for name, file in opening} | {
            layout.ENTRIES: bundles.joined(log.proved(index) for index in indexes),
            layout.OUTPUTS: bundles.joined(map(layout.line, account.outputs())),
            layout.DELIVERIES: bundles.joined(map(layout.delivery, told)),
            layout.ACKNOWLEDGEMENTS: bundles.joined(
                layout.acknowledgement(one.id, one.statement.encode(), one.signature)
                for one in signed
            ),
        }


def edited(parts: Members, file: str, number: int, **change: object) -> Members:
    """Return members in which one line of a file says something else."""
    lines = parts[file].splitlines()
    lines[number] = layout.line(json.loads(lines[number]) | change)
    return parts | {file: bundles.joined(lines)}


def without(parts: Members, file: str, number: int) -> Members:
    """Return members in which one line of a file is missing."""
    lines = parts[file].splitlines()
    del lines[number]
    return parts | {file: bundles.joined(lines)}
