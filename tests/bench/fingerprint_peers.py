"""How others look for copies: vPDQ and votes on `phash`, frame by frame, and ISCC's Video-Code.

What they look for is what their authors or users say; the frames are the same as ours, two a
second. Those whose package is not installed are left out, and named in `absent`.
"""

import importlib
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fingerprint import sample
from tests.bench.fingerprint_methods import Method, Seen, installed
from tests.bench.fingerprint_scores import Found
from tests.bench.watermark_quality import ffmpeg

LOOKS_PER_SECOND = 2
PDQ, PHASH, ISCC = "vPDQ", "phash votes", "ISCC"
PACKAGES: Mapping[str, tuple[str, ...]] = {
    PDQ: ("pdqhash",),
    PHASH: ("ImageHash",),
    ISCC: ("iscc-lib", "imageio-ffmpeg"),
}
# Of vPDQ's own README: a frame is compared if its quality is this, and alike within so many bits.
PDQ_QUALITY_MIN = 50
PDQ_BITS_MAX = 31
PHASH_BITS_MAX = 12  # Of 64. 10 is usual; two unrelated frames of 200,000 are as near as 12.
STEP_SECONDS = 0.5  # Of offsets that are voted on.
ISCC_BITS = 256
# The Video-Code is made of MPEG-7 signatures five times a second.
ISCC_FILTER = "fps=fps=5,signature=format=xml:filename="


@dataclass(frozen=True, slots=True, eq=False)
class Hashes:
    """The hashes of frames, uint8, (N, bytes), and when each is shown."""

    seconds: NDArray[np.float64]
    codes: NDArray[np.uint8]


def methods() -> Sequence[Method]:
    """Return the ways of others that can be tried here."""
    every = (
        Method(PDQ, _pdq, dict, find_pdq),
        Method(PHASH, _phash, dict, find_phash),
        Method(ISCC, _iscc, dict, find_iscc),
    )
    missing = absent()
    return [method for method in every if method.name not in missing]


def absent() -> list[str]:
    """Return the names of those of which a package is not installed."""
    return [name for name, packages in PACKAGES.items() if not installed(*packages)]


def _pdq(seen: Seen) -> Hashes:
    pdqhash = importlib.import_module("pdqhash")
    found = [(at, *pdqhash.compute(frame)) for at, frame in _looks(seen)]
    return _hashes([(at, code) for at, code, quality in found if quality >= PDQ_QUALITY_MIN], 32)


def _phash(seen: Seen) -> Hashes:
    looks = _looks(seen)
    codes = [(at, imagehash.phash(Image.fromarray(frame)).hash.ravel()) for at, frame in looks]
    return _hashes(codes, 8)


def _looks(seen: Seen) -> list[tuple[float, NDArray[np.uint8]]]:
    step = sample.LOOKS_PER_SECOND // LOOKS_PER_SECOND
    return list(zip(seen.seconds[::step].tolist(), seen.frames[::step], strict=True))


def _hashes(found: Sequence[tuple[float, Any]], size: int) -> Hashes:
    bits = [np.packbits(np.asarray(code, np.uint8)) for _, code in found]
    codes = np.stack(bits) if bits else np.zeros((0, size), np.uint8)
    return Hashes(np.array([at for at, _ in found], np.float64), codes)


def find_pdq(query: Hashes, references: Mapping[str, Hashes]) -> dict[str, Found]:
    """Return the greater share of frames that are in the other, whenever they are shown."""
    found: dict[str, Found] = {}
    for name, reference in references.items():
        near = _distances(query, reference) <= PDQ_BITS_MAX
        if near.any():
            share = max(near.any(axis=1).mean(), near.any(axis=0).mean())
            found[name] = _found(share, query, reference, near)
    return found


def find_phash(query: Hashes, references: Mapping[str, Hashes]) -> dict[str, Found]:
    """Return the most votes for one offset in time, of a frame the nearer the more."""
    found: dict[str, Found] = {}
    for name, reference in references.items():
        votes = 1.0 - _distances(query, reference) / (PHASH_BITS_MAX + 1.0)
        offsets = np.rint((reference.seconds - query.seconds[:, None]) / STEP_SECONDS)
        best = max(
            (
                np.where((offsets == offset) & (votes > 0), votes, 0.0)
                for offset in np.unique(offsets[votes > 0])
            ),
            key=lambda kept: kept.max(axis=1).sum(),
            default=None,
        )
        if best is not None:
            found[name] = _found(best.max(axis=1).sum(), query, reference, best > 0)
    return found


def _distances(query: Hashes, reference: Hashes) -> NDArray[np.int64]:
    return np.bitwise_count(query.codes[:, None] ^ reference.codes).sum(axis=2, dtype=np.int64)


def _found(score: float, query: Hashes, reference: Hashes, agree: NDArray[np.bool_]) -> Found:
    mine, theirs = (np.flatnonzero(agree.any(axis=axis)) for axis in (1, 0))
    return Found(
        float(score),
        query=(float(query.seconds[mine[0]]), float(query.seconds[mine[-1]])),
        reference=(float(reference.seconds[theirs[0]]), float(reference.seconds[theirs[-1]])),
    )


def _iscc(seen: Seen) -> NDArray[np.uint8] | None:
    """Return the bits of the Video-Code of a file; None, if it is too short to have one."""
    signatures = _signatures(seen.path)
    if not signatures:
        return None
    code = importlib.import_module("iscc_lib").soft_hash_video_v0(signatures, ISCC_BITS)
    return np.frombuffer(code, np.uint8)


def _signatures(path: Path) -> list[list[int]]:
    """Return the MPEG-7 signatures of a file, 380 of -1, 0 or 1 (as 0, 1, 2) each."""
    program = ffmpeg()
    assert program is not None
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        target = Path(folder) / "signatures.xml"
        filters = ("-an", "-filter:v", f"{ISCC_FILTER}{target}", "-f", "null", "-")
        quiet = (program, "-v", "error", "-nostdin", "-threads", "1", "-i", str(path))
        subprocess.run([*quiet, *filters], check=True, capture_output=True)
        tree = ET.parse(target)
    return [
        [int(each) for each in (element.text or "").split()]
        for element in tree.iter()
        if element.tag.endswith("FrameSignature")
    ]


def find_iscc(
    query: NDArray[np.uint8] | None, references: Mapping[str, NDArray[np.uint8] | None]
) -> dict[str, Found]:
    """Return how many bits of two codes are the same."""
    if query is None:
        return {}
    return {
        name: Found(float(ISCC_BITS - np.bitwise_count(query ^ code).sum(dtype=np.int64)))
        for name, code in references.items()
        if code is not None
    }
