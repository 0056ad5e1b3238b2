"""How often the gate is wrong: rates with intervals, from reviewers who did not know what it said.

A request is drawn with a known probability and counts as often as it stands for others: once over
that probability (Horvitz and Thompson, "A generalization of sampling without replacement from a
finite universe", JASA 47, 1952). Intervals are Wilson's at 95 % (E. B. Wilson, "Probable inference,
the law of succession, and statistical inference", JASA 22, 1927, pages 209–212):

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)

With unequal weights, n is the number of equal ones that would tell as much, (Σw)²/Σw² (L. Kish,
"Survey Sampling", 1965, section 11.7).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rightsd.domain.policy import Outcome
from rightsd.domain.review import Finding, Right

Z = 1.959963984540054  # Of the normal distribution, 97.5 %.
WORLD = "001"  # UN M.49: a request that names no territory is for all of them.
# By area, but for the rules that are not like the rest of theirs. What is in neither is SAFETY.
_RIGHTS = {
    "cameo": Right.LIKENESS,
    "revocation": Right.LIKENESS,
    "remix": Right.LIKENESS,
    "work": Right.WORK,
    "licence": Right.WORK,
    "reference": Right.WORK,
    "output": Right.WORK,
    "output.likeness": Right.LIKENESS,
    "output.lookalike": Right.LIKENESS,
    "output.unchecked": Right.LIKENESS,
}


class By(StrEnum):
    """What a rate is about."""

    ALL = "all"
    RIGHT = "right"
    RULE = "rule"
    LANGUAGE = "language"
    TERRITORY = "territory"


@dataclass(frozen=True, slots=True)
class Sampling:
    """With which probability a request becomes a sample, by what the gate said of it.

    Attributes:
        draw: At random in [0, 1), for one request: below the probability, it is drawn.
    """

    allowed: float
    refused: float
    draw: float = 1.0

    def probability(self, outcome: Outcome) -> float:
        """Return the probability; what is held is looked at anyway."""
        return {Outcome.ALLOW: self.allowed, Outcome.REFUSE: self.refused}.get(outcome, 0.0)


NEVER = Sampling(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """What the gate said of a request, and where it belongs.

    Attributes:
        rules: What it was refused for, as "rule@version".
        language: BCP 47, as far as the prompt's letters tell.
    """

    outcome: Outcome
    rules: tuple[str, ...]
    language: str
    territories: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Answered:
    """A sample, and what a reviewer found."""

    sample: Sample
    finding: Finding
    right: Right | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of something, and between which shares the true one is, at 95 %.

    Attributes:
        wrong: How many samples were wrong.
        of: Out of how many. When there are none, nothing is known: 0 to 1.
        share: Weighted; None when there are no data.
    """

    wrong: int
    of: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measured:
    """How often the gate was wrong about one kind of request.

    Attributes:
        value: Which rule, right, language or territory; empty for all.
        false_positive: Of what should be allowed, how much was refused; of a rule, for that rule.
        false_negative: Of what should be refused, how much was not. None for a rule: what none
            has refused does not say which should have.
    """

    by: By
    value: str
    false_positive: Rate
    false_negative: Rate | None


def right_of(rule: str) -> Right:
    """Return what a rule protects; the rule is written as "area.name@version"."""
    area = rule.partition(".")[0]
    return _RIGHTS.get(rule.partition("@")[0]) or _RIGHTS.get(area, Right.SAFETY)


def wilson(share: float, count: float) -> tuple[float, float]:
    """Return Wilson's interval of a share of some trials, which need not be a whole number."""
    assert 0 <= share <= 1
    if count <= 0:
        return 0.0, 1.0
    centre = share + Z * Z / (2 * count)
    half = Z * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    scale = 1 + Z * Z / count
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def rate(answers: Iterable[Answered], wrong: Callable[[Answered], bool]) -> Rate:
    """Return the share of answers that are wrong, each weighed by what it stands for."""
    among = [(1 / each.sample.probability, wrong(each)) for each in answers]
    total = sum(weight for weight, _ in among)
    if not among:
        return Rate(0, 0, None, 0.0, 1.0)
    share = min(1.0, sum(weight for weight, is_wrong in among if is_wrong) / total)
    effective = total * total / sum(weight * weight for weight, _ in among)
    low, high = wilson(share, effective)
    return Rate(sum(is_wrong for _, is_wrong in among), len(among), share, low, high)


def measure(answers: Sequence[Answered]) -> list[Measured]:
    """Return the rates of all, and by right, rule, language and territory."""
    measured = [_measure(By.ALL, "", answers)]
    measured += [_of_right(right, answers) for right in Right]
    rules = {rule for each in answers for rule in each.sample.rules}
    measured += [_of_rule(rule, answers) for rule in sorted(rules)]
    for language in sorted({each.sample.language for each in answers}):
        among = [each for each in answers if each.sample.language == language]
        measured.append(_measure(By.LANGUAGE, language, among))
    for territory in sorted({code for each in answers for code in _territories(each)}):
        among = [each for each in answers if territory in _territories(each)]
        measured.append(_measure(By.TERRITORY, territory, among))
    return measured


def _measure(by: By, value: str, answers: Sequence[Answered]) -> Measured:
    return Measured(
        by,
        value,
        rate(_should(Finding.ALLOW, answers), _was_refused),
        rate(_should(Finding.REFUSE, answers), lambda each: not _was_refused(each)),
    )


def _of_right(right: Right, answers: Sequence[Answered]) -> Measured:
    """Return the rates of one right: refused for its sake or not, and should it have been."""

    def refused_for_it(each: Answered) -> bool:
        return any(right_of(rule) is right for rule in each.sample.rules)

    against = [each for each in answers if each.right is right]
    return Measured(
        By.RIGHT,
        right.value,
        rate(_should(Finding.ALLOW, answers), refused_for_it),
        rate(against, lambda each: not refused_for_it(each)),
    )


def _of_rule(rule: str, answers: Sequence[Answered]) -> Measured:
    allowed = _should(Finding.ALLOW, answers)
    return Measured(By.RULE, rule, rate(allowed, lambda each: rule in each.sample.rules), None)


def _should(finding: Finding, answers: Sequence[Answered]) -> list[Answered]:
    return [each for each in answers if each.finding is finding]


def _was_refused(each: Answered) -> bool:
    return each.sample.outcome is Outcome.REFUSE


def _territories(each: Answered) -> tuple[str, ...]:
    return each.sample.territories or (WORLD,)
