"""The steps of a notice as its claimant follows them: behind them, now, and ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.domain.notice import COMPLETE_DAYS, Notice, State
from rightsd.domain.statement_of_reasons import Outcome, Statement


class Kind(StrEnum):
    """What a step is."""

    RECEIVED = "received"
    COMPLETION = "completion"  # Something is missing.
    COMPLETED = "completed"
    DECISION = "decision"
    DISABLED = "disabled"  # The clip is taken down.
    LEFT = "left"  # It stays as it was.
    RESTORED = "restored"
    COUNTERED = "countered"
    RESTORE = "restore"  # It is put back, unless the claimant goes to court.
    COURT = "court"
    APPEALED = "appealed"
    ANSWER = "answer"  # To the appeal.
    RETRACTED = "retracted"
    CLOSE = "close"
    CLOSED = "closed"


class Phase(StrEnum):
    """Whether a step is done."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        at: When it was done, or is due; None: that is not known.
        reason: Of a decision, in the words of whoever made it.
    """

    kind: Kind
    phase: Phase
    at: datetime | None
    reason: str = ""


_DECIDED = {
    Outcome.DISABLED: Kind.DISABLED,
    Outcome.LEFT: Kind.LEFT,
    Outcome.RESTORED: Kind.RESTORED,
}
_NOW = {
    State.RECEIVED: Kind.DECISION,
    State.DEFICIENT: Kind.COMPLETION,
    State.COUNTERED: Kind.RESTORE,
    State.KEPT: Kind.COURT,
    State.APPEALED: Kind.ANSWER,
}


def of(notice: Notice, statements: Sequence[Statement]) -> list[Step]:
    """Return the steps of a notice, in their order.

    Args:
        notice: The notice.
        statements: All decisions on it.
    """
    done = [Step(Kind.RECEIVED, Phase.DONE, notice.received_at)]
    if notice.whole_at is not None and notice.whole_at > notice.received_at:
        done.append(Step(Kind.COMPLETED, Phase.DONE, notice.whole_at))
    done += [
        Step(_DECIDED[each.outcome], Phase.DONE, each.decided_at, each.reason)
        for each in statements
    ]
    if notice.countered_at is not None:
        done.append(Step(Kind.COUNTERED, Phase.DONE, notice.countered_at))
    if notice.appealed_at is not None:
        done.append(Step(Kind.APPEALED, Phase.DONE, notice.appealed_at))
    if notice.state is State.RETRACTED:
        done.append(Step(Kind.RETRACTED, Phase.DONE, notice.decided_at))
    done.sort(key=lambda step: step.at or notice.received_at)
    if notice.state is State.CLOSED:
        return [*done, Step(Kind.CLOSED, Phase.DONE, None)]
    kind = _NOW.get(notice.state)
    if kind is None:  # Decided: it can be appealed until it is closed.
        return [*done, Step(Kind.CLOSE, Phase.AHEAD, next_at(notice))]
    ahead = [Step(Kind.DECISION, Phase.AHEAD, None)] if kind is Kind.COMPLETION else []
    ahead.append(Step(Kind.CLOSE, Phase.AHEAD, None))
    return [*done, Step(kind, Phase.NOW, next_at(notice)), *ahead]


def next_at(notice: Notice) -> datetime | None:
    """Return when something happens to a notice, or is due, next; None: nothing has a day."""
    match notice.state:
        case State.DEFICIENT:
            return notice.received_at + timedelta(days=COMPLETE_DAYS)
        case State.COUNTERED:
            return notice.restore_at
        case State.RECEIVED | State.APPEALED:
            return notice.due_at
        case State.KEPT | State.CLOSED:
            return None
        case _:
            return notice.appealable_until()
