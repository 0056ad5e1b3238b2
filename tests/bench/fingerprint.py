"""Which copies are found among references, which clips are taken for copies, and what that costs.

The engine makes the references, two of each prompt, the videos of the folder that
RIGHTSD_BENCH_CLIPS names come to them, and forty ways of copying parts of them are tried: each on
some of the references in turn. Every query is compared with every reference. A copy is found, if
its score is higher than that of every false pair of all queries; what is false is an ordinary pair,
or also two takes of one scene. Peers look for the same copies in the same run. "By its verdict"
is what the product says by itself, at the false matches that it is built to allow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import fingerprint_clips as clips
from tests.bench import fingerprint_speed as speed
from tests.bench import fingerprint_tables as tables
from tests.bench import fingerprint_trials as trials
from tests.bench.fingerprint_clips import Clip, Part, Source
from tests.bench.fingerprint_copies import COPIES, SAME, Copy
from tests.bench.fingerprint_scores import Trial
from tests.bench.fingerprint_speed import Speed
from tests.bench.fingerprint_trials import Done, Job
from tests.bench.table import Grid, Row
from tests.bench.workers import Workers

PROMPTS = (
    "a red ball bounces in a park",
    "a woman walks down a street in the rain at night, handheld",
    'a man in a room says "Good morning everyone, it is a fine day, let us go to the sea"',
    "a child jumps on a beach at golden hour, slow push-in",
    "crates fall on a court at noon, low angle",
    "two people talk in a forest in the fog, pan left",
    "a robot waves in a studio, single take",
    "a yellow basketball rolls on a court at dusk, tracking shot",
    "a person throws a football in a meadow, wide shot",
    'a woman in a desert says "Look, there are birds over there" and nods',
    "a blue balloon and a bench in a park in the morning, orbit",
    "a dancer dances to music in a living room",
    "a lamp falls from a table in a kitchen, close-up",
    "a man runs through a snowy field, crane shot",
    "three cones on a city street, a green ball bounces between them",
    "a girl walks along the shore under a parasol, pull back",
    "rocks and a cactus in a desert, a white ball rolls, high angle",
    "a pirate shouts on a beach in the wind",
    "two children wave from a bench in the garden, zoom in",
    "a bouncing orange ball in a dark room, dutch angle, single take",
)
OTHERS = (
    "a purple ball bounces in a forest at dawn",
    "a man stands in a street in the snow",
    "a woman talks in a studio, close-up",
    "a football rolls on a beach, tracking shot",
    "a robot walks in a desert at sunset, pan right",
    "boxes fall in a living room",
    "a child nods on a court, handheld",
    "a lantern and a table in a park at night",
    "a person jumps in a snowy field in fog",
    'a teacher in a kitchen says "Today we talk about the moon and the tides"',
    "a tree in a meadow in the wind, orbit",
    "a brown ball drops in an alley at noon",
)
# Of every fifth clip, and never the same: what is written alike must not match.
CAPTIONS = (
    "breaking: ball lost", "day 3 of 30", "wait for it...", "my new routine", "part two tomorrow",
    "link in the description", "he did not expect this", "no filter", "what a weekend",
    "first try!", "watch until the end", "this is so calm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured.

    Attributes:
        prompts: Of references.
        seeds: How many references of each.
        others: Prompts of clips that no reference shows.
        seconds: Of clips: the least, and the most.
        size: (width, height) of clips of the engine.
        takes: Of how many references another take is made.
        copies: What is tried.
        each: Of how many references each way is tried.
        false_each: How many copies of what is no reference are looked for, of each clip.
        speed_size: (width, height) of the clip that is read against the clock.
        speed_seconds: Its length.
    """

    prompts: Sequence[str] = PROMPTS
    seeds: int = 2
    others: Sequence[str] = OTHERS
    seconds: tuple[float, float] = (6.0, 9.0)
    size: tuple[int, int] = (640, 360)
    takes: int = 14
    copies: Sequence[Copy] = field(default_factory=lambda: COPIES)
    each: int = 12
    false_each: int = 4
    speed_size: tuple[int, int] = speed.SIZE
    speed_seconds: float = speed.SECONDS


