"""Clips by the thousand, as so many requests would leave them: one is asked for, others are alike.

There are no files behind them.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from rightsd.db import generations, reliances
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, Output, State
from rightsd.domain.principal import Principal
from rightsd.workflows.generations import requests
from tests import people


def requested(tx: Tx, creator: Principal, prompt: str, cameos: Sequence[str], count: int) -> None:
    """Ask for so many clips: each has its row, and its event, which sets off its making."""
    wanted = people.wanted(prompt, cameos=tuple(cameos))
    first = requests.request(tx, creator, wanted=wanted)
    assert first.state is State.REQUESTED
    facts = first.decision.facts() | {"account_id": creator.account_id, "request": "0" * 64}
    others = [_like(first) for _ in range(count - 1)]
    for one in others:
        generations.insert(tx, one)
        reliances.insert(tx, one.id, one.decision)
    tx.record_all([Event("generation.requested", one.id, tx.now, facts) for one in others])


def published(
    tx: Tx, creator: Principal, prompt: str, cameos: Sequence[str], count: int
) -> list[str]:
    """Publish so many clips; return their ids."""
    wanted = people.wanted(prompt, cameos=tuple(cameos))
    first = requests.request(tx, creator, wanted=wanted)
    made = [first, *(_like(first) for _ in range(count - 1))]
    for one in made[1:]:
        generations.insert(tx, one)
        reliances.insert(tx, one.id, one.decision)
    events = [Event("generation.published", one.id, tx.now, {}, ids.new("evt")) for one in made]
    out = [
        replace(one, state=State.PUBLISHED, ended_at=tx.now, output=_output(one, event))
        for one, event in zip(made, events, strict=True)
    ]
    generations.update_all(tx, out)
    tx.record_all(events)
    return [one.id for one in out]


def _like(first: Generation) -> Generation:
    return replace(first, id=ids.new("gen"), watermark_id=secrets.randbits(requests.WATERMARK_BITS))


def _output(one: Generation, event: Event) -> Output:
    return Output("0" * 64, 1, f"urn:c2pa:{one.id}", event.id)
