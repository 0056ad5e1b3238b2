"""Whose output was withdrawn as someone's likeness has a person look; the person can prove it."""

import io
from pathlib import Path

import pytest

from rightsd.domain.acknowledgement import Outcome
from rightsd.domain.generation import Generation, State
from rightsd.domain.likeness import Found
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding, Review
from rightsd.domain.stopwatch import Stage as Lapped
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import likenesses, reviews, stopwatches, subjects, takedowns
from rightsd.workflows.exports import scopes, verifying, writing
from rightsd.workflows.exports.verifying import Audited
from rightsd.workflows.generations import reviewing
from tests import acknowledging, contests, enrolling, people, telling
from tests.acknowledging import KEY, answer
from tests.daemon import settle
from tests.rightsd.workflows.test_second_looks import LIKE_RED, Stage, staged

REVIEWER = Principal("acc_reviewer", Role.REVIEWER)


@pytest.fixture
def stage(rt: Runtime, tmp_path: Path) -> Stage:
    return staged(rt, tmp_path)


def found(stage: Stage) -> tuple[Generation, Found]:
    """Return an output that was withdrawn since it shows who has enrolled, and how it is known."""
    made = stage.publish(enrolling.RED)
    stage.enrol()
    stage.look()
    with stage.rt.transaction() as tx:
        (one,) = likenesses.mine(tx, stage.person)
    assert (one.generation_id, one.subject_id) == (made.id, stage.ada.id)
    assert one.state is State.WITHDRAWN
    return made, one


def ask(stage: Stage, made: Generation, actor: Principal | None = None) -> Review:
    with stage.rt.transaction() as tx:
        return reviewing.ask_about_likeness(tx, actor or stage.creator, made.id)


def decide(stage: Stage, review: Review, finding: Finding) -> None:
    with stage.rt.transaction() as tx:
        contests.decide(tx, review, finding)
    settle(stage.rt)


def refusal(stage: Stage, made: Generation, actor: Principal | None = None) -> Code:
    with pytest.raises(RightsError) as caught:
        ask(stage, made, actor)
    return caught.value.code


def test_a_reviewer_is_shown_what_was_found_and_not_who_it_is(stage: Stage) -> None:
    made, one = found(stage)

    review = ask(stage, made)

    assert (review.things, review.parties) == ((made.id, one.id), (stage.creator.account_id,))
    assert review.rules == ("output.likeness@1",)
    assert stage.ada.id not in str(review.evidence)
    assert stage.state(made) is State.WITHDRAWN


def test_it_stays_down_if_the_reviewer_confirms_and_nobody_is_asked_twice(stage: Stage) -> None:
    made, _ = found(stage)
    review = ask(stage, made)
    assert refusal(stage, made) is Code.CONFLICT  # It is asked already.

    decide(stage, review, Finding.REFUSE)

    assert stage.state(made) is State.WITHDRAWN
    assert refusal(stage, made) is Code.CONFLICT  # It was answered.


def test_it_is_out_again_if_the_reviewer_clears_it_and_no_look_takes_it_down(stage: Stage) -> None:
    made, one = found(stage)

    decide(stage, ask(stage, made), Finding.ALLOW)
    stage.enrol()
    stage.look()

    assert stage.state(made) is State.PUBLISHED
    assert refusal(stage, made) is Code.CONFLICT
    with stage.rt.transaction() as tx:
        assert [each.state for each in likenesses.mine(tx, stage.person)] == [State.PUBLISHED]
        events = tx.conn.execute(
            """
            SELECT kind, convert_from(body, 'UTF8')::json -> 'data' ->> 'because_of'
            FROM ledger.entry WHERE subject = %s ORDER BY "index" DESC LIMIT 2
            """,
            (made.id,),
        ).fetchall()
    assert events == [("generation.restored", one.id), ("generation.withdrawn", one.id)]


def test_what_was_cleared_of_one_person_is_taken_down_for_another(stage: Stage) -> None:
    made, one = found(stage)
    decide(stage, ask(stage, made), Finding.ALLOW)
    with stage.rt.transaction() as tx:
        subjects.unenrol(tx, stage.person, stage.ada.id)
        twin = people.subject(tx, people.account(tx, Role.PERSON), "twin")

    Stage(stage.rt, stage.person, stage.creator, twin, stage.folder).enrol()
    stage.look()

    assert stage.state(made) is State.WITHDRAWN
    again = ask(stage, made)
    assert again.things != (made.id, one.id)


@pytest.mark.parametrize(
    ("finding", "state"), [(Finding.ALLOW, State.PUBLISHED), (Finding.REFUSE, State.WITHDRAWN)]
)
def test_a_creator_appeals_and_another_reviewer_has_the_last_word(
    stage: Stage, finding: Finding, state: State
) -> None:
    made, _ = found(stage)
    review = ask(stage, made)
    decide(stage, review, Finding.REFUSE)

    with stage.rt.transaction() as tx:
        reviews.appeal(tx, stage.creator, review.id, objection="It is my sister.")
    decide(stage, review, finding)

    assert stage.state(made) is state


