"""What the mark of the pictures outlives, what it costs to see and to compute, and what peers do.

Clips of the engine, and the videos of the folder that RIGHTSD_BENCH_CLIPS names, if any: the first
five seconds of each, scaled to fill 720 and 360 lines, marked and written as an output is. Copies
are made of that file by x264, x265 and SVT-AV1 on one thread each, and read as a verification reads
them: eight frames a second. The two seconds are the first ones of the same copies. "Or verified"
counts also what is not read, but proved by laying it over the output, as if the fingerprint had
found that. The peers, and our own mark beside them, have one second of 360 lines of the first
clips, of which a few frames are read.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import watermark_peers as peers
from tests.bench import watermark_quality as quality
from tests.bench import watermark_speed as speed
from tests.bench.table import Row
from tests.bench.watermark_clips import FPS, prepare, sources
from tests.bench.watermark_copies import BY_NAME, LIGHTEST, TIERS, Copy
from tests.bench.watermark_peers import Tried
from tests.bench.watermark_quality import Change
from tests.bench.watermark_reading import Reading, read_copy
from tests.bench.watermark_speed import Costs
from tests.bench.workers import Workers

PROMPTS = (
    "a red ball bounces in a park",
    "a woman walks down a street in the rain at night",
    "a lamp falls from a table in a room",
)
SHORT_SECONDS = 2.0
SHARE_ELSEWHERE = 0.99  # Of easy copies of two seconds, or of 360 lines.
SHARE_HARDER = 0.8  # Of the copy beyond them.
PEER_COPIES = (
    "H.264, CRF 23",
    "H.264, CRF 28",
    "H.264, CRF 33",
    "H.264, CRF 38",
    "half its size",
    "cropped to 75 %",
    "turned by 2 degrees",
    "mirrored",
    "darker, 0.7",
    "more contrast, 1.5",
    "out of focus",
    "noise of 15 in 255",
    "logo and caption",
)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured.

    Attributes:
        prompts: Of the clips of the engine.
        sizes: (height, width): of most of what is measured, and of the smaller clips.
        frames_max: Of each clip.
        tiers: The copies that are made of the larger clips.
        elsewhere: Those of them that are made of the smaller clips too, and read of two seconds.
        peer_copies: The copies in which the peers' marks are read.
        peer_clips: How many clips the peers mark.
        peer_frames: How many frames of each.
        peer_looks: How many frames of a copy are read.
    """

    prompts: Sequence[str] = PROMPTS
    sizes: tuple[tuple[int, int], tuple[int, int]] = ((720, 1280), (360, 640))
    frames_max: int = 120
    tiers: Mapping[str, Sequence[Copy]] = field(default_factory=lambda: TIERS)
    elsewhere: Sequence[Copy] = (*TIERS["easy"], BY_NAME["H.264, CRF 38"])
    peer_copies: Sequence[Copy] = (LIGHTEST, *(BY_NAME[name] for name in PEER_COPIES))
    peer_clips: int = 3
    peer_frames: int = 24
    peer_looks: int = 7  # Odd, so that they are never of two minds.

    @property
    def seconds(self) -> float:
        return float(self.frames_max / FPS)


FEW = (BY_NAME["H.264, CRF 23"],)
QUICK: Mapping[str, Any] = {
    "extent": Extent(
        prompts=PROMPTS[:1],
        sizes=((288, 512), (256, 256)),
        frames_max=12,
        tiers={"easy": FEW, "hardest": (BY_NAME["H.264, CRF 43"],)},
        elsewhere=FEW,
        peer_copies=FEW,
        peer_frames=2,
        peer_looks=1,
    )
}


def run(folder: Path, *, extent: Extent = Extent()) -> list[Row]:
    found = _measure(folder, extent)
    (height, _), (small_height, _) = extent.sizes
    seconds, short_seconds = extent.seconds, min(SHORT_SECONDS, extent.seconds)
    shorter = [each.as_short() for each in found.readings]
    small = f"{seconds:g} s of {small_height} lines"
    return [
        *_tiers(f"{seconds:g} s of {height} lines", found.readings, extent.tiers),
        *_elsewhere(f"{short_seconds:g} s of {height} lines", shorter, extent),
        *_elsewhere(small, found.small, extent),
        *_claims([*found.readings, *found.small], found.costs),
        *_qualities(found.changes),
        *_speeds(found.costs, seconds, height),
        *_peers(found.tried, extent.peer_copies),
    ]


