import io
from collections.abc import Sequence

import pytest

from rightsd.adapters import downloads
from rightsd.adapters.http import Guard
from rightsd.errors import Code, RightsError
from tests.rightsd.adapters.loopback import Behaviour, dripping, endless, reply, replying, serving

OPEN = Guard(allow_private=True)
SECONDS, SOON = 10.0, 0.4
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def download(behave: Behaviour, *, seconds: float = SECONDS, size: int = 5) -> bytes:
    file = io.BytesIO()
    with serving(behave) as host:
        downloads.download(host.url, file, guard=OPEN, seconds_max=seconds, bytes_max=size)
    return file.getvalue()


def refused(behave: Behaviour, *, seconds: float = SECONDS) -> RightsError:
    with pytest.raises(RightsError) as caught:
        download(behave, seconds=seconds)
    return caught.value


def test_a_file_is_written_whole() -> None:
    assert download(replying(reply(200, b"hello"))) == b"hello"
    assert download(replying(CHUNKED + b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")) == b"hello"


@pytest.mark.parametrize("status", [204, 206, 301, 302, 307, 308, 403, 404, 410])
def test_what_is_no_file_is_refused_and_not_read(status: int) -> None:
    head = f"HTTP/1.1 {status} Whatever\r\nLocation: http://127.0.0.1/\r\n\r\n".encode()
    said = refused(endless(head, b"x" * 1000))

    assert said.code is Code.INVALID
    assert f"the status {status}" in said.detail


@pytest.mark.parametrize("status", [429, 500, 503])
def test_who_cannot_answer_now_may_be_asked_again(status: int) -> None:
    assert refused(replying(reply(status, b"busy"))).code is Code.UNAVAILABLE


def test_an_encoded_file_is_refused() -> None:
    said = refused(replying(reply(200, b"\x1f\x8b", Content_Encoding="gzip")))

    assert (said.code, "encoded" in said.detail) == (Code.INVALID, True)


def test_a_file_that_says_it_is_too_large_is_not_read() -> None:
    for size in (b"6", b"9" * 20):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: " + size + b"\r\n\r\n"
        assert refused(dripping(head)).code is Code.TOO_LARGE


def test_a_file_that_does_not_end_is_cut_off_at_the_limit() -> None:
    file = io.BytesIO()
    with serving(endless(CHUNKED, b"3\r\nabc\r\n")) as host, pytest.raises(RightsError) as caught:
        downloads.download(host.url, file, guard=OPEN, seconds_max=SECONDS, bytes_max=1000)

    assert caught.value.code is Code.TOO_LARGE
    assert len(file.getvalue()) <= 1000


def test_a_file_that_trickles_is_given_up() -> None:
    assert refused(dripping(reply(200, b"x" * 500)), seconds=SOON).code is Code.UNAVAILABLE


def test_half_a_file_is_none() -> None:
    half = reply(200, b"hello")[:-2]

    assert refused(replying(half)).code is Code.UNAVAILABLE


def test_a_name_that_leads_inside_is_not_asked() -> None:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with serving(replying(reply(200, b"secret"))) as inside, pytest.raises(RightsError) as caught:
        downloads.download(
            f"https://name.example:{inside.port}/",
            io.BytesIO(),
            guard=Guard(resolve=resolve),
            seconds_max=SECONDS,
            bytes_max=1000,
        )

    assert caught.value.code is Code.INVALID
    assert inside.requests == []
