"""Review: a question that rules cannot answer, and what reviewers found.

Who holds a review has a lease on it; that is no state, since it ends by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from rightsd.domain import rulebook
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.policy import Decision, Outcome
from rightsd.domain.rulebook import Reason

LEASE = timedelta(minutes=30)  # Long enough to read, short enough to be forgotten.
# Six months at least: Regulation (EU) 2022/2065, Article 20(1).
APPEAL_DAYS = 184


class Kind(StrEnum):
    """What is asked."""

    USE = "use"  # Whether a request that rules doubt may be carried out.
    OUTPUT = "output"  # Whether a published output shows an opted-out work, or someone, as it may.
    CLAIM = "claim"  # Whether a work is the claimant's, as the documents or the waiting names say.
    CONFLICT = "conflict"  # Which of two claimants a name belongs to.
    FLOOD = "flood"  # Whether what is to stay down is right, since it suddenly matches too much.
    LIKENESS = "likeness"  # Whether an output that was withdrawn as someone's likeness is one.
    SAMPLE = "sample"  # What the gate should have said, asked without saying what it did say.


class State(StrEnum):
    """Where a review stands."""

    OPENED = "opened"
    DECIDED = "decided"
    APPEALED = "appealed"
    OVERTURNED = "overturned"
    AFFIRMED = "affirmed"
    LAPSED = "lapsed"  # Nobody answered in time, or there was nothing left to decide.


class Finding(StrEnum):
    """What a reviewer found. Of two claimants it is the first or the second."""

    ALLOW = "allow"
    REFUSE = "refuse"
    FIRST = "first"
    SECOND = "second"


class Right(StrEnum):
    """What a request is against, if it is to be refused."""

    LIKENESS = "likeness"
    WORK = "work"
    SAFETY = "safety"


MACHINE: Machine[State] = Machine(
    {
        (None, "review.opened"): State.OPENED,
        (State.OPENED, "review.decided"): State.DECIDED,
        (State.OPENED, "review.lapsed"): State.LAPSED,
        # It goes on, or asks about something else by now: nothing follows from this.
        (State.OPENED, "review.dropped"): State.LAPSED,
        (State.DECIDED, "review.appealed"): State.APPEALED,
        (State.APPEALED, "review.overturned"): State.OVERTURNED,
        (State.APPEALED, "review.affirmed"): State.AFFIRMED,
    }
)
WAITING = frozenset({State.OPENED, State.APPEALED})
FINDINGS: Mapping[Kind, tuple[Finding, ...]] = {
    Kind.USE: (Finding.ALLOW, Finding.REFUSE),
    Kind.OUTPUT: (Finding.ALLOW, Finding.REFUSE),
    Kind.CLAIM: (Finding.ALLOW, Finding.REFUSE),
    Kind.CONFLICT: (Finding.FIRST, Finding.SECOND),
    Kind.FLOOD: (Finding.ALLOW, Finding.REFUSE),
    Kind.LIKENESS: (Finding.ALLOW, Finding.REFUSE),
    Kind.SAMPLE: (Finding.ALLOW, Finding.REFUSE),
}
# Within so many days each should be answered. A use that is not is refused, a sample forgotten;
# the others wait on, with what holds meanwhile, and are shown as late.
DAYS: Mapping[Kind, int] = {
    Kind.USE: 3,
    Kind.OUTPUT: 3,
    Kind.FLOOD: 1,
    Kind.CLAIM: 7,
    Kind.CONFLICT: 7,
    Kind.LIKENESS: 3,
    Kind.SAMPLE: 30,
}
LAPSING = frozenset({Kind.USE, Kind.SAMPLE})
APPEAL_ANSWER_DAYS = 14


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one reviewer found.

    Attributes:
        right: What it is against; only of a sample that should be refused.
        reason: In the reviewer's words; empty once whom it is about was erased.
    """

    reviewer_id: str
    at: datetime
    finding: Finding
    right: Right | None
    reason: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What a review begins with.

    Attributes:
        things: Ids of what it is about: a generation, a work, the works of two claimants, or an
            output and the likeness that it was withdrawn for.
        parties: The accounts whom it can go against; of a conflict the first claimant, then the
            second. They see it, and decide none of it.
        about: Ids of all whom the evidence is about: it is sealed under their keys.
        evidence: What a reviewer needs to see, as JSON can write it.
        rules: What a use waits for, as "rule@version".
        names: What a claim or conflict is about, folded.
    """

    kind: Kind
    things: tuple[str, ...]
    parties: tuple[str, ...]
    about: tuple[str, ...]
    evidence: Mapping[str, Any]
    rules: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """One review, as it stands now.

    Attributes:
        evidence: None once someone whom it is about was erased.
        due_at: When it should be answered.
        held_by: Who has it, until `held_until`; after that nobody.
        first: What the first reviewer found.
        objection: Why it was appealed.
        last: What another reviewer found then.
    """

    id: str
    kind: Kind
    things: tuple[str, ...]
    parties: tuple[str, ...]
    about: tuple[str, ...]
    evidence: Mapping[str, Any] | None
    rules: tuple[str, ...]
    names: tuple[str, ...]
    state: State
    opened_at: datetime
    due_at: datetime
    held_by: str | None = None
    held_until: datetime | None = None
    first: Ruling | None = None
    appealed_at: datetime | None = None
    objection: str | None = None
    last: Ruling | None = None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The doubts that are in the evidence of a use or an output."""
        written = () if self.evidence is None else self.evidence.get("reasons", ())
        return tuple(Reason(**each) for each in written)

    @property
    def finding(self) -> Finding | None:
        """What holds."""
        ruling = self.last or self.first
        return ruling and ruling.finding

    def holder(self, now: datetime) -> str | None:
        """Return who has it."""
        return self.held_by if self.held_until is not None and now < self.held_until else None

    def against(self) -> str | None:
        """Return the account that what was found first goes against."""
        if self.first is None or self.kind is Kind.SAMPLE:
            return None
        losing = {Finding.REFUSE: 0, Finding.SECOND: 0, Finding.FIRST: 1}.get(self.first.finding)
        return None if losing is None else self.parties[losing]

    def appealable_until(self) -> datetime | None:
        """Return until when it can be appealed."""
        return self.first and self.first.at + timedelta(days=APPEAL_DAYS)


