"""What a wish costs, and what is permitted instead of one that is refused."""

from datetime import timedelta

import pytest

from rightsd.db.tx import Tx
from rightsd.domain import policy
from rightsd.domain.policy import Outcome
from rightsd.domain.price import Per, Price
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Subject
from rightsd.domain.terms import PERSONAL, Audience, Purpose, Use
from rightsd.domain.topics import Topic
from rightsd.domain.work import Work
from rightsd.workflows import offers, subjects
from rightsd.workflows.generations import advice, deciding, requests
from rightsd.workflows.generations.advice import Advice, Alternative
from tests import people

PROMPT = "nebula fox in a park"
SECONDS = 4


@pytest.fixture
def brand(tx: Tx) -> Principal:
    return people.account(tx, Role.RIGHTS_HOLDER)


@pytest.fixture
def fox(tx: Tx, brand: Principal) -> Work:
    return opted_out(tx, brand, "Nebula Fox")


def opted_out(tx: Tx, brand: Principal, title: str) -> Work:
    work = people.work(tx, brand, title)
    people.optout(tx, brand, work)
    return work


def ask(
    tx: Tx, creator: Principal, prompt: str = PROMPT, use: Use = PERSONAL, cameos: tuple = ()
) -> Advice:
    """Return the advice, having seen that each alternative is what the gate then says."""
    decision = requests.preflight(tx, creator, prompt=prompt, cameos=cameos, use=use)
    wish = policy.wish_of(creator.account_id, prompt, cameos, use)
    said = advice.on(tx, wish, decision, seconds=SECONDS)
    for each in said.alternatives:
        if not [cost for cost in each.costs if cost.licence_id is None]:
            assert deciding.decide(tx, each.wish).outcome is each.outcome
    return said


def change(of: Alternative) -> tuple[str, ...]:
    """Return what an alternative changes, in short."""
    wish = of.wish
    use = [*wish.use.territories, *wish.use.platforms, *wish.use.languages]
    accept = [cost.offer_id for cost in of.costs if cost.licence_id is None]
    purpose = [wish.use.purpose.value] if wish.use.purpose is not Purpose.PERSONAL else []
    return (*accept, *use, *purpose, *(f"-{each}" for each in of.leave_out))


def changes(said: Advice) -> list[tuple[str, ...]]:
    return [change(each) for each in said.alternatives]


def test_what_is_allowed_has_no_alternatives_and_costs_nothing(tx: Tx, creator: Principal) -> None:
    assert ask(tx, creator, "a red ball") == Advice()


