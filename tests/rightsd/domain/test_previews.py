"""Examples show every term at work, and each says what the gate says."""

from datetime import timedelta

import pytest

from rightsd.domain import previews
from rightsd.domain.policy import Outcome
from rightsd.domain.price import Per, Price
from tests.rightsd.domain.terms import NOW, terms

LIMITS = [
    ({"audience": "mutuals"}, "cameo.consent"),
    ({"audience": "only_me"}, "cameo.consent"),
    ({"grantees": ("acc_1",)}, "cameo.consent"),
    ({"blocked": ("acc_1",)}, "cameo.consent"),
    ({"purposes": ("editorial", "education")}, "cameo.purpose"),
    ({"denied_topics": ("politics",)}, "cameo.topic"),
    ({"territories": ("JP",)}, "cameo.territory"),
    ({"platforms": ("tube.example",)}, "cameo.platform"),
    ({"languages": ("ja",)}, "cameo.language"),
    ({"starts_at": NOW + timedelta(days=1)}, "cameo.window"),
    ({"expires_at": NOW + timedelta(days=1)}, "cameo.consent"),
    ({"quota_total": 3}, "cameo.quota"),
    ({"quota_30_days": 3}, "cameo.quota"),
    ({"strict": True}, "cameo.strict"),
    ({"price": Price(500, "JPY", Per.CLIP)}, "cameo.price"),
    ({"restrictions": "no snakes; not with @bob; only weddings"}, "cameo.restriction"),
]


@pytest.mark.parametrize(("limits", "rule"), LIMITS)
def test_each_term_is_shown_allowing_and_refusing(limits: dict, rule: str) -> None:
    shown = previews.preview(terms(**limits), NOW)

    assert shown.allowed
    assert {each.outcome for each in shown.allowed} == {Outcome.ALLOW}
    assert shown.held == ()
    assert rule in {reason.rule for each in shown.refused for reason in each.reasons}


def test_all_terms_together_still_allow_something() -> None:
    together: dict = {"audience": "everyone"}
    for limits, _ in LIMITS:
        together |= {name: v for name, v in limits.items() if name not in {"audience", "grantees"}}
    together["expires_at"] = NOW + timedelta(days=2)

    shown = previews.preview(terms(**together), NOW)

    assert len(shown.allowed) >= 1
    assert {reason.rule for each in shown.refused for reason in each.reasons} >= {
        rule for _, rule in LIMITS
    }


def test_what_waits_for_approval_is_shown_apart() -> None:
    shown = previews.preview(terms(per_use_approval=True, strict=True), NOW)

    assert shown.allowed == ()
    assert len(shown.held) == 1
    assert len(shown.refused) == 1
