"""Members who act at the same moment: what one has ended, no other goes on with."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from rightsd.db import invites as db_invites
from rightsd.db.tx import Tx
from rightsd.domain.letter import Language
from rightsd.domain.member import Duty
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows import accounts, invites, members
from tests import people
from tests.conftest import UNPACED
from tests.members import member, token
from tests.races import race
from tests.rightsd.web.portal import signed_in


def outcome(rt: Runtime, first: Callable[[Tx], object], second: Callable[[Tx], object]) -> Code:
    """Do one thing, and another that waits for it; return why the other one was not done."""
    caught: list[Code] = []

    def doing(tx: Tx) -> None:
        try:
            second(tx)
        except RightsError as error:
            caught.append(error.code)

    assert race(rt, first, doing) == ["released", "ended"]
    assert len(caught) == 1, "it was done"
    return caught[0]


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


def test_nobody_is_enrolled_by_an_account_as_it_is_closed(rt: Runtime) -> None:
    with rt.transaction() as tx:
        ada = member(tx)

    code = outcome(
        rt,
        lambda tx: accounts.close(tx, ada, name="Ada"),
        lambda tx: people.subject(tx, ada.principal),
    )

    assert code is Code.CONFLICT


def test_an_account_with_a_likeness_is_not_closed_beside_its_enrolment(rt: Runtime) -> None:
    with rt.transaction() as tx:
        ada = member(tx)

    code = outcome(
        rt,
        lambda tx: people.subject(tx, ada.principal),
        lambda tx: accounts.close(tx, ada, name="Ada"),
    )

    assert code is Code.CONFLICT


def test_the_last_two_admins_do_not_close_at_once(rt: Runtime) -> None:
    with rt.transaction() as tx:
        one = member(tx, role=Role.ADMIN)
        other = member(tx, "bo@example.org", Role.ADMIN)
        assert accounts.has_admin(tx)

    code = outcome(
        rt,
        lambda tx: accounts.close(tx, one, name="Ada"),
        lambda tx: accounts.close(tx, other, name="Ada"),
    )

    assert code is Code.CONFLICT


@pytest.mark.parametrize("attempt", ["remove", "demote", "invite", "close"])
def test_who_is_an_owner_no_more_does_nothing_as_one(rt: Runtime, attempt: str) -> None:
    with rt.transaction() as tx:
        ada = member(tx)
        bo, cy = (
            member(tx, f"{name}@example.org", account_id=ada.account_id) for name in ("bo", "cy")
        )
    acts: dict[str, Callable[[Tx], object]] = {
        "remove": lambda tx: members.remove(tx, bo, cy.id),
        "demote": lambda tx: members.set_duty(tx, bo, cy.id, Duty.MEMBER),
        "invite": lambda tx: invites.make(
            tx, bo, address="d@example.org", opens=None, language=Language.EN
        ),
        "close": lambda tx: accounts.close(tx, bo, name="Ada"),
    }

    code = outcome(rt, lambda tx: members.set_duty(tx, ada, bo.id, Duty.MEMBER), acts[attempt])

    assert code is Code.FORBIDDEN


def test_an_invite_is_not_accepted_as_its_account_is_closed(rt: Runtime) -> None:
    with rt.transaction() as tx:
        ada = member(tx)
        made = invites.make(
            tx, ada, address="bo@example.org", opens=Role.CREATOR, language=Language.EN
        )
        secret = token(db_invites.token_of(tx, made.id))

    code = outcome(
        rt,
        lambda tx: accounts.close(tx, ada, name="Ada"),
        lambda tx: invites.use(tx, made.id, token=secret),
    )

    assert code is Code.NOT_FOUND


def test_a_form_that_comes_as_the_account_is_closed_does_nothing(app: FastAPI, rt: Runtime) -> None:
    with rt.transaction() as tx:
        ada = member(tx)
    browser = signed_in(app, rt, ada)
    seen = browser.get("/account/keys").text
    answers: list[int] = []

    def send(_: Tx) -> None:
        page = browser.post("/account/keys", {"name": "laptop"}, seen=seen)
        assert "laptop" in page.text
        answers.append(page.status_code)

    order = race(rt, lambda tx: accounts.close(tx, ada, name="Ada"), send)

    assert order == ["released", "ended"]
    assert answers == [401]
    with rt.transaction() as tx:
        row = tx.conn.execute("SELECT count(*) FROM rights.api_key").fetchone()
    assert row == (0,)
