"""Platforms of a daemon, and things that happen which they are told of."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from rightsd.adapters.http import Guard
from rightsd.db import deliveries as rows
from rightsd.db import generations
from rightsd.db.tx import Tx
from rightsd.domain import generation as generation_domain
from rightsd.domain.delivery import Delivery
from rightsd.domain.events import Event
from rightsd.domain.generation import State
from rightsd.domain.platform import Integration
from rightsd.domain.principal import Principal, Role
from rightsd.domain.webhook import TYPES, Scheme, write_secret
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, deliveries, platforms
from rightsd.workflows.deliveries import Calls
from rightsd.workflows.platforms import View
from tests import people
from tests.fakes.platform import Receiver
from tests.rightsd.witnesses import Clock

LOCAL = Guard(allow_private=True)
PLATFORM = Principal("acc_platform", Role.PLATFORM)
SOON = 0.3  # Seconds that an attempt may take here, where one hangs.
ALL_MAX = 10_000


def integration(url: str = "https://clips.example/hook", **said: object) -> Integration:
    values = {
        "name": "Clips",
        "url": url,
        "contact": "desk@clips.example",
        "types": tuple(TYPES),
        "schemes": (Scheme.HMAC,),
        "capabilities": (),
        "acknowledge_hours": 1,
        "remove_hours": 24,
        "acknowledgement_key": None,
    }
    return Integration(**(values | said))


def registered(rt: Runtime, receiver: Receiver, **said: object) -> tuple[Principal, View]:
    """Register a platform whose receiver trusts what it was shown."""
    with rt.transaction() as tx:
        actor = people.account(tx, Role.PLATFORM)
        view = platforms.register(tx, actor, integration(**({"url": receiver.url} | said)))
    trust(rt, receiver, view)
    return actor, view


def trust(rt: Runtime, receiver: Receiver, view: View) -> None:
    signing = view.platform.secrets
    key = rt.webhook_keys.public_key(view.platform.id, signing.key_number)
    receiver.trust([write_secret(signing.secret)], [key])


def local(rt: Runtime, clock: Clock | None = None) -> Runtime:
    """A daemon that sends to loopback."""
    return replace(rt, webhook_guard=LOCAL, clock=clock or rt.clock)


@contextlib.contextmanager
def sending(seconds_max: float = 5.0) -> Iterator[Calls]:
    calls = Calls(chance=lambda: 0.0, seconds_max=seconds_max)
    yield calls
    calls.close()


def published(rt: Runtime, count: int) -> list[str]:
    """Return ids of outputs that are out."""
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        return [people.published(tx, creator).id for _ in range(count)]


def withdraw(rt: Runtime, *generation_ids: str, because_of: str = "con_1") -> None:
    with rt.transaction() as tx:
        for generation_id in generation_ids:
            people.withdrawn(tx, generation_id, {"because_of": because_of})


def restore(rt: Runtime, *generation_ids: str) -> None:
    with rt.transaction() as tx:
        for generation_id in generation_ids:
            found = generations.lock(tx, generation_id)
            assert found is not None
            event = Event("generation.restored", generation_id, tx.now, {"because_of": "rvk_1"})
            back = generation_domain.evolve(found, event, output=found.output)
            assert back.state is State.PUBLISHED
            generations.update(tx, back)
            tx.record(event)


def fan_out(rt: Runtime) -> int:
    """Sequence what was committed, and make deliveries of it; return how many."""
    while checkpoints.sequence(rt):
        pass
    return deliveries.fan_out(rt)


def tell(rt: Runtime, calls: Calls) -> None:
    """Do what a worker does: sequence, make deliveries, and send what is due now."""
    fan_out(rt)
    deliveries.tell_missed(rt)
    deliveries.send(rt, calls)


def all_of(tx: Tx, view: View) -> list[Delivery]:
    return rows.page(tx, view.platform.id, after=-1, limit=ALL_MAX)


def states(rt: Runtime, view: View) -> list[str]:
    with rt.transaction() as tx:
        return [one.state.value for one in all_of(tx, view)]


def turn(clock: Clock, **by: float) -> None:
    clock.ahead += timedelta(**by)
