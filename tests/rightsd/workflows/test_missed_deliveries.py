"""What a platform missed while it was disabled: told once it is back, if it is so still."""

from dataclasses import replace

import pytest

from rightsd import worker
from rightsd.db import deliveries as rows
from rightsd.domain.letter import Letter
from rightsd.domain.platform import Because
from rightsd.domain.principal import Principal
from rightsd.domain.webhook import write_secret
from rightsd.runtime import Runtime
from rightsd.workflows import copies, deliveries, letters, platforms, witnessing
from rightsd.workflows.deliveries import Calls
from rightsd.workflows.platforms import View
from tests import acknowledging, races, telling
from tests.acknowledging import RESTORED, WITHDRAWN
from tests.fakes.platform import Receiver
from tests.rightsd.witnesses import Clock


class Mailbox:
    """Keeps letters."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)


def disable(rt: Runtime, actor: Principal, view: View) -> None:
    with rt.transaction() as tx:
        platforms.disable(tx, actor, view.platform.id)


def enable(rt: Runtime, actor: Principal, view: View) -> None:
    with rt.transaction() as tx:
        platforms.enable(tx, actor, view.platform.id)


def told(receiver: Receiver) -> list[tuple[str, str]]:
    return [
        (one["data"]["generation_id"], one["type"]) for one in receiver.received if one["taken"]
    ]


def test_what_is_so_still_is_told_by_itself_and_nothing_else(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt)
    actor, view = telling.registered(rt, receiver)
    known, gone, back, twice, under_way = telling.published(rt, 5)
    telling.withdraw(rt, known, back)
    telling.tell(rt, calls)
    receiver.forget()
    telling.withdraw(rt, under_way)
    telling.fan_out(rt)
    disable(rt, actor, view)
    telling.withdraw(rt, gone, twice)
    telling.restore(rt, back, twice)
    telling.withdraw(rt, twice)
    telling.tell(rt, calls)
    before = list(receiver.received)

    enable(rt, actor, view)
    telling.restore(rt, known)
    for _ in range(2):
        telling.tell(rt, calls)

    assert before == []
    assert sorted(told(receiver)) == sorted(
        [
            (under_way, WITHDRAWN),
            (gone, WITHDRAWN),
            (back, RESTORED),
            (twice, WITHDRAWN),
            (known, RESTORED),
        ]
    )
    assert all(one["is_new"] for one in receiver.received)
    assert sorted(telling.states(rt, view)) == ["dropped"] * 2 + ["sent"] * 7


def test_what_is_not_so_any_more_is_not_told_whatever_a_platform_wants_to_hear(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    """Of an output's events each of these platforms has but one: the other is not its last."""
    rt = telling.local(rt)
    pairs = [telling.registered(rt, receiver, types=(kind,)) for kind in (WITHDRAWN, RESTORED)]
    receiver.trust([write_secret(view.platform.secrets.secret) for _, view in pairs])
    for actor, view in pairs:
        disable(rt, actor, view)
    back, gone = telling.published(rt, 2)
    telling.withdraw(rt, back, gone)
    telling.restore(rt, back, gone)
    telling.withdraw(rt, gone)
    telling.fan_out(rt)

    for actor, view in pairs:
        enable(rt, actor, view)
    telling.tell(rt, calls)

    assert [telling.states(rt, view) for _, view in pairs] == [
        ["dropped", "dropped", "sent"],
        ["sent", "dropped"],
    ]


def test_what_was_missed_is_made_due_in_batches(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "MISSED_BATCH", 2)
    with rt.transaction() as tx:
        platform = acknowledging.register(tx)
    disable(rt, platform.actor, platform.view)
    outputs = telling.published(rt, 3)
    telling.withdraw(rt, *outputs)
    telling.restore(rt, *outputs)
    telling.withdraw(rt, *outputs[:2])
    telling.fan_out(rt)

    enable(rt, platform.actor, platform.view)
    made = [deliveries.tell_missed(rt) for _ in range(2)]

    assert made == [3, 0]
    assert telling.states(rt, platform.view) == ["dropped"] * 5 + ["due"] * 3


