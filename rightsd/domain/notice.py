"""Notice: a request to take a published output down, and all that can follow from it.

Whether the takedown stands is no state: it is so in several, and each event says what becomes of
it. What must be said, and what is due when, is the law's: see `domain/regime.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.domain import clocks, regime
from rightsd.domain.clocks import Clock, SetBy, What
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.regime import Claim, Counter, Kind
from rightsd.errors import Code, RightsError

TEXT_LENGTH_MAX = 4000
SALT_BYTES = 32
NAME_LENGTH_MAX = 200
EMAIL_LENGTH_MAX = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets.
# Six months at least: Regulation (EU) 2022/2065, Article 20(1).
APPEAL_DAYS = 184
# No law says for how long a notice waits that cannot be acted on. A quarter is enough for someone
# who was away, and words about people are not kept for nothing: Regulation (EU) 2016/679, 5(1)(e).
COMPLETE_DAYS = 90
OTHERS_MAX = 20  # Who appeal one notice beside its two sides, whose own appeals they take not up.


class State(StrEnum):
    """Where a notice stands."""

    RECEIVED = "received"  # It waits for a decision.
    DEFICIENT = "deficient"  # Something is missing; it can be completed.
    UPHELD = "upheld"
    REJECTED = "rejected"
    RETRACTED = "retracted"
    COUNTERED = "countered"  # It goes back up, unless the claimant goes to court.
    KEPT = "kept"  # The claimant went to court.
    RESTORED = "restored"
    APPEALED = "appealed"
    AFFIRMED = "affirmed"  # On appeal the decision stays as it was.
    REVERSED = "reversed"  # On appeal it is turned around.
    CLOSED = "closed"  # Nobody can appeal any more, or it was never completed.


class Party(StrEnum):
    """Whose appeal it is."""

    CLAIMANT = "claimant"
    CREATOR = "creator"
    OTHER = "other"  # Someone else whom the decision affects.


MACHINE: Machine[State] = Machine(
    {
        (None, "notice.received"): State.RECEIVED,
        (State.RECEIVED, "notice.deficient"): State.DEFICIENT,
        (State.DEFICIENT, "notice.deficient"): State.DEFICIENT,  # Less is missing now.
        (State.DEFICIENT, "notice.completed"): State.RECEIVED,
        (State.RECEIVED, "notice.identified"): State.RECEIVED,
        (State.DEFICIENT, "notice.identified"): State.DEFICIENT,  # Whole now, it is completed too.
        (State.RECEIVED, "notice.upheld"): State.UPHELD,
        (State.RECEIVED, "notice.rejected"): State.REJECTED,
        (State.DEFICIENT, "notice.rejected"): State.REJECTED,
        (State.RECEIVED, "notice.retracted"): State.RETRACTED,
        (State.DEFICIENT, "notice.retracted"): State.RETRACTED,
        (State.UPHELD, "notice.retracted"): State.RETRACTED,
        (State.COUNTERED, "notice.retracted"): State.RETRACTED,
        (State.KEPT, "notice.retracted"): State.RETRACTED,
        (State.APPEALED, "notice.retracted"): State.RETRACTED,
        (State.AFFIRMED, "notice.retracted"): State.RETRACTED,
        (State.REVERSED, "notice.retracted"): State.RETRACTED,
        (State.UPHELD, "notice.countered"): State.COUNTERED,
        (State.AFFIRMED, "notice.countered"): State.COUNTERED,
        (State.REVERSED, "notice.countered"): State.COUNTERED,
        # 17 U.S.C. 512(g) sets no time for a counter-notice: appeals may be over when it comes.
        (State.CLOSED, "notice.countered"): State.COUNTERED,
        # The law's right waits for no appeal, which could only put back as well what is down.
        (State.APPEALED, "notice.countered"): State.COUNTERED,
        (State.COUNTERED, "notice.action_filed"): State.KEPT,
        (State.COUNTERED, "notice.restored"): State.RESTORED,
        (State.KEPT, "notice.restored"): State.RESTORED,  # The court did not keep it down.
        (State.UPHELD, "notice.appealed"): State.APPEALED,
        (State.REJECTED, "notice.appealed"): State.APPEALED,
        (State.AFFIRMED, "notice.appealed"): State.APPEALED,  # Each side once.
        (State.REVERSED, "notice.appealed"): State.APPEALED,
        (State.APPEALED, "notice.appealed"): State.APPEALED,  # Several are decided on together.
        (State.APPEALED, "notice.affirmed"): State.AFFIRMED,
        (State.APPEALED, "notice.reversed"): State.REVERSED,
        (State.UPHELD, "notice.closed"): State.CLOSED,
        (State.REJECTED, "notice.closed"): State.CLOSED,
        (State.RETRACTED, "notice.closed"): State.CLOSED,
        (State.RESTORED, "notice.closed"): State.CLOSED,
        (State.AFFIRMED, "notice.closed"): State.CLOSED,
        (State.REVERSED, "notice.closed"): State.CLOSED,
        (State.DEFICIENT, "notice.lapsed"): State.CLOSED,  # Nobody has completed it.
        (State.CLOSED, "notice.erased"): State.CLOSED,  # What people wrote in it is gone.
    }
)
WAITING = frozenset({State.RECEIVED, State.DEFICIENT, State.APPEALED})  # For a reviewer.
_STANDS: Mapping[str, bool] = {
    "notice.upheld": True,
    "notice.rejected": False,
    "notice.retracted": False,
    "notice.restored": False,
}


@dataclass(frozen=True, slots=True)
class Claimant:
    """How we know who gives notice.

    Attributes:
        account_id: Theirs, if they came with a key.
        flagger_id: The trust that an admin put in them, if one did.
        confirmed_at: When they followed the link in our mail.
    """

    account_id: str | None = None
    flagger_id: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. What people wrote is personal data and stays out of the ledger.

    Attributes:
        generation_id: The output it is against; None until a reviewer has identified it.
        stands: The output is down because of this notice.
        whole_at: Since when nothing has been missing in it.
        decided_at: When the last decision on it was made, or it ended in another way.
        reason: What was given as the reason of that.
        abusive: A reviewer found that it was manifestly unfounded.
        reviewers: Who has decided on it; whoever decides on an appeal is none of them.
        appealed_by: Who has appealed, in order.
        appellants: The accounts of those who are neither side, in order; none decides on it.
        appealed_at: When the first of the appeals came that are, or were, decided together.
        objections: Why, of each of these.
    """

    id: str
    generation_id: str | None
    claim: Claim
    claimant: Claimant
    state: State
    stands: bool
    received_at: datetime
    whole_at: datetime | None
    decided_at: datetime | None = None
    reason: str | None = None
    abusive: bool = False
    reviewers: tuple[str, ...] = ()
    counter: Counter | None = None
    countered_at: datetime | None = None
    appealed_by: tuple[Party, ...] = ()
    appealed_at: datetime | None = None
    appellants: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """On what ground."""
        return self.claim.kind

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks that run for it now, the shortest first."""
        match self.state:
            case State.RECEIVED | State.DEFICIENT:
                return regime.running(
                    What.ACT, self.claim, received_at=self.received_at, whole_at=self.whole_at
                )
            case State.APPEALED:
                at = self.appealed_at
                assert at is not None
                return regime.running(What.ANSWER, self.claim, received_at=at, whole_at=at)
            case State.COUNTERED:
                return (self._restore(),)
            case _:
                return ()

    @property
    def by_clock(self) -> bool:
        """Whether it was put back since the law's time was over; a reviewer gives a reason."""
        return self.state is State.RESTORED and self.reason is None

    @property
    def due_at(self) -> datetime | None:
        """When the shortest of its clocks runs out."""
        first = clocks.shortest(self.clocks)
        return first and first.due_at

    @property
    def restore_at(self) -> datetime | None:
        """From when on the output is put back, if it was countered."""
        return self._restore().not_before if self.state is State.COUNTERED else None

    def appealable_by(self) -> frozenset[Party]:
        """Return who can appeal what holds now, if the machine lets anyone.

        Others were heard once an appeal of theirs was decided: each decision takes another
        reviewer, and nobody is to use those up that the two sides may still need.
        """
        losing = Party.CREATOR if self.stands else Party.CLAIMANT
        heard = self.state is State.AFFIRMED and Party.OTHER in self.appealed_by
        full = self.appealed_by.count(Party.OTHER) >= OTHERS_MAX
        sides = frozenset({losing}) - set(self.appealed_by)
        return sides if heard or full else sides | {Party.OTHER}

    def appealable_until(self) -> datetime | None:
        """Return until when an appeal can be made."""
        return self.decided_at and self.decided_at + timedelta(days=APPEAL_DAYS)

    def _restore(self) -> Clock:
        assert self.countered_at is not None
        window = regime.putback(self.kind, self.countered_at)
        return Clock(
            what=What.RESTORE,
            regime=regime.governing(self.kind).id,
            set_by=SetBy.LAW,
            starts_at=self.countered_at,
            due_at=window.closes_at,
            not_before=window.opens_at,
        )


