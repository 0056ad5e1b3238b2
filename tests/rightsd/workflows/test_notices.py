"""What becomes of notices: what is missing, who decides, what comes back, and when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.db import generations, standing
from rightsd.db import letters as outbox
from rightsd.db import notices as rows
from rightsd.db.tx import Tx
from rightsd.domain import dsa, letter
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation
from rightsd.domain.generation import State as GenerationState
from rightsd.domain.notice import APPEAL_DAYS, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.regime import Kind
from rightsd.domain.statement_of_reasons import Outcome
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import notices
from rightsd.workflows.notices import closing, contesting, deciding, showing
from rightsd.workflows.notices.receiving import ReceivedNotice
from tests import people
from tests.daemon import settle
from tests.rightsd.domain.test_regime import COUNTER


def refused(call: Callable[[], object]) -> RightsError:
    with pytest.raises(RightsError) as caught:
        call()
    return caught.value


@pytest.fixture
def clip(tx: Tx, creator: Principal) -> Generation:
    return people.published(tx, creator)


@pytest.fixture
def reviewer(tx: Tx) -> Principal:
    return people.account(tx, Role.REVIEWER)


@pytest.fixture
def other_reviewer(tx: Tx) -> Principal:
    return people.account(tx, Role.REVIEWER)


def receive(
    tx: Tx, clip: Generation | None, kind: Kind = Kind.COPYRIGHT, **said: object
) -> ReceivedNotice:
    target = clip and clip.id
    return notices.receive(tx, generation_id=target, claim=people.claim(kind, **said))


def down(tx: Tx, clip: Generation) -> bool:
    return clip.id in standing.upheld_notices(tx, [clip.id])


def kinds(tx: Tx) -> list[str]:
    return [event.kind for event in tx.events if event.kind.startswith("notice.")]


def at(tx: Tx, **later: float) -> Tx:
    return replace(tx, now=tx.now + timedelta(**later))


def test_without_the_perjury_statement_it_is_kept_and_takes_nothing_down(
    tx: Tx, clip: Generation, reviewer: Principal
) -> None:
    received = receive(tx, clip, authorised=False)

    assert received.notice.state is State.DEFICIENT
    assert kinds(tx) == ["notice.received", "notice.deficient"]
    assert tx.events[-1].data == {"missing": ["authority_under_penalty_of_perjury"]}
    error = refused(lambda: notices.uphold(tx, reviewer, received.notice.id, reason="So."))
    assert error.code is Code.CONFLICT
    assert not down(tx, clip)
    assert standing.why_not(tx, [clip]) == {}


def test_a_deficient_notice_is_completed_step_by_step(
    tx: Tx, clip: Generation, reviewer: Principal
) -> None:
    received = receive(tx, clip, authorised=False, work="")
    notice_id, token = received.notice.id, received.token

    still = notices.complete(tx, notice_id, token=token, said={"work": "The Ball"})
    whole = notices.complete(at(tx, days=1), notice_id, token=token, said={"authorised": True})

    assert (still.state, whole.state) == (State.DEFICIENT, State.RECEIVED)
    assert kinds(tx)[2:] == ["notice.deficient", "notice.completed"]
    assert tx.events[-2].data["missing"] == ["authority_under_penalty_of_perjury"]
    assert whole.claim.statement == "It is mine."
    assert whole.whole_at == tx.now + timedelta(days=1)
    assert notices.uphold(tx, reviewer, notice_id, reason="So.").stands
    again = refused(lambda: notices.complete(tx, notice_id, token=token, said={"work": "x"}))
    assert again.code is Code.CONFLICT


def test_what_adds_nothing_is_not_taken_and_nobody_is_written_to(tx: Tx, clip: Generation) -> None:
    received = receive(tx, clip, authorised=False)
    events = len(tx.events)

    for _ in range(20):
        error = refused(
            lambda: notices.complete(
                tx, received.notice.id, token=received.token, said={"statement": "More."}
            )
        )
        assert error.extra == {"missing": ["authority_under_penalty_of_perjury"]}

    assert len(tx.events) == events
    (row,) = tx.conn.execute("SELECT count(*) FROM rights.letter").fetchall()
    assert row == (1,)


def test_what_a_notice_says_never_reaches_the_ledger(tx: Tx, clip: Generation) -> None:
    receive(tx, clip, authorised=False)

    written = str([event.body() for event in tx.events])
    for word in ("Nora", "nora@example.org", "It is mine.", "The Ball"):
        assert word not in written


def test_a_description_is_identified_by_a_reviewer(
    tx: Tx, clip: Generation, reviewer: Principal
) -> None:
    received = receive(tx, None)
    early = refused(lambda: notices.uphold(tx, reviewer, received.notice.id, reason="So."))

    found = notices.identify(tx, reviewer, received.notice.id, generation_id=clip.id)

    assert early.code is Code.CONFLICT
    assert found.generation_id == clip.id
    assert notices.uphold(tx, reviewer, found.id, reason="So.").stands
    assert down(tx, clip)


@pytest.mark.parametrize("child", [True, False])
def test_an_offence_against_a_child_is_on_record_once_a_person_found_it_right(
    tx: Tx, clip: Generation, reviewer: Principal, *, child: bool
) -> None:
    notice = receive(tx, clip, Kind.ILLEGAL, offence_against_child=child).notice
    before = str([event.data for event in tx.events])

    notices.uphold(tx, reviewer, notice.id, reason="So.")

    assert "child" not in before
    history = [event for event in tx.events if event.subject == notice.id]
    withdrawn = Event("generation.withdrawn", clip.id, tx.now, {"because_of": notice.id})
    said = dsa.statement(withdrawn, None, history, trusted=False)
    assert (said["category"] == "STATEMENT_CATEGORY_PROTECTION_OF_MINORS") is child


def test_a_described_illegal_clip_is_whole_once_a_reviewer_has_identified_it(
    tx: Tx, clip: Generation, reviewer: Principal
) -> None:
    received = receive(tx, None, Kind.ILLEGAL)
    later = at(tx, days=1)

    found = notices.identify(later, reviewer, received.notice.id, generation_id=clip.id)

    assert received.notice.state is State.DEFICIENT
    assert (found.state, found.generation_id) == (State.RECEIVED, clip.id)
    assert found.whole_at == later.now
    assert found.clocks == received.notice.clocks  # The DSA's runs from the receipt.
    assert kinds(tx)[2:] == ["notice.identified", "notice.completed"]
    assert rows.find(tx, found.id) == found
    assert notices.uphold(later, reviewer, found.id, reason="So.").stands


def test_what_lacks_more_than_the_clip_waits_for_its_claimant_all_the_same(
    tx: Tx, clip: Generation, reviewer: Principal
) -> None:
    received = receive(tx, None, Kind.ILLEGAL, good_faith=False)

    found = notices.identify(tx, reviewer, received.notice.id, generation_id=clip.id)

    assert (found.state, found.generation_id) == (State.DEFICIENT, clip.id)
    whole = notices.complete(tx, found.id, token=received.token, said={"good_faith": True})
    assert (whole.state, whole.generation_id) == (State.RECEIVED, clip.id)


def test_nobody_identifies_their_own_notice(tx: Tx, clip: Generation, reviewer: Principal) -> None:
    own = notices.receive(tx, claim=people.claim(), actor=reviewer).notice

    error = refused(lambda: notices.identify(tx, reviewer, own.id, generation_id=clip.id))

    assert error.code is Code.FORBIDDEN


def test_a_counter_notice_restores_on_the_statutory_day_and_not_before(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        clip = people.published(tx, creator)
        notice = receive(tx, clip).notice
        notices.uphold(tx, reviewer, notice.id, reason="So.")
    settle(rt)
    with rt.transaction() as tx:
        countered = notices.counter(tx, creator, notice.id, said=COUNTER)
    day = countered.restore_at
    assert day is not None

    early = closing.restore_due(replace(rt, clock=lambda: day - timedelta(seconds=1)))
    with rt.transaction() as tx:
        assert down(tx, clip)
    due = closing.restore_due(replace(rt, clock=lambda: day))
    settle(rt)

    assert (early, due) == (0, 1)
    assert closing.restore_due(replace(rt, clock=lambda: day)) == 0
    with rt.transaction() as tx:
        shown = generations.find(tx, clip.id)
        assert shown is not None
        assert shown.state is GenerationState.PUBLISHED
        assert standing.why_not(tx, [shown]) == {}


def test_an_action_in_court_keeps_it_down(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        clip = people.published(tx, creator)
        received = receive(tx, clip)
        notices.uphold(tx, reviewer, received.notice.id, reason="So.")
        notices.counter(tx, creator, received.notice.id, said=COUNTER)

        kept = notices.file_action(tx, received.notice.id, token=received.token, words="No. 1")

    later = replace(rt, clock=lambda: kept.received_at + timedelta(days=60))
    assert closing.restore_due(later) == 0
    with rt.transaction() as tx:
        assert down(tx, clip)
        back = deciding.restore(tx, reviewer, kept.id, reason="The court dismissed it.")
        assert not back.stands


def test_a_counter_notice_that_lacks_something_is_not_kept(
    tx: Tx, clip: Generation, creator: Principal, reviewer: Principal
) -> None:
    notice = receive(tx, clip).notice
    notices.uphold(tx, reviewer, notice.id, reason="So.")

    error = refused(
        lambda: notices.counter(tx, creator, notice.id, said=replace(COUNTER, mistaken=False))
    )

    assert error.code is Code.INVALID
    assert error.extra == {"missing": ["mistake_statement_under_penalty_of_perjury"]}
    assert rows.find(tx, notice.id).state is State.UPHELD


def test_only_the_creator_counters_and_only_what_has_a_counter_notice(
    tx: Tx, clip: Generation, creator: Principal, reviewer: Principal
) -> None:
    copyright_, intimate = receive(tx, clip).notice, receive(tx, clip, Kind.INTIMATE).notice
    for notice in (copyright_, intimate):
        notices.uphold(tx, reviewer, notice.id, reason="So.")
    stranger = people.account(tx, Role.CREATOR)

    assert (
        refused(lambda: notices.counter(tx, stranger, copyright_.id, said=COUNTER)).code
        is Code.NOT_FOUND
    )
    assert (
        refused(lambda: notices.counter(tx, creator, intimate.id, said=COUNTER)).code
        is Code.CONFLICT
    )
    # What is restored under one notice stays down under the other.
    notices.counter(tx, creator, copyright_.id, said=COUNTER)
    assert standing.upheld_notices(tx, [clip.id]) == {clip.id: sorted([copyright_.id, intimate.id])}


def test_an_appeal_is_decided_by_somebody_else_and_turns_the_takedown(
    tx: Tx,
    clip: Generation,
    creator: Principal,
    reviewer: Principal,
    other_reviewer: Principal,
) -> None:
    notice = receive(tx, clip).notice
    notices.uphold(tx, reviewer, notice.id, reason="So.")

    appealed = notices.appeal(tx, notice.id, actor=creator, words="It is mine.")
    same = refused(lambda: notices.reverse(tx, reviewer, notice.id, reason="Oh."))
    assert down(tx, clip)
    reversed_ = notices.reverse(tx, other_reviewer, notice.id, reason="It is not.")

    assert appealed.state is State.APPEALED
    assert same.code is Code.FORBIDDEN
    assert reversed_.state is State.REVERSED
    assert not down(tx, clip)


def test_someone_else_affected_may_appeal_once(
    tx: Tx, clip: Generation, reviewer: Principal, other_reviewer: Principal, person: Principal
) -> None:
    received = receive(tx, clip, Kind.LIKENESS)
    notices.reject(tx, reviewer, received.notice.id, reason="No.")

    notices.appeal(tx, received.notice.id, actor=person, words="That is me, too.")
    upheld = notices.reverse(tx, other_reviewer, received.notice.id, reason="It is.")
    again = refused(lambda: notices.appeal(tx, received.notice.id, actor=person, words="More."))

    assert upheld.stands
    assert down(tx, clip)
    assert again.code is Code.CONFLICT
    assert [event.data["party"] for event in tx.events if event.kind == "notice.appealed"] == [
        "other"
    ]


def test_nobody_decides_on_an_appeal_of_their_own_whoever_else_appealed(
    tx: Tx, clip: Generation, reviewer: Principal, other_reviewer: Principal, person: Principal
) -> None:
    notice = receive(tx, clip).notice
    notices.uphold(tx, reviewer, notice.id, reason="So.")

    notices.appeal(tx, notice.id, actor=other_reviewer, words="I am in it.")
    joined = notices.appeal(tx, notice.id, actor=person, words="So am I.")

    for decide in (notices.affirm, notices.reverse):
        own = refused(lambda decide=decide: decide(tx, other_reviewer, notice.id, reason="So."))
        assert own.code is Code.FORBIDDEN
    assert rows.find(tx, notice.id).appellants == joined.appellants
    assert joined.objections == ("I am in it.", "So am I.")
    third = people.account(tx, Role.REVIEWER)
    assert notices.affirm(tx, third, notice.id, reason="So.").state is State.AFFIRMED


def test_an_account_has_few_appeals_about_others_that_wait(
    tx: Tx, clip: Generation, reviewer: Principal, person: Principal, creator: Principal
) -> None:
    given = []
    for _ in range(contesting.WAITING_OF_OTHER + 1):
        given.append(receive(tx, clip).notice)
        notices.uphold(tx, reviewer, given[-1].id, reason="So.")

    for notice in given[:-1]:
        notices.appeal(tx, notice.id, actor=person, words="So.")
    error = refused(lambda: notices.appeal(tx, given[-1].id, actor=person, words="So."))

    assert error.code is Code.TOO_MANY
    assert notices.appeal(tx, given[-1].id, actor=creator, words="So.").state is State.APPEALED


def test_nobody_decides_on_a_notice_of_their_own(
    tx: Tx, clip: Generation, creator: Principal, reviewer: Principal, other_reviewer: Principal
) -> None:
    mine = notices.receive(tx, generation_id=clip.id, claim=people.claim(), actor=reviewer).notice

    for decide in (notices.uphold, notices.reject):
        error = refused(lambda decide=decide: decide(tx, reviewer, mine.id, reason="So."))
        assert error.code is Code.FORBIDDEN
    notices.uphold(tx, other_reviewer, mine.id, reason="So.")
    notices.appeal(tx, mine.id, actor=creator, words="It is mine.")
    error = refused(lambda: notices.affirm(tx, reviewer, mine.id, reason="So."))
    assert error.code is Code.FORBIDDEN


def test_an_appeal_of_someone_else_does_not_keep_the_creator_from_a_counter_notice(
    tx: Tx, clip: Generation, creator: Principal, reviewer: Principal, person: Principal
) -> None:
    notice = receive(tx, clip).notice
    notices.uphold(tx, reviewer, notice.id, reason="So.")
    notices.appeal(tx, notice.id, actor=person, words="I am in it.")

    countered = notices.counter(tx, creator, notice.id, said=COUNTER)

    assert countered.state is State.COUNTERED
    assert countered.restore_at is not None


def test_what_an_appeal_may_bring_down_is_not_countered_before(
    tx: Tx, clip: Generation, creator: Principal, reviewer: Principal
) -> None:
    received = receive(tx, clip)
    notices.reject(tx, reviewer, received.notice.id, reason="No.")
    notices.appeal(tx, received.notice.id, token=received.token, words="But yes.")

    error = refused(lambda: notices.counter(tx, creator, received.notice.id, said=COUNTER))

    assert error.code is Code.CONFLICT


def test_both_sides_are_told_why(
    tx: Tx, clip: Generation, creator: Principal, reviewer: Principal
) -> None:
    received = receive(tx, clip)
    notices.uphold(tx, reviewer, received.notice.id, reason="It shows the ball.")

    for asker in ({"token": received.token}, {"actor": creator}):
        (statement,) = showing.statements(tx, received.notice.id, **asker).statements
        assert (statement.outcome, statement.reason) == (Outcome.DISABLED, "It shows the ball.")
    assert showing.against_mine(tx, creator)[0].id == received.notice.id
    stranger = people.account(tx, Role.CREATOR)
    assert (
        refused(lambda: showing.statements(tx, received.notice.id, actor=stranger)).code
        is Code.NOT_FOUND
    )


def test_a_retracted_notice_gives_back_what_it_took(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        clip = people.published(tx, creator)
        received = receive(tx, clip)
        notices.uphold(tx, reviewer, received.notice.id, reason="So.")
    settle(rt)
    with rt.transaction() as tx:
        assert generations.find(tx, clip.id).state is GenerationState.WITHDRAWN
        notices.retract(tx, received.notice.id, token=received.token)
    settle(rt)

    with rt.transaction() as tx:
        assert generations.find(tx, clip.id).state is GenerationState.PUBLISHED


def test_the_queue_has_trusted_flaggers_first_and_then_the_shortest_clock(
    tx: Tx, clip: Generation, reviewer: Principal, person: Principal
) -> None:
    slow = receive(tx, clip, Kind.PRIVACY).notice
    quick = receive(tx, clip, Kind.INTIMATE).notice
    quickest = receive(tx, None, Kind.INTIMATE, territory="IN", email="in@example.org").notice
    tx.conn.execute(
        """
        INSERT INTO rights.flagger (id, name, claimant_mac, state, granted_at)
        VALUES ('flg_1', 'Watchers', %s, 'granted', %s)
        """,
        (rows.claimant_of(tx, person.account_id), tx.now),
    )
    trusted = notices.receive(
        tx, generation_id=clip.id, claim=people.claim(Kind.ILLEGAL), actor=person
    ).notice

    queue = [notice.id for notice in notices.queue(tx, reviewer)]

    assert queue == [trusted.id, quickest.id, quick.id, slow.id]


def test_what_nobody_can_appeal_any_more_is_closed(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        clip = people.published(tx, creator)
        notice = receive(tx, clip).notice
        decided = notices.uphold(tx, reviewer, notice.id, reason="So.").decided_at
    assert decided is not None
    end = decided + timedelta(days=APPEAL_DAYS)

    early = closing.close_due(replace(rt, clock=lambda: end))
    late = closing.close_due(replace(rt, clock=lambda: end + timedelta(seconds=1)))

    assert (early, late) == (0, 1)
    with rt.transaction() as tx:
        assert rows.find(tx, notice.id).state is State.CLOSED
        assert down(tx, clip)


def test_the_link_in_the_mail_confirms_and_the_shown_token_does_not(
    tx: Tx, clip: Generation
) -> None:
    received = receive(tx, clip)
    mailed = letter.link("", "", rows.token_of(tx, received.notice.id)).lstrip("/")

    shown = refused(lambda: notices.confirm(tx, received.notice.id, token=received.token))
    confirmed = notices.confirm(tx, received.notice.id, token=mailed)

    assert shown.code is Code.INVALID
    assert confirmed.claimant.confirmed_at == tx.now
    assert notices.look_up(tx, received.notice.id, token=mailed).id == received.notice.id


def test_whoever_came_with_a_key_comes_back_with_it(
    tx: Tx, clip: Generation, person: Principal, creator: Principal
) -> None:
    notice = notices.receive(tx, generation_id=clip.id, claim=people.claim(), actor=person).notice

    assert notices.look_up(tx, notice.id, actor=person).id == notice.id
    assert refused(lambda: notices.look_up(tx, notice.id, actor=creator)).code is Code.NOT_FOUND
    assert refused(lambda: notices.look_up(tx, notice.id)).code is Code.NOT_FOUND


def test_an_address_that_never_answers_gets_few_receipts(tx: Tx) -> None:
    for _ in range(5):
        clip = people.published(tx, people.account(tx, Role.CREATOR))
        receive(tx, clip)

    (row,) = tx.conn.execute(
        "SELECT count(*) FROM rights.letter WHERE kind = %s", (outbox.Kind.NOTICE_RECEIVED,)
    ).fetchall()
    assert row[0] == 3


@pytest.mark.parametrize("at_first", ["nora@example.org", ""])
def test_an_address_that_never_answers_gets_few_letters_about_what_is_added(
    tx: Tx, at_first: str
) -> None:
    for _ in range(6):
        clip = people.published(tx, people.account(tx, Role.CREATOR))
        received = receive(tx, clip, Kind.PRIVACY, email=at_first, name="")
        said = {"email": "nora@example.org", "name": "Nora"}
        notices.complete(tx, received.notice.id, token=received.token, said=said)

    (row,) = tx.conn.execute("SELECT count(*) FROM rights.letter").fetchall()
    assert row[0] == 3


def test_an_address_that_is_none_is_refused(tx: Tx, clip: Generation) -> None:
    error = refused(lambda: receive(tx, clip, email="a@b, c@example.org"))

    assert error.code is Code.INVALID
