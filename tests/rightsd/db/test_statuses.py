"""Places in status lists: one each, drawn by the database, for good."""

from datetime import timedelta
from importlib.resources import files

import psycopg
import pytest

from rightsd.db import statuses
from rightsd.db.tx import Tx
from rightsd.domain import status
from rightsd.domain.consent import Consent
from rightsd.domain.principal import Principal, Role
from rightsd.domain.status import Place, Status
from rightsd.domain.subject import Subject
from rightsd.runtime import Runtime
from rightsd.workflows import consents
from tests import people

MIGRATION = files("rightsd") / "db" / "migrations" / "0012_status.sql"


@pytest.fixture
def person(tx: Tx) -> Principal:
    return people.account(tx, Role.PERSON)


@pytest.fixture
def ada(tx: Tx, person: Principal) -> Subject:
    return people.subject(tx, person)


def granted(tx: Tx, person: Principal, ada: Subject, count: int = 1) -> list[Consent]:
    creators = [people.account(tx, Role.CREATOR) for _ in range(count)]
    return [people.consent(tx, person, ada, creator) for creator in creators]


def fill(tx: Tx, consent: Consent, *, number: int, count: int, state: str = "granted") -> None:
    """Add as many consents as there are numbers to take, all alike."""
    tx.conn.execute(
        """
        INSERT INTO rights.consent
            (id, subject_id, account_id, grantee_id, state, granted_at, ended_at, status_number)
        SELECT 'con_' || taken, %(subject)s, %(account)s, %(grantee)s, %(state)s, %(now)s,
            CASE WHEN %(state)s = 'granted' THEN NULL ELSE %(now)s::timestamptz END, taken
        FROM generate_series(%(first)s::bigint, %(first)s + %(count)s - 1) AS taken
        ON CONFLICT (status_number) DO NOTHING
        """,
        {
            "subject": consent.subject_id,
            "account": consent.account_id,
            "grantee": consent.grantee_id,
            "state": state,
            "now": tx.now,
            "first": number,
            "count": count,
        },
    )


def place_of(tx: Tx, consent: Consent) -> Place:
    return statuses.of_consent(tx, consent.id)[0]


def numbers(tx: Tx) -> list[int]:
    return [row[0] for row in tx.conn.execute("SELECT status_number FROM rights.consent")]


def test_every_consent_has_a_place_of_its_own(tx: Tx, person: Principal, ada: Subject) -> None:
    made = granted(tx, person, ada, 50)

    places = {place_of(tx, consent) for consent in made}
    assert len(places) == 50
    assert {place.list_number for place in places} == {0}


def test_a_place_tells_nothing_of_when_it_was_drawn(
    tx: Tx, person: Principal, ada: Subject
) -> None:
    indexes = [place_of(tx, consent).index for consent in granted(tx, person, ada, 50)]

    assert indexes != sorted(indexes)
    assert max(indexes) > 20_000


def test_two_who_draw_the_same_at_once_get_places_of_their_own(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        ada = people.subject(tx, person)
        bob = people.subject(tx, person, "bob")
    drawn: list[int] = []

    with rt.transaction() as one, rt.transaction() as other:
        for tx, subject in ((one, ada), (other, bob), (one, ada)):
            tx.conn.execute("SELECT setseed(0.5)")
            granted(tx, person, subject)
            drawn.append(max(numbers(tx), key=lambda number: number not in drawn))

    with rt.transaction() as tx:
        assert sorted(numbers(tx)) == sorted(drawn)
    assert len(set(drawn)) == 3


def test_a_full_list_is_followed_by_the_next(tx: Tx, person: Principal, ada: Subject) -> None:
    (first,) = granted(tx, person, ada)
    fill(tx, first, number=0, count=status.LIST_SIZE)

    (next_one,) = granted(tx, person, ada)

    assert place_of(tx, next_one).list_number == 1
    assert statuses.is_begun(tx, 1)
    assert not statuses.is_begun(tx, 2)


def test_a_place_is_for_good(tx: Tx, person: Principal, ada: Subject) -> None:
    (consent,) = granted(tx, person, ada)

    with pytest.raises(psycopg.errors.RaiseException, match="is for good"):
        tx.conn.execute(
            "UPDATE rights.consent SET status_number = status_number + 1 WHERE id = %s",
            (consent.id,),
        )


def test_consents_that_were_there_get_places_as_well(
    tx: Tx, person: Principal, ada: Subject
) -> None:
    (first,) = granted(tx, person, ada)
    fill(tx, first, number=200_000, count=70_000)
    tx.conn.execute("ALTER TABLE rights.consent DROP COLUMN status_number CASCADE")
    tx.conn.execute("DROP FUNCTION rights.free_status_number, rights.keep_status_number")
    tx.conn.execute("DROP INDEX rights.subject_paused")
    # Whoever has that many is known to Postgres by then; taken for none, they are joined for hours.
    tx.conn.execute("ANALYZE rights.consent")

    tx.conn.execute(MIGRATION.read_bytes())

    given = numbers(tx)
    assert len(set(given)) == len(given) == 70_001
    assert {number // status.LIST_SIZE for number in given} == {0, 1}
    assert place_of(tx, granted(tx, person, ada)[0]).list_number == 1


def test_a_list_tells_of_those_that_do_not_stand(tx: Tx, person: Principal, ada: Subject) -> None:
    standing, revoked, run_out = granted(tx, person, ada, 3)
    consents.revoke(tx, person, revoked.id)
    tx.conn.execute("UPDATE rights.consent SET expires_at = %s WHERE id = %s", (tx.now, run_out.id))
    tx.conn.execute(
        "UPDATE rights.consent SET expires_at = %s WHERE id = %s",
        (tx.now + timedelta(seconds=1), standing.id),
    )

    told = dict(statuses.told(tx, 0))

    assert told == {
        "expired": (place_of(tx, run_out).index,),
        "revoked": (place_of(tx, revoked).index,),
    }
    assert statuses.told(tx, 1) == []
    for consent, expected in (
        (standing, Status.VALID),
        (revoked, Status.INVALID),
        (run_out, Status.INVALID),
    ):
        assert statuses.of_consent(tx, consent.id)[1] is expected


def test_who_pauses_suspends_what_they_granted(tx: Tx, person: Principal, ada: Subject) -> None:
    standing, revoked = granted(tx, person, ada, 2)
    consents.revoke(tx, person, revoked.id)
    pause(tx, ada)

    told = dict(statuses.told(tx, 0))

    assert told == {
        "revoked": (place_of(tx, revoked).index,),
        "suspended": (place_of(tx, standing).index,),
    }
    assert statuses.of_consent(tx, standing.id)[1] is Status.SUSPENDED
    assert statuses.of_consent(tx, revoked.id)[1] is Status.INVALID


def pause(tx: Tx, ada: Subject) -> None:
    """Pause a subject, as the row says it, whether or not there is a command for it."""
    tx.conn.execute("ALTER TABLE rights.subject DROP CONSTRAINT subject_state")
    tx.conn.execute(
        "ALTER TABLE rights.subject DROP CONSTRAINT IF EXISTS subject_ended_when_not_enrolled"
    )
    tx.conn.execute("UPDATE rights.subject SET state = 'paused' WHERE id = %s", (ada.id,))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("granted", Status.VALID),
        ("suspended", Status.SUSPENDED),
        ("revoked", Status.INVALID),
        ("expired", Status.INVALID),
        ("one that is not known yet", Status.INVALID),
    ],
)
def test_what_is_not_known_to_stand_is_invalid(state: str, expected: Status) -> None:
    assert status.of_state(state) is expected