def received(claim: Claim, claimant: Claimant, event: Event) -> Notice:
    """Return a notice that has just come; what is missing in it is a second event's to say."""
    generation_id = event.data["generation_id"]
    return Notice(
        id=event.subject,
        generation_id=None if generation_id is None else str(generation_id),
        claim=claim,
        claimant=claimant,
        state=MACHINE.next(None, event.kind),
        stands=False,
        received_at=event.at,
        whole_at=event.at,
    )


def evolve(
    notice: Notice,
    event: Event,
    *,
    claim: Claim | None = None,
    counter: Counter | None = None,
    words: str | None = None,
) -> Notice:
    """Return the notice after an event.

    Args:
        notice: As it was.
        event: What happens.
        claim: What it says now, if that changes.
        counter: What the counter-notice says, if it is one.
        words: Those of whoever decides, appeals or ends it.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    assert notice.id == event.subject
    turned = replace(
        notice,
        state=MACHINE.next(notice.state, event.kind),
        stands=_STANDS.get(event.kind, notice.stands),
        claim=claim or notice.claim,
    )
    match event.kind:
        case "notice.deficient":
            turned = replace(turned, whole_at=None)
        case "notice.completed":
            turned = replace(turned, whole_at=event.at)
        case "notice.identified":
            turned = replace(turned, generation_id=str(event.data["generation_id"]))
        case "notice.countered":
            turned = replace(turned, counter=counter, countered_at=event.at)
        case "notice.appealed":
            turned = replace(_appealed(notice, event, words), state=turned.state)
        case "notice.closed" | "notice.lapsed" | "notice.erased":
            pass
        case _:
            turned = _decided(turned, event, words)
    return turned


def _decided(notice: Notice, event: Event, words: str | None) -> Notice:
    """Return the notice after a decision, or after another end that has a reason."""
    if event.kind == "notice.upheld" and notice.generation_id is None:
        detail = "nobody has identified yet which output this is against; do that first"
        raise RightsError(Code.CONFLICT, detail)
    reviewer_id = event.data.get("reviewer_id")
    # What a claimant appeals in vain, or takes back then, stays what a reviewer found it to be.
    unchanged = event.kind in {"notice.affirmed", "notice.retracted"}
    return replace(
        notice,
        stands=notice.stands != (event.kind == "notice.reversed"),
        decided_at=event.at,
        reason=words,
        reviewers=notice.reviewers + (() if reviewer_id is None else (str(reviewer_id),)),
        abusive=notice.abusive if unchanged else event.data.get("abusive") is True,
    )


def require_standing(notice: Notice) -> None:
    """Check that there is something to counter.

    Raises:
        RightsError: CONFLICT.
    """
    if not notice.stands:
        raise RightsError(Code.CONFLICT, "this notice takes nothing down, so there is no counter")


def _appealed(notice: Notice, event: Event, words: str | None) -> Notice:
    party, account_id = Party(str(event.data["party"])), event.data.get("account_id")
    again = party in notice.appealed_by
    if party is Party.OTHER:
        again = account_id in notice.appellants
    if again or party not in notice.appealable_by():
        whose = "a second time" if again else "who has lost nothing by it, or whose like was heard"
        raise RightsError(Code.CONFLICT, f"this decision cannot be appealed by someone {whose}")
    until = notice.appealable_until()
    assert until is not None
    if event.at > until:
        detail = f"a decision can be appealed for {APPEAL_DAYS} days, and they are over"
        raise RightsError(Code.CONFLICT, detail)
    joins = notice.state is State.APPEALED
    return replace(
        notice,
        appealed_by=(*notice.appealed_by, party),
        appellants=notice.appellants + ((str(account_id),) if party is Party.OTHER else ()),
        appealed_at=notice.appealed_at if joins else event.at,
        objections=(notice.objections if joins else ()) + (() if words is None else (words,)),
    )
