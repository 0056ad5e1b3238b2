"""Metering: what a release uses of licences, counted in the release's own transaction."""

from rightsd.db import licences, usages
from rightsd.db.tx import Tx
from rightsd.domain import licence as domain
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation
from rightsd.domain.licence import Licence
from rightsd.domain.policy import Decision


def meter(tx: Tx, generation: Generation, decision: Decision) -> None:
    """Note a use of every licence that a release rests on; end those that are used up by it.

    The decision holds the licences and the quotas, so that nobody counts or ends them meanwhile.
    """
    seconds = generation.wanted.seconds
    for licence in licences.hold(tx, decision.licences):
        amount = licence.offer.price.of_clip(seconds)
        if usages.insert(tx, licence.id, generation.id, seconds=seconds, amount=amount):
            _end_if_used_up(tx, licence, generation.id)


def _end_if_used_up(tx: Tx, licence: Licence, generation_id: str) -> None:
    most = licence.offer.terms.quota_total
    if most is not None and usages.count(tx, licence.id) >= most:
        event = Event("licence.exhausted", licence.id, tx.now, {"generation_id": generation_id})
        licences.update_state(tx, domain.evolve(licence, event))
        tx.record(event)
