"""Marks that were moved onto innocent clips, and what is said of those; and the chance to err.

Outputs are made and released by the daemon; innocent clips are the generator's, of other places and
seeds, and stretches of the files in the folder that RIGHTSD_BENCH_CLIPS names, if any. What is
said of a forged clip is the whole verdict. The law of the content check is fitted to how innocent
clips agree with outputs, and with clips of other places, when they are laid over each other.
"""

import itertools
import math
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from generator import registry
from generator.base import Request
from rightsd.adapters import media
from rightsd.adapters.media import Frames
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.workflows import verifications
from rightsd.workflows.generations import requests
from rightsd.workflows.verifications import Verification
from tests import people
from tests.bench import forging, watermark_clips
from tests.bench.forging import Victim
from tests.bench.servers import running
from tests.bench.table import Row
from tests.daemon import settle
from tests.watermark import attacks
from watermark import agreement, null, quality, register, verify
from watermark.embed import Embedder
from watermark.register import Views
from watermark.verify import Marked

FPS, WIDTH, HEIGHT, SECONDS = Fraction(24), 320, 180, 2
STRENGTH = 1.4  # So small a picture is marked more strongly.
SECRET = bytes(range(32))
PLACES = (
    "in a street at night",
    "in a forest in the rain",
    "in a desert at noon",
    "in a room",
    "on a court at golden hour",
)
THINGS = (
    "a red ball bounces",
    "a blue crate falls",
    "a person walks",
    "two people talk",
    "cones stand",
    "a green ball rolls",
    "a lamp falls",
    "a cactus stands",
    "a football rolls",
    "a person waves",
)
SEEDS = (1, 2)
TARGETS = (
    ("a person waves", "in a park"),
    ("a red ball bounces", "on a beach at dusk"),
    ("a lamp falls", "in a studio"),
    ("a blue crate falls", "in a park at night"),
)
AGAIN = ("cones stand", "a cactus stands", "a football rolls")  # Where a target is, by its seed.
TARGET_SEED = 5
CHUNKS_MAX = 9  # Of a file: four excerpts.
AVERAGED = 50
NOTCHED = 40
PAIRS = 2_000
NOTCH_DB = 40.0
NOTCH_WIDTHS = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3)  # The widest that is not seen is taken.
LOG10_P_GOAL = -9.0
Forge = Callable[[Victim, Frames], Frames]
WAYS: Mapping[str, Forge] = {
    "copied": forging.copied,
    "transplanted": forging.transplanted,
    "transplanted, then cropped": forging.cropped,
    "rebuilt from its lines": forging.rebuilt,
    "rebuilt on notched pictures": forging.notched,
}


def run(
    folder: Path,
    *,
    places: Sequence[str] = PLACES,
    things: Sequence[str] = THINGS,
    seeds: Sequence[int] = SEEDS,
    targets: Sequence[tuple[str, str]] = TARGETS,
    again: Sequence[str] = AGAIN,
    averaged: int = AVERAGED,
    count: int = NOTCHED,
    pairs: int = PAIRS,
    ways: Collection[str] = tuple(WAYS),
) -> list[Row]:
    clips = [
        (place, _draw(f"{thing} {place}", seed))
        for seed, place, thing in itertools.product(seeds, places, things)
    ]
    clips += _found()
    innocent = [clip for _, clip in clips]
    same = [_draw(f"{thing} {place}", TARGET_SEED) for thing in again for _, place in targets]
    with running(folder) as (_, rt):
        victims = [_release(rt, f"{thing} {place}") for thing, place in targets]
        secret = rt.watermark_keys.newest()
        marked = [_mark(secret, number, clip) for number, clip in enumerate(innocent[:averaged])]
        pattern = forging.average(marked)
        tried: dict[str, Forge] = {what: WAYS[what] for what in ways} | {
            f"the average of {len(marked)} outputs": lambda _, onto: forging.averaged(pattern, onto)
        }
        rows = [
            row
            for what, forge in tried.items()
            for row in _forge(rt, folder, what, forge, victims, innocent)
        ]
        what = "transplanted onto the same place, drawn again by the same seed"
        rows += _forge(rt, folder, what, forging.transplanted, victims, same)
    return [*rows, *_chance(clips, victims, pairs), *_outlive(innocent[:count])]


def _draw(prompt: str, seed: int) -> Frames:
    engine = registry.engine(registry.DEFAULT)
    request = Request(prompt, seed, SECONDS, WIDTH, HEIGHT, FPS)
    clip = engine.generate(request, engine.plan(request), progress=lambda _: None)
    return np.concatenate(list(clip.frames))


def _found() -> Iterator[tuple[str, Frames]]:
    folder = os.environ.get(watermark_clips.FOLDER)
    for path in sorted(Path(folder).iterdir()) if folder else ():
        with media.open_video(path) as video:
            chunks = [_fit(chunk.frames) for chunk in itertools.islice(video, CHUNKS_MAX)]
        frames, size = np.concatenate(chunks), SECONDS * int(FPS)
        for at in range(0, len(frames) - size, size):
            yield path.name, frames[at : at + size]


def _fit(frames: Frames) -> Frames:
    fitted = np.empty((len(frames), HEIGHT, WIDTH, 3), dtype=np.uint8)
    for frame, out in zip(frames, fitted, strict=True):
        cv2.resize(frame, (WIDTH, HEIGHT), dst=out, interpolation=cv2.INTER_AREA)
    return fitted


def _mark(secret: bytes, payload_id: int, clip: Frames, *, strength: float = STRENGTH) -> Frames:
    embedder = Embedder(secret, payload_id, height=HEIGHT, width=WIDTH, strength=strength)
    return embedder.mark(clip)


