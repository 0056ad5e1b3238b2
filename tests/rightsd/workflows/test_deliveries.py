"""Telling platforms: in order, again and again until it is taken, and nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest

from rightsd import worker
from rightsd.adapters.http import Guard
from rightsd.db import lines
from rightsd.db import platforms as rows
from rightsd.domain.delivery import ATTEMPTS_MAX, PAUSES, PERMITS_MAX, Attempt
from rightsd.domain.platform import Because, State
from rightsd.domain.principal import Principal
from rightsd.domain.webhook import Scheme, write_secret
from rightsd.runtime import Runtime
from rightsd.workflows import deliveries, platforms, witnessing
from rightsd.workflows.deliveries import LEASE, Calls
from rightsd.workflows.platforms import View
from tests import telling
from tests.fakes.platform import Receiver
from tests.rightsd.witnesses import Clock
from tests.telling import SOON


def ids(receiver: Receiver) -> list[str]:
    return [one["id"] for one in receiver.received]


def told(receiver: Receiver) -> list[tuple[str, str]]:
    """Return what the receiver took, in order: what happened to which generation."""
    return [
        (one["data"]["generation_id"], one["type"]) for one in receiver.received if one["taken"]
    ]


def line(rt: Runtime, view: View) -> rows.Sending:
    with rt.transaction() as tx:
        return rows.sending(tx, [view.platform.id])[view.platform.id]


def state(rt: Runtime, view: View) -> tuple[State, Because | None]:
    with rt.transaction() as tx:
        found = rows.find(tx, view.platform.id)
    assert found is not None
    return found.state, found.disabled_because


def test_a_platform_is_told_what_happened_and_no_more(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt)
    _, view = telling.registered(rt, receiver)
    (generation_id,) = telling.published(rt, 1)
    telling.withdraw(rt, generation_id, because_of="ntc_1")

    telling.tell(rt, calls)

    (one,) = receiver.received
    assert one["taken"]
    assert one["type"] == "generation.withdrawn"
    assert one["data"] == {
        "delivery_id": one["id"],
        "event_id": one["data"]["event_id"],
        "generation_id": generation_id,
        "output_sha256": "0" * 64,
        "manifest_id": f"urn:c2pa:{generation_id}",
        "cause": "notice",
    }
    assert "ntc_1" not in one["body"]
    assert telling.states(rt, view) == ["sent"]


def test_the_worker_does_all_of_it(rt: Runtime, receiver: Receiver, calls: Calls) -> None:
    rt = telling.local(rt)
    telling.registered(rt, receiver)
    telling.withdraw(rt, *telling.published(rt, 1))

    for step, _ in worker._steps(rt, witnessing.Calls(), calls):
        if getattr(step, "__name__", "") in {"_sequence_all", "fan_out", "send"}:
            step(rt)

    assert [one["taken"] for one in receiver.received] == [True]


def test_a_worker_that_stops_settles_what_it_began_and_begins_nothing(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt)
    _, view = telling.registered(rt, receiver)
    first, second = telling.published(rt, 2)
    telling.withdraw(rt, first)
    telling.fan_out(rt)
    (leased,) = deliveries._round(rt, calls)
    calls.open[calls.pool.submit(deliveries._post, rt, calls, leased)] = leased
    telling.withdraw(rt, second)
    telling.fan_out(rt)

    rt.stopping.set()
    deliveries.send(rt, calls)

    assert [generation_id for generation_id, _ in told(receiver)] == [first]
    assert telling.states(rt, view) == ["sent", "due"]
    assert calls.open == {}


@pytest.mark.parametrize(
    "schemes", [(Scheme.HMAC,), (Scheme.ED25519,), (Scheme.HMAC, Scheme.ED25519)]
)
def test_every_scheme_verifies_with_what_others_wrote(
    rt: Runtime, receiver: Receiver, calls: Calls, schemes: tuple[Scheme, ...]
) -> None:
    rt = telling.local(rt)
    telling.registered(rt, receiver, schemes=schemes)
    telling.withdraw(rt, *telling.published(rt, 1))

    telling.tell(rt, calls)

    (one,) = receiver.received
    assert one["schemes"] == [scheme.value for scheme in schemes]
    assert one["signatures"] == len(schemes)


def test_in_the_overlap_of_a_rotation_old_and_new_verify(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    clock = Clock(timedelta(hours=-3))
    rt = telling.local(rt, clock)
    schemes = (Scheme.HMAC, Scheme.ED25519)
    actor, old = telling.registered(rt, receiver, schemes=schemes)
    with rt.transaction() as tx:
        new = platforms.rotate(tx, actor, old.platform.id, overlap=timedelta(hours=4))
    first, second, third = telling.published(rt, 3)

    clock.ahead = timedelta()
    telling.withdraw(rt, first)
    telling.tell(rt, calls)
    telling.trust(rt, receiver, new)
    telling.withdraw(rt, second)
    telling.tell(rt, calls)
    with rt.transaction() as tx:
        platforms.rotate(tx, actor, old.platform.id, overlap=timedelta())
    telling.withdraw(rt, third)
    telling.tell(rt, calls)

    by_old, by_new, by_neither = receiver.received
    assert (by_old["schemes"], by_old["signatures"]) == (["v1", "v1a"], 4)
    assert (by_new["schemes"], by_new["signatures"]) == (["v1", "v1a"], 4)
    assert (by_neither["schemes"], by_neither["signatures"]) == ([], 2)


def test_what_is_not_taken_comes_again_on_schedule_under_the_same_id(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    clock = Clock(-PAUSES[0] - PAUSES[1] - timedelta(seconds=1))
    rt = telling.local(rt, clock)
    _, view = telling.registered(rt, receiver)
    receiver.behave(500, left=2)
    telling.withdraw(rt, *telling.published(rt, 1))

    counts = []
    for pause in (timedelta(), timedelta(), PAUSES[0], timedelta(), PAUSES[1], PAUSES[2]):
        clock.ahead += min(pause, -clock.ahead)
        telling.tell(rt, calls)
        counts.append(len(receiver.received))

    assert counts == [1, 1, 2, 2, 3, 3]
    assert len(set(ids(receiver))) == 1
    assert telling.states(rt, view) == ["sent"]
    assert line(rt, view).trouble is None


@pytest.mark.parametrize(
    ("mode", "trouble"),
    [
        ("redirect", "status_307"),
        ("hang", "unanswered"),
        ("flood", "unanswered"),
        ("close", "unanswered"),
        ("switch", "unanswered"),
        (404, "status_404"),
        (500, "status_500"),
    ],
)
def test_an_endpoint_that_misbehaves_costs_one_attempt(
    rt: Runtime, receiver: Receiver, mode: str | int, trouble: str
) -> None:
    rt = telling.local(rt)
    _, view = telling.registered(rt, receiver)
    receiver.behave(mode)
    telling.withdraw(rt, *telling.published(rt, 1))

    with telling.sending(SOON) as calls:
        telling.tell(rt, calls)

    (one,) = receiver.received
    assert one["schemes"] == ["v1"]
    assert telling.states(rt, view) == ["due"]
    assert line(rt, view).trouble == trouble
    assert line(rt, view).waiting == 1


def test_a_name_that_leads_elsewhere_after_registration_is_not_asked(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    addresses = ["93.184.215.14"]
    rt = replace(rt, webhook_guard=Guard(resolve=lambda _host, _port: addresses))
    _, view = telling.registered(rt, receiver, url=f"https://clips.example:{receiver.port}/hook")
    platforms.require_endpoint(rt, telling.PLATFORM, view.platform.integration.url)
    telling.withdraw(rt, *telling.published(rt, 1))

    addresses[0] = "127.0.0.1"
    telling.tell(rt, calls)

    assert receiver.received == []
    assert line(rt, view).trouble == "address"
    assert telling.states(rt, view) == ["due"]


def test_a_platform_that_is_gone_is_sent_nothing_more(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt)
    _, view = telling.registered(rt, receiver)
    receiver.behave(410)
    first, second = telling.published(rt, 2)
    telling.withdraw(rt, first)
    telling.tell(rt, calls)
    telling.withdraw(rt, second)
    telling.tell(rt, calls)

    assert len(receiver.received) == 1
    assert state(rt, view) == (State.DISABLED, Because.GONE)
    assert telling.states(rt, view) == ["dropped", "dropped"]


def moved(receiver: Receiver) -> str:
    return receiver.url.replace("127.0.0.1", "localhost")


def change_url(rt: Runtime, actor: Principal, view: View, url: str) -> None:
    with rt.transaction() as tx:
        platforms.change(tx, actor, view.platform.id, telling.integration(url))


@pytest.mark.parametrize("again", ["changed", "enabled"])
def test_a_late_410_says_nothing_of_the_endpoint_that_is_there_now(
    rt: Runtime, receiver: Receiver, calls: Calls, again: str
) -> None:
    rt = telling.local(rt)
    actor, view = telling.registered(rt, receiver)
    receiver.behave(410, left=1)
    telling.withdraw(rt, *telling.published(rt, 1))
    telling.fan_out(rt)
    (leased,) = deliveries._round(rt, calls)
    late = deliveries._post(rt, calls, leased)

    if again == "changed":
        change_url(rt, actor, view, moved(receiver))
    else:
        with rt.transaction() as tx:
            platforms.disable(tx, actor, view.platform.id)
            platforms.enable(tx, actor, view.platform.id)
    calls.ended.append((leased, late))
    deliveries.send(rt, calls)

    assert late.is_gone
    assert state(rt, view) == (State.REGISTERED, None)
    assert line(rt, view).trouble is None


def test_a_410_that_is_settled_while_the_url_changes_does_not_disable(
    rt: Runtime, receiver: Receiver
) -> None:
    """The address changes between the settlement of the answer and what would follow from it."""
    actor, view = telling.registered(rt, receiver)
    change_url(rt, actor, view, moved(receiver))

    deliveries._disable(rt, view.platform.id, 0, Because.GONE)
    still = state(rt, view)
    deliveries._disable(rt, view.platform.id, 1, Because.GONE)

    assert still == (State.REGISTERED, None)
    assert state(rt, view) == (State.DISABLED, Because.GONE)


def test_a_new_address_is_tried_at_once_and_has_the_whole_schedule(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    clock = Clock(-sum(PAUSES[:-1], PAUSES[0]))
    rt = telling.local(rt, clock)
    actor, view = telling.registered(rt, receiver)
    receiver.behave(500)
    telling.withdraw(rt, *telling.published(rt, 1))
    telling.tell(rt, calls)
    for pause in PAUSES[:-1]:
        clock.ahead += pause
        telling.tell(rt, calls)

    change_url(rt, actor, view, moved(receiver))
    telling.tell(rt, calls)

    assert len(receiver.received) == ATTEMPTS_MAX  # The last of the old schedule would be this one.
    assert state(rt, view) == (State.REGISTERED, None)
    assert telling.states(rt, view) == ["due"]
    receiver.behave("take")
    clock.ahead += PAUSES[0]
    telling.tell(rt, calls)
    assert telling.states(rt, view) == ["sent"]


class Broken(list[str]):
    def __getitem__(self, index: object) -> NoReturn:
        raise ZeroDivisionError("https://clips.example/hook?key=whsec_secret")


def test_an_attempt_is_settled_whatever_went_wrong(
    rt: Runtime, receiver: Receiver, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    rt = telling.local(rt, clock)
    _, view = telling.registered(rt, receiver)
    broken = replace(rt, webhook_guard=Guard(allow_private=True, resolve=lambda *_: Broken()))
    telling.withdraw(rt, *telling.published(rt, 1))

    telling.tell(broken, calls)
    with rt.transaction() as tx:
        (one,) = telling.all_of(tx, view)
    trouble = line(rt, view).trouble
    clock.ahead += PAUSES[0]
    telling.tell(rt, calls)

    assert (one.attempts, one.leased_until) == (1, None)
    assert trouble == "fault"
    assert telling.states(rt, view) == ["sent"]
    assert "ZeroDivisionError" in caplog.text
    assert one.id in caplog.text
    assert "whsec_secret" not in caplog.text


def test_faults_of_ours_disable_nobody(rt: Runtime, receiver: Receiver, calls: Calls) -> None:
    clock = Clock()
    rt = telling.local(rt, clock)
    _, view = telling.registered(rt, receiver)
    broken = replace(rt, webhook_guard=Guard(allow_private=True, resolve=lambda *_: Broken()))
    telling.withdraw(rt, *telling.published(rt, 1))

    for pause in (timedelta(), *PAUSES):
        clock.ahead += pause
        telling.tell(broken, calls)

    assert telling.states(rt, view) == ["dropped"]
    assert state(rt, view) == (State.REGISTERED, None)


def test_what_was_dropped_is_sent_when_it_is_replayed(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt)
    actor, view = telling.registered(rt, receiver)
    receiver.behave(410, left=1)
    generation_ids = telling.published(rt, 3)
    telling.withdraw(rt, generation_ids[0])
    telling.tell(rt, calls)
    telling.withdraw(rt, *generation_ids[1:])
    telling.tell(rt, calls)

    with rt.transaction() as tx:
        platforms.enable(tx, actor, view.platform.id)
        again = platforms.replay(tx, actor, view.platform.id, since=None, after=-1)
    telling.tell(rt, calls)

    assert again[0] == 3
    assert sorted(generation for generation, _ in told(receiver)) == sorted(generation_ids)
    assert telling.states(rt, view) == ["sent"] * 3


def test_a_platform_that_takes_nothing_to_the_end_of_the_schedule_is_disabled(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    clock = Clock()
    rt = telling.local(rt, clock)
    _, view = telling.registered(rt, receiver)
    receiver.behave(500)
    first, second = telling.published(rt, 2)
    telling.withdraw(rt, first)

    telling.tell(rt, calls)
    for pause in PAUSES:
        assert state(rt, view)[0] is State.REGISTERED
        clock.ahead += pause
        telling.tell(rt, calls)
    telling.withdraw(rt, second)
    telling.tell(rt, calls)

    assert len(receiver.received) == ATTEMPTS_MAX
    assert state(rt, view) == (State.DISABLED, Because.UNREACHABLE)
    assert telling.states(rt, view) == ["dropped", "dropped"]


def test_one_that_is_never_taken_is_dropped_alone(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    """The platform takes others meanwhile, so it is there."""
    clock = Clock()
    rt = telling.local(rt, clock)
    _, view = telling.registered(rt, receiver)
    telling.withdraw(rt, *telling.published(rt, 1))
    receiver.behave(500, left=1)
    telling.tell(rt, calls)

    for pause in PAUSES:
        with rt.transaction() as tx:
            before = lines.lock(tx, [view.platform.id])[view.platform.id]
            lines.update(tx, view.platform.id, before, taken=True, trouble=None)
        clock.ahead += pause
        receiver.behave(500, left=1)
        telling.tell(rt, calls)

    assert state(rt, view) == (State.REGISTERED, None)
    assert telling.states(rt, view) == ["dropped"]


def test_a_platform_that_asks_for_a_pause_is_left_alone_that_long(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    clock = Clock(timedelta(minutes=-10))
    rt = telling.local(rt, clock)
    telling.registered(rt, receiver)
    receiver.behave(429, left=1, Retry_After="120")
    first, second = telling.published(rt, 2)
    telling.withdraw(rt, first)
    telling.tell(rt, calls)
    telling.withdraw(rt, second)

    counts = []
    for seconds in (0, 119, 2):
        telling.turn(clock, seconds=seconds)
        telling.tell(rt, calls)
        counts.append(len(receiver.received))

    assert counts == [1, 1, 3]


def test_events_of_one_output_come_in_order_and_one_at_a_time(
    rt: Runtime, receiver: Receiver
) -> None:
    """Several processes send, and each output is withdrawn and restored again and again."""
    rt = telling.local(rt)
    _, view = telling.registered(rt, receiver)
    generation_ids = telling.published(rt, 12)
    for _ in range(5):
        telling.withdraw(rt, *generation_ids)
        telling.restore(rt, *generation_ids)
    telling.fan_out(rt)

    with ThreadPoolExecutor(4) as senders, telling.sending() as calls:
        others = [Calls(chance=lambda: 0.0) for _ in range(3)]
        list(senders.map(lambda each: deliveries.send(rt, each), [calls, *others]))
        deliveries.send(rt, calls)
        for each in others:
            each.close()

    by_generation: dict[str, list[str]] = {}
    for generation_id, kind in told(receiver):
        by_generation.setdefault(generation_id, []).append(kind)
    expected = ["generation.withdrawn", "generation.restored"] * 5
    assert by_generation == dict.fromkeys(generation_ids, expected)
    assert len(receiver.received) == 120
    assert receiver.peak <= PERMITS_MAX
    assert set(telling.states(rt, view)) == {"sent"}


def test_a_later_event_waits_for_one_that_was_not_taken(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    clock = Clock(timedelta(seconds=-10))
    rt = telling.local(rt, clock)
    telling.registered(rt, receiver)
    receiver.behave(500, left=1)
    waiting, other = telling.published(rt, 2)
    telling.withdraw(rt, waiting)
    telling.tell(rt, calls)
    telling.restore(rt, waiting)
    telling.withdraw(rt, other)

    telling.tell(rt, calls)
    assert told(receiver) == [(other, "generation.withdrawn")]
    telling.turn(clock, seconds=6)
    telling.tell(rt, calls)

    assert told(receiver)[1:] == [
        (waiting, "generation.withdrawn"),
        (waiting, "generation.restored"),
    ]


def test_after_an_outage_one_is_tried_alone_and_then_all_come(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    clock = Clock(timedelta(hours=-1))
    rt = telling.local(rt, clock)
    _, view = telling.registered(rt, receiver)
    receiver.behave(503)
    generation_ids = telling.published(rt, 40)
    telling.withdraw(rt, *generation_ids)
    while clock.ahead < timedelta(minutes=-1):
        telling.tell(rt, calls)
        telling.turn(clock, seconds=30)
    attempts = len(receiver.received)
    receiver.forget()
    receiver.behave("take")

    clock.ahead = timedelta()
    telling.tell(rt, calls)

    assert attempts < 120  # One in 30 seconds, more or less: none of the 40 would have had to wait.
    assert len(told(receiver)) == len(generation_ids)
    assert sorted(generation for generation, _ in told(receiver)) == sorted(generation_ids)
    assert line(rt, view).waiting == 0
    assert receiver.peak <= PERMITS_MAX


def test_what_a_dead_process_was_sending_is_sent_by_another(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    clock = Clock(-LEASE)
    rt = telling.local(rt, clock)
    telling.registered(rt, receiver)
    telling.withdraw(rt, *telling.published(rt, 1))
    telling.fan_out(rt)
    assert len(deliveries._round(rt, calls)) == 1  # Leased, and never sent.

    deliveries.send(rt, calls)
    assert receiver.received == []
    clock.ahead = timedelta()
    deliveries.send(rt, calls)

    assert [one["taken"] for one in receiver.received] == [True]


def test_a_replay_keeps_the_order_even_while_a_later_event_is_being_sent(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt)
    actor, view = telling.registered(rt, receiver)
    (generation_id,) = telling.published(rt, 1)
    telling.withdraw(rt, generation_id)
    telling.tell(rt, calls)
    telling.restore(rt, generation_id)
    telling.fan_out(rt)
    (leased,) = deliveries._round(rt, calls)

    with rt.transaction() as tx:
        platforms.replay(tx, actor, view.platform.id, since=None, after=-1)
    assert deliveries._round(rt, calls) == []
    attempt = deliveries._post(rt, calls, leased)
    calls.ended.append((leased, attempt))
    deliveries.send(rt, calls)

    assert [kind for _, kind in told(receiver)] == [
        "generation.withdrawn",
        "generation.restored",
        "generation.withdrawn",
        "generation.restored",
    ]
    assert [one["is_new"] for one in receiver.received] == [True, True, False, False]


def test_what_is_still_being_sent_when_it_is_dropped_keeps_its_turn(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt)
    actor, view = telling.registered(rt, receiver)
    (generation_id,) = telling.published(rt, 1)
    telling.withdraw(rt, generation_id)
    telling.fan_out(rt)
    (leased,) = deliveries._round(rt, calls)

    with rt.transaction() as tx:
        platforms.disable(tx, actor, view.platform.id)
        platforms.enable(tx, actor, view.platform.id)
    deliveries.tell_missed(rt)
    telling.restore(rt, generation_id)
    telling.fan_out(rt)
    assert deliveries._round(rt, calls) == []
    calls.ended.append((leased, deliveries._post(rt, calls, leased)))
    deliveries.send(rt, calls)

    assert [(one["type"], one["is_new"]) for one in receiver.received] == [
        ("generation.withdrawn", True),
        ("generation.withdrawn", False),  # The first could have failed: it was under way.
        ("generation.restored", True),
    ]
    assert telling.states(rt, view) == ["sent"] * 2


def test_platforms_are_told_only_what_they_asked_for_and_what_came_after_them(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt)
    before, after = telling.published(rt, 2)
    telling.withdraw(rt, before)
    telling.fan_out(rt)
    _, view = telling.registered(rt, receiver, types=("generation.restored",))
    telling.withdraw(rt, after)
    telling.restore(rt, before, after)

    telling.tell(rt, calls)

    restored = "generation.restored"
    assert sorted(told(receiver)) == sorted([(before, restored), (after, restored)])
    assert telling.fan_out(rt) == 0
    assert len(telling.states(rt, view)) == 2


def test_every_platform_has_its_turn_however_many_there_are(
    rt: Runtime, receiver: Receiver, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More are ready than fit into a round, and more happens all the time."""
    monkeypatch.setattr(deliveries, "SENDS_MAX", 2)
    rt = telling.local(rt)
    everyone = {telling.registered(rt, receiver)[1].platform.id for _ in range(7)}
    telling.withdraw(rt, *telling.published(rt, 9))
    telling.fan_out(rt)

    turns = []
    for _ in range(8):
        leased = deliveries._round(rt, calls)
        turns += [one.platform.id for one in leased]
        calls.ended = [(one, Attempt(204, None)) for one in leased]

    assert len(turns) == 16
    # Those of one round come in any order, and the fourth begins anew.
    assert set(turns[:8]) == everyone
    assert set(turns[8:]) == everyone