def test_something_else_against_it_keeps_it_down(stage: Stage) -> None:
    made, _ = found(stage)
    review = ask(stage, made)
    with stage.rt.transaction() as tx:
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        people.optout(tx, brand, people.work(tx, brand, "red ball"))

    decide(stage, review, Finding.ALLOW)

    assert stage.state(made) is State.WITHDRAWN


def test_only_whose_output_was_withdrawn_for_that_asks(stage: Stage) -> None:
    made, _ = found(stage)
    doubtful = stage.publish(LIKE_RED)
    stage.look()
    with stage.rt.transaction() as tx:
        other = people.account(tx, Role.CREATOR)

    assert refusal(stage, made, other) is Code.NOT_FOUND
    assert refusal(stage, made, stage.person) is Code.NOT_FOUND
    assert refusal(stage, made, REVIEWER) is Code.FORBIDDEN
    assert refusal(stage, doubtful) is Code.CONFLICT


def test_when_they_have_left_nothing_leads_to_them_and_nothing_is_left_to_ask(
    stage: Stage,
) -> None:
    made, one = found(stage)
    with stage.rt.transaction() as tx:
        subjects.unenrol(tx, stage.person, stage.ada.id)

    assert refusal(stage, made) is Code.CONFLICT
    with stage.rt.transaction() as tx:
        assert likenesses.mine(tx, stage.person) == []
        with pytest.raises(RightsError):
            stopwatches.show(tx, stage.person, one.id)


def prove(rt: Runtime, folder: Path, cause_id: str) -> Audited:
    file = io.BytesIO()
    writing.audit(rt, file, scope=scopes.takedown(cause_id))
    path = folder / "takedown.tar"
    path.write_bytes(file.getvalue())
    return verifying.verify(path, verifying.trust_keys([rt.log_keys.make(1).vkey]))


def test_the_person_has_a_stopwatch_and_a_proof_of_it(stage: Stage) -> None:
    with stage.rt.transaction() as tx:
        platform = acknowledging.register(tx, KEY)
    made, one = found(stage)
    telling.fan_out(stage.rt)
    (told,) = acknowledging.deliveries_of(stage.rt, platform)
    with stage.rt.transaction() as tx:
        answer(tx, platform, told, Outcome.REMOVED)
    settle(stage.rt)

    proof = prove(stage.rt, stage.folder, one.id)
    with stage.rt.transaction() as tx:
        watch = stopwatches.show(tx, stage.person, one.id)
        spreads = stopwatches.spreads(
            tx, REVIEWER, begins=watch.committed_at, ends=tx.now.replace(year=tx.now.year + 1)
        )

    assert watch.committed_at == one.withdrawn_at
    assert (watch.withdrawn.count, watch.withdrawn.seconds) == (1, 0)
    assert [(laps.deliveries, laps.answered.count) for laps in watch.platforms] == [(1, 1)]
    # It took no time, and says nothing of how long others take.
    assert [each.causes for each in spreads if each.stage is Lapped.WITHDRAWN] == [0]
    proven = proof.takedown
    assert proven is not None
    assert (proven.decision.event.kind, proven.outputs) == ("generation.withdrawn", 1)
    assert proven.answers[Outcome.REMOVED] == 1
    assert made.id == proven.decision.event.subject


def test_proof_and_stopwatch_are_for_those_whose_it_is(stage: Stage) -> None:
    _, one = found(stage)
    with stage.rt.transaction() as tx:
        stranger, agent = people.account(tx, Role.PERSON), people.account(tx, Role.RIGHTS_HOLDER)
        people.delegation(tx, stage.person, stage.ada, agent)

        for actor in (stage.person, agent, REVIEWER):
            assert takedowns.part_for(tx, actor, one.id) is None
            assert stopwatches.show(tx, actor, one.id).withdrawn.count == 1
        assert [each.id for each in likenesses.mine(tx, agent)] == [one.id]
        assert takedowns.part_for(tx, stage.creator, one.id) is None  # Against whom it goes.
        assert likenesses.mine(tx, stranger) == []
        for read in (takedowns.part_for, stopwatches.show):
            with pytest.raises(RightsError) as caught:
                read(tx, stranger, one.id)
            assert caught.value.code is Code.NOT_FOUND


def test_a_likeness_of_nothing_that_was_withdrawn_proves_nothing(stage: Stage) -> None:
    found(stage)

    with pytest.raises(RightsError) as caught:
        prove(stage.rt, stage.folder, f"lik_{'0' * 32}")

    assert caught.value.code is Code.NOT_FOUND