def _release(rt: Runtime, prompt: str) -> Victim:
    """Have the daemon make an output, and draw it again without its mark."""
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        wanted = people.wanted(
            prompt, seed=TARGET_SEED, seconds=SECONDS, width=WIDTH, height=HEIGHT
        )
        asked = requests.request(tx, creator, wanted=wanted)
    settle(rt)
    with rt.transaction() as tx:
        made = requests.view(tx, creator, asked.id).generation
    assert made.output is not None, made
    assert made.watermark_id is not None
    with rt.blobs.lent(made.output.sha256, rt.work_folder) as path:
        assert path is not None
        released = watermark_clips.read(path)
    plain = _draw(prompt, TARGET_SEED)
    marked = _mark(rt.watermark_keys.newest(), made.watermark_id, plain)
    return Victim(made.id, released, plain, marked)


def _forge(
    rt: Runtime,
    folder: Path,
    what: str,
    forge: Forge,
    victims: Sequence[Victim],
    innocent: Sequence[Frames],
) -> Iterator[Row]:
    def ask(number: int) -> tuple[Victim, Verification]:
        victim = victims[number % len(victims)]
        path = folder / f"forged-{number}.mp4"
        frames = forge(victim, innocent[number])
        media.write_video(path, width=WIDTH, height=HEIGHT, fps=FPS, frames=[frames])
        answer = verifications.verify(rt, path)
        path.unlink()
        return victim, answer

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(ask, range(len(innocent))))
    read = sum(answer.watermark_generation == victim.id for victim, answer in answers)
    named = sum(answer.generation is not None for _, answer in answers)
    yield Row(f"{what}: the mark is read", read, "", "forged", len(answers))
    yield Row(f"{what}: attributed to an output", named, "", "forged", len(answers), "0")


def _chance(
    innocent: Sequence[tuple[str, Frames]], victims: Sequence[Victim], count: int
) -> Iterator[Row]:
    """Lay innocent clips over outputs, and over innocent clips of other places.

    All lie as they are or mirrored, at two moments; these are the best of four looks.
    """
    views = [(place, register.shrink(clip[::8])) for place, clip in innocent]
    outputs = [(victim.id, register.shrink(victim.released[::8])) for victim in victims]
    pairs = [(one, other) for (_, one), (_, other) in itertools.product(views, outputs)]
    others = itertools.combinations(views, 2)
    unlike = [(one, other) for (here, one), (there, other) in others if here != there]
    order = np.random.default_rng(1).permutation(len(unlike))
    pairs += [unlike[number] for number in order[: max(0, count - len(pairs))].tolist()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        agreed = list(pool.map(_agree, pairs))
    found = np.array([each for each in agreed if each is not None])
    values = np.arctanh(np.clip(found, -0.99, 0.99))
    location, scale = null.fit(values[::2])
    rest = np.sort(values[1::2])[::-1]
    for share in (0.5, 0.1, 0.01, 0.001):
        place = round(share * len(rest))
        if place >= 10 or share == 0.5:
            reached = float(rest[max(place, 1) - 1])
            law = -math.expm1(-math.exp(-(reached - location) / scale))
            yield Row(
                f"content of {len(found):,} pairs of others: share that agrees by"
                f" {math.tanh(reached):.2f}",
                share,
                "",
                "by the law",
                law,
            )
    yield Row(
        "the same: most",
        max(0.0, float(found.max())),
        "",
        "asked for",
        agreement.AGREEMENT_MIN,
        "below",
    )
    exponent = (math.atanh(agreement.AGREEMENT_MIN) - location) / scale / math.log(10.0)
    yield Row(
        "a content check that errs, one in 10 to the power of, by the law",
        exponent,
        "",
        "asked for",
        -LOG10_P_GOAL,
        "at least",
    )


def _agree(pair: tuple[Views, Views]) -> float | None:
    """Return how one clip agrees with another in the best of these looks; None: cannot be told."""
    one, other = pair
    best: float | None = None
    size = min(len(one), len(other))
    for seen, offset in itertools.product((one, np.ascontiguousarray(one[:, :, ::-1])), (0, 1)):
        placings = tuple(
            register.Placing(at, min(at + offset, size - 1), np.eye(3)) for at in range(size)
        )
        laid = register.Registration(placings, 0.0)
        found = agreement.measure(seen, other, laid)
        best = max((each for each in (best, found) if each is not None), default=None)
    return best


def _outlive(clips: Sequence[Frames]) -> Iterator[Row]:
    """Take the lattice's power off outputs as far as it is not seen, and verify what is left."""
    proved = robbed_ones = 0
    for number, clip in enumerate(clips):
        released = _mark(SECRET, number, clip, strength=1.0)
        tries = (attacks.notch(released, width=width) for width in NOTCH_WIDTHS)
        robbed = next(
            (each for each in tries if quality.psnr_luma(released, each) >= NOTCH_DB), None
        )
        if robbed is None:
            continue
        robbed_ones += 1
        query, there = (register.shrink(frames[::3]) for frames in (robbed, released))
        laid = register.register(query, there, range(len(query)))
        if laid is not None:
            marked = Marked(number, HEIGHT, WIDTH)
            shots = [0] * len(there)
            proved += verify.verify(SECRET, marked, query, there, laid, shots=shots).verified
    what = f"after a notch of the lattice at {NOTCH_DB:.0f} dB of luma or more: verified"
    yield Row(what, proved, "", "notched", robbed_ones, "≥ 80 %")
    yield Row("such a notch is possible", robbed_ones, "", "outputs", len(clips))
