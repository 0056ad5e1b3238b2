import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ledger import cosignature, policy
from ledger.cosignature import Cosignature, Ed25519Signer
from rightsd.adapters import witness
from rightsd.adapters.http import Guard
from rightsd.adapters.witness import Trouble
from rightsd.errors import Code, RightsError
from tests.ledger import reference
from tests.ledger.oracle import KEY
from tests.ledger.witnessed import (
    FORK,
    HONEST,
    NOW,
    WITNESS,
    WITNESS_KEY,
    Memory,
    request,
    signed,
    size_kept,
    submit,
)
from tests.rightsd.adapters.loopback import (
    Behaviour,
    Host,
    dripping,
    endless,
    reply,
    replying,
    serving,
)

OPEN = Guard(allow_private=True)
AT = datetime.fromtimestamp(NOW, UTC)


def told(url: str | None) -> policy.Witness:
    return policy.Witness("w1", WITNESS_KEY, url)


def cosign(
    url: str | None,
    size: int,
    *,
    old: int = 0,
    entries: list[bytes] = HONEST,
    guard: Guard = OPEN,
    seconds_max: float = witness.SECONDS_MAX,
) -> tuple[Cosignature, ...]:
    """Ask as a log that has these entries does."""
    return witness.cosign(
        told(url),
        signed(size, entries),
        lambda from_size: reference.consistency(from_size, entries[:size]),
        old_size=old,
        guard=guard,
        now=AT,
        seconds_max=seconds_max,
    )


def refused(call: Callable[[], object]) -> RightsError:
    with pytest.raises(RightsError) as caught:
        call()
    return caught.value


def trouble(behave: Behaviour, *, size: int = 8, old: int = 0) -> Trouble:
    """Return what is reported of a witness that behaves like this."""
    with serving(behave) as host:
        error = refused(lambda: cosign(host.url, size, old=old))
    expected = {Trouble.FORKED, Trouble.AHEAD, Trouble.ROLLED_BACK}
    found = error.extra["trouble"]
    assert isinstance(found, Trouble)
    assert error.code is (Code.CONFLICT if found in expected else Code.UNAVAILABLE)
    assert error.extra["witness"] == "w1"
    assert error.detail.startswith("The witness w1 ")
    return found


def honest(memory: Memory) -> Behaviour:
    """A witness as the protocol wants it, over the state that is handed in."""

    def behave(host: Host, connection: socket.socket) -> None:
        head, _, body = host.requests[-1].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /prefix/add-checkpoint HTTP/1.1\r\n")
        answer = submit(body, memory)
        connection.sendall(reply(answer.status, answer.body, Content_Type=answer.content_type))

    return behave


def size_is(size: object) -> bytes:
    return reply(409, f"{size}\n".encode(), Content_Type="text/x.tlog.size")


def line(signer: Ed25519Signer = WITNESS, *, size: int = 8, timestamp: int = NOW) -> bytes:
    text = signed(size).rpartition(b"\n\n")[0] + b"\n"
    return cosignature.sign(text, signer, timestamp=timestamp).line


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_log_is_cosigned_as_it_grows(slash: str) -> None:
    memory = Memory()
    with serving(honest(memory)) as host:
        url = f"{host.url}/prefix{slash}"
        first = cosign(url, 5)
        second = cosign(url, 8, old=5)

    assert len(host.requests) == 2
    assert [one.key for one in (*first, *second)] == [WITNESS_KEY] * 2
    assert memory.latest("log.example/test") == signed(8) + second[0].line
    assert cosignature.attach(signed(5), first) == signed(5) + first[0].line


@pytest.mark.parametrize("believed", [0, 3])
def test_the_proof_is_made_anew_from_the_size_that_the_witness_names(believed: int) -> None:
    memory = Memory()
    submit(request(0, 5), memory)
    with serving(honest(memory)) as host:
        found = cosign(f"{host.url}/prefix", 8, old=believed)

    assert len(found) == 1
    assert len(host.requests) == 2
    assert host.requests[1].endswith(request(5, 8))
    assert size_kept(memory) == 8


