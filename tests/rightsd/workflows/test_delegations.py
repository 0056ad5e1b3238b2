"""Letting others act: what they can do, what they cannot, and when it ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from rightsd.db.tx import Tx
from rightsd.domain.ceiling import Ceiling
from rightsd.domain.delegation import Kind, Scope, State, Verb
from rightsd.domain.generation import State as GenerationState
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import State as SubjectState
from rightsd.domain.subject import Subject
from rightsd.domain.terms import Audience, Purpose
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import consents, delegations, subjects
from rightsd.workflows.generations import requests, uses
from tests import people
from tests.daemon import settle
from tests.races import race

PROMPT = "@ada waves in a park"


@pytest.fixture
def agent(tx: Tx) -> Principal:
    return people.account(tx, Role.RIGHTS_HOLDER)


@pytest.fixture
def guardian(tx: Tx) -> Principal:
    return people.account(tx, Role.PERSON)


@pytest.fixture
def child(tx: Tx, person: Principal) -> Subject:
    return people.subject(tx, person, "kim", born="2020-05")


def code(attempt: Callable[[], object]) -> Code | None:
    try:
        attempt()
    except RightsError as error:
        return error.code
    return None


def test_a_delegate_grants_within_the_ceiling_and_it_is_on_record_who_did(
    tx: Tx, person: Principal, ada: Subject, agent: Principal, creator: Principal
) -> None:
    made = people.delegation(
        tx, person, ada, agent, verbs=[Verb.GRANT], ceiling=Ceiling(quota_total=3)
    )

    given = people.consent(tx, agent, ada, creator, quota_total=3)

    assert given.account_id == person.account_id
    assert tx.events[-1].data["account_id"] == person.account_id
    assert tx.events[-1].data["by"] == agent.account_id
    assert tx.events[-1].data["under"] == [made.id]
    assert code(lambda: people.consent(tx, agent, ada, creator, quota_total=4)) is Code.FORBIDDEN
    assert code(lambda: consents.revoke(tx, agent, given.id)) is Code.FORBIDDEN
    assert consents.revoke(tx, person, given.id).ended_at is not None
    assert "by" not in tx.events[-1].data


def test_a_delegate_sees_approves_and_objects_as_far_as_they_were_let(
    tx: Tx, person: Principal, ada: Subject, agent: Principal, creator: Principal
) -> None:
    people.consent(tx, person, ada, creator, per_use_approval=True)
    one, other = (requests.request(tx, creator, wanted=people.wanted(PROMPT)) for _ in range(2))
    assert code(lambda: uses.approve(tx, agent, one.id)) is Code.NOT_FOUND
    assert uses.mine(tx, agent, before=None) == []
    made = people.delegation(tx, person, ada, agent, verbs=[Verb.SEE, Verb.APPROVE, Verb.OBJECT])

    seen = uses.mine(tx, agent, before=None)
    approved = uses.approve(tx, agent, one.id)
    approving = tx.events[-1]
    objected = uses.object_to(tx, agent, other.id)

    assert {use.generation.id for use in seen} == {one.id, other.id}
    assert seen[0].people == (ada.id,)
    assert seen[0].rests_on
    assert approved.generation.state is GenerationState.REQUESTED
    assert objected.generation.state is GenerationState.REFUSED
    for event in (approving, tx.events[-1]):
        assert (event.data["by"], event.data["under"]) == (agent.account_id, [made.id])
    assert subjects.mine(tx, person)
    assert code(lambda: subjects.pause(tx, agent, ada.id)) is Code.FORBIDDEN


def test_an_agent_is_never_let_unenrol_or_enrol(
    tx: Tx, person: Principal, ada: Subject, agent: Principal
) -> None:
    for kind in (Kind.AGENT, Kind.GUILD):
        for verb in (Verb.UNENROL, Verb.ENROL):
            assert (
                code(lambda v=verb, k=kind: people.delegation(tx, person, ada, agent, k, [v]))
                is Code.INVALID
            )


def test_nothing_is_done_before_it_is_accepted_or_after_it_ended(
    tx: Tx, person: Principal, ada: Subject, agent: Principal
) -> None:
    scope = Scope(Kind.AGENT, (Verb.PAUSE,))
    offered = delegations.offer(
        tx, person, subject_id=ada.id, delegate_id=agent.account_id, scope=scope
    )
    assert code(lambda: subjects.pause(tx, agent, ada.id)) is Code.NOT_FOUND
    delegations.accept(tx, agent, offered.id)
    assert subjects.pause(tx, agent, ada.id).state is SubjectState.PAUSED
    subjects.resume(tx, person, ada.id)

    ended = delegations.end(tx, person, offered.id)

    assert ended.state is State.ENDED
    assert code(lambda: subjects.pause(tx, agent, ada.id)) is Code.NOT_FOUND


def test_only_who_is_asked_answers_and_strangers_are_told_nothing(
    tx: Tx, person: Principal, ada: Subject, agent: Principal, guardian: Principal
) -> None:
    offered = delegations.offer(
        tx,
        person,
        subject_id=ada.id,
        delegate_id=agent.account_id,
        scope=Scope(Kind.AGENT, (Verb.SEE,)),
    )

    assert code(lambda: delegations.accept(tx, person, offered.id)) is Code.FORBIDDEN
    for do in (delegations.accept, delegations.decline, delegations.end):
        assert code(lambda do=do: do(tx, guardian, offered.id)) is Code.NOT_FOUND
    assert delegations.decline(tx, agent, offered.id).state is State.DECLINED
    assert code(lambda: delegations.accept(tx, agent, offered.id)) is Code.CONFLICT


def test_who_cannot_act_for_others_is_not_asked(
    tx: Tx, person: Principal, ada: Subject, creator: Principal, child: Subject
) -> None:
    brand, minor = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.PERSON)
    people.subject(tx, minor, "lee", born="2015-01")

    for to, kind in (
        (creator, Kind.AGENT),
        (person, Kind.AGENT),
        (Principal("acc_" + "0" * 32, Role.PERSON), Kind.AGENT),
        (brand, Kind.GUARDIAN),
        (minor, Kind.GUARDIAN),
    ):
        assert (
            code(lambda to=to, kind=kind: people.delegation(tx, person, child, to, kind))
            is Code.INVALID
        )
    people.delegation(tx, person, ada, brand)
    assert code(lambda: people.delegation(tx, person, ada, brand)) is Code.CONFLICT


def test_an_estate_acts_once_a_reviewer_has_seen_evidence(
    tx: Tx, person: Principal, ada: Subject, agent: Principal
) -> None:
    reviewer = people.account(tx, Role.REVIEWER)
    estate = people.delegation(tx, person, ada, agent, Kind.ESTATE, [Verb.UNENROL])
    other = people.delegation(tx, person, ada, people.account(tx, Role.PERSON))
    assert code(lambda: subjects.unenrol(tx, agent, ada.id)) is Code.NOT_FOUND
    assert code(lambda: delegations.activate(tx, agent, estate.id, evidence="x")) is Code.FORBIDDEN
    assert code(lambda: delegations.activate(tx, reviewer, other.id, evidence="x")) is Code.CONFLICT

    active = delegations.activate(tx, reviewer, estate.id, evidence="certificate 12")

    assert (active.state, active.evidence) == (State.ACTIVE, "certificate 12")
    assert "certificate" not in str(tx.events[-1].data)
    assert subjects.unenrol(tx, agent, ada.id).state is SubjectState.UNENROLLED
    kinds = [event.kind for event in tx.events]
    assert kinds.count("delegation.ended") == 2
    assert code(lambda: delegations.end(tx, agent, estate.id)) is Code.CONFLICT


def test_a_minor_is_cast_by_nobody_until_a_guardian_lets_them(
    tx: Tx, person: Principal, child: Subject, guardian: Principal, creator: Principal
) -> None:
    assert code(lambda: people.consent(tx, person, child, creator)) is Code.FORBIDDEN
    agent = people.account(tx, Role.RIGHTS_HOLDER)
    people.delegation(tx, person, child, agent, verbs=[Verb.GRANT, Verb.APPROVE])
    assert code(lambda: people.consent(tx, agent, child, creator)) is Code.FORBIDDEN
    people.delegation(
        tx, person, child, guardian, Kind.GUARDIAN, [Verb.GRANT, Verb.APPROVE, Verb.SEE]
    )

    given = people.consent(tx, guardian, child, creator)
    wanted = people.wanted("@kim reads a book in a library")
    asked = requests.request(tx, creator, wanted=wanted)

    assert given.terms.per_use_approval
    assert Topic.SEXUAL in given.terms.denied_topics
    assert Purpose.ADVERTISING not in given.terms.purposes
    assert asked.state is GenerationState.HELD
    assert code(lambda: uses.approve(tx, person, asked.id)) is Code.FORBIDDEN
    assert uses.approve(tx, guardian, asked.id).generation.state is GenerationState.REQUESTED
    kissed = people.wanted("@kim kisses someone on a date")
    assert requests.request(tx, creator, wanted=kissed).state is GenerationState.REFUSED
    wide = {"audience": Audience.EVERYONE}
    assert code(lambda: people.consent(tx, guardian, child, **wide)) is Code.INVALID


def test_a_minor_closes_by_themselves_and_does_not_dismiss_their_guardian(
    tx: Tx, person: Principal, child: Subject, guardian: Principal, creator: Principal
) -> None:
    made = people.delegation(tx, person, child, guardian, Kind.GUARDIAN, [Verb.GRANT])
    given = people.consent(tx, guardian, child, creator)

    assert code(lambda: delegations.end(tx, person, made.id)) is Code.FORBIDDEN
    friend = people.account(tx, Role.PERSON)
    assert (
        code(lambda: people.delegation(tx, person, child, friend, Kind.GUARDIAN)) is Code.CONFLICT
    )
    assert consents.revoke(tx, person, given.id).ended_at is not None
    subjects.pause(tx, person, child.id)
    assert code(lambda: subjects.resume(tx, person, child.id)) is Code.FORBIDDEN
    assert subjects.unenrol(tx, person, child.id).state is SubjectState.UNENROLLED


def test_nothing_loosens_by_itself_when_a_minor_comes_of_age(
    tx: Tx, person: Principal, guardian: Principal, creator: Principal
) -> None:
    child = people.subject(tx, person, "kim", born="2012-01")
    made = people.delegation(tx, person, child, guardian, Kind.GUARDIAN, [Verb.GRANT, Verb.APPROVE])
    given = people.consent(tx, guardian, child, creator)
    grown = Tx(tx.conn, tx.now + timedelta(days=60), tx.kek)

    asked = requests.request(grown, creator, wanted=people.wanted("@kim reads a book"))

    assert asked.state is GenerationState.HELD
    assert consents.mine(grown, person)[0].terms == given.terms
    assert uses.approve(grown, person, asked.id).generation.state is GenerationState.REQUESTED
    assert people.consent(grown, person, child, creator).terms.denied_topics == ()
    assert delegations.end(grown, person, made.id).state is State.ENDED


def test_a_consent_is_under_the_text_that_was_shown(
    tx: Tx, person: Principal, ada: Subject, creator: Principal
) -> None:
    given = consents.grant(
        tx,
        person,
        subject_id=ada.id,
        terms=people.Terms(grantees=(creator.account_id,)),
        text="grant.1.ja",
    )

    assert given.text is not None
    assert tx.events[-1].data["text"] == "grant.1.ja"
    assert tx.events[-1].data["text_sha256"] == given.text.sha256
    assert consents.mine(tx, person)[0].text == given.text
    assert (
        code(
            lambda: consents.grant(
                tx, person, subject_id=ada.id, terms=given.terms, text="grant.7.en"
            )
        )
        is Code.INVALID
    )


@pytest.mark.slow
def test_what_is_done_under_a_delegation_comes_before_its_end_or_not_at_all(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, agent = people.account(tx, Role.PERSON), people.account(tx, Role.RIGHTS_HOLDER)
        ada = people.subject(tx, person)
        made = people.delegation(tx, person, ada, agent, verbs=[Verb.PAUSE])

    order = race(
        rt,
        hold=lambda tx: subjects.pause(tx, agent, ada.id),
        end=lambda tx: delegations.end(tx, person, made.id),
    )

    assert order == ["released", "ended"]
    with rt.transaction() as tx:
        assert code(lambda: subjects.pause(tx, agent, ada.id)) is Code.NOT_FOUND


@pytest.mark.slow
def test_nothing_of_a_delegation_is_left_once_its_person_is_erased(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, agent = people.account(tx, Role.PERSON), people.account(tx, Role.RIGHTS_HOLDER)
        ada = people.subject(tx, person)
        people.delegation(tx, person, ada, agent)
        subjects.unenrol(tx, person, ada.id)
    subjects.erase_leaving(rt)
    settle(rt)

    with rt.transaction() as tx:
        (left,) = delegations.mine(tx, agent)
        sealed = tx.conn.execute("SELECT sealed FROM rights.delegation").fetchall()
    assert (left.scope, left.salt, left.state) == (None, b"", State.ENDED)
    assert sealed == [(None,)]


def test_a_decision_does_not_depend_on_delegations(
    tx: Tx, person: Principal, ada: Subject, agent: Principal, creator: Principal
) -> None:
    made = people.delegation(tx, person, ada, agent, verbs=[Verb.GRANT])
    people.consent(tx, agent, ada, creator)
    delegations.end(tx, agent, made.id)

    wish = people.wanted(PROMPT)

    assert requests.request(tx, creator, wanted=wish).state is GenerationState.REQUESTED
