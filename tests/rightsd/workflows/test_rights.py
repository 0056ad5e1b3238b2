"""What people, brands and reviewers can do, inside one transaction."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.db.tx import Tx
from rightsd.domain import consent as domain
from rightsd.domain.generation import State
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.workflows import accounts, apikeys, consents, optouts, works
from rightsd.workflows.generations import deciding, requests
from tests import people


def kinds(tx: Tx) -> list[str]:
    return [event.kind for event in tx.events]


def test_what_a_key_opens_is_its_account(tx: Tx) -> None:
    opened = accounts.open_account(tx, people.ADMIN, role=Role.CREATOR, name="A")

    assert apikeys.authenticate(tx, opened.api_key).account_id == opened.account.id


def test_a_second_key_opens_the_same_account(tx: Tx) -> None:
    creator = people.account(tx, Role.CREATOR)

    api_key = apikeys.make(tx, creator, account_id=creator.account_id).text

    assert apikeys.authenticate(tx, api_key) == creator


def test_no_one_makes_a_key_for_someone_else(tx: Tx) -> None:
    one, other = people.account(tx, Role.CREATOR), people.account(tx, Role.CREATOR)

    with pytest.raises(RightsError) as caught:
        apikeys.make(tx, one, account_id=other.account_id)
    assert caught.value.code is Code.FORBIDDEN


def test_a_handle_can_be_taken_once(tx: Tx) -> None:
    people.subject(tx, people.account(tx, Role.PERSON))

    with pytest.raises(RightsError) as caught:
        people.subject(tx, people.account(tx, Role.PERSON))
    assert caught.value.code is Code.CONFLICT


def test_consent_is_granted_and_taken_back_once(tx: Tx) -> None:
    person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
    given = people.consent(tx, person, people.subject(tx, person), creator)

    assert consents.revoke(tx, person, given.id).state is domain.State.REVOKED
    with pytest.raises(RightsError) as caught:
        consents.revoke(tx, person, given.id)
    assert caught.value.code is Code.CONFLICT
    assert kinds(tx)[-2:] == ["consent.granted", "consent.revoked"]


def test_only_the_person_grants_and_only_the_person_revokes(tx: Tx) -> None:
    person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
    stranger = people.account(tx, Role.PERSON)
    subject = people.subject(tx, person)
    given = people.consent(tx, person, subject, creator)

    for attempt in (
        lambda: people.consent(tx, stranger, subject, creator),
        lambda: consents.revoke(tx, stranger, given.id),
    ):
        with pytest.raises(RightsError) as caught:
            attempt()
        assert caught.value.code is Code.NOT_FOUND


def test_consent_is_granted_to_creators_and_for_the_future(tx: Tx) -> None:
    person = people.account(tx, Role.PERSON)
    subject = people.subject(tx, person)
    brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)

    for grantee, expires_at in ((brand, None), (creator, tx.now)):
        with pytest.raises(RightsError) as caught:
            people.consent(tx, person, subject, grantee, expires_at=expires_at)
        assert caught.value.code is Code.INVALID


def test_a_consent_ends_by_itself_at_its_time(tx: Tx) -> None:
    person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
    subject = people.subject(tx, person)
    people.consent(tx, person, subject, creator, expires_at=tx.now + timedelta(seconds=1))

    def outcome(at: Tx) -> Outcome:
        return requests.preflight(at, creator, prompt="@ada", cameos=()).outcome

    assert outcome(tx) is Outcome.ALLOW
    assert outcome(replace(tx, now=tx.now + timedelta(seconds=1))) is Outcome.REFUSE


def test_an_opted_out_work_is_refused_until_it_is_lifted(tx: Tx) -> None:
    brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
    work = people.work(tx, brand, "Nebula Fox", "星雲キツネ")

    def asks(prompt: str) -> list[str]:
        decision = requests.preflight(tx, creator, prompt=prompt, cameos=())
        return [str(reason.evidence["found"]) for reason in decision.reasons]

    assert asks("nebula fox runs") == []
    standing = people.optout(tx, brand, work)
    assert asks("the n3bul4 f0x runs, 星雲きつね too") == ["n3bul4 f0x"]
    assert asks("夜の星雲きつね") == ["星雲きつね"]
    optouts.lift(tx, brand, standing.id)
    assert asks("nebula fox runs") == []


def test_a_work_is_opted_out_once_at_a_time(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand)
    first = people.optout(tx, brand, work)

    with pytest.raises(RightsError) as caught:
        people.optout(tx, brand, work)
    assert caught.value.code is Code.CONFLICT
    optouts.lift(tx, brand, first.id)
    assert people.optout(tx, brand, work).id != first.id


def test_no_one_opts_out_or_lifts_for_someone_else(tx: Tx) -> None:
    brand, other = (people.account(tx, Role.RIGHTS_HOLDER) for _ in range(2))
    work = people.work(tx, brand)
    standing = people.optout(tx, brand, work)

    for attempt in (
        lambda: people.optout(tx, other, work),
        lambda: optouts.lift(tx, other, standing.id),
    ):
        with pytest.raises(RightsError) as caught:
            attempt()
        assert caught.value.code is Code.NOT_FOUND


@pytest.mark.parametrize("title", ["a", "..", "x" * 65, "あ"])
def test_a_name_that_could_not_be_searched_for_is_refused(tx: Tx, title: str) -> None:
    with pytest.raises(RightsError) as caught:
        people.work(tx, people.account(tx, Role.RIGHTS_HOLDER), title)
    assert caught.value.code is Code.INVALID


def test_names_that_fold_alike_are_one_name(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)

    work = people.work(tx, brand, "Nebula Fox", "NEBULA-FOX", "Ｎｅｂｕｌａ　Ｆｏｘ")

    row = tx.conn.execute(
        "SELECT count(*) FROM rights.alias WHERE work_id = %s", (work.id,)
    ).fetchone()
    assert row == (1,)
    assert [w.id for w in works.mine(tx, brand)] == [work.id]


def test_a_refusal_is_on_record_and_says_why(tx: Tx) -> None:
    creator = people.account(tx, Role.CREATOR)

    refused = requests.request(tx, creator, wanted=people.wanted("@nobody waves"))

    assert refused.state is State.REFUSED
    assert refused.watermark_id is None
    assert kinds(tx)[-1] == "generation.refused"
    assert tx.events[-1].data["rules"] == ["cameo.unknown@1"]


def test_the_ledger_never_sees_the_prompt(tx: Tx) -> None:
    creator = people.account(tx, Role.CREATOR, "Bob Jones")

    requests.request(tx, creator, wanted=people.wanted("my secret garden"))

    recorded = str([event.body() for event in tx.events])
    assert "secret garden" not in recorded
    assert "Bob Jones" not in recorded


def test_a_generation_under_way_is_refused_at_its_next_check(tx: Tx) -> None:
    person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
    given = people.consent(tx, person, people.subject(tx, person), creator)
    asked = requests.request(tx, creator, wanted=people.wanted("@ada waves"))
    assert deciding.recheck(tx, asked.id) is not None

    consents.revoke(tx, person, given.id)

    assert deciding.recheck(tx, asked.id) is None
    assert requests.view(tx, creator, asked.id).generation.state is State.REFUSED
    assert deciding.recheck(tx, asked.id) is None
    assert kinds(tx).count("generation.refused") == 1
