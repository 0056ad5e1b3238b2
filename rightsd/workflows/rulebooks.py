"""Trying a rulebook out: beside the live one, and over past requests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rightsd.db import allowances, backtests, generations, shadows
from rightsd.db.shadows import Count
from rightsd.db.tx import Tx
from rightsd.domain import backtest as domain
from rightsd.domain import policy, rulebook
from rightsd.domain.backtest import Judged
from rightsd.domain.generation import Generation
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.rulebook import Book
from rightsd.runtime import Runtime

COUNTS_MAX = 200
PAGE = 200
REQUESTS_MAX = 1_000_000  # Of one backtest.

# Is told how many requests are done, and of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A past request, as the live rulebook and a candidate judge its words.

    Attributes:
        recorded: What the newest decision on record says; it may rest on an older rulebook.
        live: What the live one says now; None for both when the words were erased.
    """

    generation_id: str
    requested_at: datetime
    recorded: Outcome
    live: Judged | None
    candidate: Judged | None

    @property
    def flips(self) -> bool:
        """Whether the candidate would decide otherwise than the live rulebook."""
        if self.live is None or self.candidate is None:
            return False
        return self.live.outcome is not self.candidate.outcome


def shadow_counts(tx: Tx, actor: Principal) -> list[Count]:
    """Return how often rulebooks that are tried out agreed with what was decided, and not."""
    actor.require(Role.REVIEWER, Role.ADMIN)
    return shadows.counts(tx, limit=COUNTS_MAX)


def backtest(
    rt: Runtime,
    candidate: Book,
    *,
    since: datetime | None,
    limit: int,
    progress: Progress,
) -> Iterator[Replayed]:
    """Yield past requests as a candidate would judge them, the newest first; change nothing.

    Only words are judged again, under the bank as it is now: see `domain.backtest`.
    """
    limit = min(limit, REQUESTS_MAX)
    with rt.transaction() as tx:
        total = backtests.count_requests(tx, since=since, most=limit)
    before: tuple[datetime, str] | None = None
    done = 0
    progress(done, total)
    while done < limit:
        with rt.transaction() as tx:
            size = min(PAGE, limit - done)
            page = backtests.newest_requests(tx, since=since, before=before, limit=size)
            asked = generations.with_ids(tx, [generation_id for _, generation_id in page])
            replayed = [_replay(tx, generation, candidate) for generation in asked]
        if not page:
            return
        yield from replayed
        before, done = page[-1], done + len(page)
        progress(done, total)


def _replay(tx: Tx, generation: Generation, candidate: Book) -> Replayed:
    decision, wanted = generation.decision, generation.wanted
    live = judged = None
    if wanted.salt:  # Without it the words were erased.
        wish = policy.wish_of(generation.account_id, wanted.prompt, wanted.cameos, wanted.use)
        banked = allowances.banked(tx, domain.touched(wish, rulebook.CURRENT, candidate))
        live = domain.judge(wish, decision, book=rulebook.CURRENT, banked=banked)
        judged = domain.judge(wish, decision, book=candidate, banked=banked)
    return Replayed(generation.id, generation.requested_at, decision.outcome, live, judged)