def opened(opening: Opening, event: Event) -> Review:
    """Return a review that begins."""
    return Review(
        id=event.subject,
        kind=opening.kind,
        things=opening.things,
        parties=opening.parties,
        about=opening.about,
        evidence=opening.evidence,
        rules=opening.rules,
        names=opening.names,
        state=MACHINE.next(None, event.kind),
        opened_at=event.at,
        due_at=event.at + timedelta(days=DAYS[opening.kind]),
    )


def evolve(review: Review, event: Event, *, words: str = "") -> Review:
    """Return the review after an event.

    Args:
        review: As it was.
        event: What happens.
        words: Those of the reviewer who decides, or of who appeals.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    assert review.id == event.subject
    turned = replace(
        review, state=MACHINE.next(review.state, event.kind), held_by=None, held_until=None
    )
    match turned.state:
        case State.DECIDED:
            return replace(turned, first=_ruling(event, words))
        case State.APPEALED:
            due_at = event.at + timedelta(days=APPEAL_ANSWER_DAYS)
            return replace(turned, appealed_at=event.at, objection=words, due_at=due_at)
        case State.OVERTURNED | State.AFFIRMED:
            return replace(turned, last=_ruling(event, words))
        case _:
            return turned


def refusal(review: Review) -> Decision:
    """Return the refusal of a use that a reviewer's finding is, or that nobody decided in time."""
    rule = rulebook.REVIEW_REFUSED
    detail = f"a reviewer found that {', '.join(review.rules)} speaks against it"
    if review.state is State.LAPSED:
        rule = rulebook.REVIEW_UNANSWERED
        detail = f"it waited for a reviewer for {DAYS[review.kind]} days"
    reason = rulebook.reason(rule, detail, {"review_id": review.id})
    return Decision(Outcome.REFUSE, rulebook.VERSION, (reason,), ())


def withdrawal(review: Review) -> str:
    """Return why an output was withdrawn that a reviewer found to show what it may show."""
    what = "a work that has been opted out"
    if rulebook.OUTPUT_RESEMBLES.key not in review.rules:
        what = "someone who is not cast"
    return f"a reviewer found that it shows {what} ({review.id})"


def facts(opening: Opening) -> dict[str, str | list[str]]:
    """Return what the ledger says of a review that begins.

    It does not say which request a sample is about: whoever answers would look up what became of
    it.
    """
    if opening.kind is Kind.SAMPLE:
        return {"kind": opening.kind.value}
    return {
        "kind": opening.kind.value,
        "things": list(opening.things),
        "rules": sorted(opening.rules),
    }


def _ruling(event: Event, words: str) -> Ruling:
    right = event.data.get("right")
    return Ruling(
        reviewer_id=str(event.data["reviewer_id"]),
        at=event.at,
        finding=Finding(str(event.data["finding"])),
        right=None if right is None else Right(str(right)),
        reason=words,
    )
