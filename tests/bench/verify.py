"""What it costs to say what a file is: an output of ten seconds at 720p, copies, a still.

Processor time is that of this process and of those that it starts; Postgres is not in it. The
reference is the decoding of the same file and nothing else.
"""

import os
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import psutil
from PIL import Image

from rightsd.adapters import fingerprints as files
from rightsd.adapters import media
from rightsd.adapters.media import Frames
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.workflows import verifications
from rightsd.workflows.generations import requests
from rightsd.workflows.verifications import Layers
from tests import people
from tests.bench.servers import running
from tests.bench.table import Row
from tests.daemon import settle

SECONDS, WIDTH, HEIGHT, FPS = 10, 1280, 720, 24
ROUNDS = 5
PROMPTS = (
    "a red ball bounces in a park while a person waves",
    "a green ball rolls on a beach at dusk",
)


def run(
    folder: Path,
    *,
    seconds: int = SECONDS,
    width: int = WIDTH,
    height: int = HEIGHT,
    rounds: int = ROUNDS,
) -> list[Row]:
    with running(folder) as (_, rt):
        paths = [
            _output(rt, folder, prompt, seconds=seconds, width=width, height=height)
            for prompt in PROMPTS
        ]
        return [
            *_measure(rt, folder, paths, seconds, rounds),
            _receipt(rt, paths[0], rounds),
        ]


def _measure(
    rt: Runtime, folder: Path, outputs: list[Path], seconds: int, rounds: int
) -> Iterator[Row]:
    goals = {
        "the release, all layers": f"≤ {seconds / 5:g} s",
        "the release, its credential alone": f"≤ {seconds / 20:g} s",
        "a still frame, PNG": "≤ 0.3 s",
    }
    for what, path, kind, layers in _files(folder, outputs):

        def verify(path: Path = path, kind: str = kind, layers: Layers = layers) -> None:
            found = verifications.verify(rt, path, layers=layers)
            assert found.verdict.kind == kind, found.verdict

        verify()  # A reader that has to start first is not counted.
        wall, cpu = _spent(verify, rounds)
        bare_wall, bare_cpu = _spent(lambda path=path: _decode(path), rounds)
        yield Row(what, wall, "s", "decoding alone", bare_wall, goals.get(what, ""))
        yield Row(f"{what}: processor time", cpu, "s", "decoding alone", bare_cpu)


def _receipt(rt: Runtime, path: Path, rounds: int) -> Row:
    found = verifications.verify(rt, path, layers=Layers.MANIFEST)
    wall, _ = _spent(lambda: verifications.receipt(rt, path, found), rounds)
    bare, _ = _spent(lambda: files.digest(path), rounds)
    return Row("a receipt of the release", wall, "s", "its digest alone", bare)


def _files(folder: Path, outputs: list[Path]) -> Iterator[tuple[str, Path, str, Layers]]:
    output, other = outputs
    ours, others = _frames(output), _frames(other)
    half = len(ours) // 2
    copy, spliced, still, stranger = (
        folder / name for name in ("c.mp4", "s.mp4", "f.png", "n.mp4")
    )
    media.transcode(output, copy, crf=30)
    _write(spliced, ours[:half], others[half:])
    Image.fromarray(ours[half]).save(still)
    _write(stranger, _clouds(ours.shape))
    yield "the release, all layers", output, "genuine", Layers.ALL
    yield "the release, its credential alone", output, "genuine", Layers.MANIFEST
    yield "a copy at CRF 30, all layers", copy, "stripped", Layers.ALL
    yield "a splice of two outputs, all layers", spliced, "altered", Layers.ALL
    yield "a stranger's clip, all layers", stranger, "unknown", Layers.ALL
    yield "a still frame, PNG", still, "stripped", Layers.ALL


def _output(
    rt: Runtime, folder: Path, prompt: str, *, seconds: int, width: int, height: int
) -> Path:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        wanted = people.wanted(prompt, seed=5, seconds=seconds, width=width, height=height)
        generation = requests.request(tx, creator, wanted=wanted)
    settle(rt)
    with rt.transaction() as tx:
        found = requests.view(tx, creator, generation.id).generation
    assert found.output is not None, found
    path = folder / f"{found.id}.mp4"
    path.write_bytes(b"".join(rt.blobs.open(found.output.sha256)))
    return path


def _clouds(shape: tuple[int, ...]) -> Frames:
    count, height, width, _ = shape
    coarse = np.random.default_rng(8).integers(40, 215, (12, 20, 3), np.uint8)
    still = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.stack([np.roll(still, 3 * step, axis=1) for step in range(count)])


def _frames(path: Path) -> Frames:
    with media.open_video(path) as video:
        return np.concatenate([chunk.frames for chunk in video])


def _write(path: Path, *pieces: Frames) -> None:
    height, width = pieces[0].shape[1:3]
    media.write_video(path, width=width, height=height, fps=Fraction(FPS), frames=pieces)


def _decode(path: Path) -> None:
    with media.open_video(path) as video:
        for _ in video:
            pass


def _spent(do: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the medians of seconds and of seconds of processor time that something takes."""
    walls, cpus = list[float](), list[float]()
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), _cpu()
        do()
        walls.append(time.perf_counter() - wall)
        cpus.append(_cpu() - cpu)
    return sorted(walls)[rounds // 2], sorted(cpus)[rounds // 2]


def _cpu() -> float:
    """Return the processor time of this process, of those it waited for, and of its readers."""
    own = os.times()
    readers = psutil.Process().children()
    running = sum(
        sum(child.cpu_times()[:2]) for child in readers if "c2pa" in " ".join(child.cmdline())
    )
    return own.user + own.system + own.children_user + own.children_system + running