def test_the_worker_tells_what_was_missed(rt: Runtime, calls: Calls) -> None:
    steps = [step for step, _ in worker._steps(rt, witnessing.Calls(), calls)]

    assert deliveries.tell_missed in steps


def test_a_platform_that_is_disabled_again_is_told_nothing(rt: Runtime) -> None:
    with rt.transaction() as tx:
        platform = acknowledging.register(tx)
    disable(rt, platform.actor, platform.view)
    telling.withdraw(rt, *telling.published(rt, 1))
    telling.fan_out(rt)
    enable(rt, platform.actor, platform.view)

    order = races.race(
        rt,
        lambda tx: platforms.disable(tx, platform.actor, platform.id),
        lambda _: deliveries.tell_missed(rt),
    )

    assert order == ["released", "ended"]
    assert telling.states(rt, platform.view) == ["dropped"]


def test_who_has_a_copy_is_told_of_that_first_after_an_absence_too(rt: Runtime) -> None:
    with rt.transaction() as tx:
        platform = acknowledging.register(tx)
    first, copied = telling.published(rt, 2)
    with rt.transaction() as tx:
        copies.note(
            tx,
            platform.actor,
            generation_id=copied,
            sha256=None,
            url="https://clips.example/1",
            published_at=tx.now,
        )
    disable(rt, platform.actor, platform.view)
    telling.withdraw(rt, first)
    telling.withdraw(rt, copied)
    telling.fan_out(rt)

    enable(rt, platform.actor, platform.view)
    deliveries.tell_missed(rt)

    with rt.transaction() as tx:
        until = tx.now
        (leased,) = rows.take(tx, [platform.id], leased_until=until, limit=1)
    assert leased.generation_id == copied


@pytest.mark.parametrize("because", [Because.GONE, Because.UNREACHABLE])
def test_the_contact_is_told_once_that_a_platform_is_disabled_and_why(
    rt: Runtime, receiver: Receiver, because: Because
) -> None:
    mailbox = Mailbox()
    rt = replace(telling.local(rt), mailer=mailbox)
    _, view = telling.registered(rt, receiver)

    for _ in range(2):
        deliveries._disable(rt, view.platform.id, 0, because)
        letters.mail_due(rt)

    (letter,) = mailbox.letters
    said = {Because.GONE: "answered with 410", Because.UNREACHABLE: "took nothing for 75 hours"}
    assert letter.to == "desk@clips.example"
    assert said[because] in letter.body
    assert view.platform.id in letter.body
    assert "/hook" not in letter.body


def test_who_is_enabled_before_the_letter_goes_out_gets_none(
    rt: Runtime, receiver: Receiver
) -> None:
    mailbox = Mailbox()
    rt = replace(telling.local(rt), mailer=mailbox)
    actor, view = telling.registered(rt, receiver)
    deliveries._disable(rt, view.platform.id, 0, Because.GONE)
    enable(rt, actor, view)

    letters.mail_due(rt)

    assert mailbox.letters == []


def test_who_disables_a_platform_by_hand_needs_no_letter(rt: Runtime, receiver: Receiver) -> None:
    mailbox = Mailbox()
    rt = replace(telling.local(rt), mailer=mailbox)
    actor, view = telling.registered(rt, receiver)

    disable(rt, actor, view)
    letters.mail_due(rt)

    assert mailbox.letters == []


def test_what_was_given_up_at_another_address_is_tried_at_this_one(
    rt: Runtime, receiver: Receiver, calls: Calls
) -> None:
    rt = telling.local(rt, Clock())
    actor, view = telling.registered(rt, receiver)
    telling.withdraw(rt, *telling.published(rt, 1))
    telling.fan_out(rt)
    with rt.transaction() as tx:
        rows.drop(tx, view.platform.id)

    with rt.transaction() as tx:
        moved = telling.integration(receiver.url.replace("127.0.0.1", "localhost"))
        platforms.change(tx, actor, view.platform.id, moved)
    telling.tell(rt, calls)

    assert telling.states(rt, view) == ["sent"]