@pytest.mark.parametrize("named", [0, 4])
def test_a_witness_that_names_less_than_it_has_cosigned_was_rolled_back(named: int) -> None:
    assert trouble(replying(size_is(named)), old=5) is Trouble.ROLLED_BACK


def test_an_answer_that_was_lost_is_asked_for_again() -> None:
    memory = Memory()
    submit(request(0, 5), memory)
    with serving(honest(memory)) as host:
        submit(request(5, 8), memory)
        again = cosign(f"{host.url}/prefix", 8, old=5)

    assert len(again) == 1
    assert host.requests[1].partition(b"\r\n\r\n")[2].startswith(b"old 8\n\n")


@pytest.mark.parametrize("size", [8, 9])
@pytest.mark.parametrize("believed", [0, 8])
def test_a_log_with_two_histories_is_found_out(size: int, believed: int) -> None:
    memory = Memory()
    submit(request(0, 8), memory)
    kept = dict(memory.kept)
    with serving(honest(memory)) as host:
        error = refused(lambda: cosign(f"{host.url}/prefix", size, old=believed, entries=FORK))

    assert (error.code, error.extra["trouble"]) == (Code.CONFLICT, Trouble.FORKED)
    assert memory.kept == kept


def test_a_witness_that_has_seen_more_is_reported() -> None:
    memory = Memory()
    submit(request(0, 9), memory)
    with serving(honest(memory)) as host:
        error = refused(lambda: cosign(f"{host.url}/prefix", 8, old=5))

    assert error.extra["trouble"] is Trouble.AHEAD
    assert error.extra["size"] == 9
    assert error.detail == ("The witness w1 has cosigned a log of 9 entries, more than these 8.")


def test_a_size_that_is_believed_to_be_larger_is_not_even_asked_about() -> None:
    with serving(replying(reply(500))) as host:
        error = refused(lambda: cosign(host.url, 8, old=9))

    assert error.extra["trouble"] is Trouble.AHEAD
    assert host.requests == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, Trouble.UNKNOWN_LOG),
        (403, Trouble.UNTRUSTED),
        (422, Trouble.FORKED),
        (400, Trouble.BROKEN),
        (201, Trouble.BROKEN),
        (204, Trouble.BROKEN),
        (301, Trouble.BROKEN),
        (307, Trouble.BROKEN),
        (418, Trouble.BROKEN),
        (429, Trouble.UNREACHABLE),
        (500, Trouble.UNREACHABLE),
        (503, Trouble.UNREACHABLE),
    ],
)
def test_each_status_has_its_meaning(status: int, expected: Trouble) -> None:
    assert trouble(replying(reply(status, line() if status != 204 else b""))) is expected


def test_a_redirect_to_a_private_address_is_not_followed() -> None:
    with serving(replying(reply(200, line()))) as inside:
        redirect = reply(308, Location=f"{inside.url}/add-checkpoint")
        assert trouble(replying(redirect)) is Trouble.BROKEN

    assert inside.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\n",
        b"cosigned\n",
        line()[:-1],
        line() + b"\n",
        line(Ed25519Signer("stranger.example", WITNESS.private_key)),
        line(size=9),
        line()[:-20] + line(size=9)[-20:],
        line().replace(WITNESS.name.encode(), b"witness.example/w2"),
        line() + line(size=9),
        line(timestamp=NOW + 3600),
        line(timestamp=cosignature.TIMESTAMP_MAX),
        line() + line(timestamp=NOW + 3600),
        b"more text\n\n" + line(),
        b"\n" + line(),
        line() * 101,
    ],
)
def test_an_answer_that_is_no_cosignature_of_the_checkpoint_is_refused(answer: bytes) -> None:
    assert trouble(replying(reply(200, answer))) is Trouble.BROKEN


