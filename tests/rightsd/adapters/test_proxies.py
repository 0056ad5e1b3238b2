"""Proxies come back from their bytes, and nothing else does."""

from collections.abc import Callable

import numpy as np
import pytest

from fingerprint.errors import FramesError
from fingerprint.proxy import LOOKS_PER_SECOND, Proxy
from rightsd.adapters import proxies
from tests.fingerprint import clips, scenes


def proxy(*, looks: int = 40, high: int = 54, wide: int = 96) -> Proxy:
    rng = np.random.default_rng(7)
    cloud = clips.clouds(rng, 2 * high + 2, 2 * wide + 2)[..., 1]
    corners = (0.5 + 0.4 * np.sin(np.arange(looks) / 5)) * min(high, wide)
    frames = [cloud[at : at + high, at : at + wide] for at in corners.astype(int)]
    # As of a file of 30 frames a second: the looks are not evenly apart.
    return Proxy(np.stack(frames), np.round(np.arange(looks) / LOOKS_PER_SECOND * 30) / 30)


def test_pictures_come_back_nearly_as_they_were_and_times_exactly() -> None:
    before = proxy()

    after = proxies.unpack(proxies.pack(before))

    assert after.seconds == pytest.approx(before.seconds, abs=1e-6)
    assert np.abs(after.frames.astype(int) - before.frames).mean() < 5


def test_a_second_costs_less_than_two_kilobytes() -> None:
    clip = scenes.proxy(scenes.scene(1, take=1))

    assert len(proxies.pack(clip)) / clip.seconds[-1] < 1700


def test_a_packed_proxy_tells_takes_apart_as_the_proxy_does() -> None:
    kept = proxies.unpack(proxies.pack(scenes.proxy(scenes.scene(1, take=1))))
    copy = clips.reencoded(scenes.scene(1, take=1), crf=35)

    assert scenes.compare(scenes.proxy(copy), kept).agreement.decision == "same recording"
    other = scenes.proxy(scenes.scene(1, take=2))
    assert scenes.compare(other, kept).agreement.decision == "differs"


@pytest.mark.parametrize(("high", "wide"), [(1, 96), (96, 1), (41, 95), (2, 2)])
def test_any_size_comes_back(high: int, wide: int) -> None:
    after = proxies.unpack(proxies.pack(proxy(looks=9, high=high, wide=wide)))

    assert after.frames.shape == (9, high, wide)


def test_one_look_and_none_come_back() -> None:
    assert len(proxies.unpack(proxies.pack(proxy(looks=1)))) == 1
    assert len(proxies.unpack(b"")) == 0


def test_a_long_clip_is_packed_part_by_part_and_read_in_part() -> None:
    whole = proxy(looks=2 * proxies.PIECE_LOOKS + 5)
    cuts = [slice(start, start + 200) for start in range(0, len(whole), 200)]
    parts = [Proxy(whole.frames[cut], whole.seconds[cut]) for cut in cuts]
    packed = b"".join(map(proxies.pack, parts))

    assert proxies.unpack(packed).seconds == pytest.approx(whole.seconds, abs=1e-6)
    some = proxies.unpack(packed, start=30.0, end=40.0)
    assert some.seconds[0] <= 30.0
    assert some.seconds[-1] >= 40.0
    assert len(some) == 200
    assert len(proxies.unpack(packed, start=1000.0)) == 0


def _with(packed: bytes, at: int, value: bytes) -> bytes:
    return packed[:at] + value + packed[at + len(value) :]


@pytest.mark.parametrize(
    "harm",
    [
        lambda packed: packed[:-1],
        lambda packed: packed[:10],
        lambda packed: packed + b"x",
        lambda packed: _with(packed, 0, b"abc"),
        lambda packed: _with(packed, 3, b"\2"),
        lambda packed: _with(packed, 4, b"\x10"),  # Lower than its pictures are.
        lambda packed: _with(packed, 5, b"\xff"),
        lambda packed: _with(packed, 6, b"\0\0"),
        lambda packed: _with(packed, 6, b"\x27\0"),  # A look less than there are.
        lambda packed: _with(packed, 8, b"\xff\xff\xff\xff"),
        lambda packed: _with(packed, 12, np.float64(np.nan).tobytes()),
        lambda packed: _with(packed, 20, b"\0\0\0\0"),  # Time stands still.
        lambda packed: packed[:200] + bytes(len(packed) - 200),
        lambda packed: packed + proxies.pack(proxy(looks=3, high=50)),
        lambda packed: packed + packed,  # Time runs backwards.
    ],
)
def test_what_is_no_packed_proxy_is_refused(harm: Callable[[bytes], bytes]) -> None:
    packed = proxies.pack(proxy())

    with pytest.raises(FramesError):
        proxies.unpack(harm(packed))


def test_pictures_larger_than_their_piece_says_are_not_decoded() -> None:
    stream = proxies._encode(np.zeros((2, 2000, 2000), np.uint8))
    head = proxies._HEAD.pack(b"rpx", proxies.VERSION, 96, 96, 2, len(stream), 0.0)

    with pytest.raises(FramesError, match="damaged"):
        proxies.unpack(head + b"\1\0\0\0" + stream)
