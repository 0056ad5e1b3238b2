"""Registering platforms, and what comes between that and telling them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.adapters.http import Guard
from rightsd.db import deliveries, exports
from rightsd.db import platforms as rows
from rightsd.db.tx import Tx
from rightsd.domain import replay
from rightsd.domain.platform import Because, State
from rightsd.domain.principal import Role
from rightsd.domain.replay import Happened
from rightsd.domain.webhook import TOLD, TYPES, Scheme
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, platforms
from rightsd.workflows.deliveries import BATCH
from tests import people, races, telling

KEY = "whpk_" + "B" * 42 + "A="


def test_registering_says_in_the_log_what_it_promises_and_nothing_else(tx: Tx) -> None:
    actor = people.account(tx, Role.PLATFORM)
    said = telling.integration(acknowledgement_key=KEY, schemes=(Scheme.ED25519, Scheme.HMAC))

    view = platforms.register(tx, actor, said)

    event = tx.events[-1]
    assert event.kind == "platform.registered"
    assert event.subject == view.platform.id
    assert event.data == {
        "account_id": actor.account_id,
        "types": tuple(sorted(TYPES)),
        "acknowledge_hours": 1,
        "remove_hours": 24,
        "acknowledgement_key": KEY,
    }
    assert view.platform.integration.schemes == (Scheme.HMAC, Scheme.ED25519)
    assert rows.find(tx, view.platform.id) == view.platform


def test_endpoint_contact_and_secrets_are_sealed(tx: Tx) -> None:
    actor = people.account(tx, Role.PLATFORM)
    view = platforms.register(tx, actor, telling.integration())
    platforms.rotate(tx, actor, view.platform.id, overlap=timedelta(hours=1))

    row = tx.conn.execute(
        "SELECT to_jsonb(platform)::text, sealed FROM rights.platform WHERE id = %s",
        (view.platform.id,),
    ).fetchone()

    assert row is not None
    secret = view.platform.secrets.secret
    for private in ("clips.example", "desk@", secret.hex(), "overlap"):
        assert private not in row[0]
        assert private.encode() not in row[1]


def test_an_account_has_one_platform(tx: Tx) -> None:
    actor = people.account(tx, Role.PLATFORM)
    first = platforms.register(tx, actor, telling.integration())

    with pytest.raises(RightsError) as caught:
        platforms.register(tx, actor, telling.integration())
    assert caught.value.code is Code.CONFLICT

    platforms.close(tx, actor, first.platform.id)
    second = platforms.register(tx, actor, telling.integration())
    assert second.platform.id != first.platform.id


@pytest.mark.parametrize(
    "said",
    [
        {"types": ()},
        {"types": ("consent.revoked",)},
        {"schemes": ()},
        {"acknowledge_hours": 25},
        {"acknowledgement_key": "whpk_AAAA"},
    ],
)
def test_what_makes_no_integration_is_refused(tx: Tx, said: dict[str, object]) -> None:
    actor = people.account(tx, Role.PLATFORM)

    with pytest.raises(RightsError) as caught:
        platforms.register(tx, actor, telling.integration(**said))

    assert caught.value.code is Code.INVALID


def test_an_endpoint_that_is_not_public_is_refused(rt: Runtime) -> None:
    rt = replace(rt, webhook_guard=Guard(resolve=_resolve))
    refused = (
        "http://clips.example/hook",
        "https://127.0.0.1/hook",
        "https://10.0.0.1/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/hook",
        "https://[::ffff:10.0.0.1]/hook",
        "https://user:password@clips.example/hook",
        "https://inside.example/hook",
        "file:///etc/passwd",
    )

    platforms.require_endpoint(rt, telling.PLATFORM, "https://clips.example/hook")
    for url in refused:
        with pytest.raises(RightsError) as caught:
            platforms.require_endpoint(rt, telling.PLATFORM, url)
        assert caught.value.code is Code.INVALID, url


def test_closing_forgets_endpoint_contact_and_secrets(tx: Tx) -> None:
    actor = people.account(tx, Role.PLATFORM)
    view = platforms.register(tx, actor, telling.integration())

    closed = platforms.close(tx, actor, view.platform.id).platform

    assert closed.state is State.CLOSED
    assert (closed.integration.url, closed.integration.contact) == ("", "")
    assert closed.secrets.all(tx.now) == [(b"", 1)]
    assert rows.find(tx, view.platform.id) == closed


def test_an_auditor_is_told_where_a_platform_stands(tx: Tx) -> None:
    actor = people.account(tx, Role.PLATFORM)
    platform_id = platforms.register(tx, actor, telling.integration()).platform.id
    platforms.disable(tx, actor, platform_id)
    happened = [Happened(n, event.kind) for n, event in enumerate(tx.events[-2:])]

    told = dict(exports.states(tx, [platform_id]))

    assert told == {platform_id: "disabled"}
    assert replay.state_after(happened) == "disabled"


def test_what_an_admin_may_and_may_not(tx: Tx) -> None:
    actor = people.account(tx, Role.PLATFORM)
    platform_id = platforms.register(tx, actor, telling.integration()).platform.id

    disabled = platforms.disable(tx, people.ADMIN, platform_id).platform
    assert disabled.disabled_because is Because.ASKED
    assert platforms.enable(tx, people.ADMIN, platform_id).platform.disabled_because is None
    for forbidden in (
        lambda: platforms.rotate(tx, people.ADMIN, platform_id, overlap=timedelta()),
        lambda: platforms.change(tx, people.ADMIN, platform_id, telling.integration()),
    ):
        with pytest.raises(RightsError) as caught:
            forbidden()
        assert caught.value.code is Code.FORBIDDEN


def test_another_platform_is_told_that_there_is_none(tx: Tx) -> None:
    mine, other = people.account(tx, Role.PLATFORM), people.account(tx, Role.PLATFORM)
    platform_id = platforms.register(tx, mine, telling.integration()).platform.id

    for asked in (
        lambda: platforms.view(tx, other, platform_id),
        lambda: platforms.change(tx, other, platform_id, telling.integration()),
        lambda: platforms.rotate(tx, other, platform_id, overlap=timedelta()),
        lambda: platforms.disable(tx, other, platform_id),
        lambda: platforms.close(tx, other, platform_id),
        lambda: platforms.replay(tx, other, platform_id, since=None, after=-1),
    ):
        with pytest.raises(RightsError) as caught:
            asked()
        assert caught.value.code is Code.NOT_FOUND
    assert platforms.newest(tx, other) == []
    assert [view.platform.id for view in platforms.newest(tx, people.ADMIN)] == [platform_id]


def test_nothing_is_replayed_to_one_that_is_disabled(tx: Tx) -> None:
    actor = people.account(tx, Role.PLATFORM)
    platform_id = platforms.register(tx, actor, telling.integration()).platform.id
    platforms.disable(tx, actor, platform_id)

    with pytest.raises(RightsError) as caught:
        platforms.replay(tx, actor, platform_id, since=None, after=-1)

    assert caught.value.code is Code.CONFLICT


def test_what_is_fanned_out_while_a_platform_is_enabled_is_sent(rt: Runtime) -> None:
    with rt.transaction() as tx:
        actor = people.account(tx, Role.PLATFORM)
        view = platforms.register(tx, actor, telling.integration())
        platforms.disable(tx, actor, view.platform.id)
    telling.withdraw(rt, *telling.published(rt, 1))
    while checkpoints.sequence(rt):
        pass

    order = races.race(
        rt,
        lambda tx: platforms.enable(tx, actor, view.platform.id),
        lambda tx: deliveries.fan_out(tx, TOLD, batch=BATCH),
    )

    assert order == ["released", "ended"]
    assert telling.states(rt, view) == ["due"]


def test_what_is_fanned_out_while_a_platform_is_disabled_is_not_sent(rt: Runtime) -> None:
    with rt.transaction() as tx:
        actor = people.account(tx, Role.PLATFORM)
        view = platforms.register(tx, actor, telling.integration())
    telling.withdraw(rt, *telling.published(rt, 1))
    while checkpoints.sequence(rt):
        pass

    order = races.race(
        rt,
        lambda tx: deliveries.fan_out(tx, TOLD, batch=BATCH),
        lambda tx: platforms.disable(tx, actor, view.platform.id),
    )

    assert order == ["released", "ended"]
    assert telling.states(rt, view) == ["dropped"]


def test_a_replay_goes_on_from_where_the_last_one_ended(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "REPLAY_MAX", 2)
    with rt.transaction() as tx:
        actor = people.account(tx, Role.PLATFORM)
        view = platforms.register(tx, actor, telling.integration())
    telling.withdraw(rt, *telling.published(rt, 3))
    telling.fan_out(rt)

    with rt.transaction() as tx:
        positions = [one.position for one in telling.all_of(tx, view)]
        pages, after = [], -1
        while True:
            count, after = platforms.replay(tx, actor, view.platform.id, since=None, after=after)
            if not count:
                break
            pages.append((count, after))
        late = platforms.replay(
            tx, actor, view.platform.id, since=tx.now + timedelta(hours=1), after=-1
        )

    assert pages == [(2, positions[1]), (1, positions[2])]
    assert late == (0, -1)


def _resolve(host: str, _port: int) -> list[str]:
    names = {
        "clips.example": ["93.184.215.14"],
        "inside.example": ["93.184.215.14", "10.0.0.1"],
    }
    return names.get(host, [host])