@dataclass(frozen=True, slots=True)
class _Found:
    """What was measured; the lists of readings are those of the larger and of the smaller clips."""

    readings: list[Reading]
    small: list[Reading]
    tried: list[Tried]
    changes: list[Change]
    costs: list[Costs]


def _measure(folder: Path, extent: Extent) -> _Found:
    with Workers() as workers:
        preparing = partial(prepare, folder, sizes=extent.sizes, frames_max=extent.frames_max)
        started = [workers.start(preparing, source) for source in sources(extent.prompts)]
        prepared = workers.finish(started)
        large, small = ([clips[number] for clips in prepared] for number in (0, 1))
        attempt = partial(peers.attempt, frames_max=extent.peer_frames, looks_max=extent.peer_looks)
        tried = [  # The slowest begin.
            workers.start(attempt, folder, name, clip, extent.peer_copies)
            for name in reversed(peers.names())
            for clip in small[: extent.peer_clips]
        ]
        changes = [workers.start(quality.measure, folder, clip) for clip in large]
        readings = [
            workers.start(read_copy, folder, clip, copy, short_seconds=SHORT_SECONDS)
            for clip in large
            for tier in extent.tiers.values()
            for copy in tier
        ]
        smaller = [
            workers.start(read_copy, folder, clip, copy, short_seconds=None)
            for clip in small
            for copy in extent.elsewhere
        ]
        workers.finish([*tried, *changes, *readings, *smaller])
        # Nothing else runs beside what is timed.
        costs = [workers.finish([workers.start(speed.measure, folder, each)])[0] for each in large]
    done = ([each.result() for each in some] for some in (readings, smaller, tried, changes))
    return _Found(*done, costs)


def _tiers(
    name: str, readings: Sequence[Reading], tiers: Mapping[str, Sequence[Copy]]
) -> Iterator[Row]:
    """Say of each tier, and of each copy in it, how many were read, or verified if not."""
    for tier, made in tiers.items():
        within = [each for each in readings if each.copy in {copy.name for copy in made}]
        yield _count(f"{name}, {tier}: read", within, "" if tier == "hardest" else "all")
        for copy in made:
            these = [each for each in readings if each.copy == copy.name]
            yield _count(f"{name}, {copy.name}: {_say(these)}", these, _goal(copy.read_goal))
            if not all(each.read for each in these):
                count = sum(each.read or each.proved for each in these)
                what = f"{name}, {copy.name}: read or verified"
                yield Row(what, count, "", "copies", len(these), _goal(copy.proved_goal))


def _elsewhere(name: str, readings: Sequence[Reading], extent: Extent) -> Iterator[Row]:
    """Say how many of the easy copies were read, which were not, and how many of harder ones."""
    easy = {copy.name for copy in TIERS["easy"]}
    within = [each for each in readings if each.copy in easy]
    yield _count(f"{name}, easy: read", within, _goal(SHARE_ELSEWHERE))
    for copy in extent.elsewhere:
        these = [each for each in readings if each.copy == copy.name]
        if copy.name not in easy or not all(each.read for each in these):
            goal = "" if copy.name in easy else _goal(SHARE_HARDER)
            yield _count(f"{name}, {copy.name}: {_say(these)}", these, goal)


def _count(what: str, readings: Sequence[Reading], goal: str) -> Row:
    return Row(what, sum(each.read for each in readings), "", "copies", len(readings), goal)


def _say(readings: Sequence[Reading]) -> str:
    """Return that copies were read, and of which clips they were not."""
    lost = sorted({each.clip for each in readings if not each.read})
    return f"read, but of {', '.join(lost)}" if lost else "read"


def _goal(share: float) -> str:
    return "all" if share == 1.0 else f"ratio of {share:g} or more"


def _claims(readings: Sequence[Reading], costs: Sequence[Costs]) -> Iterator[Row]:
    wrong = sum(each.wrong for each in readings)
    yield Row("copies in which another payload was read", wrong, "", "copies", len(readings), "0")
    claims = sum(each.claimed for each in costs)
    yield Row("unmarked clips in which one was read", claims, "", "clips", len(costs), "0")


