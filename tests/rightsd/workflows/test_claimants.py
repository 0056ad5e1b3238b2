"""Who gives notice: how much is taken from them, strikes, trust, and how often they are right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.db import notices as rows
from rightsd.db.tx import Tx
from rightsd.domain import letter, suspension
from rightsd.domain.generation import Generation
from rightsd.domain.notice import Notice
from rightsd.domain.principal import Principal, Role
from rightsd.domain.regime import Kind
from rightsd.domain.suspension import State
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import flaggers, notices
from rightsd.workflows.notices import receiving, showing, suspending
from rightsd.workflows.notices.receiving import ReceivedNotice
from tests import people


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(RightsError) as caught:
        call()
    return caught.value.code


@pytest.fixture
def reviewer(tx: Tx) -> Principal:
    return people.account(tx, Role.REVIEWER)


@pytest.fixture
def clips(tx: Tx, creator: Principal) -> list[Generation]:
    return [people.published(tx, creator) for _ in range(5)]


def receive(tx: Tx, clip: Generation, **by: object) -> ReceivedNotice:
    return notices.receive(tx, generation_id=clip.id, claim=people.claim(Kind.PRIVACY), **by)


def mailed(tx: Tx, notice: Notice) -> str:
    return letter.link("", "", rows.token_of(tx, notice.id)).lstrip("/")


def strike(tx: Tx, clip: Generation, reviewer: Principal, **by: object) -> ReceivedNotice:
    received = receive(tx, clip, **by)
    notices.reject(tx, reviewer, received.notice.id, reason="Nonsense.", abusive=True)
    return received


def events(tx: Tx, noun: str) -> list[str]:
    return [event.kind for event in tx.events if event.kind.startswith(f"{noun}.")]


@pytest.mark.slow
def test_ten_thousand_notices_of_one_claimant_cost_nobody_else_anything(rt: Runtime) -> None:
    with rt.transaction() as tx:
        clips = [people.published(tx, people.account(tx, Role.CREATOR)) for _ in range(40)]
    taken, told = set(), set()
    loud = people.claim(email="loud@example.org")
    for hundred in range(100):
        with rt.transaction() as tx:
            for number in range(100):
                try:
                    target = clips[number % len(clips)].id
                    received = notices.receive(tx, generation_id=target, claim=loud)
                    taken.add(received.notice.id)
                except RightsError as error:
                    told.add(error.code)
            # Someone else, all the while.
            other = people.claim(email=f"quiet{hundred}@example.org")
            notices.receive(tx, generation_id=clips[0].id, claim=other)

    assert (len(taken), told) == (receiving.OF_MAILBOX_PER_HOUR, {Code.TOO_MANY})
    with rt.transaction() as tx:
        kept = tx.conn.execute("SELECT id FROM rights.notice").fetchall()
    assert len(kept) == receiving.OF_MAILBOX_PER_HOUR + 100
    assert taken <= {row[0] for row in kept}


def test_who_sends_two_at_once_is_told_at_once_and_holds_up_nobody(rt: Runtime) -> None:
    with rt.transaction() as tx:
        clip = people.published(tx, people.account(tx, Role.CREATOR))

    with rt.transaction() as first:
        receive(first, clip)
        with rt.transaction() as second:
            assert refused(lambda: receive(second, clip)) is Code.TOO_MANY
            other = people.claim(email="other@example.org")
            assert notices.receive(second, generation_id=clip.id, claim=other).notice


def test_one_claimant_cannot_crowd_one_output(tx: Tx, clips: list[Generation]) -> None:
    for _ in range(receiving.OPEN_OF_CLAIMANT):
        receive(tx, clips[0])

    assert refused(lambda: receive(tx, clips[0])) is Code.TOO_MANY
    assert receive(tx, clips[1]).notice


def test_strangers_cannot_keep_those_who_are_exposed_from_being_heard(
    tx: Tx, clips: list[Generation], person: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "OPEN_AGAINST_OUTPUT", 2)
    target = clips[0].id
    for name in ("a", "b"):
        claim = people.claim(email=f"{name}@example.org")
        notices.receive(tx, generation_id=target, claim=claim)

    late = people.claim(email="c@example.org")
    intimate = people.claim(Kind.INTIMATE, email="d@example.org")
    assert refused(lambda: notices.receive(tx, generation_id=target, claim=late)) is Code.TOO_MANY
    assert notices.receive(tx, generation_id=target, claim=intimate).notice
    assert notices.receive(tx, generation_id=target, claim=late, actor=person).notice


def test_one_network_without_an_account_has_a_limit(
    tx: Tx, clips: list[Generation], person: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "FROM_NETWORK_PER_HOUR", 2)

    def give(name: str, address: str, actor: Principal | None = None) -> ReceivedNotice:
        claim = people.claim(email=f"{name}@example.org")
        return notices.receive(
            tx, generation_id=clips[0].id, claim=claim, address=address, actor=actor
        )

    give("a", "2001:db8::1")
    give("b", "2001:db8::2")
    assert refused(lambda: give("c", "2001:db8::3")) is Code.TOO_MANY
    assert give("d", "192.0.2.1").notice
    assert give("e", "2001:db8::4", person).notice


def test_the_third_strike_suspends_but_for_intimate_pictures(
    tx: Tx, clips: list[Generation], reviewer: Principal, person: Principal
) -> None:
    for clip in clips[: suspension.STRIKES_MAX]:
        assert events(tx, "suspension") == []
        strike(tx, clip, reviewer, actor=person)

    assert events(tx, "suspension") == ["suspension.imposed"]
    assert refused(lambda: receive(tx, clips[4], actor=person)) is Code.FORBIDDEN
    intimate = people.claim(Kind.INTIMATE)
    assert notices.receive(tx, generation_id=clips[4].id, claim=intimate, actor=person).notice
    over = replace(tx, now=tx.now + suspension.LENGTH)
    assert receive(over, clips[4], actor=person).notice


def test_nobody_is_struck_for_what_others_wrote_under_their_address(
    tx: Tx, clips: list[Generation], reviewer: Principal
) -> None:
    for clip in clips:
        strike(tx, clip, reviewer)

    assert events(tx, "suspension") == []


def test_who_confirmed_their_address_is_struck(
    tx: Tx, clips: list[Generation], reviewer: Principal
) -> None:
    for clip in clips[: suspension.STRIKES_MAX]:
        notice = receive(tx, clip).notice
        notices.confirm(tx, notice.id, token=mailed(tx, notice))
        notices.reject(tx, reviewer, notice.id, reason="Nonsense.", abusive=True)

    assert events(tx, "suspension") == ["suspension.imposed"]
    assert refused(lambda: receive(tx, clips[4])) is Code.FORBIDDEN


def test_old_strikes_are_forgotten(
    tx: Tx, clips: list[Generation], reviewer: Principal, person: Principal
) -> None:
    later = replace(tx, now=tx.now + suspension.WINDOW + timedelta(seconds=1))
    for clip in clips[:2]:
        strike(tx, clip, reviewer, actor=person)
    strike(later, clips[2], reviewer, actor=person)

    assert events(tx, "suspension") == events(later, "suspension") == []


def test_a_suspension_is_lifted_on_appeal_by_somebody_else(
    tx: Tx, clips: list[Generation], reviewer: Principal, person: Principal
) -> None:
    for clip in clips[: suspension.STRIKES_MAX]:
        last = strike(tx, clip, reviewer, actor=person)
    other = people.account(tx, Role.REVIEWER)

    appealed = suspending.appeal(tx, last.notice.id, token=last.token, words="I meant it.")
    assert [each.id for each in suspending.queue(tx, other)] == [appealed.id]
    same = refused(lambda: suspending.decide(tx, reviewer, appealed.id, lift=True, reason="Hm."))
    lifted = suspending.decide(tx, other, appealed.id, lift=True, reason="A misunderstanding.")

    assert (same, lifted.state) == (Code.FORBIDDEN, State.LIFTED)
    assert (lifted.objection, lifted.reason) == ("I meant it.", "A misunderstanding.")
    assert receive(tx, clips[4], actor=person).notice


def test_trust_in_an_address_counts_once_the_mail_was_answered(
    tx: Tx, clips: list[Generation]
) -> None:
    flaggers.grant(tx, people.ADMIN, name="Watchers", email="NORA@example.org")
    notice = receive(tx, clips[0]).notice
    assert notice.claimant.flagger_id is None

    confirmed = notices.confirm(tx, notice.id, token=mailed(tx, notice))

    assert confirmed.claimant.flagger_id is not None


def test_trust_is_granted_once_and_ends(tx: Tx, clips: list[Generation], person: Principal) -> None:
    def grant() -> flaggers.Flagger:
        return flaggers.grant(tx, people.ADMIN, name="Watchers", account_id=person.account_id)

    made = grant()
    assert refused(grant) is Code.CONFLICT
    assert receive(tx, clips[0], actor=person).notice.claimant.flagger_id == made.id
    flaggers.end(tx, people.ADMIN, made.id)

    assert receive(tx, clips[1], actor=person).notice.claimant.flagger_id is None
    assert [each.id for each in flaggers.published(tx)] == [made.id]
    assert grant().id != made.id


def test_accuracy_is_what_stands_after_appeals(
    tx: Tx, clips: list[Generation], reviewer: Principal, person: Principal, creator: Principal
) -> None:
    flaggers.grant(tx, people.ADMIN, name="Watchers", account_id=person.account_id)
    other = people.account(tx, Role.REVIEWER)
    for clip in clips[:3]:
        notice = receive(tx, clip, actor=person).notice
        notices.uphold(tx, reviewer, notice.id, reason="So.")
    notices.appeal(tx, notice.id, actor=creator, words="No.")
    notices.reverse(tx, other, notice.id, reason="Right.")
    for clip, decide in zip(clips, (notices.uphold, notices.reject), strict=False):
        decide(tx, reviewer, receive(tx, clip).notice.id, reason="So.")
    receive(tx, clips[2])  # Nobody has decided on it.

    found = {each.flagger: each for each in showing.accuracy(tx)}

    assert [(each.decided, each.upheld) for each in found.values()] == [(3, 2), (2, 1)]
    assert set(found) == {"Watchers", None}
    low, high = found["Watchers"].interval
    assert (round(low, 4), round(high, 4)) == (0.2077, 0.9385)


def test_nobody_keeps_the_owner_of_a_mailbox_from_giving_notice_by_writing_its_address(
    tx: Tx, clips: list[Generation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "OF_MAILBOX_PER_HOUR", receiving.OPEN_OF_CLAIMANT)
    for _ in range(receiving.OPEN_OF_CLAIMANT):
        receive(tx, clips[0], address="192.0.2.66")

    assert refused(lambda: receive(tx, clips[0], address="192.0.2.66")) is Code.TOO_MANY
    assert receive(tx, clips[0], address="198.51.100.7").notice


def test_whose_address_is_confirmed_is_counted_wherever_they_are(
    tx: Tx, clips: list[Generation]
) -> None:
    for number in range(receiving.OPEN_OF_CLAIMANT):
        notice = receive(tx, clips[0], address=f"192.0.2.{number}").notice
        notices.confirm(tx, notice.id, token=mailed(tx, notice))

    assert refused(lambda: receive(tx, clips[0], address="198.51.100.7")) is Code.TOO_MANY


def test_who_leaves_the_address_out_at_first_is_suspended_all_the_same(
    tx: Tx, clips: list[Generation], reviewer: Principal
) -> None:
    for clip in clips[: suspension.STRIKES_MAX]:
        bare = people.claim(Kind.PRIVACY, email="")
        received = notices.receive(tx, generation_id=clip.id, claim=bare, address="192.0.2.1")
        notice = received.notice
        said = {"email": "nora@example.org"}
        notices.complete(tx, notice.id, token=received.token, said=said)
        notices.confirm(tx, notice.id, token=mailed(tx, notice))
        notices.reject(tx, reviewer, notice.id, reason="Nonsense.", abusive=True)

    again = notices.receive(tx, generation_id=clips[3].id, claim=bare, address="192.0.2.1")
    added = refused(lambda: notices.complete(tx, again.notice.id, token=again.token, said=said))
    assert refused(lambda: receive(tx, clips[4])) is Code.FORBIDDEN
    assert added is Code.FORBIDDEN
    # Whoever else is on that network is heard.
    other = {"email": "other@example.org"}
    assert notices.complete(tx, again.notice.id, token=again.token, said=other).whole_at


def test_nobody_decides_on_a_suspension_of_their_own(
    tx: Tx, clips: list[Generation], reviewer: Principal
) -> None:
    suspended = people.account(tx, Role.REVIEWER)
    last = [strike(tx, clip, reviewer, actor=suspended) for clip in clips[:3]][-1]
    appealed = suspending.appeal(tx, last.notice.id, words="No.", actor=suspended)

    assert (
        refused(lambda: suspending.decide(tx, suspended, appealed.id, lift=True, reason="Yes."))
        is Code.FORBIDDEN
    )
