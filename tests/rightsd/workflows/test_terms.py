"""Terms in the database: kept, counted, held against whoever changes them, and erased."""

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger import entry
from rightsd.db import consents as rows
from rightsd.db.tx import Tx
from rightsd.domain.generation import State
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import State as SubjectState
from rightsd.domain.subject import Subject
from rightsd.domain.terms import Audience, Purpose, Terms, Use, checked, written
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import consents, follows, subjects
from rightsd.workflows.generations import deciding, requests, uses
from tests import people
from tests.races import race

PROMPT = "@ada waves"
EVERYTHING = {
    "purposes": (Purpose.EDITORIAL, Purpose.PERSONAL),
    "denied_topics": (Topic.POLITICS,),
    "territories": ("JP", "US"),
    "platforms": ("tube.example",),
    "languages": ("en", "ja"),
    "quota_total": 5,
    "quota_30_days": 2,
    "strict": True,
    "per_use_approval": True,
    "restrictions": "no snakes; only waves, weddings",
}
USE = Use(Purpose.EDITORIAL, ("JP",), ("tube.example",), ("en-gb",))


def rules(tx: Tx, creator: Principal, prompt: str = PROMPT, **use: object) -> list[str]:
    asked = requests.preflight(tx, creator, prompt=prompt, cameos=(), use=Use(**use))
    return [reason.rule for reason in asked.reasons]


def ask(tx: Tx, creator: Principal, prompt: str = PROMPT, **fields: object) -> State:
    return requests.request(tx, creator, wanted=people.wanted(prompt, **fields)).state


