"""What is made of an output stands and falls with it."""

from datetime import timedelta

import pytest

from rightsd.db import generations, lineages, request_references
from rightsd.db.request_references import RequestReference
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain.generation import Generation, State
from rightsd.domain.lineage import DEPTH_MAX, By
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.recognition import UNSEEN
from rightsd.domain.revocation import Mode, Scope, Target
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import consents, revocations, stopwatches
from rightsd.workflows.generations import deciding, requests, uses, withdrawals
from tests import people
from tests.daemon import settle
from tests.races import race


def _state(tx: Tx, generation: Generation) -> tuple[State, str | None]:
    found = generations.find(tx, generation.id)
    assert found is not None
    return found.state, found.because_of


def _line(tx: Tx) -> tuple[Principal, Principal, list[Generation]]:
    """Return a person, a creator, and outputs each made of the one before; the first casts them."""
    person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
    people.consent(tx, person, people.subject(tx, person), creator)
    line = [people.published(tx, creator, "@ada waves")]
    for _ in range(2):
        line.append(people.published(tx, creator, remix_of=line[-1].id))
    return person, creator, line


def _asked_one_after_the_other(tx: Tx, line: list[Generation]) -> None:
    for seconds, output in enumerate(line):
        tx.conn.execute(
            "UPDATE rights.generation SET requested_at = %s WHERE id = %s",
            (tx.now - timedelta(seconds=len(line) - seconds), output.id),
        )


