"""The marks of `invisible-watermark`, 32 bits, in the same clips and after the same copies as ours.

Its package wants a whole library of deep learning for a handful of array operations, so its two
classes and its two networks are loaded from where they lie, each by itself. Every frame votes on
each of its bits. It refuses small pictures; that it is not asked whether it would is in its favour.
"""

import importlib.metadata
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from rightsd.adapters.media import Frames
from tests.bench.watermark_clips import PAYLOAD_ID, SECRET, Clip, embedder, read, write
from tests.bench.watermark_copies import Copy
from watermark import quality
from watermark.detect import Detector

PACKAGE = "invisible-watermark"
OURS = "ours"
BITS = np.unpackbits(np.frombuffer(b"\x5a\xc3\x17\xe8", np.uint8))
MASTER_CRF = 16
NETWORK_BIT_MIN = 0.52  # The package's own.


@dataclass(frozen=True, slots=True)
class Method:
    """A way to mark frames, and to say whether all of what was marked is in others."""

    mark: Callable[[Frames], Frames]
    reads: Callable[[Frames], bool]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one method in one clip.

    Attributes:
        method: Its name.
        decibels: What the mark changes, before any encoder.
        read: For each copy, by its name, whether all that was marked was read.
    """

    method: str
    decibels: float
    read: dict[str, bool]


def names() -> tuple[str, ...]:
    """Return the methods to try; none but ours, where the package is not installed."""
    try:
        importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return (OURS,)
    return (OURS, "dwtDct", "dwtDctSvd", "rivaGan")


def attempt(
    folder: Path, name: str, clip: Clip, copies: Sequence[Copy], *, frames_max: int, looks_max: int
) -> Tried:
    """Mark the first frames of a clip, and read the mark from copies.

    Args:
        folder: For files under way.
        name: Of a method.
        clip: Only its plain file is used.
        copies: Of the marked frames.
        frames_max: How many frames are marked.
        looks_max: How many frames of a copy are read, spread over it.
    """
    plain = read(clip.plain)[:frames_max]
    method = _open(name, clip)
    marked = method.mark(plain)
    path = folder / f"{clip.name}-{name}.peer.mp4"
    write(path, marked, crf=MASTER_CRF)
    master = read(path)
    found: dict[str, bool] = {}
    for copy in copies:
        copy.make(master, path)
        frames = read(path)
        looks = np.unique(np.linspace(0, len(frames) - 1, looks_max).astype(int))
        found[copy.name] = method.reads(frames[looks])
    path.unlink()
    return Tried(name, quality.psnr(plain, marked), found)


def _open(name: str, clip: Clip) -> Method:
    if name == OURS:
        detector = Detector(SECRET)
        return Method(
            embedder(clip.height, clip.width, clip.strength).mark,
            lambda frames: detector.detect([frames]).payload_id == PAYLOAD_ID,
        )
    located = importlib.metadata.distribution(PACKAGE).files or []
    paths = {each.name: Path(str(each.locate())) for each in located}
    match name:
        case "dwtDct":
            return _wavelets(_load(paths["maxDct.py"], "EmbedMaxDct"))
        case "dwtDctSvd":
            return _wavelets(_load(paths["dwtDctSvd.py"], "EmbedDwtDctSvd"))
        case _:
            return _networks(paths["rivagan_encoder.onnx"], paths["rivagan_decoder.onnx"])


def _load(path: Path, kind: str) -> Any:
    """Return a class of one file of the package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, kind)


def _wavelets(kind: Any) -> Method:
    made = kind(BITS.tolist(), wmLen=len(BITS))

    def encode(frame: Frames) -> Frames:
        return made.encode(np.ascontiguousarray(frame[..., ::-1]))[..., ::-1]

    def decode(frame: Frames) -> Frames:
        return made.decode(np.ascontiguousarray(frame[..., ::-1]))

    return Method(lambda frames: np.stack([encode(frame) for frame in frames]), _voting(decode))


def _networks(encoder: Path, decoder: Path) -> Method:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    writer = onnxruntime.InferenceSession(str(encoder), options)
    reader = onnxruntime.InferenceSession(str(decoder), options)

    def feed(frame: Frames) -> np.ndarray:
        scaled = frame[..., ::-1].astype(np.float32) / 127.5 - 1.0
        return scaled.transpose(2, 0, 1)[np.newaxis, :, np.newaxis]

    def encode(frame: Frames) -> Frames:
        given = {"frame": feed(frame), "data": BITS[np.newaxis].astype(np.float32)}
        made = np.clip(np.asarray(writer.run(None, given)[0])[0, :, 0], -1.0, 1.0)
        return ((made.transpose(1, 2, 0) + 1.0) * 127.5).astype(np.uint8)[..., ::-1]

    def decode(frame: Frames) -> Frames:
        return np.asarray(reader.run(None, {"frame": feed(frame)})[0])[0] > NETWORK_BIT_MIN

    return Method(lambda frames: np.stack([encode(frame) for frame in frames]), _voting(decode))


def _voting(decode: Callable[[Frames], Frames]) -> Callable[[Frames], bool]:
    def read_all(frames: Frames) -> bool:
        votes = np.mean([decode(frame) for frame in frames], axis=0)
        return bool(((votes > 0.5) == BITS).all())

    return read_all
