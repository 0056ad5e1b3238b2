"""Notices that end by themselves: never completed, closed, and erased once their time is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.db import claimants
from rightsd.db import letters as outbox
from rightsd.db import notices as rows
from rightsd.domain import regime, suspension
from rightsd.domain.generation import Generation
from rightsd.domain.incident import Severity
from rightsd.domain.notice import APPEAL_DAYS, COMPLETE_DAYS, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.regime import Kind
from rightsd.domain.runbook import Strand
from rightsd.domain.statement_of_reasons import Outcome
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import incidents, notices, transparency
from rightsd.workflows.notices import closing, showing
from rightsd.workflows.notices.receiving import ReceivedNotice
from tests import people
from tests.rightsd.domain.test_regime import COUNTER
from tests.rightsd.workflows.test_notices import down, receive


def test_what_is_never_completed_lapses_and_its_claimant_is_told(rt: Runtime) -> None:
    with rt.transaction() as tx:
        received = receive(tx, None, Kind.ILLEGAL)
        whole = receive(tx, None)
        silent = receive(tx, None, Kind.ILLEGAL, email="")
    end = received.notice.received_at + timedelta(days=COMPLETE_DAYS)

    early = closing.lapse_due(replace(rt, clock=lambda: end))
    late = closing.lapse_due(replace(rt, clock=lambda: end + timedelta(seconds=1)))

    assert (early, late) == (0, 2)
    with rt.transaction() as tx:
        assert rows.find(tx, received.notice.id).state is State.CLOSED
        assert rows.find(tx, silent.notice.id).state is State.CLOSED
        assert rows.find(tx, whole.notice.id).state is State.RECEIVED
        assert notices.look_up(tx, received.notice.id, token=received.token).decided_at is None
        posted = tx.conn.execute(
            "SELECT owner_id FROM rights.letter WHERE kind = %s", (outbox.Kind.NOTICE_LAPSED,)
        ).fetchall()
    assert posted == [(received.notice.id,)]


def test_what_lapsed_was_never_shown_to_whoever_made_the_clip(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        notice = receive(tx, people.published(tx, creator), authorised=False).notice
    late = notice.received_at + timedelta(days=COMPLETE_DAYS, seconds=1)

    closing.lapse_due(replace(rt, clock=lambda: late))

    with rt.transaction() as tx:
        assert rows.find(tx, notice.id).state is State.CLOSED
        assert showing.against_mine(tx, creator) == []


def closed(rt: Runtime, kind: Kind = Kind.COPYRIGHT) -> tuple[ReceivedNotice, Generation]:
    """Return a notice that was upheld and closed just now, and what it took down."""
    with rt.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        clip = people.published(tx, creator)
        received = receive(tx, clip, kind)
        notices.uphold(tx, reviewer, received.notice.id, reason="So.")
    closing.close_due(
        replace(rt, clock=lambda: rt.clock() + timedelta(days=APPEAL_DAYS, seconds=1))
    )
    return received, clip


def test_what_people_wrote_is_erased_once_its_time_is_over_and_the_record_stays(
    rt: Runtime,
) -> None:
    received, clip = closed(rt)
    notice_id = received.notice.id
    end = rt.clock() + timedelta(days=APPEAL_DAYS + 1) + regime.governing(Kind.COPYRIGHT).kept

    early = closing.erase_due(replace(rt, clock=lambda: end - timedelta(days=2)))
    erased = closing.erase_due(replace(rt, clock=lambda: end))
    again = closing.erase_due(replace(rt, clock=lambda: end))

    assert (early, erased, again) == (0, 1, 0)
    with rt.transaction() as tx:
        found = notices.look_up(tx, notice_id, token=received.token)
        assert (found.claim.name, found.claim.email, found.claim.salt, found.reason) == (
            "",
            "",
            b"",
            None,
        )
        assert (found.state, found.stands) == (State.CLOSED, True)
        assert down(tx, clip)
        (statement,) = showing.statements(tx, notice_id, token=received.token).statements
        assert (statement.outcome, statement.reason) == (Outcome.DISABLED, "")
        (told,) = transparency.page(tx, before=None, limit=10).notices
        assert (told.id, told.down) == (notice_id, True)
        left = tx.conn.execute(
            "SELECT sealed, counter, claimant_mac FROM rights.notice WHERE id = %s", (notice_id,)
        ).fetchone()
        assert left == (None, None, None)
        key = tx.conn.execute("SELECT FROM rights.data_key WHERE owner_id = %s", (notice_id,))
        assert key.fetchone() is None


def test_a_counter_notice_can_come_after_a_notice_has_closed_until_its_words_are_erased(
    rt: Runtime,
) -> None:
    received, clip = closed(rt)
    with rt.transaction() as tx:
        creator = Principal(clip.account_id, Role.CREATOR)
        countered = notices.counter(tx, creator, received.notice.id, said=COUNTER)
    day = countered.restore_at
    assert day is not None

    closing.restore_due(replace(rt, clock=lambda: day))

    with rt.transaction() as tx:
        assert rows.find(tx, received.notice.id).state is State.RESTORED
        assert not down(tx, clip)


def test_what_was_erased_is_not_countered_any_more(rt: Runtime) -> None:
    received, clip = closed(rt)
    closing.erase_due(replace(rt, clock=lambda: rt.clock() + timedelta(days=2_000)))

    creator = Principal(clip.account_id, Role.CREATOR)
    with rt.transaction() as tx, pytest.raises(RightsError) as caught:
        notices.counter(tx, creator, received.notice.id, said=COUNTER)

    assert caught.value.code is Code.CONFLICT


def test_what_an_open_incident_needs_is_not_erased(rt: Runtime) -> None:
    received, _ = closed(rt)
    with rt.transaction() as tx:
        reviewer = people.account(tx, Role.REVIEWER)
        incidents.open_incident(
            tx,
            reviewer,
            title="A case",
            severity=Severity.HIGH,
            detected_at=None,
            linked=[(received.notice.id, Strand.COPYRIGHT)],
        )
    later = replace(rt, clock=lambda: rt.clock() + timedelta(days=2_000))

    assert closing.erase_due(later) == 0


def test_by_what_a_suspended_claimant_was_known_goes_with_the_notice(rt: Runtime) -> None:
    with rt.transaction() as tx:
        claimant, reviewer = people.account(tx, Role.PERSON), people.account(tx, Role.REVIEWER)
        for _ in range(suspension.STRIKES_MAX):
            given = notices.receive(tx, claim=people.claim(), actor=claimant).notice
            notices.reject(tx, reviewer, given.id, reason="No.", abusive=True)
        imposed = claimants.suspension_by_notice(tx, given.id)
        assert imposed is not None
    closing.close_due(
        replace(rt, clock=lambda: rt.clock() + timedelta(days=APPEAL_DAYS, seconds=1))
    )
    end = replace(rt, clock=lambda: rt.clock() + timedelta(days=2_000))
    with rt.transaction() as tx:
        until = end.clock() + timedelta(hours=1)
        tx.conn.execute("UPDATE rights.suspension SET until_at = %s", (until,))

    held = closing.erase_due(end)
    erased = closing.erase_due(replace(end, clock=lambda: rt.clock() + timedelta(days=2_001)))

    assert (held, erased) == (suspension.STRIKES_MAX - 1, 1)
    with rt.transaction() as tx:
        left = tx.conn.execute("SELECT id, claimant_mac FROM rights.suspension").fetchall()
    assert left == [(imposed.id, None)]


def damage(rt: Runtime, notice_id: str) -> None:
    with rt.transaction() as tx:
        tx.conn.execute(
            "UPDATE rights.notice SET sealed = sealed || 'x'::bytea WHERE id = %s", (notice_id,)
        )


def test_what_is_put_back_does_not_wait_for_a_notice_that_does_not_open(rt: Runtime) -> None:
    clips, given = [], []
    with rt.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        for _ in range(2):
            clips.append(people.published(tx, creator))
            given.append(receive(tx, clips[-1]).notice.id)
            notices.uphold(tx, reviewer, given[-1], reason="So.")
            countered = notices.counter(tx, creator, given[-1], said=COUNTER)
    damage(rt, min(given))
    day = countered.restore_at
    assert day is not None

    assert closing.restore_due(replace(rt, clock=lambda: day)) == 1

    with rt.transaction() as tx:
        assert sorted(given[at] for at, clip in enumerate(clips) if down(tx, clip)) == [min(given)]


def test_nothing_waits_to_be_closed_or_erased_for_a_notice_that_does_not_open(rt: Runtime) -> None:
    with rt.transaction() as tx:
        reviewer = people.account(tx, Role.REVIEWER)
        lapsing = [receive(tx, None, Kind.ILLEGAL).notice.id for _ in range(2)]
        closing_ = [receive(tx, None).notice.id for _ in range(3)]
        for notice_id in closing_:
            notices.reject(tx, reviewer, notice_id, reason="No.")
    damage(rt, min(lapsing))
    damage(rt, min(closing_))
    later = replace(rt, clock=lambda: rt.clock() + timedelta(days=APPEAL_DAYS + 1))

    assert closing.lapse_due(later) == 1
    assert closing.close_due(later) == 2
    damage(rt, max(closing_))
    assert closing.erase_due(replace(rt, clock=lambda: rt.clock() + timedelta(days=2_000))) == 2
