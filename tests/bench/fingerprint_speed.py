"""What it costs to make a print of a file, in processor time, beside decoding it and the peers."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from generator import registry
from generator.base import Request
from rightsd.adapters import fingerprints, media
from rightsd.workflows.references import LIMITS
from tests.bench import fingerprint_methods, fingerprint_peers
from tests.bench.processor import timed

PROMPT = "a red ball bounces in a park, handheld"
SEED = 3
SIZE = (1280, 720)
SECONDS = 10.0
FPS = Fraction(24)
TIMES = 3  # The cheapest one counts.


@dataclass(frozen=True, slots=True)
class Speed:
    """How many seconds of video one second of one core reads and describes, decoding included."""

    what: str
    times: float


def measure(folder: Path, *, size: tuple[int, int], seconds: float) -> Sequence[Speed]:
    """Return the speeds with a clip of the engine, the product's own and bare decoding first."""
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
    looked = _least(lambda: fingerprint_methods.see(path))
    spent = {
        "all that the product keeps": _least(lambda: fingerprints.describe(path, limits=LIMITS)),
        "what is looked at, decoded": looked,
    }
    seen = fingerprint_methods.see(path)
    for method in (*fingerprint_methods.ours(), *fingerprint_peers.methods()):
        again = 0.0 if method.name == fingerprint_peers.ISCC else looked  # It decodes by itself.
        spent[method.name] = again + _least(lambda method=method: method.describe(seen))
    return [Speed(what, seconds / each) for what, each in spent.items()]


def _least(do: object) -> float:
    assert callable(do)
    return min(timed(do)[1] for _ in range(TIMES))