def _qualities(changes: Sequence[Change]) -> Iterator[Row]:
    noises = {
        "PSNR of luma": [each.luma_decibels for each in changes],
        "PSNR over R, G and B": [each.decibels for each in changes],
    }
    sizes = [100.0 * each.marked.bytes / each.unmarked.bytes for each in changes]
    at_least, at_most = "ratio of 1 or more", "ratio of 1 or less"
    for name, decibels in noises.items():
        middle = statistics.median(decibels)
        yield Row(f"{name}, median", middle, "dB", "asked for", 47.0, at_least)
        yield Row(f"{name}, worst", min(decibels), "dB", "asked for", 44.0, at_least)
    for what, name, limit in (("ssim", "SSIM of luma", 0.003), ("vmaf", "VMAF", 2.0)):
        losses = [
            getattr(each.unmarked, what) - getattr(each.marked, what)
            for each in changes
            if getattr(each.marked, what) is not None
        ]
        if losses:
            lost = [max(0.0, each) for each in losses]
            middle, of = statistics.median(lost), f"{name} lost, at least 0"
            yield Row(f"{of}, median", middle, "", "asked for", limit, at_most)
            yield Row(f"{of}, worst", max(lost), "", "asked for", limit)
    name = f"bytes at CRF {quality.SIZE_CRF}, of the unmarked"
    yield Row(f"{name}, median", statistics.median(sizes), "%", "asked for", 106.0, at_most)
    yield Row(f"{name}, worst", max(sizes), "%", "asked for", 120.0, at_most)
    for each in changes:
        of_this = f"of {each.name}"
        yield Row(f"PSNR of luma {of_this}", each.luma_decibels, "dB", "asked for", 47.0)
        marked, unmarked = each.marked, each.unmarked
        yield Row(f"kB {of_this}", marked.bytes / 1e3, "kB", "unmarked", unmarked.bytes / 1e3)
        if marked.vmaf is not None and unmarked.vmaf is not None:
            yield Row(f"VMAF {of_this}", marked.vmaf, "", "unmarked", unmarked.vmaf)


def _speeds(costs: Sequence[Costs], seconds: float, height: int) -> Iterator[Row]:
    def middle(take: Callable[[Costs], float]) -> float:
        return statistics.median(take(each) for each in costs)

    faster, dearer = "ratio of 1 or more", "ratio of 1 or less"
    kernel, large = middle(lambda each: each.kernel), middle(lambda each: each.kernel_large)
    of = f"mark {height} lines, seconds of it in a second of one core"
    yield Row(of, 1.0 / kernel, "s", "asked for", 30.0, faster)
    of = f"mark {height * 3 // 2} lines, seconds of it in a second of one core"
    yield Row(of, 1.0 / large, "s", "asked for", 10.0, faster)
    yield Row(
        "read, mark and write a file, processor time",
        middle(lambda each: each.marked),
        "s",
        "read and write it",
        middle(lambda each: each.recoded),
        "ratio of 1.08 or less",
    )
    decoded = middle(lambda each: each.decoded)
    yield Row("read what is looked at, processor time", decoded, "s", "its length", seconds)
    found, given_up = middle(lambda each: each.found), middle(lambda each: each.given_up)
    yield Row("find a mark in it, processor time", found, "s", "asked for", 0.6, dearer)
    yield Row("find none, processor time", given_up, "s", "asked for", 4.0, dearer)


def _peers(tried: Sequence[Tried], made: Sequence[Copy]) -> Iterator[Row]:
    methods = sorted({each.method for each in tried}, key=peers.names().index)
    by_method = {name: [each for each in tried if each.method == name] for name in methods}
    noise = {name: statistics.median(each.decibels for each in by_method[name]) for name in methods}
    for name, its in by_method.items():
        yield Row(f"beside peers, {name}: PSNR", noise[name], "dB", "ours", noise[peers.OURS])
        count = sum(sum(each.read.values()) for each in its)
        what = f"beside peers, {name}: copies of which all was read"
        yield Row(what, count, "", "copies", len(its) * len(made))
    for copy in made:
        for name, its in by_method.items():
            count = sum(each.read[copy.name] for each in its)
            yield Row(f"beside peers, {copy.name}: {name}", count, "", "copies", len(its))
