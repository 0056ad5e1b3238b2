"""What it costs to make a print of a file, in processor time, beside decoding it and the peers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from generator import registry
from generator.base import Request
from rightsd.adapters import media
from tests.bench import fingerprint_clips, fingerprint_methods, fingerprint_peers
from tests.bench.processor import timed

PROMPT = "a red ball bounces in a park, handheld"
SEED = 3
SIZE = (1280, 720)
SECONDS = 10.0
FPS = Fraction(24)
TIMES = 3  # The cheapest one counts.
DECODED = "its frames decoded, and nothing else"


@dataclass(frozen=True, slots=True)
class Speed:
    """How many seconds of video one second of one core reads and describes, decoding included."""

    what: str
    times: float


def measure(folder: Path, *, size: tuple[int, int], seconds: float) -> Sequence[Sequence[Speed]]:
    """Return the speeds with a clip of the engine, and with the files of its height together.

    Of each ours comes first, and then DECODED.
    """
    path = folder / "speed.mp4"
    request = Request(PROMPT, SEED, seconds, *size, FPS)
    engine = registry.engine(registry.DEFAULT)
    clip = engine.generate(request, engine.plan(request), progress=lambda _: None)
    media.write_video(
        path,
        width=size[0],
        height=size[1],
        fps=FPS,
        frames=clip.frames,
        audio=clip.audio,
        rate=clip.rate,
    )
    sources = [each.path for each in fingerprint_clips.files() if each.path is not None]
    others = [each for each in sources if _height(each) == size[1]]
    return [
        _speeds("a clip of the engine", [path]),
        *([_speeds(f"{len(others)} other clips", others)] if others else []),
    ]


def _speeds(of: str, paths: Sequence[Path]) -> Sequence[Speed]:
    spent: dict[str, float] = {}
    seconds = 0.0
    for path in paths:
        seconds += _decode(path)
        for what, cost in _costs(path).items():
            spent[what] = spent.get(what, 0.0) + cost
    return [Speed(f"{of}, {what}", seconds / each) for what, each in spent.items()]


def _costs(path: Path) -> Mapping[str, float]:
    """Return the processor seconds that one file takes."""
    seen = fingerprint_methods.see(path)
    looked = _least(lambda: fingerprint_methods.see(path))
    costs = {
        "ours": _least(lambda: fingerprint_methods.extract(path)),
        DECODED: _least(lambda: _decode(path)),
    }
    for method in fingerprint_peers.methods():
        again = 0.0 if method.name == fingerprint_peers.ISCC else looked  # It decodes by itself.
        costs[method.name] = again + _least(lambda method=method: method.describe(seen))
    return costs


def _decode(path: Path) -> float:
    """Decode all frames of a file by one thread, and return its length in seconds."""
    end = 0.0
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for frame in container.decode(stream):
            end = frame.time or end
    return end


def _height(path: Path) -> int:
    with media.open_video(path) as video:
        return video.info.height


def _least(do: Callable[[], object]) -> float:
    return min(timed(do)[1] for _ in range(TIMES))
