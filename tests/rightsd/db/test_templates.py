from array import array

import psycopg
import pytest

from rightsd.db import sealing, templates
from rightsd.db.tx import Tx
from rightsd.domain.principal import Role
from rightsd.domain.subject import Subject
from rightsd.domain.template import Kind, Template
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import subjects
from tests import people
from tests.conftest import NOW

MODEL = "faces@" + "0" * 64
FACE = Template(Kind.FACE, MODEL, array("f", [0.25, -1.5]).tobytes())
VOICE = Template(Kind.VOICE, "voices@" + "1" * 64, array("f", [0.6, 0.8]).tobytes())


@pytest.fixture
def ada(tx: Tx) -> Subject:
    return people.subject(tx, people.account(tx, Role.PERSON))


def test_templates_come_back_and_do_not_show(tx: Tx, ada: Subject) -> None:
    for made in (FACE, VOICE):
        templates.insert(tx, ada.id, made)

    row = tx.conn.execute("SELECT string_agg(sealed, ''::bytea) FROM rights.template").fetchone()
    assert sorted(templates.of_subject(tx, ada.id), key=lambda held: held.kind) == [FACE, VOICE]
    assert row is not None
    assert FACE.vector not in bytes(row[0])


def test_templates_of_one_kind_are_cleared(tx: Tx, ada: Subject) -> None:
    for made in (FACE, FACE, VOICE):
        templates.insert(tx, ada.id, made)

    assert templates.clear_of(tx, ada.id, Kind.FACE) == 2
    assert templates.of_subject(tx, ada.id) == [VOICE]
    assert templates.clear_of(tx, ada.id) == 1
    assert templates.of_subject(tx, ada.id) == []


def test_nothing_opens_once_the_key_is_destroyed(tx: Tx, ada: Subject) -> None:
    templates.insert(tx, ada.id, FACE)
    sealing.destroy_key(tx, ada.id)

    assert templates.of_subject(tx, ada.id) == []


def test_what_is_no_template_is_not_kept(tx: Tx, ada: Subject) -> None:
    with pytest.raises(RightsError) as caught:
        templates.insert(tx, ada.id, Template(Kind.FACE, MODEL, b""))

    assert caught.value.code is Code.INVALID


def test_whoever_leaves_has_none_from_that_commit_on(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        ada = people.subject(tx, person)
        templates.insert(tx, ada.id, FACE)

    with rt.transaction() as tx:
        subjects.unenrol(tx, person, ada.id)

    with rt.transaction() as tx:
        assert templates.of_subject(tx, ada.id) == []
        assert [row.template for row in templates.since(tx, 0)] == [None]


def test_changes_of_this_very_transaction_are_not_told(tx: Tx, ada: Subject) -> None:
    templates.insert(tx, ada.id, FACE)

    assert templates.since(tx, 0) == []


def test_a_change_that_commits_late_is_not_missed(rt: Runtime, dsn: str) -> None:
    with rt.transaction() as tx:
        ada = people.subject(tx, people.account(tx, Role.PERSON))
    with psycopg.connect(dsn) as late:
        templates.insert(Tx(late, NOW, rt.kek), ada.id, FACE)
        with rt.transaction() as tx:
            templates.insert(tx, ada.id, VOICE)
        with rt.transaction() as tx:
            reached = templates.horizon(tx)
            first = templates.since(tx, 0)
        late.commit()

        with rt.transaction() as tx:
            second = templates.since(tx, reached)

    assert [row.template for row in first] == [VOICE]
    assert FACE in [row.template for row in second]
