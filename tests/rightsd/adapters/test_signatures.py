"""Signatures that are asked for often are made once, and few at a time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import pytest

from ledger.note import Signer
from rightsd.adapters import signatures
from rightsd.adapters.signatures import Signatures
from rightsd.errors import Code, RightsError
from tests.ledger.oracle import SIGNER

TEXTS = [b"%d" % number for number in range(signatures.AT_ONCE_MAX + 1)]


@dataclass
class Far:
    """A key that is far away: it signs when it is let, and counts."""

    inner: Signer = SIGNER
    name: str = SIGNER.name
    vkey: str = SIGNER.vkey
    asked: list[bytes] = field(default_factory=list)
    opened: Event = field(default_factory=Event)
    lies: bool = False

    def sign(self, text: bytes, /) -> bytes:
        self.asked.append(text)
        assert self.opened.wait(30)
        return bytes(64) if self.lies else self.inner.sign(text)


@pytest.fixture
def far() -> Iterator[Far]:
    far = Far()
    yield far
    far.opened.set()


def test_a_signature_is_made_once(far: Far) -> None:
    far.opened.set()
    signer = Signatures().remembering(far)

    made = [signer.sign(text) for text in (b"a", b"b", b"a")]

    assert made == [SIGNER.sign(text) for text in (b"a", b"b", b"a")]
    assert far.asked == [b"a", b"b"]
    assert (signer.name, signer.vkey) == (SIGNER.name, SIGNER.vkey)


def test_a_signature_that_is_none_is_not_remembered(far: Far) -> None:
    far.opened.set()
    signer = Signatures().remembering(far)
    far.lies = True
    assert signer.sign(b"a") == bytes(64)
    far.lies = False

    assert signer.sign(b"a") == SIGNER.sign(b"a")


def test_when_too_many_wait_for_the_key_others_are_refused_and_not_kept_waiting(far: Far) -> None:
    signer = Signatures().remembering(far)
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(signer.sign, text) for text in TEXTS[:-1]]
        while len(far.asked) < signatures.AT_ONCE_MAX:
            assert not any(call.done() for call in waiting)
        with pytest.raises(RightsError) as caught:
            signer.sign(TEXTS[-1])
        far.opened.set()

    assert caught.value.code is Code.BUSY
    assert [call.result() for call in waiting] == [SIGNER.sign(text) for text in TEXTS[:-1]]
    assert signer.sign(TEXTS[-1]) == SIGNER.sign(TEXTS[-1])


def test_those_that_were_made_first_are_forgotten_first(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "KEPT_MAX", 2)
    far.opened.set()
    signer = Signatures().remembering(far)
    for text in (b"a", b"b", b"c"):
        signer.sign(text)
    far.asked.clear()

    for text in (b"c", b"b", b"a"):
        signer.sign(text)

    assert far.asked == [b"a"]
