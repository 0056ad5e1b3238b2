"""Leaving: cast no more from the commit on, erased as soon as nothing holds."""

import json
from dataclasses import asdict, replace

import pytest

from ledger import entry
from rightsd.db import generations
from rightsd.db import subjects as rows
from rightsd.db.tx import Tx
from rightsd.domain import consent as consent_domain
from rightsd.domain import generation as generation_domain
from rightsd.domain.generation import Generation
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import State, Subject
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import answers, consents, notices, subjects
from rightsd.workflows.generations import requests
from tests import people
from tests.daemon import settle
from tests.races import race

PROMPT = "@ada waves at the sea"


@pytest.fixture
def person(tx: Tx) -> Principal:
    return people.account(tx, Role.PERSON)


@pytest.fixture
def creator(tx: Tx) -> Principal:
    return people.account(tx, Role.CREATOR)


@pytest.fixture
def ada(tx: Tx, person: Principal, creator: Principal) -> Subject:
    ada = people.subject(tx, person)
    people.consent(tx, person, ada, creator)
    return ada


def withdrawn(tx: Tx, creator: Principal) -> Generation:
    """Return a clip that cast Ada, was out, and has been withdrawn."""
    made = people.published(tx, creator, PROMPT)
    ended = replace(made, state=generation_domain.State.WITHDRAWN, ended_at=tx.now, reason="so")
    generations.update(tx, ended)
    return ended


def erase(tx: Tx) -> int:
    leaving = rows.lock_leaving(tx, limit=10)
    for subject in leaving:
        subjects._erase(tx, subject)
    return len(leaving)


