"""What platforms say of what they were sent: taken in when it is theirs, new and in order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.db.tx import Tx
from rightsd.domain import events
from rightsd.domain.acknowledgement import Outcome, Refusal
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.workflows import acknowledgements, copies, platforms
from tests import acknowledging, people, telling
from tests.acknowledging import KEY, OTHER_KEY, RESTORED, Platform, answer, state_of

RECEIVED, REMOVED, REFUSED = Outcome.RECEIVED, Outcome.REMOVED, Outcome.REFUSED


@pytest.fixture
def platform(tx: Tx) -> Platform:
    return acknowledging.register(tx)


def refusal(tx: Tx, platform: Platform, *args: object, **change: object) -> RightsError:
    with pytest.raises(RightsError) as caught:
        answer(tx, platform, *args, **change)  # type: ignore[arg-type]
    return caught.value


def note(tx: Tx, platform: Platform, generation_id: str, url: str) -> str:
    noted = copies.note(
        tx,
        platform.actor,
        generation_id=generation_id,
        sha256=None,
        url=url,
        published_at=tx.now,
    )
    return noted.copy.id


def test_an_acknowledgement_is_an_event_with_the_digest_of_what_was_signed(
    tx: Tx, platform: Platform
) -> None:
    told = acknowledging.tell(tx, platform)

    taken = answer(tx, platform, told, RECEIVED)

    event = tx.events[-1]
    assert event.kind == "acknowledgement.received"
    assert event.subject == taken.acknowledgement.id
    assert event.data == {
        "delivery_id": told.id,
        "event_id": told.event_id,
        "generation_id": told.generation_id,
        "platform_id": platform.id,
        "outcome": "received",
        "refusal": None,
        "statement": taken.acknowledgement.statement.digest,
    }


@pytest.mark.parametrize("state", ["due", "sent", "escalated", "dropped"])
@pytest.mark.parametrize(
    ("outcome", "why", "after"),
    [
        (RECEIVED, None, "sent"),
        (REMOVED, None, "acknowledged"),
        (REFUSED, Refusal.LICENSED, "refused"),
    ],
)
def test_the_delivery_follows_from_wherever_it_stands(
    tx: Tx, platform: Platform, state: str, outcome: Outcome, why: Refusal | None, after: str
) -> None:
    told = acknowledging.tell(tx, platform, state=state)

    answer(tx, platform, told, outcome, why)

    assert state_of(tx, told) == after
    due = tx.conn.execute("SELECT due_at FROM rights.delivery WHERE id = %s", (told.id,))
    assert due.fetchone() == (None,)


def test_received_is_not_removed(tx: Tx, platform: Platform) -> None:
    told = acknowledging.tell(tx, platform)

    answer(tx, platform, told, RECEIVED)
    between = state_of(tx, told)
    answer(tx, platform, told, REMOVED)

    assert (between, state_of(tx, told)) == ("sent", "acknowledged")


def test_who_refused_may_remove_after_all(tx: Tx, platform: Platform) -> None:
    told = acknowledging.tell(tx, platform)

    answer(tx, platform, told, REFUSED, Refusal.DISPUTED)
    answer(tx, platform, told, REMOVED)

    assert state_of(tx, told) == "acknowledged"
    said = acknowledgements.of_delivery(tx, platform.actor, told.id)
    assert [one.statement.outcome for one in said] == [REFUSED, REMOVED]


def test_a_restoration_is_acknowledged_by_saying_that_it_is_known(
    tx: Tx, platform: Platform
) -> None:
    told = acknowledging.tell(tx, platform, RESTORED)

    error = refusal(tx, platform, told, REMOVED)
    answer(tx, platform, told, RECEIVED)

    assert (error.code, state_of(tx, told)) == (Code.INVALID, "acknowledged")


def test_the_same_once_more_changes_nothing(tx: Tx, platform: Platform) -> None:
    told = acknowledging.tell(tx, platform)

    first = answer(tx, platform, told, REMOVED)
    recorded = len(tx.events)
    second = answer(tx, platform, told, REMOVED)

    assert (first.is_new, second.is_new) == (True, False)
    assert second.acknowledgement == first.acknowledgement
    assert len(tx.events) == recorded


def test_the_same_once_more_is_known_after_the_key_has_changed(tx: Tx, platform: Platform) -> None:
    told = acknowledging.tell(tx, platform)
    first = answer(tx, platform, told, REMOVED)
    changed = telling.integration(acknowledgement_key=acknowledging.public(OTHER_KEY))
    platforms.change(tx, platform.actor, platform.id, changed)

    second = answer(tx, platform, told, REMOVED)

    assert second.acknowledgement == first.acknowledgement


@pytest.mark.parametrize("bit", [0, 255, 511])
def test_a_forged_signature_is_refused(tx: Tx, platform: Platform, bit: int) -> None:
    told = acknowledging.tell(tx, platform)
    said = acknowledging.statement(told, REMOVED, tx.now)
    signature = bytearray(KEY.sign(said.encode()))
    signature[bit // 8] ^= 1 << bit % 8

    with pytest.raises(RightsError, match="the signature is not one of this statement") as caught:
        acknowledgements.take(
            tx, platform.actor, told.id, said, signature=bytes(signature), note=None
        )

    assert caught.value.code is Code.INVALID
    assert state_of(tx, told) == "sent"


def test_what_another_key_signed_is_refused(tx: Tx, platform: Platform) -> None:
    told = acknowledging.tell(tx, platform)
    forger = Platform(platform.actor, platform.view, OTHER_KEY)

    error = refusal(tx, forger, told)

    assert "the signature is not one of this statement" in error.detail


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": REMOVED},
        {"at": "2030-01-02T03:04:05.000001Z"},
        {"outcome": REFUSED, "refusal": Refusal.OTHER},
    ],
)
def test_a_signature_is_over_all_that_is_said(
    tx: Tx, platform: Platform, change: dict[str, object]
) -> None:
    told = acknowledging.tell(tx, platform)
    signed = acknowledging.statement(told, RECEIVED, tx.now)
    sent = replace(signed, **change)

    with pytest.raises(RightsError, match="the signature is not one of this statement"):
        acknowledgements.take(
            tx, platform.actor, told.id, sent, signature=KEY.sign(signed.encode()), note=None
        )


def test_what_was_said_of_another_delivery_is_refused(tx: Tx, platform: Platform) -> None:
    first, second = (acknowledging.tell(tx, platform) for _ in range(2))
    said = acknowledging.statement(first, REMOVED, tx.now)

    with pytest.raises(RightsError, match="about another delivery") as caught:
        acknowledgements.take(
            tx, platform.actor, second.id, said, signature=KEY.sign(said.encode()), note=None
        )

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize("member", ["event_id", "generation_id", "platform_id"])
def test_what_was_said_of_something_else_is_refused(
    tx: Tx, platform: Platform, member: str
) -> None:
    told = acknowledging.tell(tx, platform)

    error = refusal(tx, platform, told, **{member: "evt_0"})

    assert "about another delivery, event, generation or platform" in error.detail


def test_another_platform_does_not_learn_of_a_delivery(tx: Tx, platform: Platform) -> None:
    told = acknowledging.tell(tx, platform)
    stranger = acknowledging.register(tx, OTHER_KEY)

    error = refusal(tx, stranger, told)
    with pytest.raises(RightsError) as listing:
        acknowledgements.of_delivery(tx, stranger.actor, told.id)

    assert (error.code, listing.value.code) == (Code.NOT_FOUND, Code.NOT_FOUND)


def test_a_platform_without_a_key_is_told_what_to_do(tx: Tx) -> None:
    keyless = acknowledging.register(tx, None)
    told = acknowledging.tell(tx, keyless)

    error = refusal(tx, keyless, told)

    assert error.code is Code.CONFLICT
    assert "acknowledgement_key" in error.detail


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (RECEIVED, RECEIVED),
        (REMOVED, RECEIVED),
        (REMOVED, REMOVED),
        (REMOVED, REFUSED),
        (REFUSED, RECEIVED),
        (REFUSED, REFUSED),
    ],
)
def test_what_is_out_of_order_is_refused(
    tx: Tx, platform: Platform, before: Outcome, after: Outcome
) -> None:
    told = acknowledging.tell(tx, platform, hours=1)
    why = {REFUSED: Refusal.OTHER}
    answer(tx, platform, told, before, why.get(before))
    then = state_of(tx, told)

    later = events.written(tx.now + timedelta(seconds=1))
    error = refusal(tx, platform, told, after, why.get(after), at=later)

    assert error.code is Code.CONFLICT
    assert state_of(tx, told) == then


def test_an_earlier_time_than_before_is_refused(tx: Tx, platform: Platform) -> None:
    told = acknowledging.tell(tx, platform, hours=1)
    answer(tx, platform, told, RECEIVED)

    earlier = events.written(tx.now - timedelta(seconds=1))
    error = refusal(tx, platform, told, REMOVED, at=earlier)

    assert error.code is Code.CONFLICT


@pytest.mark.parametrize(("seconds", "said"), [(301, "lies ahead"), (-301, "is before the event")])
def test_a_time_that_cannot_be_is_refused(
    tx: Tx, platform: Platform, seconds: int, said: str
) -> None:
    told = acknowledging.tell(tx, platform)

    at = events.written(tx.now + timedelta(seconds=seconds))
    error = refusal(tx, platform, told, REMOVED, at=at)

    assert error.code is Code.INVALID
    assert said in error.detail


@pytest.mark.parametrize("seconds", [300, -300])
def test_clocks_may_be_minutes_apart(tx: Tx, platform: Platform, seconds: int) -> None:
    told = acknowledging.tell(tx, platform)

    answer(tx, platform, told, at=events.written(tx.now + timedelta(seconds=seconds)))

    assert state_of(tx, told) == "acknowledged"


@pytest.mark.parametrize(
    ("outcome", "why"), [(REFUSED, None), (REMOVED, Refusal.OTHER), (RECEIVED, Refusal.NO_COPY)]
)
def test_a_refusal_and_nothing_else_says_why(
    tx: Tx, platform: Platform, outcome: Outcome, why: Refusal | None
) -> None:
    told = acknowledging.tell(tx, platform)

    assert refusal(tx, platform, told, outcome, why).code is Code.INVALID


def test_what_is_written_beside_it_is_for_the_platform_and_staff_and_sealed(
    tx: Tx, platform: Platform
) -> None:
    told = acknowledging.tell(tx, platform)
    answer(tx, platform, told, REFUSED, Refusal.DISPUTED, note="Grace Hopper objects")

    reviewer = Principal("acc_reviewer", Role.REVIEWER)
    shown = acknowledgements.of_delivery(tx, reviewer, told.id)

    assert [one.note for one in shown] == ["Grace Hopper objects"]
    sealed = tx.conn.execute("SELECT sealed FROM rights.acknowledgement").fetchone()
    assert sealed is not None
    assert b"Grace" not in bytes(sealed[0])
    assert all(b"Grace" not in str(event.data).encode() for event in tx.events)


def test_removing_an_output_closes_its_copies(tx: Tx, platform: Platform) -> None:
    told = acknowledging.tell(tx, platform)
    here = [note(tx, platform, told.generation_id, f"https://c.example/{n}") for n in range(3)]
    elsewhere = people.published(tx, people.account(tx, Role.CREATOR)).id
    kept = note(tx, platform, elsewhere, "https://c.example/kept")

    taken = answer(tx, platform, told, REMOVED)

    found = {one.id: one for one in copies.page(tx, platform.actor, generation_id=None, after=None)}
    assert {found[one].acknowledgement_id for one in here} == {taken.acknowledgement.id}
    assert {one.id for one in found.values() if one.state == "noted"} == {kept}


def test_who_has_noted_copies_does_not_have_none(tx: Tx, platform: Platform) -> None:
    told = acknowledging.tell(tx, platform)
    note(tx, platform, told.generation_id, "https://c.example/1")

    error = refusal(tx, platform, told, REFUSED, Refusal.NO_COPY)

    assert error.code is Code.CONFLICT
    assert "you have noted 1 copies" in error.detail


def test_an_answer_of_a_closed_platform_still_counts(tx: Tx, platform: Platform) -> None:
    told = acknowledging.tell(tx, platform)
    platforms.close(tx, platform.actor, platform.id)

    answer(tx, platform, told, REMOVED)

    assert state_of(tx, told) == "acknowledged"