QUICK: Mapping[str, Any] = {
    "extent": Extent(
        prompts=PROMPTS[:1],
        others=OTHERS[:1],
        seconds=(1.0, 1.0),
        size=(192, 108),
        takes=1,
        copies=[copy for copy in COPIES if copy.name in {"mirrored", "sound alone"}],
        each=1,
        false_each=1,
        speed_size=(192, 108),
        speed_seconds=1.0,
    )
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run found.

    Attributes:
        scenes: Of the references, by name.
        trials: Of each method, by its name, for the same queries in the same order.
        seconds: Of all queries.
        speeds: See `fingerprint_speed`.
    """

    scenes: Mapping[str, str]
    trials: Mapping[str, Sequence[Trial]]
    seconds: float
    speeds: Sequence[Sequence[Speed]]


def run(folder: Path, *, extent: Extent = Extent()) -> list[Row | Grid]:
    measured = measure(folder, extent)
    return [
        *tables.totals(measured.trials, measured.scenes, measured.seconds),
        *tables.groups(measured.trials, measured.scenes, extent.copies),
        *tables.copies(measured.trials, measured.scenes, extent.copies),
        *tables.speeds(measured.speeds),
    ]


def measure(folder: Path, extent: Extent) -> Measured:
    """Make references and copies, and let each method look for the copies."""
    with Workers() as workers:
        preparing = partial(clips.prepare, folder, size=extent.size)
        started = [workers.start(preparing, source) for source in sources(extent)]
        made = [clip for some in workers.finish(started) for clip in some]
        references = [clip for clip in made if clip.part is Part.REFERENCE]
        described = workers.finish([workers.start(trials.describe, each) for each in references])
        names = [clip.name for clip in references]
        trials.keep(folder, dict(zip(names, described, strict=True)))
        queries = [workers.start(trials.attempt, folder, job) for job in jobs(made, extent)]
        done: list[Done] = workers.finish(queries)
        # Nothing else runs beside what is timed.
        timing = partial(speed.measure, size=extent.speed_size, seconds=extent.speed_seconds)
        speeds = workers.finish([workers.start(timing, folder)])[0]
    return Measured(
        scenes={clip.name: clip.scene for clip in references},
        trials={name: [each.trials[name] for each in done] for name in done[0].trials},
        seconds=sum(each.seconds for each in done),
        speeds=speeds,
    )


def sources(extent: Extent) -> Iterator[Source]:
    """Yield what clips are made of; no two of the engine have one seed, or they had one sound."""
    least, most = extent.seconds
    wanted = [(prompt, Part.REFERENCE) for _ in range(extent.seeds) for prompt in extent.prompts]
    wanted += [(prompt, Part.OTHER) for prompt in extent.others]
    for number, (prompt, part) in enumerate(wanted, 1):
        yield Source(
            name=f"{part}-{number}",
            scene=prompt,
            part=part,
            prompt=prompt,
            seed=number,
            seconds=least + (most - least) * (number * 7 % 11) / 10,
            words=CAPTIONS[number // 5 % len(CAPTIONS)] if number % 5 == 0 else "",
            retaken=part is Part.REFERENCE and number <= extent.takes,
        )
    yield from clips.files()


def jobs(made: Sequence[Clip], extent: Extent) -> Iterator[Job]:
    """Yield the copies to make, those of one clip together.

    Each way is tried on the next references, and of those that are no reference each clip is copied
    in the next ways, one of them as it is.
    """
    others = clips.named(made, Part.OTHER)
    chosen: dict[str, list[tuple[str, int]]] = {clip.name: [] for clip in made}
    references = clips.named(made, Part.REFERENCE)
    for place, copy in enumerate(extent.copies):
        usable = [clip for clip in references if clip.audible or not copy.heard]
        for number in range(min(extent.each, len(usable))):
            clip = usable[(place * extent.each + number) % len(usable)]
            chosen[clip.name].append((copy.name, number))
    false = [clip for clip in made if clip.part is not Part.REFERENCE]
    for place, clip in enumerate(false):
        usable = [copy.name for copy in extent.copies if clip.audible or not copy.heard]
        ways = [usable[(place * 3 + step) % len(usable)] for step in range(extent.false_each - 1)]
        chosen[clip.name] += [(name, number) for number, name in enumerate((SAME.name, *ways))]
    for place, clip in enumerate(made):
        beside = [other for other in others if other.name != clip.name] or others
        for name, number in chosen[clip.name]:
            yield Job(clip, name, number, beside[(place + number) % len(beside)])
