"""Descriptions of works: what they refuse and hold, in every process and from the commit on."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.db import descriptions, imports, standing
from rightsd.db.tx import Tx
from rightsd.db.vectors import Vectors
from rightsd.domain.generation import State
from rightsd.domain.policy import Decision, Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding
from rightsd.domain.review import Kind as ReviewKind
from rightsd.domain.work import Kind
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import optouts, reviews, works
from rightsd.workflows.generations import requests, withdrawals
from tests import contests, meanings, people
from tests.meanings import DESCRIBES, DESCRIPTION, INNOCENT, RESEMBLES
from tests.races import race, waits


@pytest.fixture
def tx(tx: Tx) -> Tx:
    return replace(tx, vectors=Vectors(meanings.MODEL))


@pytest.fixture
def rt(rt: Runtime) -> Runtime:
    return meanings.process(rt)


@pytest.fixture
def holder(tx: Tx) -> Principal:
    return people.account(tx, Role.RIGHTS_HOLDER)


def ask(tx: Tx, prompt: str) -> Decision:
    return requests.preflight(tx, people.account(tx, Role.CREATOR), prompt=prompt, cameos=())


def ask_in(rt: Runtime, prompt: str) -> Outcome:
    with rt.transaction() as tx:
        return ask(tx, prompt).outcome


def rules(decision: Decision) -> list[str]:
    return [reason.rule for reason in decision.reasons]


def test_a_described_work_is_refused_with_the_evidence(tx: Tx, holder: Principal) -> None:
    work = meanings.work(tx, holder)
    optout = people.optout(tx, holder, work)

    decision = ask(tx, f"Dunes at noon. {DESCRIBES}. Wind.")

    assert decision.outcome is Outcome.REFUSE
    assert rules(decision) == ["work.described"]
    evidence = decision.reasons[0].evidence
    assert (evidence["work_id"], evidence["optout_id"]) == (work.id, optout.id)
    assert evidence["model"] == meanings.MODEL.id
    assert int(evidence["closeness_per_mille"]) >= 620
    assert evidence["start"] == len("Dunes at noon. ") - 1


def test_what_may_be_it_waits_for_a_reviewer(tx: Tx, holder: Principal) -> None:
    people.optout(tx, holder, meanings.work(tx, holder))

    decision = ask(tx, RESEMBLES)

    assert (decision.outcome, rules(decision)) == (Outcome.HOLD, ["work.resembles"])


def test_a_description_is_not_hidden_by_leaving_out_full_stops(tx: Tx, holder: Principal) -> None:
    people.optout(tx, holder, meanings.work(tx, holder))
    before = "rain falls on a city street at night as people with umbrellas walk past shops"
    after = "a cook in a small kitchen fries eggs while the radio plays and a cat sleeps"

    decision = ask(tx, f"{before}, {DESCRIBES}, {after}")

    assert decision.outcome is not Outcome.ALLOW


@pytest.mark.parametrize("prompt", [INNOCENT, "a giant in the desert"])
def test_what_is_only_alike_is_allowed(tx: Tx, holder: Principal, prompt: str) -> None:
    people.optout(tx, holder, meanings.work(tx, holder))

    assert ask(tx, prompt).outcome is Outcome.ALLOW


def test_a_description_counts_only_while_its_work_is_opted_out(tx: Tx, holder: Principal) -> None:
    work = meanings.work(tx, holder)
    assert ask(tx, DESCRIBES).outcome is Outcome.ALLOW

    optout = people.optout(tx, holder, work)
    assert ask(tx, DESCRIBES).outcome is Outcome.REFUSE
    optouts.lift(tx, holder, optout.id)
    assert ask(tx, DESCRIBES).outcome is Outcome.ALLOW


def test_japanese_meets_english_both_ways(tx: Tx, holder: Principal) -> None:
    people.optout(tx, holder, meanings.work(tx, holder))
    japanese = "背中に木が生えた巨人が、肩に小さな村を乗せて果てしない砂漠を歩く"

    assert ask(tx, japanese).outcome is not Outcome.ALLOW

    other = "氷の花のかんざしをつけ、青い着物を着た雪の少女。笑うと溶けて、くしゃみで凍る。"
    people.optout(tx, holder, meanings.work(tx, holder, other, title="Yuki"))
    english = "a snow girl in a blue kimono with an ice flower hairpin laughs and melts"
    assert ask(tx, english).outcome is not Outcome.ALLOW


def test_names_are_no_part_of_a_description(tx: Tx, holder: Principal) -> None:
    work = meanings.work(tx, holder, f"Tamarok: {DESCRIPTION} They call him TAM4ROK.")

    (described,) = descriptions.of_works(tx, [work.id])[work.id]

    assert described.shown.startswith("Tamarok")
    assert "tam" not in described.read.lower()


@pytest.mark.parametrize("text", ["a giant", "Tamarok Tamarok Tamarok", "a cat sits on a sofa"])
def test_a_description_that_says_little_is_refused(tx: Tx, holder: Principal, text: str) -> None:
    with pytest.raises(RightsError) as caught:
        meanings.work(tx, holder, text)
    assert caught.value.code is Code.INVALID


def test_a_description_that_fits_much_is_refused_with_an_example(tx: Tx, holder: Principal) -> None:
    with pytest.raises(RightsError, match="as in “") as caught:
        meanings.work(tx, holder, "a white rabbit plays with a ball in a garden full of flowers")
    assert caught.value.code is Code.INVALID


def test_only_so_many_descriptions_and_only_by_the_owner(tx: Tx, holder: Principal) -> None:
    work = meanings.work(tx, holder)
    for _ in range(7):
        works.describe(tx, holder, work_id=work.id, text=DESCRIPTION)

    with pytest.raises(RightsError) as caught:
        works.describe(tx, holder, work_id=work.id, text=DESCRIPTION)
    assert caught.value.code is Code.CONFLICT
    other = people.account(tx, Role.RIGHTS_HOLDER)
    with pytest.raises(RightsError) as caught:
        works.describe(tx, other, work_id=work.id, text=DESCRIPTION)
    assert caught.value.code is Code.NOT_FOUND


def test_without_a_model_prompts_wait_if_there_is_anything_to_compare(
    tx: Tx, holder: Principal
) -> None:
    blind = replace(tx, vectors=Vectors())
    work = meanings.work(tx, holder)
    assert ask(blind, INNOCENT).outcome is Outcome.ALLOW

    people.optout(tx, holder, work)

    decision = ask(blind, INNOCENT)
    assert (decision.outcome, rules(decision)) == (Outcome.HOLD, ["work.unchecked"])
    assert decision.reasons[0].evidence == {"descriptions": 1}
    with pytest.raises(RightsError) as caught:
        meanings.work(blind, holder, title="Other")
    assert caught.value.code is Code.UNAVAILABLE


def test_what_another_model_measured_is_measured_anew(tx: Tx, holder: Principal) -> None:
    people.optout(tx, holder, meanings.work(tx, holder))
    tx.conn.execute("UPDATE rights.description SET model = 'old@1', vector = %s", (bytes(20),))

    assert ask(tx, DESCRIBES).outcome is Outcome.REFUSE


def test_an_optout_of_one_process_counts_in_another_with_its_commit(rt: Runtime) -> None:
    other = meanings.process(rt)
    with rt.transaction() as tx:
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        work = meanings.work(tx, brand)
    assert ask_in(other, DESCRIBES) is Outcome.ALLOW

    with rt.transaction() as tx:
        optout = people.optout(tx, brand, work)
        assert ask_in(other, DESCRIBES) is Outcome.ALLOW
    assert ask_in(other, DESCRIBES) is Outcome.REFUSE
    with rt.transaction() as tx:
        optouts.lift(tx, brand, optout.id)
    assert ask_in(other, DESCRIBES) is Outcome.ALLOW


def test_one_that_began_first_and_commits_last_is_not_missed(rt: Runtime) -> None:
    other = meanings.process(rt)
    with rt.transaction() as tx:
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        work = meanings.work(tx, brand)

    with rt.transaction() as early:
        early.conn.execute("SELECT pg_current_xact_id()")
        with rt.transaction() as tx:
            people.optout(
                tx,
                brand,
                meanings.work(
                    tx,
                    brand,
                    "Seven retired tram drivers steal a cathedral bell by tram.",
                    title="Bell",
                ),
            )
        assert ask_in(other, DESCRIBES) is Outcome.ALLOW
        people.optout(early, brand, work)

    assert ask_in(other, DESCRIBES) is Outcome.REFUSE


def test_what_is_rolled_back_is_not_remembered(rt: Runtime) -> None:
    class UndoneError(Exception):
        pass

    def undo() -> None:
        with rt.transaction() as tx:
            brand = people.account(tx, Role.RIGHTS_HOLDER)
            people.optout(tx, brand, meanings.work(tx, brand))
            assert ask(tx, DESCRIBES).outcome is Outcome.REFUSE
            raise UndoneError

    with pytest.raises(UndoneError):
        undo()

    assert ask_in(rt, DESCRIBES) is Outcome.ALLOW


def test_describing_and_opting_out_side_by_side_miss_neither(rt: Runtime) -> None:
    with rt.transaction() as tx:
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        work = meanings.work(tx, brand, "Seven retired tram drivers steal a cathedral bell by tram")
    assert ask_in(rt, DESCRIBES) is Outcome.ALLOW

    order = race(
        rt,
        lambda tx: works.describe(tx, brand, work_id=work.id, text=DESCRIPTION),
        lambda tx: people.optout(tx, brand, work),
    )

    assert order == ["released", "ended"]
    assert ask_in(rt, DESCRIBES) is Outcome.REFUSE


def test_describing_waits_for_an_import_before_it_keeps_releases_out(rt: Runtime) -> None:
    with rt.transaction() as tx:
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        work = works.register(tx, brand, kind=Kind.MARK, title="Tamarok", aliases=())

    order: list[str] = []

    def describe() -> None:
        with rt.transaction() as tx:
            works.describe(tx, brand, work_id=work.id, text=DESCRIPTION)
        order.append("described")

    thread = threading.Thread(target=describe)
    with rt.transaction() as tx:  # As an import does, which opts the work out.
        imports.hold_account(tx, brand.account_id)
        tx.conn.execute("SELECT FROM rights.work WHERE id = %s FOR KEY SHARE", (work.id,))
        thread.start()
        assert waits(rt)
        standing.lock_causes(tx)
        order.append("imported")
    thread.join()

    assert order == ["imported", "described"]


def test_outputs_are_withdrawn_once_they_are_described(rt: Runtime) -> None:
    with rt.transaction() as tx:
        brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
        out = people.published(tx, creator, DESCRIBES)
        other = people.published(tx, creator, RESEMBLES)
        work = works.register(tx, brand, kind=Kind.CHARACTER, title="Tamarok", aliases=())

    with rt.transaction() as tx:
        works.describe(tx, brand, work_id=work.id, text=DESCRIPTION)
    withdrawals.recheck_for_optout(rt, work.id)
    with rt.transaction() as tx:
        assert requests.view(tx, creator, out.id).generation.state is State.PUBLISHED
        people.optout(tx, brand, work)
    withdrawals.recheck_for_optout(rt, work.id)

    with rt.transaction() as tx:
        assert requests.view(tx, creator, out.id).generation.state is State.WITHDRAWN
        assert requests.view(tx, creator, other.id).generation.state is State.PUBLISHED


def test_a_description_counts_for_no_more_than_the_names_of_its_work(rt: Runtime) -> None:
    rt = meanings.process(rt)
    with rt.transaction() as tx:
        first, second = (people.account(tx, Role.RIGHTS_HOLDER) for _ in range(2))
        people.optout(tx, first, people.work(tx, first, "Tamarok"))
        later = replace(tx, now=tx.now + timedelta(days=1))
        described = meanings.work(later, second)
        people.optout(later, second, described)

    with rt.transaction() as tx:
        contested = ask(tx, DESCRIBES)
    reviews.open_conflicts(rt)
    with rt.transaction() as tx:
        about = contests.of(tx, described.id, ReviewKind.CONFLICT)
        review = contests.decide(tx, about, Finding.FIRST)
    works.settle_review(rt, review.id)

    assert rules(contested) == ["work.resembles"]
    assert ask_in(rt, DESCRIBES) is Outcome.ALLOW
