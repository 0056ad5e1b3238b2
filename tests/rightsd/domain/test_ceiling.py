"""How far the consents may go that someone grants for another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.domain import ceiling, minority
from rightsd.domain.ceiling import Ceiling
from rightsd.domain.terms import Audience, Purpose, Terms
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError
from tests.conftest import NOW

NARROW = Terms(
    audience=Audience.APPROVED,
    grantees=("acc_a",),
    purposes=(Purpose.EDUCATION,),
    denied_topics=(Topic.ALCOHOL, Topic.DRUGS),
    territories=("JP",),
    platforms=("tube.example",),
    languages=("en-gb",),
    expires_at=NOW + timedelta(days=30),
    quota_total=5,
    strict=True,
    per_use_approval=True,
)
CEILING = Ceiling(
    audience=Audience.APPROVED,
    purposes=(Purpose.EDUCATION, Purpose.PERSONAL),
    denied_topics=(Topic.DRUGS,),
    territories=("JP", "US"),
    platforms=("tube.example",),
    languages=("en",),
    days=30,
    quota_total=5,
    strict=True,
    per_use_approval=True,
)


def test_terms_within_a_ceiling_can_be_granted() -> None:
    ceiling.require_within(NARROW, CEILING, NOW)
    ceiling.require_within(NARROW, Ceiling(), NOW)


@pytest.mark.parametrize(
    ("wider", "told"),
    [
        ({"audience": Audience.EVERYONE}, "audience"),
        ({"audience": Audience.MUTUALS}, "audience"),
        ({"purposes": (Purpose.ADVERTISING,)}, "purposes"),
        ({"purposes": ()}, "purposes"),
        ({"denied_topics": (Topic.ALCOHOL,)}, "drugs"),
        ({"territories": ("DE", "JP")}, "territories"),
        ({"territories": ()}, "territories"),
        ({"platforms": ()}, "platforms"),
        ({"languages": ("ja",)}, "languages"),
        ({"languages": ()}, "languages"),
        ({"expires_at": None}, "30 days"),
        ({"expires_at": NOW + timedelta(days=31)}, "30 days"),
        ({"quota_total": None}, "5 clips"),
        ({"quota_total": 6}, "5 clips"),
        ({"strict": False}, "strict"),
        ({"per_use_approval": False}, "approved"),
    ],
)
def test_terms_beyond_it_cannot_and_it_is_said_why(wider: dict[str, object], told: str) -> None:
    with pytest.raises(RightsError, match=told) as caught:
        ceiling.require_within(replace(NARROW, **wider), CEILING, NOW)
    assert caught.value.code is Code.FORBIDDEN


def test_what_must_be_there_for_a_minor_is_added_and_what_they_chose_stays() -> None:
    chosen = Terms(grantees=("acc_a",), denied_topics=(Topic.POLITICS,), quota_total=3)

    made = minority.protected(chosen)

    assert made.per_use_approval
    assert made.strict
    assert set(made.denied_topics) == {Topic.POLITICS, *minority.DENIED_TOPICS}
    assert Purpose.ADVERTISING not in made.purposes
    assert made.purposes
    assert (made.grantees, made.quota_total) == (chosen.grantees, 3)
    assert minority.protected(replace(chosen, purposes=(Purpose.EDUCATION,))).purposes == (
        Purpose.EDUCATION,
    )


@pytest.mark.parametrize(
    "terms",
    [
        Terms(audience=Audience.EVERYONE),
        Terms(audience=Audience.MUTUALS),
        Terms(grantees=("acc_a",), purposes=(Purpose.ADVERTISING, Purpose.PERSONAL)),
    ],
)
def test_what_no_minor_consents_to_is_refused(terms: Terms) -> None:
    with pytest.raises(RightsError) as caught:
        minority.protected(terms)
    assert caught.value.code is Code.INVALID
