"""What resembling an opted-out work does to a request or a release."""

import pytest

from rightsd.domain import policy, resemblance, rulebook
from rightsd.domain.policy import Facts, Outcome, Wish
from rightsd.domain.resemblance import STRONG_BITS_MAX, Depiction, Resemblance
from rightsd.domain.rulebook import Effect
from tests.conftest import NOW

WISH = Wish("acc_1", "a ball", ())


def depiction(bits: int, *, sent: str | None = None, score: float = 0.9) -> Depiction:
    found = Resemblance("ref_1", score, bits, 1.5)
    return Depiction(found, "wrk_1", "opt_1", "Nebula Fox", sent)


@pytest.mark.parametrize(
    ("bits", "sent", "rule"),
    [
        (0, None, rulebook.OUTPUT_OPTED_OUT),
        (STRONG_BITS_MAX, None, rulebook.OUTPUT_OPTED_OUT),
        (STRONG_BITS_MAX + 1, None, rulebook.OUTPUT_RESEMBLES),
        (STRONG_BITS_MAX, "rqr_1", rulebook.REFERENCE_OPTED_OUT),
        (STRONG_BITS_MAX + 1, "rqr_1", rulebook.REFERENCE_RESEMBLES),
    ],
)
def test_the_nearest_frame_decides_which_rule_it_is(
    bits: int, sent: str | None, rule: rulebook.Rule
) -> None:
    facts = Facts(consents={}, opted_out=(), depictions=[depiction(bits, sent=sent)])

    decision = policy.decide(WISH, facts, NOW)

    (reason,) = decision.reasons
    assert (reason.rule, reason.version) == (rule.id, rule.version)
    expected = Outcome.REFUSE if rule.effect is Effect.REFUSE else Outcome.HOLD
    assert decision.outcome is expected


def test_a_doubt_that_a_reviewer_has_cleared_holds_nothing() -> None:
    (doubt,) = resemblance.reasons([depiction(40)])
    facts = Facts(consents={}, opted_out=(), depictions=[depiction(40)], cleared=[doubt.matter])

    assert policy.decide(WISH, facts, NOW).outcome is Outcome.ALLOW


def test_a_clear_case_is_not_cleared() -> None:
    (case,) = resemblance.reasons([depiction(0)])
    facts = Facts(consents={}, opted_out=(), depictions=[depiction(0)], cleared=[case.matter])

    assert policy.decide(WISH, facts, NOW).outcome is Outcome.REFUSE


def test_the_clearest_come_first_and_not_all_are_cited() -> None:
    depictions = [depiction(bits) for bits in range(40, 0, -1)]

    facts = Facts(consents={}, opted_out=(), depictions=depictions)
    cited = policy.decide(WISH, facts, NOW).reasons

    assert len(cited) == resemblance.SHOWN_MAX
    assert [reason.evidence["bits"] for reason in cited] == list(range(1, 21))