def test_an_offer_that_would_allow_the_very_wish_comes_first_with_its_price(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    dear = people.offer(tx, brand, fox, Price(200, "EUR", Per.SECOND))
    cheap = people.offer(tx, brand, fox, Price(100, "EUR", Per.CLIP))
    flat = people.offer(tx, brand, fox, Price(5000, "EUR", Per.FLAT))

    said = ask(tx, creator)

    assert changes(said) == [(cheap.id,), (dear.id,), (flat.id,), ("-nebula fox",)]
    assert [cost.due for each in said.alternatives for cost in each.costs] == [100, 800, 5000]
    assert said.alternatives[0].wish.prompt == PROMPT
    assert said.alternatives[3].wish.prompt == "in a park"


def test_what_an_alternative_promises_comes_true_once_its_offer_is_accepted(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    made = people.offer(tx, brand, fox, Price(100, "EUR", Per.SECOND), territories=("JP",))
    first = ask(tx, creator).alternatives[0]
    assert change(first) == (made.id, "JP")

    licence = people.licence(tx, creator, made)

    now = ask(tx, creator, use=first.wish.use)
    assert now.alternatives == ()
    assert [(cost.licence_id, cost.due) for cost in now.costs] == [(licence.id, 400)]


def test_offers_for_others_and_those_that_ended_are_not_shown(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    other = people.account(tx, Role.CREATOR)
    people.offer(tx, brand, fox, grantees=(other.account_id,))
    offers.withdraw(tx, brand, people.offer(tx, brand, fox).id)
    people.offer(tx, brand, fox, expires_at=tx.now + timedelta(days=1))
    people.offer(tx, brand, fox, starts_at=tx.now + timedelta(days=1))

    assert len(ask(tx, creator).alternatives) == 2  # Leaving the fox out, and the third.
    tx.now += timedelta(days=2)
    assert len(ask(tx, creator).alternatives) == 2  # Leaving the fox out, and the fourth.


def test_every_work_that_is_in_the_way_needs_an_offer(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    owl = opted_out(tx, brand, "Orbit Owl")
    two = [people.offer(tx, brand, work) for work in (fox, owl)]

    said = ask(tx, creator, "nebula fox meets orbit owl")

    assert [set(each) for each in changes(said)] == [
        {each.id for each in two},
        {"-nebula fox", "-orbit owl"},
    ]


def test_what_has_no_offer_is_left_out_and_the_rest_is_licensed(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    opted_out(tx, brand, "Orbit Owl")
    made = people.offer(tx, brand, fox)

    said = ask(tx, creator, "nebula fox meets orbit owl")

    assert [set(each) for each in changes(said)] == [
        {made.id, "-orbit owl"},
        {"-nebula fox", "-orbit owl"},
    ]
    assert said.alternatives[0].wish.prompt == "nebula fox meets"


def test_a_name_that_stands_there_twice_is_left_out_twice(
    tx: Tx, creator: Principal, fox: Work
) -> None:
    said = ask(tx, creator, "nebula fox waves, then n3bula fox sleeps")

    assert [each.wish.prompt for each in said.alternatives] == ["waves, then sleeps"]


def test_a_prompt_of_which_nothing_is_left_is_no_alternative(
    tx: Tx, creator: Principal, fox: Work
) -> None:
    assert ask(tx, creator, "nebula fox").alternatives == ()


def test_people_who_have_not_consented_are_left_out_by_name(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    said = ask(tx, creator, "@ada waves, a ball rolls, @ADA laughs", cameos=("nobody",))

    (only,) = said.alternatives
    assert set(only.leave_out) == {"@ada", "@nobody"}
    assert only.wish.prompt == "waves, a ball rolls, laughs"
    assert only.wish.cameos == ()


def test_nothing_is_said_of_consents_that_are_not_meant_for_who_asks(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    before = ask(tx, creator, "@ada waves")
    other = people.account(tx, Role.CREATOR)
    price = Price(300, "JPY", Per.CLIP)
    for to in ({"grantees": (other.account_id,)}, {"audience": Audience.MUTUALS}):
        given = people.consent(tx, person, ada, price=price, territories=("JP",), **to)
        offers.make_on_consent(tx, person, given.id)
        people.consent(tx, person, ada, territories=("JP",), **to)

    assert ask(tx, creator, "@ada waves") == before


def test_who_pauses_is_left_out_whatever_they_offer(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    given = people.consent(
        tx, person, ada, audience=Audience.EVERYONE, price=Price(300, "JPY", Per.CLIP)
    )
    offers.make_on_consent(tx, person, given.id)
    subjects.pause(tx, person, ada.id)

    assert changes(ask(tx, creator, "@ada waves")) == [("-@ada",)]


def test_a_likeness_with_a_price_is_offered(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    price = Price(300, "JPY", Per.CLIP)
    given = people.consent(tx, person, ada, audience=Audience.EVERYONE, price=price)
    made = offers.make_on_consent(tx, person, given.id).offer

    said = ask(tx, creator, "@ada waves")

    assert changes(said) == [(made.id,), ("-@ada",)]
    (cost,) = said.alternatives[0].costs
    assert (cost.price, cost.due) == (price, 300)


@pytest.mark.parametrize(
    ("terms", "use", "expected"),
    [
        ({"territories": ("JP", "US")}, PERSONAL, ("JP", "US")),
        ({"territories": ("JP",)}, Use(territories=("FR", "JP")), ("JP",)),
        ({"territories": ("JP",)}, Use(territories=("FR",)), ("JP",)),
        ({"platforms": ("tube.example",)}, PERSONAL, ("tube.example",)),
        ({"languages": ("en",)}, Use(languages=("en-gb", "fr")), ("en-gb",)),
        ({"purposes": (Purpose.EDUCATION,)}, PERSONAL, ("education",)),
        (
            {"purposes": (Purpose.EDUCATION,), "territories": ("JP",)},
            PERSONAL,
            ("JP", "education"),
        ),
    ],
)
def test_a_narrower_or_other_use_is_proposed_for_the_same_prompt(
    tx: Tx,
    person: Principal,
    creator: Principal,
    ada: Subject,
    terms: dict,
    use: Use,
    expected: tuple,
) -> None:
    people.consent(tx, person, ada, creator, **terms)

    said = ask(tx, creator, "@ada waves", use)

    assert changes(said)[0] == expected
    assert said.alternatives[0].wish.prompt == "@ada waves"


def test_uses_of_several_people_are_brought_together(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    other = people.account(tx, Role.PERSON)
    bob = people.subject(tx, other, "bob")
    people.consent(tx, person, ada, creator, territories=("JP", "US"))
    people.consent(tx, other, bob, creator, territories=("JP", "FR"), per_use_approval=True)

    said = ask(tx, creator, "@ada and @bob dance")

    assert changes(said)[0] == ("JP",)
    assert said.alternatives[0].outcome is Outcome.HOLD


def test_words_are_left_out_before_people(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, creator, denied_topics=(Topic.POLITICS,))

    said = ask(tx, creator, "@ada votes in a park")

    assert changes(said) == [("-votes",), ("-@ada",)]
    assert said.alternatives[0].wish.prompt == "@ada in a park"


def test_words_that_a_licence_denies_are_left_out_before_the_work(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    people.licence(tx, creator, people.offer(tx, brand, fox, denied_topics=(Topic.POLITICS,)))

    said = ask(tx, creator, "nebula fox votes in a park")

    assert [each.wish.prompt for each in said.alternatives] == [
        "nebula fox in a park",
        "in a park",
    ]


def test_the_order_is_the_same_each_time(
    tx: Tx, brand: Principal, person: Principal, creator: Principal, ada: Subject, fox: Work
) -> None:
    for amount in (300, 100, 200):
        people.offer(tx, brand, fox, Price(amount, "EUR", Per.CLIP), territories=("JP",))
    people.consent(tx, person, ada, creator, denied_topics=(Topic.POLITICS,))

    first = ask(tx, creator, "@ada votes for nebula fox")

    assert first.alternatives
    assert all(ask(tx, creator, "@ada votes for nebula fox") == first for _ in range(3))


def test_however_much_is_in_the_way_few_things_are_tried(
    tx: Tx, brand: Principal, creator: Principal
) -> None:
    titles = [f"{one} Fox" for one in ("Nebula", "Comet", "Quasar", "Pulsar", "Meteor", "Galaxy")]
    for title in titles:
        work = opted_out(tx, brand, title)
        for _ in range(4):
            people.offer(tx, brand, work, starts_at=tx.now + timedelta(days=1))
    wish = policy.wish_of(creator.account_id, f"{', '.join(titles * 4)} meet", ())
    facts = deciding.facts_about(tx, wish)
    search = advice._Search(tx, SECONDS, None, [])

    search.try_all(wish, facts, policy.decide(wish, facts, tx.now), ())

    assert search._tries <= advice.TRIES_MAX
    assert len(search.found) <= advice.SHOWN_MAX
    assert search._tries > advice.SHOWN_MAX


def test_an_offer_is_combined_with_leaving_out_the_words_that_it_denies(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    made = people.offer(tx, brand, fox, denied_topics=(Topic.ALCOHOL,))

    said = ask(tx, creator, "nebula fox drinks beer in a park")

    assert changes(said) == [(made.id, "-beer"), ("-nebula fox",)]
    assert said.alternatives[0].wish.prompt == "nebula fox drinks in a park"
