"""Leaving: cast no more from the commit on, erased as soon as nothing holds."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger import entry
from rightsd.adapters import blobs
from rightsd.db import answers as answer_rows
from rightsd.db import files, generations, manifests, sealing
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
from rightsd.workflows.generations import production, requests
from tests import people
from tests.daemon import settle
from tests.races import race

PROMPT = "@ada waves at the sea"


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
    """Do what `erase_leaving` and `clear` do, in this one transaction."""
    erased = [name for name in rows.leaving(tx, after="", limit=100) if subjects._erase(tx, name)]
    for subject_id in erased:
        generations.clear_about(tx, subject_id, limit=100)
        answer_rows.clear_about(tx, subject_id, limit=100)
    return len(erased)


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
    manifests.insert(tx, clip, manifest_id="urn:1", store=b"thumbnail")
    subjects.unenrol(tx, person, ada.id)

    assert erase(tx) == 1

    ((gone, who),) = subjects.mine(tx, person)
    assert (gone.state, who, gone.id) == (State.ERASED, None, ada.id)
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

    assert people.subject(tx, person).state is State.ENROLLED


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
    found = rows.people(tx, [ada.id])[ada.id]

    written = json.dumps(asdict(found.likeness), sort_keys=True, separators=(",", ":"))
    assert entry.commit(found.salt, written.encode()).hex() == committed
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


def test_a_notice_given_after_someone_left_holds_nothing(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    clip = withdrawn(tx, creator)
    subjects.unenrol(tx, person, ada.id)
    later = replace(tx, now=tx.now + timedelta(seconds=1))
    notices.receive(later, generation_id=clip.id, claim=people.claim())

    assert erase(tx) == 1


def test_what_is_live_is_not_read_as_erased_when_its_key_is_missing(
    tx: Tx, creator: Principal
) -> None:
    clip = people.published(tx, creator, "nebula fox runs")
    sealing.destroy_key(tx, creator.account_id)

    with pytest.raises(RightsError) as caught:
        requests.download(tx, creator, clip.id)
    assert caught.value.code is Code.UNAVAILABLE


def test_who_someone_is_is_not_read_as_erased_when_their_key_is_missing(
    tx: Tx, person: Principal, ada: Subject
) -> None:
    sealing.destroy_key(tx, ada.id)

    with pytest.raises(RightsError) as caught:
        subjects.mine(tx, person)
    assert caught.value.code is Code.UNAVAILABLE
    assert subjects.unenrol(tx, person, ada.id).state is State.UNENROLLED


def test_data_that_do_not_open_keep_nobody_from_leaving(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        ada, bob = people.subject(tx, person), people.subject(tx, person, "bob")
        tx.conn.execute(
            "UPDATE rights.subject SET sealed = sealed || 'x'::bytea WHERE id = %s", (ada.id,)
        )
        for subject in (ada, bob):
            subjects.unenrol(tx, person, subject.id)

    assert subjects.erase_leaving(rt) == 2


def test_notice_comes_before_an_erasure_or_after_it(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, creator)
        clip = withdrawn(tx, creator)
        received_at = tx.now
        subjects.unenrol(tx, person, ada.id)

    def complain(tx: Tx) -> None:
        before = replace(tx, now=received_at)
        notices.receive(before, generation_id=clip.id, claim=people.claim())

    erased: list[bool] = []
    race(rt, complain, lambda tx: erased.append(subjects._erase(tx, ada.id)))

    assert erased == [False]


def test_two_workers_erase_someone_once(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        for number in range(8):
            subject = people.subject(tx, person, f"person_{number}")
            subjects.unenrol(tx, person, subject.id)

    with ThreadPoolExecutor(4) as pool:
        erased = sum(pool.map(lambda _: subjects.erase_leaving(rt), range(4)))

    assert erased + subjects.erase_leaving(rt) == 8
    with rt.transaction() as tx:
        rows = tx.conn.execute(
            "SELECT count(*), count(DISTINCT subject) FROM ledger.intake"
            " WHERE kind = 'subject.erased'"
        ).fetchone()
    assert rows == (8, 8)


def test_every_file_that_was_ever_made_of_them_is_deleted(rt: Runtime, tmp_path: Path) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, creator)
        clip = people.published(tx, creator, PROMPT)
        other = people.published(tx, creator, "a ball")
    names = [stored(rt, tmp_path, each) for each in (clip, clip, other)]
    with rt.transaction() as tx:
        subjects.unenrol(tx, person, ada.id)
    settle(rt)
    subjects.erase_leaving(rt)
    settle(rt)

    assert [is_stored(rt, name) for name in names] == [False, False, True]


def test_a_file_of_an_attempt_that_failed_is_deleted_when_it_is_old(
    rt: Runtime, tmp_path: Path
) -> None:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        under_way = requests.request(tx, creator, wanted=people.wanted())
        out = people.published(tx, creator)
    names = [stored(rt, tmp_path, each) for each in (under_way, out)]
    later = replace(rt, clock=lambda: datetime.now(UTC) + timedelta(hours=2))

    assert production.delete_superseded(rt) == 0
    assert production.delete_superseded(later) == 1

    assert [is_stored(rt, name) for name in names] == [True, False]
    assert production.delete_superseded(later) == 0


def stored(rt: Runtime, folder: Path, generation: Generation) -> str:
    """Store a file of an attempt, as production does."""
    path = folder / "clip.mp4"
    path.write_bytes(secrets.token_bytes(100))
    with rt.transaction() as tx:
        files.insert(tx, blobs.name_of(path), generation.id)
    return rt.blobs.put(path)


def is_stored(rt: Runtime, name: str) -> bool:
    try:
        return rt.blobs.size(name) > 0
    except RightsError as error:
        return error.code is not Code.NOT_FOUND
