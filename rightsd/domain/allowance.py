"""Allowance: a phrase in which a rule about words does not count, since it means something else."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain import rulebook, safety, wording
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.errors import Code, RightsError

SALT_BYTES = 32


class State(StrEnum):
    """Where an allowance stands."""

    STANDING = "standing"
    LIFTED = "lifted"


MACHINE: Machine[State] = Machine(
    {
        (None, "allowance.added"): State.STANDING,
        (State.STANDING, "allowance.lifted"): State.LIFTED,
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """What of an allowance the ledger does not hold."""

    phrase: str
    reason: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class Allowance:
    """One phrase in the bank.

    Attributes:
        account_id: Who put it there.
        rule: Id of the rule, in whatever version.
        reason: Why, in the words of whoever put it there.
        salt: Opens the ledger's commitment to the phrase.
    """

    id: str
    account_id: str
    rule: str
    phrase: str
    reason: str
    salt: bytes
    state: State
    added_at: datetime
    ended_at: datetime | None


def check(rule_id: str, phrase: str) -> None:
    """Refuse what would switch a rule off, or do nothing.

    Raises:
        RightsError: INVALID: the rule is not about words, or the phrase holds none of its words,
            or nothing beside them.
    """
    rule = rulebook.CURRENT.rules.get(rule_id)
    if rule is None or not rule.patterns:
        raise RightsError(Code.INVALID, f"“{rule_id[:64]}” is no rule about words")
    reading = wording.read(phrase)
    if len(reading.words) > wording.PHRASE_WORDS_MAX:
        detail = f"a phrase has at most {wording.PHRASE_WORDS_MAX} words, or single ideographs"
        raise RightsError(Code.INVALID, detail)
    spans = safety.words_of(reading, rulebook.CURRENT, rule)
    if not spans:
        raise RightsError(Code.INVALID, f"“{phrase}” holds no word that {rule_id} looks for")
    first, last = reading.words[0].start, reading.words[-1].end
    if (first, last) in spans:
        detail = f"“{phrase}” is what {rule_id} looks for: name the words that stand beside it"
        raise RightsError(Code.INVALID, detail)


def evolve(allowance: Allowance | None, event: Event, *, words: Words | None = None) -> Allowance:
    """Return the allowance after an event; words come with the first.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(allowance and allowance.state, event.kind)
    if allowance is None:
        assert words is not None
        return Allowance(
            id=event.subject,
            account_id=str(event.data["account_id"]),
            rule=str(event.data["rule"]),
            phrase=words.phrase,
            reason=words.reason,
            salt=words.salt,
            state=state,
            added_at=event.at,
            ended_at=None,
        )
    return replace(allowance, state=state, ended_at=event.at)