def test_who_leaves_takes_back_every_consent(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    left = subjects.unenrol(tx, person, ada.id)

    assert (left.state, left.ended_at) == (State.UNENROLLED, tx.now)
    states = {consent.state for consent in consents.mine(tx, person)}
    assert states == {consent_domain.State.REVOKED}
    kinds = [event.kind for event in tx.events]
    assert kinds[-2:] == ["subject.unenrolled", "consent.revoked"]


def test_who_has_left_is_cast_no_more(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    subjects.unenrol(tx, person, ada.id)

    decision = requests.preflight(tx, creator, prompt=PROMPT, cameos=())
    assert "nobody is enrolled as @ada" in decision.reasons[0].detail
    with pytest.raises(RightsError, match="has left") as caught:
        people.consent(tx, person, ada, creator)
    assert caught.value.code is Code.CONFLICT


def test_no_one_leaves_twice_or_for_someone_else(tx: Tx, person: Principal, ada: Subject) -> None:
    stranger = people.account(tx, Role.PERSON)

    with pytest.raises(RightsError) as caught:
        subjects.unenrol(tx, stranger, ada.id)
    assert caught.value.code is Code.NOT_FOUND
    subjects.unenrol(tx, person, ada.id)
    with pytest.raises(RightsError) as caught:
        subjects.unenrol(tx, person, ada.id)
    assert caught.value.code is Code.CONFLICT


def test_the_operator_may_ask_again(tx: Tx, ada: Subject) -> None:
    assert subjects.unenrol_for(tx, ada.id).state is State.UNENROLLED
    assert subjects.unenrol_for(tx, ada.id).state is State.UNENROLLED
    erase(tx)
    assert subjects.unenrol_for(tx, ada.id).state is State.ERASED


def test_of_the_erased_nothing_is_left_but_ids_and_times(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    clip = withdrawn(tx, creator)
    generations.insert_manifest(tx, manifest_id="urn:1", generation_id=clip.id, store=b"thumbnail")
    subjects.unenrol(tx, person, ada.id)

    assert erase(tx) == 1

    (gone,) = subjects.mine(tx, person)
    assert (gone.state, gone.person, gone.id) == (State.ERASED, None, ada.id)
    cleared = generations.find(tx, clip.id)
    assert cleared is not None
    assert (cleared.wanted.prompt, cleared.wanted.cameos, cleared.wanted.salt) == ("", (), b"")
    assert cleared.output == clip.output
    assert "erased" in (cleared.reason or "")
    assert tx.conn.execute("SELECT count(*) FROM rights.manifest").fetchone() == (0,)
    keys = tx.conn.execute("SELECT owner_id FROM rights.data_key").fetchall()
    assert (ada.id,) not in keys
    assert (person.account_id,) in keys
    assert tx.events[-1].kind == "subject.erased"


def test_the_handle_of_the_erased_is_free_again(tx: Tx, person: Principal, ada: Subject) -> None:
    subjects.unenrol(tx, person, ada.id)
    with pytest.raises(RightsError, match="taken"), tx.conn.transaction():
        people.subject(tx, person)

    erase(tx)

    assert people.subject(tx, person).person is not None


def test_words_about_others_stay(tx: Tx, person: Principal, creator: Principal) -> None:
    ada = people.subject(tx, person)
    other = requests.request(tx, creator, wanted=people.wanted("@bob waves"))
    subjects.unenrol(tx, person, ada.id)

    erase(tx)

    kept = generations.find(tx, other.id)
    assert kept is not None
    assert kept.wanted.prompt == "@bob waves"


def test_a_clip_that_is_out_or_under_way_holds_them(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    asked = requests.request(tx, creator, wanted=people.wanted(PROMPT))
    out = people.published(tx, creator, PROMPT)
    subjects.unenrol(tx, person, ada.id)

    assert erase(tx) == 0
    assert subjects.holds(tx, ada.id) == sorted([asked.id, out.id])


def test_an_open_notice_holds_them_until_it_is_decided(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    clip = withdrawn(tx, creator)
    received = notices.receive(tx, generation_id=clip.id, claim=people.claim())
    subjects.unenrol(tx, person, ada.id)

    assert erase(tx) == 0
    assert subjects.holds(tx, ada.id) == [received.notice.id]
    kept = generations.find(tx, clip.id)
    assert kept is not None
    assert kept.wanted.prompt == PROMPT

    reviewer = people.account(tx, Role.REVIEWER)
    notices.reject(tx, reviewer, received.notice.id, reason="It is a parody.")
    assert erase(tx) == 1


def test_a_kept_answer_is_erased_with_whom_it_is_about(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    about = (creator.account_id, ada.id)
    answers.claim(tx, scope=creator.account_id, key="k", request=bytes(32))
    answers.keep(
        tx, scope=creator.account_id, key="k", status=201, body={"prompt": PROMPT}, about=about
    )
    subjects.unenrol(tx, person, ada.id)
    erase(tx)

    with pytest.raises(RightsError, match="erased") as caught:
        answers.claim(tx, scope=creator.account_id, key="k", request=bytes(32))
    assert caught.value.code is Code.WITHDRAWN


def test_the_commitment_opens_to_the_likeness_and_then_to_nothing(
    tx: Tx, person: Principal, ada: Subject
) -> None:
    committed = str(tx.events[-2].data["likeness"])
    found = rows.find(tx, ada.id)
    assert found is not None
    assert found.person is not None

    written = json.dumps(asdict(found.person.likeness), sort_keys=True, separators=(",", ":"))
    assert entry.commit(found.person.salt, written.encode()).hex() == committed
    assert entry.commit(bytes(32), written.encode()).hex() != committed


def test_what_is_out_is_withdrawn_first_and_then_they_are_erased(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, creator)
        clip = people.published(tx, creator, PROMPT)
    settle(rt)
    with rt.transaction() as tx:
        subjects.unenrol(tx, person, ada.id)

    settle(rt)  # The clip is withdrawn because the consent ended.
    assert subjects.erase_leaving(rt) == 1
    settle(rt)

    with rt.transaction() as tx:
        gone = generations.find(tx, clip.id)
        assert generations.files_about(tx, ada.id) == ["0" * 64]
    assert gone is not None
    assert gone.state is generation_domain.State.WITHDRAWN
    assert subjects.erase_leaving(rt) == 0


@pytest.mark.parametrize("first", ["grant", "leave"])
def test_a_consent_is_granted_before_someone_leaves_or_not_at_all(rt: Runtime, first: str) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
    outcomes: list[str] = []

    def grant(tx: Tx) -> None:
        try:
            people.consent(tx, person, ada, creator)
            outcomes.append("granted")
        except RightsError:
            outcomes.append("refused")

    def leave(tx: Tx) -> None:
        subjects.unenrol(tx, person, ada.id)

    steps = (grant, leave) if first == "grant" else (leave, grant)
    race(rt, *steps)

    with rt.transaction() as tx:
        (state,) = {consent.state for consent in consents.mine(tx, person)} or {None}
    assert outcomes == ["granted" if first == "grant" else "refused"]
    assert state is (consent_domain.State.REVOKED if first == "grant" else None)
