"""Each term against wishes that keep to it and wishes that do not; and terms that cannot be."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsd.domain import places
from rightsd.domain.casting import Used
from rightsd.domain.policy import Outcome
from rightsd.domain.terms import Audience, Purpose, Terms, Use, checked
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError
from tests.rightsd.domain.terms import CREATOR, NOW, OWNER, consent, decide, said, terms

HOUR = timedelta(hours=1)
JAPAN = Use(territories=("JP",))

TABLE = [
    ({"audience": "everyone"}, {}, "allow"),
    ({"audience": "only_me"}, {}, "refuse cameo.consent@1"),
    ({"audience": "only_me"}, {"creator_id": OWNER}, "allow"),
    ({"audience": "mutuals"}, {}, "refuse cameo.consent@1"),
    ({"audience": "mutuals"}, {"mutual": True}, "allow"),
    ({"grantees": ("acc_1", CREATOR)}, {}, "allow"),
    ({"grantees": ("acc_1",)}, {}, "refuse cameo.consent@1"),
    ({"blocked": (CREATOR,)}, {}, "refuse cameo.consent@1"),
    ({"audience": "mutuals", "blocked": (CREATOR,)}, {"mutual": True}, "refuse cameo.consent@1"),
    ({"blocked": ("acc_1",)}, {}, "allow"),
    ({"purposes": ("editorial",)}, {}, "refuse cameo.purpose@1"),
    ({"purposes": ("editorial",)}, {"use": Use(Purpose.ADVERTISING)}, "refuse cameo.purpose@1"),
    ({"purposes": ("editorial",)}, {"use": Use(Purpose.EDITORIAL)}, "allow"),
    ({"purposes": ("personal",)}, {}, "allow"),
    ({"territories": ("jp", "US")}, {}, "refuse cameo.territory@1"),
    ({"territories": ("jp", "US")}, {"use": JAPAN}, "allow"),
    (
        {"territories": ("JP",)},
        {"use": Use(territories=("FR", "JP"))},
        "refuse cameo.territory@1",
    ),
    ({"platforms": ("tube.example",)}, {}, "refuse cameo.platform@1"),
    (
        {"platforms": ("tube.example",)},
        {"use": Use(platforms=("clips.example",))},
        "refuse cameo.platform@1",
    ),
    ({"platforms": ("Tube.Example",)}, {"use": Use(platforms=("tube.example",))}, "allow"),
    ({"languages": ("en",)}, {}, "refuse cameo.language@1"),
    ({"languages": ("en",)}, {"use": Use(languages=("en-gb",))}, "allow"),
    ({"languages": ("en-GB",)}, {"use": Use(languages=("en",))}, "refuse cameo.language@1"),
    ({"languages": ("en",)}, {"use": Use(languages=("en", "ja"))}, "refuse cameo.language@1"),
    ({"denied_topics": ("politics",)}, {}, "allow"),
    ({"denied_topics": ("politics",)}, {"prompt": "@ada votes"}, "refuse cameo.topic@2"),
    (
        {"denied_topics": ("politics", "alcohol")},
        {"prompt": "@ada votes, drunk"},
        "refuse cameo.topic@2 cameo.topic@2",
    ),
    ({"denied_topics": ("alcohol",)}, {"prompt": "@ada votes"}, "allow"),
    ({"starts_at": NOW + HOUR}, {}, "refuse cameo.window@1"),
    ({"starts_at": NOW}, {}, "allow"),
    ({"expires_at": NOW}, {}, "refuse cameo.consent@1"),
    ({"expires_at": NOW + HOUR}, {}, "allow"),
    ({"quota_total": 2}, {"used": Used(1, 1)}, "allow"),
    ({"quota_total": 2}, {"used": Used(2, 0)}, "refuse cameo.quota@1"),
    ({"quota_30_days": 2}, {"used": Used(9, 1)}, "allow"),
    ({"quota_30_days": 2}, {"used": Used(9, 2)}, "refuse cameo.quota@1"),
    ({"strict": True}, {}, "allow"),
    ({"strict": True}, {"prompt": "a bald @ada"}, "refuse cameo.strict@2"),
    ({"strict": True}, {"prompt": "@ada is humiliated"}, "refuse cameo.strict@2"),
    ({"per_use_approval": True}, {}, "hold cameo.approval@2"),
    ({"per_use_approval": True}, {"approved": True}, "allow"),
    (
        {"per_use_approval": True, "strict": True},
        {"prompt": "a bald @ada", "approved": True},
        "refuse cameo.strict@2",
    ),
    ({"restrictions": "no snakes"}, {"prompt": "@ada, snakes"}, "refuse cameo.restriction@2"),
    ({"restrictions": "not with @bob"}, {"cameos": ["bob"]}, "refuse cameo.restriction@2"),
    ({"restrictions": "not with @bob"}, {"cameos": ["eve"]}, "allow"),
    ({"restrictions": "only weddings"}, {}, "refuse cameo.restriction@2"),
    ({"restrictions": "only weddings"}, {"prompt": "@ada at a wedding"}, "allow"),
    ({}, {"paused": True}, "refuse cameo.paused@1"),
    (
        {"purposes": ("editorial",), "territories": ("JP",)},
        {},
        "refuse cameo.purpose@1 cameo.territory@1",
    ),
]


@pytest.mark.parametrize(
    ("limits", "wish", "expected"), [row for row in TABLE if row[1] is not None]
)
def test_a_term_allows_what_keeps_to_it(limits: dict, wish: dict, expected: str) -> None:
    assert said(decide(consent(terms(**limits)), **wish)) == expected


def test_nobodys_own_handle_is_held_against_them() -> None:
    strict = terms(strict=True, denied_topics=("weapons",), restrictions="no ada, no bob")

    assert said(decide(consent(strict), prompt="@Ada waves, @ada smiles")) == "allow"
    refused = decide(consent(strict), prompt="@ada draws ada a gun", cameos=["bob"])
    assert [(each.rule, each.evidence.get("found")) for each in refused.reasons] == [
        ("cameo.topic", "gun"),
        ("cameo.restriction", "ada"),
        ("cameo.restriction", None),
    ]
    assert refused.reasons[0].evidence["start"] == len("@ada draws ada a ")


def test_when_a_consent_begins_is_told_in_utc() -> None:
    tokyo = timezone(9 * HOUR)
    given = consent(terms(starts_at=datetime(2031, 1, 1, 8, 30, tzinfo=tokyo)))

    (reason,) = decide(given).reasons

    assert reason.detail == "@ada's consent begins at 2030-12-31 23:30 UTC"


def test_a_refusal_names_the_consent_its_version_and_the_words() -> None:
    decision = decide(consent(terms(denied_topics=("politics",))), prompt="@ada v0tes today")

    (reason,) = decision.reasons
    assert reason.evidence == {
        "cameo": "ada",
        "consent_id": "con_1",
        "terms_version": 1,
        "found": "v0tes",
        "start": 5,
        "topic": "politics",
    }
    assert (decision.consents, decision.terms_versions) == ((), ())


def test_an_allowance_names_the_consent_and_the_version_of_its_terms() -> None:
    decision = decide(consent(terms(), "con_9"))

    assert (decision.consents, decision.terms_versions) == (("con_9",), (1,))


def test_the_best_of_several_consents_counts() -> None:
    asks = consent(terms(per_use_approval=True), "con_1")
    refuses = consent(terms(purposes=("editorial",)), "con_2")
    allows = consent(terms(), "con_3")

    assert decide(refuses, asks, allows).consents == ("con_3",)
    assert said(decide(refuses, asks)) == "hold cameo.approval@2"
    assert decide(refuses, asks).consents == ("con_1",)


def test_a_refusal_cites_the_consent_that_comes_closest() -> None:
    far = consent(terms(purposes=("editorial",), territories=("JP",)), "con_1")
    near = consent(terms(territories=("JP",)), "con_2")

    decision = decide(far, near)

    assert said(decision) == "refuse cameo.territory@1"
    assert decision.reasons[0].evidence["consent_id"] == "con_2"


def test_who_is_blocked_is_told_what_a_stranger_is_told() -> None:
    blocked = decide(consent(terms(blocked=(CREATOR,))))
    stranger = decide(consent(terms(grantees=("acc_1",))))

    assert blocked == stranger


def test_one_who_waits_does_not_let_the_other_be_cast_against_their_terms() -> None:
    waits = consent(terms(per_use_approval=True))

    decision = decide(waits, cameos=["bob"])

    assert decision.outcome is Outcome.HOLD
    assert decision.consents == ("con_1", "con_other")


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"starts_at": NOW, "expires_at": NOW}, "end before they begin"),
        ({"starts_at": NOW + HOUR, "expires_at": NOW}, "end before they begin"),
        ({"audience": "approved"}, "name a grantee"),
        ({"audience": "everyone", "grantees": ("acc_1",)}, "names no grantees"),
        ({"grantees": ("acc_1",), "blocked": ("acc_1",)}, "both approved and blocked"),
        ({"territories": ("XX",)}, "“XX” is no code of a country"),
        ({"territories": ("Japan",)}, "is no code of a country"),
        ({"platforms": ("a b",)}, "“a b” is no name of a platform"),
        ({"platforms": ("-",)}, "no name of a platform"),
        ({"languages": ("english language",)}, "no language tag"),
        ({"languages": ("e",)}, "no language tag"),
        ({"languages": ("en_GB",)}, "no language tag"),
        ({"quota_total": 0}, "a quota is"),
        ({"quota_30_days": 100_001}, "a quota is"),
        ({"quota_total": 1, "quota_30_days": 2}, "more than the 1 in all"),
        ({"restrictions": "only weddings; no weddings"}, "denied by the same terms"),
        ({"restrictions": "only vodka", "denied_topics": ("alcohol",)}, "denied by the same terms"),
        ({"restrictions": "only zombies", "strict": True}, "denied by the same terms"),
        ({"restrictions": "dance"}, "not understood"),
        ({"grantees": tuple(f"acc_{n}" for n in range(101))}, "at most 100"),
        ({"blocked": tuple(f"acc_{n}" for n in range(1001))}, "at most 1000"),
    ],
)
def test_terms_that_cannot_be_are_refused_in_a_sentence(limits: dict, sentence: str) -> None:
    with pytest.raises(RightsError, match=sentence) as caught:
        terms(**limits)
    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize(
    "tag", ["en", "en-gb", "zh-hant-tw", "es-419", "sl-rozaj", "de-1996", "yue"]
)
def test_language_tags_as_they_are_registered(tag: str) -> None:
    assert places.is_language(tag)


def test_there_are_as_many_countries_as_the_standard_assigns() -> None:
    assert len(places.COUNTRIES) == 249
    assert all(len(code) == 2 and code.isupper() for code in places.COUNTRIES)


PROMPTS = ["@ada waves", "@ada votes", "a bald @ada", "@ada at a wedding", "@ada, vodka, snakes"]
CODES = ["JP", "US", "FR"]
some = st.sampled_from
OPEN = {
    "purposes": st.lists(some(Purpose), max_size=3),
    "denied_topics": st.lists(some(Topic), max_size=3),
    "territories": st.lists(some(CODES), max_size=3),
    "platforms": st.lists(some(["a.example", "b.example"]), max_size=2),
    "languages": st.lists(some(["en", "ja"]), max_size=2),
    "blocked": st.lists(some([CREATOR, "acc_1"]), max_size=2),
    "starts_at": some([None, NOW, NOW + HOUR]),
    "expires_at": some([None, NOW + 2 * HOUR, NOW + 3 * HOUR]),
    "quota_total": some([None, 3, 5]),
    "quota_30_days": some([None, 1, 2]),
    "strict": st.booleans(),
    "per_use_approval": st.booleans(),
    "restrictions": some(["", "no snakes", "only weddings", "no snakes; only weddings, waves"]),
}
WISHES = st.fixed_dictionaries(
    {
        "prompt": some(PROMPTS),
        "use": st.builds(
            Use,
            some(Purpose),
            st.lists(some(CODES), max_size=2).map(tuple),
            st.lists(some(["a.example", "c.example"]), max_size=1).map(tuple),
            st.lists(some(["en-gb", "ja", "fr"]), max_size=1).map(tuple),
        ),
        "mutual": st.booleans(),
        "approved": st.booleans(),
        "used": st.builds(Used, st.integers(0, 6), st.integers(0, 3)),
    }
)
RANK = {Outcome.REFUSE: 0, Outcome.HOLD: 1, Outcome.ALLOW: 2}
NARROWER = {Audience.EVERYONE: [Audience.MUTUALS, Audience.ONLY_ME]}


def restricted(draw: st.DrawFn, name: str, value: object) -> object:
    """Return a term that allows no more than it did."""
    if name in {"denied_topics", "blocked"}:
        return (*value, *draw(OPEN[name]))
    if isinstance(value, tuple):
        kept = draw(st.lists(some(value), min_size=1)) if value else draw(OPEN[name])
        return tuple(kept)
    if name == "restrictions":
        return "; ".join(each for each in (value, "no dancing") if each)
    if name.startswith("quota"):
        return 1 if value is None else max(1, value - 1)
    if name in {"strict", "per_use_approval"}:
        return True
    return NOW + HOUR if name == "starts_at" else NOW + timedelta(minutes=90)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Terms, Terms]:
    """Return terms, and the same with one more restriction."""
    drawn = {name: draw(each) for name, each in OPEN.items()}
    before = {name: tuple(v) if isinstance(v, list) else v for name, v in drawn.items()}
    name = draw(some(["audience", *OPEN]))
    if name == "audience":
        after = before | {"audience": draw(some(NARROWER[Audience.EVERYONE]))}
    else:
        after = before | {name: restricted(draw, name, before[name])}
    if after["quota_total"] is not None and after["quota_30_days"] is not None:
        after["quota_30_days"] = min(after["quota_30_days"], after["quota_total"])
    return terms(**before), terms(**after)


@given(pairs(), WISHES)
@settings(max_examples=400, deadline=None)
def test_one_more_restriction_never_allows_more(both: tuple[Terms, Terms], wish: dict) -> None:
    before, after = (decide(consent(each), **wish) for each in both)

    assert RANK[after.outcome] <= RANK[before.outcome]


@given(pairs(), WISHES)
@settings(max_examples=200, deadline=None)
def test_terms_read_back_are_the_same_terms(both: tuple[Terms, Terms], wish: dict) -> None:
    assert checked(both[0]) == both[0]
