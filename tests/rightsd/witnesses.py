"""Witnesses of a daemon's log on loopback: honest ones, and ones that take their time."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ledger import note, policy, witness
from ledger.policy import Policy
from rightsd.adapters.http import Guard
from rightsd.runtime import Runtime
from tests.ledger.cosigned import SIGNERS, WITNESSES
from tests.ledger.witnessed import Memory
from tests.rightsd.adapters.loopback import Behaviour, Host, reply

LOCAL = Guard(allow_private=True)


@dataclass
class Clock:
    """The time, turned by hand."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def told(name: str, url: str) -> policy.Witness:
    """One of the three witnesses, at an address."""
    known = {one.name: one for one in WITNESSES}
    return replace(known[name], url=url)


def witnessed(rt: Runtime, asked: Policy, clock: Callable[[], datetime] | None = None) -> Runtime:
    """A daemon whose log has this policy."""
    return replace(rt, witness_policy=asked, witness_guard=LOCAL, clock=clock or rt.clock)


def honest(rt: Runtime, name: str, memory: Memory | None = None) -> Behaviour:
    """A witness as the protocol wants it."""
    key = note.parse_vkey(rt.log_keys.make(1).vkey)
    state = Memory() if memory is None else memory

    def behave(host: Host, connection: socket.socket) -> None:
        _, _, body = host.requests[-1].partition(b"\r\n\r\n")
        answer = witness.process(
            body,
            state,
            logs={key.name: [key]},
            signer=SIGNERS[name],
            timestamp=int(time.time()),
        )
        connection.sendall(reply(answer.status, answer.body, Content_Type=answer.content_type))

    return behave


@dataclass
class Gate:
    """Holds a witness's answers back until it is opened."""

    behave: Behaviour
    opened: threading.Event = field(default_factory=threading.Event)

    def __call__(self, host: Host, connection: socket.socket) -> None:
        self.opened.wait(30)
        self.behave(host, connection)


@contextmanager
def closed_port() -> Iterator[str]:
    """An address at which no one answers."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
