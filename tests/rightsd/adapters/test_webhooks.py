"""Keys of webhooks, their headers, and how long a platform may ask to be left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rightsd.adapters import webhooks
from rightsd.adapters.http import Guard
from rightsd.adapters.webhooks import WebhookKeys
from rightsd.domain.delivery import RETRY_AFTER_MAX, Attempt, Trouble
from rightsd.domain.webhook import Scheme
from tests.rightsd.adapters.loopback import dripping, reply, replying, serving

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
LOCAL = Guard(allow_private=True)


def test_every_platform_and_rotation_has_a_key_of_its_own() -> None:
    keys, same, others = WebhookKeys(bytes(32)), WebhookKeys(bytes(32)), WebhookKeys(b"1" * 32)
    asked = [("plt_1", 1), ("plt_1", 2), ("plt_11", 1), ("plt_2", 1)]

    public = [keys.public_key(*one) for one in asked]

    assert len(set(public)) == len(asked)
    assert [same.public_key(*one) for one in asked] == public
    assert not {others.public_key(*one) for one in asked} & set(public)


def test_secrets_and_keys_are_not_shown_by_accident() -> None:
    assert "1111" not in repr(WebhookKeys(b"1" * 32))


def test_each_secret_and_key_signs_for_each_scheme() -> None:
    keys = [WebhookKeys(bytes(32)).key("plt_1", number) for number in (2, 1)]

    made = webhooks.headers(
        "dlv_1",
        b"{}",
        NOW,
        schemes=(Scheme.HMAC, Scheme.ED25519),
        secrets=[b"new" * 8, b"old" * 8],
        keys=keys,
    )

    signatures = made["webhook-signature"].split(" ")
    assert [one.partition(",")[0] for one in signatures] == ["v1", "v1", "v1a", "v1a"]
    assert len(set(signatures)) == 4
    assert made["webhook-timestamp"] == str(int(NOW.timestamp()))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("120", timedelta(seconds=120)),
        (" 7 ", timedelta(seconds=7)),
        (format_datetime(NOW + timedelta(minutes=3), usegmt=True), timedelta(minutes=3)),
        ("86400", RETRY_AFTER_MAX),
        ("9" * 60, RETRY_AFTER_MAX),
        (format_datetime(NOW + timedelta(days=400), usegmt=True), RETRY_AFTER_MAX),
        ("0", None),
        ("-5", None),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), None),
        ("soon", None),
        ("\u00b2", None),
        ("Fri, 31 Feb 2030 99:99:99 GMT", None),
    ],
)
def test_a_platform_may_ask_for_an_hour_at_most(said: str, asked: timedelta | None) -> None:
    answer = reply(503).replace(b"\r\n\r\n", b"\r\nRetry-After: ", 1)
    with serving(replying(answer + said.encode("latin-1") + b"\r\n\r\n")) as host:
        attempt = webhooks.post(host.url, b"{}", {}, guard=LOCAL, now=NOW)

    assert attempt == Attempt(503, Trouble.STATUS, asked)


def test_an_answer_that_drips_does_not_buy_time() -> None:
    with serving(dripping(reply(204) + b"x" * 10_000)) as host:
        attempt = webhooks.post(host.url, b"{}", {}, guard=LOCAL, now=NOW, seconds_max=0.2)

    assert attempt == Attempt(None, Trouble.UNANSWERED)


def test_an_address_that_is_not_public_is_told_from_one_that_does_not_answer() -> None:
    with serving(replying(reply(204))) as host:
        url = f"https://127.0.0.1:{host.port}/"
        refused = webhooks.post(url, b"{}", {}, guard=Guard(), now=NOW)

    assert refused == Attempt(None, Trouble.ADDRESS)
    assert host.requests == []
    unanswered = webhooks.post(url, b"{}", {}, guard=LOCAL, now=NOW)
    assert unanswered == Attempt(None, Trouble.UNANSWERED)
