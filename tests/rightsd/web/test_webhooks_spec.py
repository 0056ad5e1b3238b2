"""api-specs/webhooks.md: its examples receive what this daemon sends."""

import re
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from rightsd.domain.webhook import Scheme, write_secret
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows import platforms
from tests import telling
from tests.fakes.platform import Receiver

SPEC = Path(__file__).parents[3] / "api-specs/webhooks.md"
RECEIVING, VERIFYING = re.findall(r"```python\n(.*?)```", SPEC.read_text(), re.DOTALL)


def test_the_example_takes_each_webhook_once(rt: Runtime) -> None:
    told: list[tuple[str, str]] = []
    names: dict[str, Any] = {"__name__": "example"}
    exec(RECEIVING, names)
    names["act"] = lambda kind, data: told.append((kind, data["generation_id"]))
    names["Hook"].log_message = lambda *_: None
    rt = telling.local(rt)
    with ThreadingHTTPServer(("127.0.0.1", 0), names["Hook"]) as server, telling.sending() as calls:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        receiver = Receiver(server.server_port)
        with rt.transaction() as tx:
            actor = telling.people.account(tx, telling.Role.PLATFORM)
            view = platforms.register(tx, actor, telling.integration(receiver.url))
        names["SECRET"] = write_secret(view.platform.secrets.secret)
        (generation_id,) = telling.published(rt, 1)
        telling.withdraw(rt, generation_id)
        telling.tell(rt, calls)
        with rt.transaction() as tx:
            platforms.replay(tx, actor, view.platform.id, since=None, after=-1)
        telling.tell(rt, calls)
        names["SECRET"] = "whsec_" + "A" * 43 + "="
        telling.restore(rt, generation_id)
        telling.tell(rt, calls)
        server.shutdown()

    assert told == [("generation.withdrawn", generation_id)]
    assert telling.states(rt, view) == ["sent", "due"]


def test_the_example_verifies_v1a(rt: Runtime) -> None:
    names: dict[str, Any] = {}
    exec(VERIFYING, names)
    with rt.transaction() as tx:
        actor = telling.people.account(tx, telling.Role.PLATFORM)
        said = telling.integration(schemes=(Scheme.ED25519,))
        platform = platforms.register(tx, actor, said).platform
        headers = rt.webhook_headers(platform, "dlv_1", b"{}", tx.now)
    mine, another = (rt.webhook_keys.public_key(platform.id, number) for number in (1, 2))

    assert names["is_genuine"](mine, b"{}", headers)
    assert not names["is_genuine"](another, b"{}", headers)
    assert not names["is_genuine"](mine, b"{ }", headers)


def test_the_members_that_it_describes_are_those_of_openapi(rt: Runtime) -> None:
    schema = create_app(rt).openapi()
    said = schema["components"]["schemas"]["ToldOut"]["properties"]
    (example,) = re.findall(r"```\n(\{\"type\".*?)```", SPEC.read_text(), re.DOTALL)
    members = re.findall(r'"(\w+)":', example.partition('"data":')[2])

    assert members == list(said)
    assert set(schema["webhooks"]) == {*telling.TYPES, "platform.pinged"}