def test_what_stands_against_an_output_stands_against_all_made_of_it(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator, line = _line(tx)
        consents.revoke(tx, person, line[0].decision.consents[0])

        for output in line:
            with pytest.raises(RightsError) as caught:
                requests.download(tx, creator, output.id)
            assert caught.value.code is Code.WITHDRAWN
    settle(rt)

    with rt.transaction() as tx:
        cause = line[0].decision.consents[0]
        assert [_state(tx, output) for output in line] == [(State.WITHDRAWN, cause)] * 3


def test_lifting_restores_the_whole_line(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, _, line = _line(tx)
        _asked_one_after_the_other(tx, line)
        of = Target(Scope.GENERATION, generation_id=line[0].id)
        made = revocations.make(tx, person, of=of, mode=Mode.SUSPEND)
    settle(rt)
    with rt.transaction() as tx:
        assert [_state(tx, output) for output in line] == [(State.WITHDRAWN, made.id)] * 3
        revocations.lift(tx, person, made.id)
    settle(rt)

    with rt.transaction() as tx:
        assert [_state(tx, output) for output in line] == [(State.PUBLISHED, None)] * 3


def test_what_someone_objected_to_takes_its_remixes_along_without_a_job(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, _, line = _line(tx)
        uses.object_to(tx, person, line[0].id)
        subject_id = line[0].wanted.people[0]
    while withdrawals.end_remixes(rt):
        pass

    with rt.transaction() as tx:
        assert [_state(tx, output) for output in line] == [(State.WITHDRAWN, subject_id)] * 3


def test_nothing_new_is_made_of_what_may_not_be_shown(tx: Tx) -> None:
    person, creator, line = _line(tx)
    under_way = requests.request(tx, creator, wanted=people.wanted(), remix_of=line[-1].id)
    assert under_way.state is State.REQUESTED
    consents.revoke(tx, person, line[0].decision.consents[0])

    asked = requests.preflight(tx, creator, prompt="a ball", cameos=(), remix_of=line[-1].id)
    release = deciding.decide(tx, deciding.wish_of(under_way), of=under_way.id, hold=True)

    for decision in (asked, release):
        assert decision.outcome is Outcome.REFUSE
        assert {reason.rule for reason in decision.reasons} == {"remix.ended"}


def test_one_may_remix_ones_own_output_or_one_that_shows_oneself(tx: Tx) -> None:
    person, creator, line = _line(tx)
    stranger = people.account(tx, Role.CREATOR)

    requests.preflight(tx, person, prompt="a ball", cameos=(), remix_of=line[0].id)
    for output, actor in ((line[0], stranger), (line[1], person)):
        with pytest.raises(RightsError) as caught:
            requests.preflight(tx, actor, prompt="a ball", cameos=(), remix_of=output.id)
        assert caught.value.code is Code.NOT_FOUND
    refused = people.refused(tx, creator)
    with pytest.raises(RightsError, match="no such output"):
        requests.preflight(tx, creator, prompt="a ball", cameos=(), remix_of=refused.id)


def test_a_line_of_remixes_has_an_end(tx: Tx) -> None:
    creator = people.account(tx, Role.CREATOR)
    last = people.published(tx, creator)
    for _ in range(DEPTH_MAX - 1):
        last = people.published(tx, creator, remix_of=last.id)
    assert len(lineages.above(tx, [last.id])[last.id]) == DEPTH_MAX - 1

    with pytest.raises(RightsError) as caught:
        people.published(tx, creator, remix_of=last.id)

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize("end", ["consent", "output"])
def test_what_ends_an_output_waits_for_a_release_of_what_is_made_of_it(
    rt: Runtime, end: str
) -> None:
    with rt.transaction() as tx:
        person, creator, line = _line(tx)
        asked = requests.request(tx, creator, wanted=people.wanted(), remix_of=line[-1].id)

    def hold(tx: Tx) -> None:
        lineages.lock(tx, asked.id)
        decision = deciding.decide(tx, deciding.wish_of(asked), of=asked.id, hold=True)
        assert decision.outcome is Outcome.ALLOW

    def ending(tx: Tx) -> None:
        if end == "consent":
            consents.revoke(tx, person, line[0].decision.consents[0])
        else:
            uses.object_to(tx, person, line[0].id)

    assert race(rt, hold, ending) == ["released", "ended"]


def test_a_reference_that_shows_an_output_makes_it_a_parent(tx: Tx) -> None:
    person, creator, line = _line(tx)
    sent = RequestReference(
        id=ids.new("rqr"),
        account_id=creator.account_id,
        sha256="0" * 64,
        moments=[],
        channels=[],
        copies=(line[0].id,),
        likes=(),
        matched_through=0,
        seen=UNSEEN,
        uploaded_at=tx.now,
        generation_id=None,
    )
    request_references.insert(tx, sent, None)

    asked = requests.request(tx, creator, wanted=people.wanted(), sent_ids=[sent.id])

    assert asked.state is State.REQUESTED
    assert lineages.above(tx, [asked.id]) == {asked.id: [line[0].id]}
    uses.object_to(tx, person, line[0].id)
    release = deciding.decide(tx, deciding.wish_of(asked), of=asked.id, hold=True)
    assert [reason.rule for reason in release.reasons] == ["remix.ended"]


def test_the_output_that_a_request_names_is_the_first_of_its_parents(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        made = [people.published(tx, creator) for _ in range(4)]
        child, named = made[0], max(one.id for one in made[1:])
        found = {one.id: By.SHOWN for one in made[1:]} | {named: By.NAMED}
        lineages.insert(tx, child.id, found)

        first, *others = lineages.parents(tx, child.id, limit=9)

        assert first == named
        assert others == sorted(set(found) - {named})
        assert lineages.parents(tx, child.id, limit=2) == [first, others[0]]


def test_what_is_made_of_two_counts_for_what_ended_either(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        parents = [people.published(tx, creator) for _ in range(2)]
        child = people.published(tx, creator, remix_of=parents[0].id)
        lineages.insert(tx, child.id, {parents[1].id: By.SHOWN})
        made = [
            revocations.make(
                *(tx, reviewer),
                of=Target(Scope.GENERATION, generation_id=each.id),
                mode=Mode.SUSPEND,
                reason="a leak",
            )
            for each in parents
        ]
        for parent, each in zip(parents, made, strict=True):
            people.withdrawn(tx, parent.id, {"because_of": each.id})

    while withdrawals.end_remixes(rt):
        pass

    with rt.transaction() as tx:
        counts = [stopwatches.show(tx, reviewer, each.id).withdrawn.count for each in made]
        assert _state(tx, child)[0] is State.WITHDRAWN
    assert counts == [2, 2]
