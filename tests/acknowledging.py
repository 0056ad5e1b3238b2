"""A platform that answers: what it was delivered, what it says of that, and its signature."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rightsd.db.tx import Tx
from rightsd.domain import events, ids, webhook
from rightsd.domain.acknowledgement import Outcome, Refusal, Statement
from rightsd.domain.principal import Principal, Role
from rightsd.runtime import Runtime
from rightsd.workflows import acknowledgements, platforms
from rightsd.workflows.acknowledgements import Taken
from rightsd.workflows.platforms import View
from tests import people, telling

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
WITHDRAWN, RESTORED = "generation.withdrawn", "generation.restored"


def public(key: Ed25519PrivateKey) -> str:
    return webhook.write_public_key(key.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform with a key, and an output that it was told of."""

    actor: Principal
    view: View
    key: Ed25519PrivateKey = KEY

    @property
    def id(self) -> str:
        return self.view.platform.id


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery."""

    id: str
    event_id: str
    generation_id: str
    platform_id: str
    event_at: datetime


def register(tx: Tx, key: Ed25519PrivateKey | None = KEY, **said: object) -> Platform:
    actor = people.account(tx, Role.PLATFORM)
    written = None if key is None else public(key)
    integration = telling.integration(**({"acknowledgement_key": written} | said))
    return Platform(actor, platforms.register(tx, actor, integration), key or KEY)


def tell(
    tx: Tx, platform: Platform, kind: str = WITHDRAWN, *, state: str = "sent", **ago: float
) -> Told:
    """Deliver what happened to an output some time ago, as a worker would."""
    output = people.published(tx, people.account(tx, Role.CREATOR))
    at = tx.now - timedelta(**ago)
    told = Told(ids.new("dlv"), ids.new("evt"), output.id, platform.id, at)
    deliver(tx, told, kind, state=state)
    return told


def deliver(
    tx: Tx, told: Told, kind: str = WITHDRAWN, *, state: str = "sent", position: int = 0
) -> None:
    taken = None if state in {"due", "dropped"} else told.event_at
    tx.conn.execute(
        """
        INSERT INTO rights.delivery
            (id, platform_id, position, event_id, kind, generation_id, because_of, event_at, state,
             attempts, first_attempt_at, sent_at, due_at)
        VALUES (%s, %s, %s, %s, %s, %s, 'con_1', %s, %s, 1, %s, %s, %s)
        """,
        (
            *(told.id, told.platform_id, position),
            *(told.event_id, kind, told.generation_id, told.event_at),
            *(state, told.event_at, taken, told.event_at if state == "due" else None),
        ),
    )


def statement(
    told: Told, outcome: Outcome, at: datetime, refusal: Refusal | None = None, /, **change: object
) -> Statement:
    said = Statement(
        delivery_id=told.id,
        event_id=told.event_id,
        generation_id=told.generation_id,
        platform_id=told.platform_id,
        outcome=outcome,
        refusal=refusal,
        at=events.written(at),
    )
    return replace(said, **change)


def answer(
    tx: Tx,
    platform: Platform,
    told: Told,
    outcome: Outcome = Outcome.REMOVED,
    refusal: Refusal | None = None,
    *,
    note: str | None = None,
    **change: object,
) -> Taken:
    """Have a platform answer now; `change` is what its statement says instead."""
    said = statement(told, outcome, tx.now, refusal, **change)
    signature = platform.key.sign(said.encode())
    return acknowledgements.take(tx, platform.actor, told.id, said, signature=signature, note=note)


def state_of(tx: Tx, told: Told) -> str:
    row = tx.conn.execute("SELECT state FROM rights.delivery WHERE id = %s", (told.id,)).fetchone()
    assert row is not None
    return row[0]


def deliveries_of(rt: Runtime, platform: Platform) -> list[Told]:
    """Return what a platform was told, in the order of the log."""
    with rt.transaction() as tx:
        return [
            Told(one.id, one.event_id, one.generation_id, platform.id, one.event_at)
            for one in telling.all_of(tx, platform.view)
        ]
