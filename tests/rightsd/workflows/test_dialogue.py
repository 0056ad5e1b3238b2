"""Every word goes through the gate: of every shot, spoken or not, asked for or made up."""

import pytest

from rightsd.db import standing, storyboards
from rightsd.db.tx import Tx
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Subject
from rightsd.workflows.generations import deciding, requests
from tests import people


@pytest.fixture
def opted_out(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    people.optout(tx, brand, people.work(tx, brand, "Nebula Fox", "ネビュラ狐"))


@pytest.mark.usefixtures("opted_out")
@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("nebula fox", {}),
        ('Shot 1: a cat. Shot 2: it says "I am Nebula Fox".', {"part": "dialogue", "shot": 2}),
        ("Shot 1: nebula fox. Shot 2: a cat.", {"shot": 1}),
        ("ショット1: 猫。ショット2:「ネビュラ狐だ」と言う", {"part": "dialogue", "shot": 2}),
        ('a cat says "n3bu1a f0x"', {"part": "dialogue"}),
    ],
)
def test_a_name_is_found_wherever_it_stands_and_the_evidence_says_where(
    tx: Tx, creator: Principal, prompt: str, place: dict[str, object]
) -> None:
    decision = requests.preflight(tx, creator, prompt=prompt, cameos=())

    (reason,) = decision.reasons
    assert reason.rule == "work.opted_out"
    assert {
        name: reason.evidence[name] for name in ("part", "shot") if name in reason.evidence
    } == (place)


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("@ada drinks whisky", {}),
        ('Shot 1: @ada. Shot 2: @ada says "whisky, please"', {"part": "dialogue", "shot": 2}),
    ],
)
def test_what_people_restricted_is_restricted_in_dialogue_too(
    tx: Tx,
    person: Principal,
    creator: Principal,
    ada: Subject,
    prompt: str,
    place: dict[str, object],
) -> None:
    people.consent(tx, person, ada, creator, restrictions="No whisky.")

    (reason,) = requests.preflight(tx, creator, prompt=prompt, cameos=()).reasons

    assert reason.rule == "cameo.restriction"
    assert reason.evidence.items() >= place.items()


@pytest.mark.usefixtures("opted_out")
def test_what_an_engine_means_to_have_said_is_judged_with_the_prompt(
    tx: Tx, creator: Principal
) -> None:
    asked = requests.request(tx, creator, wanted=people.wanted("a cat speaks"))
    wish = deciding.wish_of(asked, lines=[(1, "Hello."), (2, "I am Nebula Fox.")])

    decision = deciding.decide(tx, wish, of=asked.id)

    assert decision.outcome is Outcome.REFUSE
    assert decision.reasons[0].evidence["part"] == "dialogue"


def test_what_was_said_beyond_the_prompt_counts_for_later_optouts(
    tx: Tx, creator: Principal
) -> None:
    made, other = people.published(tx, creator, "a cat"), people.published(tx, creator, "a cat")
    said = {"shots": [{"dialogue": [{"speaker": 0, "text": "I am Nebula Fox"}]}]}
    storyboards.update(tx, made, said)
    assert standing.why_not(tx, [made, other]) == {}

    brand = people.account(tx, Role.RIGHTS_HOLDER)
    people.optout(tx, brand, people.work(tx, brand, "Nebula Fox"))

    assert set(standing.why_not(tx, [made, other])) == {made.id}