def test_terms_are_read_back_as_they_were_granted(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    other = people.account(tx, Role.CREATOR)
    window = {"starts_at": tx.now, "expires_at": tx.now + timedelta(days=1)}
    several = {"grantees": (creator.account_id, other.account_id), "blocked": (person.account_id,)}

    given = people.consent(tx, person, ada, **EVERYTHING, **window, **several)

    assert given.terms == checked(Terms(**EVERYTHING, **window, **several))
    assert consents.mine(tx, person) == [given]
    assert consents.mine(tx, other) == [given]
    assert rows.lock(tx, given.id) == given


def test_only_me_is_for_the_person_and_for_nobody_else(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    assert rules(tx, person) == ["cameo.consent"]
    given = people.consent(tx, person, ada, audience=Audience.ONLY_ME, denied_topics=(Topic.DRUGS,))

    asked = requests.request(tx, person, wanted=people.wanted(PROMPT))

    assert asked.state is State.REQUESTED
    assert asked.decision.consents == (given.id,)
    assert rules(tx, person, "@ada on cocaine") == ["cameo.topic"]
    assert rules(tx, creator) == ["cameo.consent"]
    assert rules(tx, people.account(tx, Role.PERSON)) == ["cameo.consent"]
    assert deciding.recheck(tx, asked.id) is not None
    consents.revoke(tx, person, given.id)
    assert deciding.recheck(tx, asked.id) is None


def test_people_s_own_words_lie_sealed_and_go_with_them(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    given = people.consent(
        tx, person, ada, creator, restrictions="no butterscotch", denied_topics=(Topic.HEALTH,)
    )

    row = tx.conn.execute("SELECT row_to_json(c)::text FROM rights.consent AS c").fetchone()
    assert row is not None
    assert "butterscotch" not in row[0]
    assert "butterscotch" not in str([event.body() for event in tx.events])
    subjects.unenrol(tx, person, ada.id)
    assert subjects._erase(tx, ada.id)
    rows.clear_about(tx, ada.id)
    (gone,) = consents.mine(tx, person)
    assert (gone.id, gone.salt) == (given.id, b"")
    assert gone.terms == Terms(grantees=(creator.account_id,))


def test_the_ledger_holds_a_commitment_that_opens_to_the_terms(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    given = people.consent(tx, person, ada, creator, **EVERYTHING)

    facts = tx.events[-1].data
    said = json.dumps(
        written(given.terms), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert facts["terms"] == entry.commit(given.salt, said.encode()).hex()
    assert (facts["audience"], facts["terms_version"]) == ("approved", 1)


def test_a_consent_from_before_there_were_terms_means_what_it_meant(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    tx.conn.execute(
        "INSERT INTO rights.consent (id, subject_id, account_id, grantee_id, state, granted_at)"
        " VALUES ('con_old', %s, %s, %s, 'granted', %s)",
        (ada.id, person.account_id, creator.account_id, tx.now),
    )

    stranger = people.account(tx, Role.CREATOR)
    assert requests.preflight(tx, creator, prompt=PROMPT, cameos=()).consents == ("con_old",)
    assert rules(tx, stranger) == ["cameo.consent"]
    (old,) = consents.mine(tx, person)
    assert old.terms == Terms(grantees=(creator.account_id,))


def test_the_use_is_decided_on_again_as_it_was_asked_for(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, creator, territories=("JP",))

    assert ask(tx, creator) is State.REFUSED
    asked = requests.request(
        tx, creator, wanted=people.wanted(PROMPT, use=Use(territories=("JP",)))
    )
    assert asked.state is State.REQUESTED
    assert deciding.recheck(tx, asked.id) is not None


def test_examples_say_what_the_gate_then_says(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    terms = Terms(
        grantees=(creator.account_id,),
        starts_at=tx.now + timedelta(days=1),
        expires_at=tx.now + timedelta(days=2),
        **EVERYTHING | {"per_use_approval": False},
    )
    shown = consents.preview(tx, person, terms=terms)
    people.consent(tx, person, ada, **{n: getattr(terms, n) for n in Terms.__dataclass_fields__})
    stranger = people.account(tx, Role.CREATOR)

    examples = [each for each in (*shown.allowed, *shown.refused) if not each.used]
    assert len(examples) > 10
    for each in examples:
        who = stranger if each.who == "anyone else" else creator
        prompt = each.prompt.replace("@you", "@ada")
        then = replace(tx, now=each.when)
        decision = requests.preflight(then, who, prompt=prompt, cameos=(), use=each.use)
        assert decision.outcome is each.outcome, each
        assert [r.rule for r in decision.reasons] == [r.rule for r in each.reasons], each


def test_a_preview_leaves_nothing_behind(tx: Tx, person: Principal, ada: Subject) -> None:
    before = len(tx.events)

    consents.preview(tx, person, terms=Terms(audience=Audience.EVERYONE))

    assert consents.mine(tx, person) == []
    assert len(tx.events) == before


@pytest.mark.parametrize("name", ["grantees", "blocked"])
def test_terms_name_accounts_that_there_are(
    tx: Tx, person: Principal, creator: Principal, ada: Subject, name: str
) -> None:
    terms = {"grantees": (creator.account_id,)} | {name: ("acc_" + "0" * 32,)}

    with pytest.raises(RightsError) as caught:
        people.consent(tx, person, ada, **terms)
    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize("audience", [Audience.APPROVED, Audience.EVERYONE])
def test_nobody_makes_the_gate_read_ever_more_consents(
    tx: Tx, person: Principal, creator: Principal, ada: Subject, audience: Audience
) -> None:
    to = creator if audience is Audience.APPROVED else None
    other = people.account(tx, Role.CREATOR)
    for _ in range(consents.ALIKE_MAX):
        people.consent(tx, person, ada, to, audience=audience)

    with pytest.raises(RightsError, match="stand already") as caught:
        people.consent(tx, person, ada, to, audience=audience)
    assert caught.value.code is Code.TOO_MANY
    if audience is Audience.APPROVED:
        people.consent(tx, person, ada, other)
    alike = [given for given in consents.mine(tx, person) if given.terms.audience is audience]
    to_creator = next(
        given for given in alike if to is None or to.account_id in given.terms.grantees
    )
    consents.revoke(tx, person, to_creator.id)
    people.consent(tx, person, ada, to, audience=audience)


def test_a_quota_is_used_up_by_what_waits_is_made_or_was_out(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    given = people.consent(tx, person, ada, creator, quota_total=2)

    people.published(tx, creator, PROMPT)
    assert ask(tx, creator) is State.REQUESTED
    assert rules(tx, creator) == ["cameo.quota"]
    assert ask(tx, creator) is State.REFUSED
    tx.conn.execute(
        "UPDATE rights.generation SET state = 'failed', ended_at = requested_at"
        " WHERE state = 'requested'"
    )
    assert rows.used(tx, [given.id], but=None)[given.id].total == 1
    assert rules(tx, creator) == []


def test_a_quota_for_thirty_days_is_open_again_after_thirty_days(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, creator, quota_30_days=1)
    asked = requests.request(tx, creator, wanted=people.wanted(PROMPT))

    assert deciding.recheck(tx, asked.id) is not None  # It does not stand in its own way.
    assert rules(tx, creator) == ["cameo.quota"]
    assert rules(replace(tx, now=tx.now + timedelta(days=30)), creator) == []


def test_a_quota_holds_however_many_ask_at_once(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, audience=Audience.EVERYONE, quota_total=3)
        creators = [people.account(tx, Role.CREATOR) for _ in range(6)]
    start = threading.Barrier(len(creators))
    states: list[State] = []

    def request(creator: Principal) -> None:
        start.wait()
        for _ in range(2):
            with rt.transaction() as tx:
                states.append(ask(tx, creator))

    threads = [threading.Thread(target=request, args=(creator,)) for creator in creators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(states) == 12
    assert states.count(State.REQUESTED) == 3


def befriend(tx: Tx, one: Principal, other: Principal) -> None:
    follows.follow(tx, one, other.account_id)
    follows.follow(tx, other, one.account_id)


def test_mutuals_follow_one_another(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, audience=Audience.MUTUALS)

    assert rules(tx, creator) == ["cameo.consent"]
    follows.follow(tx, creator, person.account_id)
    assert rules(tx, creator) == ["cameo.consent"]
    follows.follow(tx, person, creator.account_id)
    assert rules(tx, creator) == []
    assert [each.mutual for each in follows.mine(tx, person)] == [True, True]
    follows.unfollow(tx, creator, person.account_id)
    assert rules(tx, creator) == ["cameo.consent"]


def test_nobody_follows_twice_nor_themselves_nor_a_stranger_to_people(
    tx: Tx, person: Principal, creator: Principal
) -> None:
    follows.follow(tx, person, creator.account_id)
    brand = people.account(tx, Role.RIGHTS_HOLDER)

    for account_id, code in (
        (creator.account_id, Code.CONFLICT),
        (person.account_id, Code.INVALID),
        (brand.account_id, Code.NOT_FOUND),
        ("acc_" + "0" * 32, Code.NOT_FOUND),
    ):
        with pytest.raises(RightsError) as caught:
            follows.follow(tx, person, account_id)
        assert caught.value.code is code
    with pytest.raises(RightsError, match="do not follow"):
        follows.unfollow(tx, creator, person.account_id)


def test_what_mutuals_are_making_ends_when_one_unfollows(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, audience=Audience.MUTUALS)
    befriend(tx, person, creator)
    asked = requests.request(tx, creator, wanted=people.wanted(PROMPT))

    follows.unfollow(tx, person, creator.account_id)

    assert deciding.recheck(tx, asked.id) is None
    assert requests.view(tx, creator, asked.id).generation.state is State.REFUSED


@pytest.mark.parametrize("who", ["person", "creator"])
def test_unfollowing_waits_for_a_decision_that_rests_on_it(rt: Runtime, who: str) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, audience=Audience.MUTUALS)
        befriend(tx, person, creator)
    one, other = (person, creator) if who == "person" else (creator, person)

    order = race(
        rt,
        lambda tx: ask(tx, creator),
        lambda tx: follows.unfollow(tx, one, other.account_id),
    )

    assert order == ["released", "ended"]
    with rt.transaction() as tx:
        assert ask(tx, creator) is State.REFUSED


@pytest.mark.parametrize("end", [subjects.pause, subjects.unenrol])
def test_pausing_and_leaving_wait_for_a_decision(rt: Runtime, end: object) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, creator)

    order = race(rt, lambda tx: ask(tx, creator), lambda tx: end(tx, person, ada.id))

    assert order == ["released", "ended"]


def test_who_pauses_is_cast_by_nobody_until_they_resume(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, creator)

    paused = subjects.pause(tx, person, ada.id)
    assert (paused.state, paused.ended_at) == (SubjectState.PAUSED, None)
    assert rules(tx, creator) == ["cameo.paused"]
    with pytest.raises(RightsError) as caught:
        subjects.pause(tx, person, ada.id)
    assert caught.value.code is Code.CONFLICT
    assert subjects.resume(tx, person, ada.id).state is SubjectState.ENROLLED
    assert rules(tx, creator) == []


def test_who_has_paused_can_grant_and_leave(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    subjects.pause(tx, person, ada.id)
    people.consent(tx, person, ada, creator)

    left = subjects.unenrol(tx, person, ada.id)

    assert (left.state, left.ended_at) == (SubjectState.UNENROLLED, tx.now)
    assert {each.state.value for each in consents.mine(tx, person)} == {"revoked"}


def test_the_operator_lets_someone_leave_who_has_paused(
    tx: Tx, person: Principal, ada: Subject
) -> None:
    subjects.pause(tx, person, ada.id)

    assert subjects.unenrol_for(tx, ada.id).state is SubjectState.UNENROLLED


def test_a_revocation_ends_what_waits_under_the_consent(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        given = people.consent(tx, person, ada, creator, per_use_approval=True)
        asked = requests.request(tx, creator, wanted=people.wanted(PROMPT))
        assert asked.state is State.HELD
        consents.revoke(tx, person, given.id)
        (use,) = uses.mine(tx, person, before=None)
        assert use.generation.id == asked.id
        assert deciding.decide(tx, deciding.wish_of(asked), of=asked.id).outcome is Outcome.REFUSE