def test_a_cosignature_without_a_time_is_refused() -> None:
    text = signed(8).rpartition(b"\n\n")[0] + b"\n"
    timeless = Cosignature(WITNESS_KEY, 0, WITNESS.sign(cosignature.message(text, 0)))

    assert trouble(replying(reply(200, timeless.line))) is Trouble.BROKEN


def test_cosignatures_by_other_keys_beside_the_witnesss_are_ignored() -> None:
    stranger = Ed25519Signer("stranger.example", WITNESS.private_key)
    body = line(stranger) + line() + line(timestamp=NOW + 60)
    with serving(replying(reply(200, body))) as host:
        found = cosign(host.url, 8)

    assert [(one.key, one.timestamp) for one in found] == [
        (WITNESS_KEY, NOW),
        (WITNESS_KEY, NOW + 60),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        reply(409, b"5\n"),
        reply(409, b"5\n", Content_Type="text/plain"),
        *(
            reply(409, body, Content_Type="text/x.tlog.size")
            for body in (b"", b"5", b"5\n\n", b"05\n", b"-5\n", b" 5\n", b"5\r\n", b"five\n")
        ),
        reply(409, b"9" * 5000 + b"\n", Content_Type="text/x.tlog.size"),
        size_is(0),
    ],
)
def test_a_conflict_that_names_no_other_size_is_broken(answer: bytes) -> None:
    """Whoever took it for a size would be given a cosignature the next time."""
    assert trouble(replying(answer, reply(200, line()))) is Trouble.BROKEN


def test_a_size_beyond_everything_is_a_size() -> None:
    assert trouble(replying(size_is("9" * 19))) is Trouble.AHEAD


def test_a_witness_that_plays_with_sizes_is_given_up() -> None:
    with serving(replying(*(size_is(size) for size in (1, 2, 3, 4, 5, 6)))) as host:
        error = refused(lambda: cosign(host.url, 8))

    assert error.extra["trouble"] is Trouble.CONTESTED
    assert len(host.requests) == witness.ATTEMPTS_MAX


@pytest.mark.parametrize(
    "behave",
    [
        endless(b"HTTP/1.1 200 OK\r\n\r\n", line() * 100),
        endless(b"", b"x" * 65_536),
        replying(reply(200, line() * 1000)),
        replying(b""),
    ],
    ids=["endless", "no http", "too large", "nothing"],
)
def test_an_answer_out_of_bounds_is_no_answer(behave: Behaviour) -> None:
    assert trouble(behave) is Trouble.UNREACHABLE


def test_a_slow_answer_is_no_answer() -> None:
    with serving(dripping(reply(200, line() * 100))) as host:
        error = refused(lambda: cosign(host.url, 8, seconds_max=0.3))

    assert error.extra["trouble"] is Trouble.UNREACHABLE


def test_a_private_address_is_not_asked_unless_that_is_allowed() -> None:
    with serving(replying(reply(200, line()))) as host:
        for url in (host.url, host.url.replace("http:", "https:")):
            error = refused(lambda url=url: cosign(url, 8, guard=Guard()))
            assert error.code is Code.INVALID
        assert len(cosign(host.url, 8)) == 1

    assert len(host.requests) == 1


def test_a_witness_without_a_url_cannot_be_asked() -> None:
    assert refused(lambda: cosign(None, 8)).code is Code.INVALID


def test_the_quorum_of_a_policy_is_met_by_what_witnesses_answer() -> None:
    memory = Memory()
    with serving(honest(memory)) as host:
        asked = told(f"{host.url}/prefix")
        found = cosign(asked.url, 8)

    agreed = policy.Policy((), (replace(asked, url=None),), (), "w1")
    data = cosignature.attach(signed(8), found)
    assert policy.verify(data, agreed, logs=[KEY]).cosignatures == found
