"""Takedown: what came of one cause, as the entries of the log tell it.

Whoever writes the proof of a takedown and whoever verifies it run this same account over the same
entries. What the log does not hold, when a platform was sent something and what it signed, is
checked here against what it does hold. api-specs/acknowledgements.md describes the proof.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from rightsd.domain import likeness
from rightsd.domain.acknowledgement import CLOCKS_APART, FINAL, Outcome, Statement
from rightsd.domain.events import Event

OUTPUTS_MAX = 10_000  # Of one cause; whoever takes down more exports the whole log.
ENTRIES_MAX = 100_000  # About these, about who was told and what they answered.

# The events by which a cause is one, by the noun: an output is withdrawn after one of them. A cause
# can lead to others in its own commit, as a revocation does to the end of a consent: these name it.
# What runs out ends by the clock, and the event that says so may come after a withdrawal.
DECIDING: Mapping[str, frozenset[str]] = {
    "consent": frozenset({"consent.revoked", "consent.expired"}),
    "licence": frozenset({"licence.revoked", "licence.expired"}),
    "work": frozenset({"work.described", "work.verified", "work.confirmed"}),
    "reference": frozenset({"reference.registered"}),
    "optout": frozenset({"optout.registered", "optout.imported"}),
    "evidence": frozenset({"evidence.recorded"}),
    "notice": frozenset({"notice.upheld", "notice.reversed"}),
    "revocation": frozenset({"revocation.suspended", "revocation.revoked"}),
    "review": frozenset({"review.decided", "review.overturned"}),
    "staydown": frozenset({"staydown.added"}),
    "exemption": frozenset({"exemption.ended"}),
    "subject": frozenset({"subject.unenrolled"}),
}
OBJECTING = "subject"  # Who objects to a use decides by the withdrawal, which names the person.
# So does who was found in an output; of a likeness there is no entry but the withdrawals.
UNLOGGED = likeness.PREFIX


class TakedownError(Exception):
    """The entries of a takedown do not tell it, or something beside them contradicts them.

    Attributes:
        index: The entry at fault, if it is a single one.
    """

    def __init__(self, detail: str, index: int | None = None) -> None:
        super().__init__(detail)
        self.index = index


@dataclass(frozen=True, slots=True)
class Placed:
    """An event and its index in the log."""

    index: int
    event: Event


@dataclass(frozen=True, slots=True)
class Told:
    """When a platform was sent a withdrawal: our word.

    Attributes:
        event_id: The withdrawal.
        sent_at: When it first answered that it took it; None if it never did.
    """

    id: str
    platform_id: str
    event_id: str
    generation_id: str
    attempts: int
    first_attempt_at: datetime | None
    sent_at: datetime | None


@dataclass(slots=True)
class Account:
    """What the entries tell, taken in one by one in the order of the log.

    Attributes:
        cause_id: Id of the cause.
        withdrawals: The withdrawals because of it, or of what it led to, by their events' ids:
            everywhere, or on one platform.
    """

    cause_id: str
    withdrawals: dict[str, Placed] = field(default_factory=dict[str, Placed])
    _noun: str = ""
    _decided: dict[str, Placed] = field(default_factory=dict[str, Placed])
    _objection: Placed | None = None
    _early: Placed | None = None
    _named: set[str] = field(default_factory=set[str])
    _seen: dict[str, int] = field(default_factory=dict[str, int])
    _withdrawn: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    _outs: dict[str, str | None] = field(default_factory=dict[str, str | None])
    _gone: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])
    _keys: dict[str, list[tuple[int, str | None]]] = field(
        default_factory=dict[str, list[tuple[int, str | None]]]
    )
    _acknowledged: dict[str, Placed] = field(default_factory=dict[str, Placed])
    _copies: dict[str, tuple[str, bool]] = field(default_factory=dict[str, tuple[str, bool]])

    def take(self, index: int, event: Event) -> None:
        """Take an entry in.

        Raises:
            TakedownError: It has no place in the account of a takedown.
        """
        noun, placed = event.kind.partition(".")[0], Placed(index, event)
        if event.subject == self.cause_id:
            self._noun = noun
            self._named |= named_by([event])
        own = event.subject == self.cause_id and event.kind in DECIDING.get(noun, ())
        if own or leads_to(self.cause_id, event):
            self._decided.setdefault(event.subject, placed)
        if noun == "generation":
            self._take_output(placed)
        elif noun == "platform":
            self._take_platform(placed)
        elif noun == "acknowledgement":
            self._take_acknowledgement(placed)
        elif noun == "copy":
            self._take_copy(placed)
        elif noun not in DECIDING:
            raise TakedownError(f"it is about {event.subject}: a takedown has none of these", index)
        self._seen.setdefault(event.subject, index)

    def _take_output(self, placed: Placed) -> None:
        event = placed.event
        if event.kind == "generation.published":
            sha256 = event.data.get("sha256")
            self._outs[event.subject] = sha256 if isinstance(sha256, str) else None
        elif event.kind in {"generation.restored", "generation.relisted"}:
            self._gone[_place(event)] = False
        elif event.kind in {"generation.withdrawn", "generation.delisted"}:
            self._gone[_place(event)] = True
            self._take_withdrawal(placed, str(event.data.get("because_of")))

    def _take_withdrawal(self, placed: Placed, cause_id: str) -> None:
        """Take in that an output was withdrawn, if it was because of the cause."""
        decided = self._decided.get(cause_id)
        if decided is None and cause_id != self.cause_id:
            return
        if decided is None and (self._noun == OBJECTING or is_unlogged(self.cause_id)):
            decided = self._objection = self._objection or placed
        if decided is None:
            self._early = self._early or placed
        elif placed.event.at + CLOCKS_APART < decided.event.at:
            raise TakedownError("it was withdrawn before that was decided", placed.index)
        self.withdrawals[placed.event.id] = placed
        self._withdrawn.add(_place(placed.event))

    def _take_acknowledgement(self, placed: Placed) -> None:
        if placed.event.subject in self._acknowledged:
            raise TakedownError(f"{placed.event.subject} was taken in before", placed.index)
        self._acknowledged[placed.event.subject] = placed

    def _take_copy(self, placed: Placed) -> None:
        copy_id, data = placed.event.subject, placed.event.data
        if placed.event.kind == "copy.noted":
            self._copies[copy_id] = str(data.get("generation_id")), False
        elif copy_id in self._copies:
            self._copies[copy_id] = self._copies[copy_id][0], True

    def _take_platform(self, placed: Placed) -> None:
        key = placed.event.data.get("acknowledgement_key", ...)
        if key is not ...:
            known = key if isinstance(key, str) else None
            self._keys.setdefault(placed.event.subject, []).append((placed.index, known))

    @property
    def decision(self) -> Placed:
        """The event by which the cause became one, the first of these.

        Raises:
            TakedownError: There is none.
        """
        if self.cause_id not in self._seen and not is_unlogged(self.cause_id):
            raise TakedownError(f"the entries about {self.cause_id} are missing")
        decided = self._decided.get(self.cause_id) or self._objection
        if decided is None:
            raise TakedownError(f"no entry decides that {self.cause_id} takes anything down")
        return decided

    @property
    def shown(self) -> tuple[str, ...]:
        """The outputs that were withdrawn because of it, and are out again by the last entry.

        Where they were withdrawn: everywhere, or on one platform.
        """
        return tuple(sorted({place[0] for place in self._withdrawn if not self._gone[place]}))

    @property
    def copies(self) -> tuple[int, int]:
        """How many copies of the outputs were noted, and how many of these removed."""
        removed = [gone for _, gone in self._copies.values()]
        return len(removed), sum(removed)

    def outputs(self) -> Iterator[dict[str, object]]:
        """Yield each withdrawal, in the order of the log, with the digest of the file."""
        for placed in self.withdrawals.values():
            yield {
                "event_id": placed.event.id,
                "generation_id": placed.event.subject,
                "sha256": self._outs.get(placed.event.subject),
            }

    def check_whole(self, told: Sequence[str]) -> None:
        """Check, when all entries are taken in, that each belongs and that none is missing.

        Args:
            told: The platforms of the deliveries.

        Raises:
            TakedownError: One does not.
        """
        expired = self.decision.event.kind.endswith(".expired")
        if self._early is not None and not expired:
            raise TakedownError("it was withdrawn before that was decided", self._early.index)
        withdrawn = {generation_id for generation_id, _ in self._withdrawn}
        copies = (one for one, (of, _) in self._copies.items() if of in withdrawn)
        wanted = {self.cause_id, *self._decided, *self._named, *withdrawn, *told}
        wanted |= {*self._acknowledged, *copies}
        if is_unlogged(self.cause_id):
            wanted.remove(self.cause_id)
        for subject, index in self._seen.items():
            if subject not in wanted:
                detail = f"it is about {subject}, with which this takedown has nothing to do"
                raise TakedownError(detail, index)
        for subject in sorted(wanted - set(self._seen)):
            raise TakedownError(f"the entries about {subject} are missing")

    def check_delivery(self, delivery: Told) -> None:
        """Check what is said of a delivery against the withdrawal that it is of.

        Raises:
            TakedownError: It contradicts it.
        """
        withdrawal = self.withdrawals.get(delivery.event_id)
        if withdrawal is None or withdrawal.event.subject != delivery.generation_id:
            detail = f"{delivery.id} is not of a withdrawal because of {self.cause_id}"
            raise TakedownError(detail)
        if _place(withdrawal.event)[1] not in {"", delivery.platform_id}:
            raise TakedownError(f"{delivery.id} is of what was withdrawn on another platform")
        first, sent = delivery.first_attempt_at, delivery.sent_at
        if (delivery.attempts == 0) != (first is None) or (first is None and sent is not None):
            raise TakedownError(f"{delivery.id} was sent without an attempt, or the reverse")
        times = [withdrawal.event.at, *(at for at in (first, sent) if at is not None)]
        if any(late + CLOCKS_APART < early for early, late in pairwise(times)):
            raise TakedownError(f"{delivery.id} was sent before there was anything to send")

    def check_acknowledgement(
        self, ack_id: str, statement: Statement, delivery: Told
    ) -> tuple[Placed, str]:
        """Check a signed statement against the log; return its entry, and the key it is under.

        The key is the one that the log had for the platform when it took the statement in.

        Raises:
            TakedownError: The log does not hold it, or it is about something else.
        """
        placed = self._acknowledged.get(ack_id)
        if placed is None:
            raise TakedownError(f"the log has no entry about {ack_id}")
        said = (statement.delivery_id, statement.event_id, statement.generation_id)
        meant = (delivery.id, delivery.event_id, delivery.generation_id)
        if (*said, statement.platform_id) != (*meant, delivery.platform_id):
            raise TakedownError(f"what {ack_id} states is about another delivery")
        if placed.event.data.get("statement") != statement.digest:
            raise TakedownError(f"the log holds another statement of {ack_id}", placed.index)
        withdrawal = self.withdrawals[delivery.event_id]
        early = statement.said_at + CLOCKS_APART < withdrawal.event.at
        if placed.index < withdrawal.index or early:
            raise TakedownError(f"{ack_id} comes before what it acknowledges", placed.index)
        if statement.said_at > placed.event.at + CLOCKS_APART:
            raise TakedownError(f"{ack_id} says when it was done, and that is later", placed.index)
        keys = self._keys.get(statement.platform_id, [])
        key = next((key for index, key in reversed(keys) if index < placed.index), None)
        if key is None:
            detail = f"the log had no key of {statement.platform_id} for {ack_id}"
            raise TakedownError(detail, placed.index)
        return placed, key

    def check_acknowledged(self, found: Sequence[str]) -> None:
        """Check that each acknowledgement of the log was there.

        Raises:
            TakedownError: One was not.
        """
        for ack_id in sorted(set(self._acknowledged) - set(found)):
            index = self._acknowledged[ack_id].index
            raise TakedownError(f"what {ack_id} states is missing", index)


@dataclass(frozen=True, slots=True)
class Proven:
    """What a good proof of a takedown says.

    Attributes:
        decision: What decided it.
        outputs: How many were withdrawn because of it.
        last_at: When the last one was; None where there is none.
        shown: Those that are out again.
        told: The platforms that were sent something, or were to be.
        delivered: How many deliveries were taken, by our word, of how many.
        copies: How many copies the platforms had noted, and how many they removed, by their word.
        answers: How many deliveries the platforms answered for, by their last outcome.
        platform_id: Whose part it is; None for all.
    """

    cause_id: str
    decision: Placed
    outputs: int
    last_at: datetime | None
    shown: tuple[str, ...]
    told: tuple[str, ...]
    delivered: tuple[int, int]
    copies: tuple[int, int]
    answers: Counter[Outcome]
    platform_id: str | None


def is_unlogged(cause_id: str) -> bool:
    """Return whether the log names a cause in the withdrawals because of it, and nowhere else."""
    return cause_id.startswith(UNLOGGED)


def _place(event: Event) -> tuple[str, str]:
    """Return which output an event is about, and on which platform: "" is everywhere."""
    return event.subject, str(event.data.get("platform_id", ""))


def leads_to(cause_id: str, event: Event) -> bool:
    """Return whether by this event something else takes outputs down too, because of a cause."""
    noun = event.kind.partition(".")[0]
    return event.kind in DECIDING.get(noun, ()) and event.data.get("because_of") == cause_id


def named_by(cause: Iterable[Event]) -> set[str]:
    """Return the outputs that the events of a cause name, as a notice does."""
    named = (event.data.get("generation_id") for event in cause)
    return {one for one in named if isinstance(one, str)}


def last_outcome(outcomes: Sequence[Statement]) -> Outcome:
    """Return where statements about one delivery, in the order of the log, leave it.

    Raises:
        TakedownError: They cannot follow one another.
    """
    before: Statement | None = None
    for statement in outcomes:
        if before is not None:
            again = statement.outcome in {before.outcome, Outcome.RECEIVED}
            if again or before.outcome is Outcome.REMOVED or statement.said_at < before.said_at:
                detail = f"{statement.outcome} cannot follow {before.outcome} of one delivery"
                raise TakedownError(f"{statement.delivery_id}: {detail}")
        before = statement
    assert before is not None
    return before.outcome


def is_open(outcome: Outcome | None) -> bool:
    """Return whether a platform has yet to say how a delivery ended."""
    return outcome not in FINAL
