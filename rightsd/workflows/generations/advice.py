"""What a wish costs, and what would be permitted instead of one that was refused."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rightsd.db import offers
from rightsd.db.request_references import RequestReference
from rightsd.db.tx import Tx
from rightsd.domain import alternatives, policy
from rightsd.domain.alternatives import Cost, Proposal
from rightsd.domain.offer import Offer
from rightsd.domain.policy import Decision, Facts, Outcome, Wish
from rightsd.workflows.generations import deciding, references, stops

SHOWN_MAX = 5
TRIES_MAX = 16  # Proposals that are put to the gate for one refusal.
ROUNDS_MAX = 3  # What is left out may stand in a prompt more than once.
SECONDS_MAX = 0.5
OFFERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Alternative:
    """A wish near the one that was refused, and what the gate says to it: it permits it.

    Attributes:
        outcome: Allowed, or held until the people in it have approved.
        costs: What it costs; those without a licence have offers that must be accepted first.
    """

    wish: Wish
    leave_out: tuple[str, ...]
    outcome: Outcome
    costs: tuple[Cost, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What there is to say about a decision.

    Attributes:
        costs: What the clip costs; nothing, when it is refused.
        alternatives: When it is refused, the least change first.
    """

    costs: tuple[Cost, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


def on(
    tx: Tx,
    wish: Wish,
    decision: Decision,
    *,
    seconds: int,
    of: str | None = None,
    sent_ids: Sequence[str] = (),
) -> Advice:
    """Return what there is to say about a decision that was just made.

    Args:
        tx: The transaction.
        wish: What was decided on.
        decision: The decision.
        seconds: Length of the clip.
        of: The generation that wants it, if there is one yet.
        sent_ids: References that come with it, if there is none.
    """
    if decision.outcome is not Outcome.REFUSE and not decision.licences:
        return Advice()
    sent = references.take(tx, wish.creator_id, sent_ids) if sent_ids else []
    facts = deciding.facts_about(tx, wish, of=of, sent=sent)
    if decision.outcome is not Outcome.REFUSE:
        return Advice(costs=alternatives.costs(decision, facts, seconds=seconds))
    search = _Search(tx, seconds, of, sent)
    search.try_all(wish, facts, decision, ())
    return Advice(alternatives=tuple(sorted(search.found, key=lambda each: len(each.leave_out))))


class _Search:
    """Puts proposals to the gate until enough are permitted, or it took too long."""

    def __init__(
        self, tx: Tx, seconds: int, of: str | None, sent: Sequence[RequestReference]
    ) -> None:
        self._tx = tx
        self._seconds = seconds
        self._of = of
        self._sent = sent
        self._tries = 0
        self._deadline = time.monotonic() + SECONDS_MAX
        self._seen: set[Wish] = set()
        self.found: list[Alternative] = []

    def try_all(
        self,
        wish: Wish,
        facts: Facts,
        decision: Decision,
        leave_out: Sequence[str],
        rounds: int = 1,
    ) -> None:
        """Try what a refusal suggests: offers and other uses, then leaving things out."""
        open_now = self._offers(wish, facts)
        for proposal in alternatives.proposals(wish, facts, decision, open_now, self._tx.now):
            refusal = self._try(proposal, facts, leave_out)
            if refusal is not None and proposal.offers:
                self._try_without(proposal, facts, refusal, leave_out)
        for proposal in alternatives.without(wish, facts, decision, open_now, self._tx.now):
            left_out = (*leave_out, *proposal.leave_out)
            if self._is_over() or proposal.wish in self._seen:
                continue
            self._seen.add(proposal.wish)
            fewer = deciding.facts_about(self._tx, proposal.wish, of=self._of, sent=self._sent)
            refusal = self._try(proposal, fewer, leave_out)
            if refusal is not None and rounds < ROUNDS_MAX:
                self.try_all(proposal.wish, fewer, refusal, left_out, rounds + 1)

    def _try_without(
        self, proposal: Proposal, facts: Facts, refusal: Decision, leave_out: Sequence[str]
    ) -> None:
        """Try what is refused even with an offer accepted, without what that refusal cites."""
        now = self._tx.now
        accepted = alternatives.as_accepted(facts, proposal.offers, proposal.wish.creator_id, now)
        for fewer in alternatives.without(proposal.wish, accepted, refusal, (), now)[:1]:
            if not self._is_over():
                read = deciding.facts_about(self._tx, fewer.wish, of=self._of, sent=self._sent)
                self._try(replace(fewer, offers=proposal.offers), read, leave_out)

    def _try(self, proposal: Proposal, facts: Facts, leave_out: Sequence[str]) -> Decision | None:
        """Put a proposal to the gate, and keep it if it is permitted; return a refusal."""
        if self._is_over():
            return None
        self._tries += 1
        wish, now = proposal.wish, self._tx.now
        facts = alternatives.as_accepted(facts, proposal.offers, wish.creator_id, now)
        decision = policy.decide(wish, facts, now)
        if decision.outcome is Outcome.REFUSE:
            return decision
        if any(offer.id not in decision.licences for offer in proposal.offers):
            return None  # It is permitted without them.
        costs = alternatives.costs(decision, facts, seconds=self._seconds)
        left_out = tuple(dict.fromkeys((*leave_out, *proposal.leave_out)))
        self.found.append(Alternative(wish, left_out, decision.outcome, costs))
        return None

    def _offers(self, wish: Wish, facts: Facts) -> list[Offer]:
        things = list(policy.things_in_the_way(wish, facts))
        if not things:
            return []
        found = offers.open_to(self._tx, wish.creator_id, thing_ids=things, limit=OFFERS_MAX)
        return stops.that_would_count(self._tx, wish, found, of=self._of)

    def _is_over(self) -> bool:
        return (
            len(self.found) >= SHOWN_MAX
            or self._tries >= TRIES_MAX
            or time.monotonic() > self._deadline
        )
