"""Each term of a licence against wishes that keep to it and wishes that do not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.domain import policy
from rightsd.domain.describing import Described
from rightsd.domain.licence import Licence, State
from rightsd.domain.naming import Tier
from rightsd.domain.permission import Used
from rightsd.domain.policy import Decision, Facts, OptedOut, Outcome, Reserved
from rightsd.domain.price import Per, Price
from rightsd.domain.resemblance import Depiction, Resemblance
from rightsd.domain.rulebook.books import Default
from rightsd.domain.terms import PERSONAL, Purpose, Use
from tests.rightsd.domain.licences import FOX, OWL, licence, offer
from tests.rightsd.domain.terms import CREATOR, NOW, consent, said, terms

HOUR = timedelta(hours=1)
JAPAN = Use(territories=("JP",))
RESERVED = Reserved(
    "wrk_fox", "Nebula Fox", "nebula fox", 0, Tier.EXACT, Default.OPT_IN, opted_in=False
)
PRICE = Price(500, "JPY", Per.CLIP)
LIKE_FOX = Described("opt_fox", "wrk_fox", "Fox", "dsc_1", 0, 9, 0.55, "m", certain=False)


def decide(
    *licences: Licence,
    prompt: str = "nebula fox",
    use: Use = PERSONAL,
    used: Used | None = None,
    opted_out: tuple[OptedOut, ...] = (FOX,),
    **facts: object,
) -> Decision:
    counted = {} if used is None else {each.id: used for each in licences}
    facts = {"consents": {}, "opted_out": opted_out, "licences": licences, "used": counted} | facts
    wish = policy.wish_of(CREATOR, prompt, list(facts["consents"]), use)
    return policy.decide(wish, Facts(**facts), NOW)


REFUSED = "refuse work.opted_out@2"
TABLE = [
    ({}, {}, "allow"),
    ({"state": State.REVOKED}, {}, REFUSED),
    ({"state": State.EXPIRED}, {}, REFUSED),
    ({"state": State.EXHAUSTED}, {}, REFUSED),
    ({"work_id": "wrk_owl"}, {}, REFUSED),
    ({"expires_at": NOW}, {}, REFUSED),
    ({"expires_at": NOW + HOUR}, {}, "allow"),
    ({"starts_at": NOW + HOUR}, {}, f"{REFUSED} licence.window@1"),
    ({"purposes": ("advertising",)}, {}, f"{REFUSED} licence.purpose@1"),
    ({"purposes": ("advertising",)}, {"use": Use(Purpose.ADVERTISING)}, "allow"),
    ({"territories": ("JP",)}, {}, f"{REFUSED} licence.territory@1"),
    ({"territories": ("JP",)}, {"use": JAPAN}, "allow"),
    ({"platforms": ("tube.example",)}, {}, f"{REFUSED} licence.platform@1"),
    ({"platforms": ("tube.example",)}, {"use": Use(platforms=("tube.example",))}, "allow"),
    ({"languages": ("en",)}, {"use": Use(languages=("fr",))}, f"{REFUSED} licence.language@1"),
    ({"languages": ("en",)}, {"use": Use(languages=("en-gb",))}, "allow"),
    ({"denied_topics": ("politics",)}, {}, "allow"),
    (
        {"denied_topics": ("politics",)},
        {"prompt": "nebula fox votes"},
        f"{REFUSED} licence.topic@1",
    ),
    ({"quota_total": 2}, {"used": Used(1, 1)}, "allow"),
    ({"quota_total": 2}, {"used": Used(2, 0)}, f"{REFUSED} licence.quota@1"),
    ({"quota_30_days": 2}, {"used": Used(9, 2)}, f"{REFUSED} licence.quota@1"),
]


@pytest.mark.parametrize(("made", "wish", "expected"), TABLE)
def test_a_licence_lets_a_work_pass_that_keeps_to_its_terms(
    made: dict, wish: dict, expected: str
) -> None:
    decision = decide(licence(**made), **wish)

    assert said(decision) == expected
    assert decision.licences == (("lic_1",) if expected == "allow" else ())


def test_a_refusal_names_the_licence_and_the_term() -> None:
    reason = decide(licence(territories=("JP",)), use=Use(territories=("FR",))).reasons[1]

    assert reason.detail == "your licence of “Nebula Fox” allows JP, not FR"
    assert reason.evidence == {"licence_id": "lic_1", "terms_version": 1, "territory": "FR"}


def test_one_licence_has_to_cover_the_whole_use() -> None:
    japan, adverts = offer("off_1", territories=("JP",)), offer("off_2", purposes=("advertising",))
    both = [licence(japan, "lic_1"), licence(adverts, "lic_2")]

    assert said(decide(*both)) == f"{REFUSED} licence.territory@1"
    assert decide(*both, use=JAPAN).licences == ("lic_1",)


def test_every_work_that_is_named_needs_a_licence() -> None:
    owl = licence(offer("off_2", work_id="wrk_owl"), "lic_2")

    assert said(decide(owl, opted_out=(FOX, OWL))) == REFUSED
    assert decide(licence(), owl, opted_out=(FOX, OWL)).licences == ("lic_1", "lic_2")


@pytest.mark.parametrize(
    ("default", "rule"),
    [(Default.OPT_IN, "work.opt_in@1"), (Default.LICENSED_ONLY, "work.licensed_only@1")],
)
def test_a_licence_lets_a_work_pass_that_is_reserved(default: Default, rule: str) -> None:
    asked = {"opted_out": (), "reserved": [replace(RESERVED, default=default)]}

    assert said(decide(**asked)) == f"refuse {rule}"
    assert decide(licence(), **asked).licences == ("lic_1",)
    lacking = decide(licence(territories=("JP",)), **asked)
    assert said(lacking) == f"refuse {rule} licence.territory@1"


def test_a_work_that_its_owner_permits_needs_no_licence() -> None:
    free = replace(RESERVED, opted_in=True)

    decision = decide(licence(territories=("JP",)), opted_out=(), reserved=[free])

    assert (decision.outcome, decision.licences) == (Outcome.ALLOW, ())


def test_what_needs_no_licence_rests_on_none() -> None:
    decision = decide(licence(), opted_out=())

    assert decision.outcome is Outcome.ALLOW
    assert decision.licences == ()
    assert decision.facts()["licences"] == []


def test_a_licence_that_is_paid_for_already_comes_before_one_that_counts_each_clip() -> None:
    metered = licence(offer("off_1"), "lic_1")
    flat = licence(offer("off_2", price=Price(9999, "EUR", Per.FLAT)), "lic_2")

    assert decide(metered, flat).licences == ("lic_2",)


def test_a_consent_with_a_price_allows_nothing_without_a_licence() -> None:
    asked = {"consents": {"ada": [consent(terms(price=PRICE))]}, "opted_out": ()}

    refused = decide(prompt="@ada waves", **asked)
    assert said(refused) == "refuse cameo.price@1"
    (reason,) = refused.reasons
    assert reason.detail == "@ada asks 500 JPY a clip, under an offer that you have not accepted"
    assert reason.evidence["consent_id"] == "con_1"
    allowed = decide(licence(consent_id="con_1"), prompt="@ada waves", **asked)
    assert (allowed.consents, allowed.licences) == (("con_1",), ("lic_1",))


def test_a_licence_does_not_help_past_the_terms_of_the_consent() -> None:
    asked = {"consents": {"ada": [consent(terms(price=PRICE, territories=("JP",)))]}}

    decision = decide(licence(consent_id="con_1"), opted_out=(), prompt="@ada waves", **asked)

    assert said(decision) == "refuse cameo.territory@1"
    assert decision.licences == ()


def test_a_consent_that_asks_nothing_is_relied_on_before_one_with_a_price() -> None:
    several = [consent(terms(price=PRICE), "con_1"), consent(terms(), "con_2")]

    decision = decide(prompt="@ada waves", opted_out=(), consents={"ada": several})

    assert (decision.consents, decision.licences) == (("con_2",), ())


@pytest.mark.parametrize(
    "doubt",
    [
        {
            "described": [
                Described("opt_fox", "wrk_fox", "F", "dsc_1", 0, 9, 0.55, "m", certain=False)
            ]
        },
        {"opted_out": (replace(FOX, contested=True),)},
        {"depictions": [Depiction(Resemblance("ref_1", 0.6, 99, 0.0), "wrk_fox", "opt_fox", "F")]},
    ],
)
def test_a_licence_that_falls_short_refuses_nothing_that_is_only_in_doubt(doubt: dict) -> None:
    facts = {"opted_out": ()} | doubt
    without = decide(**facts)
    assert without.outcome is Outcome.HOLD

    assert decide(licence(territories=("JP",)), **facts) == without
    cleared = [reason.matter for reason in without.reasons]
    assert decide(licence(territories=("JP",)), cleared=cleared, **facts).outcome is Outcome.ALLOW
