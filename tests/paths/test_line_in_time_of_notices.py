"""The line in time between what is put back, what is kept down, and what is withdrawn."""

from dataclasses import replace
from datetime import datetime

import pytest

from rightsd.db import notices as rows
from rightsd.db import standing
from rightsd.db.tx import Tx
from rightsd.domain.notice import Notice, State
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import notices
from rightsd.workflows.notices import changing, closing
from rightsd.workflows.notices.receiving import ReceivedNotice
from tests import people
from tests.races import race
from tests.rightsd.domain.test_regime import COUNTER


def upheld(rt: Runtime) -> ReceivedNotice:
    with rt.transaction() as tx:
        clip = people.published(tx, people.account(tx, Role.CREATOR))
        received = notices.receive(tx, generation_id=clip.id, claim=people.claim())
        notices.uphold(tx, people.account(tx, Role.REVIEWER), received.notice.id, reason="So.")
    return received


def countered(rt: Runtime) -> tuple[ReceivedNotice, datetime]:
    received = upheld(rt)
    with rt.transaction() as tx:
        creator = Principal(rows.creator_of(tx, received.notice.id), Role.CREATOR)
        day = notices.counter(tx, creator, received.notice.id, said=COUNTER).restore_at
    assert day is not None
    return received, day


def state(rt: Runtime, notice: Notice) -> State:
    with rt.transaction() as tx:
        return rows.find(tx, notice.id).state


def test_an_action_that_is_being_filed_is_not_overtaken_by_the_restore(rt: Runtime) -> None:
    received, day = countered(rt)
    due = replace(rt, clock=lambda: day)

    with rt.transaction() as tx:
        notices.file_action(tx, received.notice.id, token=received.token, words="No. 1")
        assert closing.restore_due(due) == 0

    assert closing.restore_due(due) == 0
    assert state(rt, received.notice) is State.KEPT


def test_an_action_filed_after_the_restore_comes_too_late(rt: Runtime) -> None:
    received, _ = countered(rt)
    told = []

    def file(tx: Tx) -> None:
        with pytest.raises(RightsError) as caught:
            notices.file_action(tx, received.notice.id, token=received.token, words="No. 1")
        told.append(caught.value.code)

    order = race(
        rt,
        lambda tx: changing.change(
            tx, changing.lock(tx, received.notice.id), "notice.restored", {}, words="So."
        ),
        file,
    )

    assert (order, told) == (["released", "ended"], [Code.CONFLICT])
    assert state(rt, received.notice) is State.RESTORED


def test_taking_a_notice_back_waits_for_what_is_withdrawn_because_of_it(rt: Runtime) -> None:
    received = upheld(rt)

    order = race(
        rt,
        lambda tx: rows.hold(tx, received.notice.id),
        lambda tx: notices.retract(tx, received.notice.id, token=received.token),
    )

    assert order == ["released", "ended"]


def test_a_release_waits_for_an_appeal_that_takes_down(rt: Runtime) -> None:
    with rt.transaction() as tx:
        clip = people.published(tx, people.account(tx, Role.CREATOR))
        first, second = (people.account(tx, Role.REVIEWER) for _ in range(2))
        received = notices.receive(tx, generation_id=clip.id, claim=people.claim())
        notices.reject(tx, first, received.notice.id, reason="No.")
        notices.appeal(tx, received.notice.id, token=received.token, words="Yes.")

    order = race(
        rt,
        standing.hold_causes,
        lambda tx: notices.reverse(tx, second, received.notice.id, reason="It is."),
    )

    assert order == ["released", "ended"]