def test_a_platform_that_hangs_takes_no_turns(
    rt: Runtime, receiver: Receiver, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "SENDS_MAX", 5)
    rt = telling.local(rt)
    views = [telling.registered(rt, receiver)[1] for _ in range(2)]
    _, other = sorted(view.platform.id for view in views)
    telling.withdraw(rt, *telling.published(rt, 9))
    telling.fan_out(rt)
    with rt.transaction() as tx:
        tx.conn.execute("UPDATE rights.platform_line SET permits = 1")
    deliveries._round(rt, calls)
    with rt.transaction() as tx:
        tx.conn.execute(
            "UPDATE rights.delivery SET leased_until = NULL WHERE platform_id = %s", (other,)
        )

    monkeypatch.setattr(deliveries, "SENDS_MAX", 1)
    leased = deliveries._round(rt, replace(calls, served=""))

    assert [one.platform.id for one in leased] == [other]


def damage(rt: Runtime, view: View) -> None:
    with rt.transaction() as tx:
        tx.conn.execute(
            "UPDATE rights.platform SET sealed = sealed || 'x'::bytea WHERE id = %s",
            (view.platform.id,),
        )


def test_what_was_leased_is_sent_though_someone_cannot_be_disabled(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt)
    _, gone = telling.registered(rt, receiver)
    receiver.behave(410, left=1)
    telling.withdraw(rt, *telling.published(rt, 1))
    telling.fan_out(rt)
    (leased,) = deliveries._round(rt, calls)
    calls.ended.append((leased, deliveries._post(rt, calls, leased)))
    damage(rt, gone)
    _, view = telling.registered(rt, receiver)
    telling.withdraw(rt, *telling.published(rt, 1))

    telling.tell(rt, calls)

    assert telling.states(rt, view) == ["sent"]
    assert telling.states(rt, gone) == ["due", "due"]


def test_a_platform_that_does_not_open_keeps_no_other_from_being_told(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt)
    _, broken = telling.registered(rt, receiver)
    _, view = telling.registered(rt, receiver)
    telling.withdraw(rt, *telling.published(rt, 2))
    telling.fan_out(rt)
    damage(rt, broken)

    telling.tell(rt, calls)

    assert telling.states(rt, view) == ["sent", "sent"]
    assert telling.states(rt, broken) == ["due", "due"]
    assert line(rt, broken).trouble == "fault"
    assert len(receiver.received) == 2

    with rt.transaction() as tx:
        tx.conn.execute(
            "UPDATE rights.platform SET sealed = substr(sealed, 1, length(sealed) - 1)"
            " WHERE id = %s",
            (broken.platform.id,),
        )
    later = telling.local(rt, Clock(PAUSES[0]))
    receiver.trust([write_secret(broken.platform.secrets.secret)])
    telling.tell(later, calls)

    assert telling.states(rt, broken) == ["sent", "sent"]
    assert state(rt, broken) == (State.REGISTERED, None)
