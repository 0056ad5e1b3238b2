"""What the mark of a sound outlives, what it costs to hear and to compute, and its chance to err.

Ten-second sounds of the generator, and those of the files in the folder that RIGHTSD_BENCH_SOUNDS
names, if any; each is stamped as an output is. A row of an attack counts the sounds whose mark is
read after it, beside those whose mark is read before.
"""

import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator import registry
from generator.base import Request
from rightsd.adapters import media
from tests.bench.table import Row
from tests.watermark.sound.attacks import ATTACKS, Attack, aac
from watermark import ecc, payload
from watermark.keys import derive
from watermark.sound import grid, quality, search
from watermark.sound.analysis import Samples, listen
from watermark.sound.compare import AGREEMENT_MIN, measure_agreement
from watermark.sound.detect import Detector
from watermark.sound.quality import Quality
from watermark.sound.stamp import stamp

PROMPTS = (
    "a red ball bounces in a park",
    'a woman in a room says "Good morning everyone, it is a fine day, let us go to the sea"',
    "a man walks down a street in the rain",
    "a woman dances to music in a studio",
    "waves at a wide beach",
    "crates fall on a court at night",
    "a tree in a forest in the wind",
    "a lamp falls from a table in a room",
)
SECONDS = 10.0
STARTS_MAX = 3  # Excerpts of a file.
SECRET = bytes(range(32))
PAYLOAD_ID = 0x123456789ABCDEF
KEYS = 1_000
SEARCHES = 100
SIGNS = 100_000
CHANCE = 0.01
EXCERPT_START = 1.0  # Seconds.
LIMITS = replace(media.LIMITS, seconds_max=600.0)


@dataclass(frozen=True, slots=True)
class Sound:
    samples: Samples
    marked: Samples
    rate: int
    changed: Quality
    ample: bool


def run(
    _folder: Path,
    *,
    prompts: Sequence[str] = PROMPTS,
    seconds: float = SECONDS,
    attacks: Mapping[str, Attack] = ATTACKS,
    keys: int = KEYS,
    searches: int = SEARCHES,
    signs: int = SIGNS,
) -> list[Row]:
    made = [*_generated(prompts, seconds), *_found(seconds)]
    stamped, costs = _stamp(made)
    detector = Detector(SECRET)
    return [
        *_qualities(made, stamped, costs),
        *_survivals(detector, stamped, attacks),
        *_others(stamped),
        *_costs(detector, stamped),
        *_errors(stamped, keys, searches, signs),
    ]


def _generated(prompts: Sequence[str], seconds: float) -> Iterator[tuple[Samples, int]]:
    engine = registry.engine(registry.DEFAULT)
    for seed, prompt in enumerate(prompts, 1):
        request = Request(prompt, seed, seconds, 64, 64, Fraction(24))
        clip = engine.generate(request, engine.plan(request), progress=lambda _: None)
        yield clip.audio, clip.rate


def _found(seconds: float) -> Iterator[tuple[Samples, int]]:
    folder = os.environ.get("RIGHTSD_BENCH_SOUNDS")
    for path in sorted(Path(folder).iterdir()) if folder else ():
        sound = media.read_audio(path, limits=LIMITS)
        if sound is None:
            continue
        samples, rate = sound
        size = round(seconds * rate)
        count = min(STARTS_MAX, max(1, len(samples) // size))
        for number in range(count):
            start = number * (len(samples) // count)
            yield samples[start : start + size], rate


def _stamp(made: Sequence[tuple[Samples, int]]) -> tuple[list[Sound], list[float]]:
    stamped: list[Sound] = []
    costs: list[float] = []
    for samples, rate in made:
        began = time.process_time()
        found = stamp(samples, rate=rate, secret=SECRET, payload_id=PAYLOAD_ID)
        costs.append(time.process_time() - began)
        if found is not None:
            one = Sound(samples, found.samples, rate, found.quality, found.ample)
            stamped.append(one)
    return stamped, costs


def _qualities(
    made: Sequence[tuple[Samples, int]], stamped: Sequence[Sound], costs: Sequence[float]
) -> list[Row]:
    coded = [_code(samples, rate) for samples, rate in made]
    changed = [sound.changed for sound in stamped]
    reference = "AAC at 160 kb/s alone"
    return [
        Row("sounds that could be marked", len(stamped), "", "all", len(made)),
        Row(
            "marked sounds with the margin all along",
            sum(sound.ample for sound in stamped),
            "",
            "marked",
            len(stamped),
        ),
        Row(
            "sound over change, median",
            statistics.median(each.sdr_db for each in changed),
            "dB",
            reference,
            statistics.median(each.sdr_db for each in coded),
        ),
        Row(
            "sound over change, worst",
            min(each.sdr_db for each in changed),
            "dB",
            reference,
            min(each.sdr_db for each in coded),
        ),
        Row(
            "what is hidden over change, median",
            -statistics.median(each.noise_to_mask_db for each in changed),
            "dB",
            reference,
            -statistics.median(each.noise_to_mask_db for each in coded),
            "above 0",
        ),
        Row(
            "share of the sound with a change above what is hidden, worst",
            100.0 * max(each.audible_share for each in changed),
            "%",
            reference,
            100.0 * max(each.audible_share for each in coded),
            "at most 2",
        ),
        Row(
            "stamp ten seconds, processor time",
            statistics.median(costs),
            "s",
            "their length",
            SECONDS,
        ),
    ]


def _code(samples: Samples, rate: int) -> Quality:
    """Return what the encoder of our outputs changes, after its delay is taken out."""
    coded, _ = aac(samples, rate, kilobits=160)
    coded = coded[: len(samples)]
    coded = np.pad(coded, ((0, len(samples) - len(coded)), (0, 0)))
    return quality.measure(samples, coded, rate=rate)


def _survivals(
    detector: Detector, stamped: Sequence[Sound], attacks: Mapping[str, Attack]
) -> Iterator[Row]:
    before = sum(
        detector.detect([sound.marked], rate=sound.rate).payload_id == PAYLOAD_ID
        for sound in stamped
    )
    agreements: list[float] = []
    for name, attack in attacks.items():
        count = 0
        for sound in stamped:
            samples, rate = attack(sound.marked, sound.rate)
            heard = listen(samples, rate)
            found = detector.look(heard)
            if found.payload_id != PAYLOAD_ID or found.stretch is None:
                continue
            count += 1
            agreements.append(
                measure_agreement(
                    heard.between(*found.stretch),
                    listen(sound.marked, sound.rate),
                    _directions(),
                    tempo=found.tempo or 1.0,
                    pitch=found.pitch or 1.0,
                )
            )
        yield Row(f"read: {name}", count, "", "before", before, "all")
    yield Row(
        "agreement of a copy with the original, least of all above",
        min(agreements),
        "",
        "asked for",
        AGREEMENT_MIN,
        "ratio above 1",
    )


def _directions() -> NDArray[np.float64]:
    keys = derive(SECRET)
    word = ecc.encode(payload.encode(payload.Payload(PAYLOAD_ID), keys.mac))
    return grid.modulate(grid.lay_out(keys.layout), word)


def _others(stamped: Sequence[Sound]) -> Iterator[Row]:
    """Compare sounds with each other that carry the same mark."""
    heard = [listen(sound.marked, sound.rate) for sound in stamped]
    found = [
        measure_agreement(
            one.between(EXCERPT_START, EXCERPT_START + seconds),
            other,
            _directions(),
            tempo=tempo,
            pitch=1.0,
        )
        for one, other in itertools.permutations(heard, 2)
        for seconds in (3.0, 5.0)
        for tempo in (1.0, 1.1)
    ]
    if found:
        yield Row(
            f"agreement of another sound with the same mark, most of {len(found)}",
            max(0.0, *found),
            "",
            "asked for",
            AGREEMENT_MIN,
            "ratio below 1",
        )


def _costs(detector: Detector, stamped: Sequence[Sound]) -> Iterator[Row]:
    for what, samples in (
        ("find a mark", [sound.marked for sound in stamped]),
        ("give up on a sound without one", [sound.samples for sound in stamped]),
    ):
        costs: list[float] = []
        for each, sound in zip(samples, stamped, strict=True):
            began = time.process_time()
            detector.detect([each], rate=sound.rate)
            costs.append(time.process_time() - began)
        yield Row(f"{what}, processor time", statistics.median(costs), "s", "its length", SECONDS)


def _errors(stamped: Sequence[Sound], keys: int, searches: int, signs: int) -> Iterator[Row]:
    """Try wrong keys on marked sounds: how often the bound is as low as CHANCE, and claims."""
    rng = np.random.default_rng(1)
    untouched = _looks(stamped, keys, search.look_untouched)
    everywhere = _looks(stamped, searches, search.look_everywhere)
    pilots = rng.exponential(size=300)
    turned = pilots * rng.choice([-1.0, 1.0], size=(signs, 300))
    drawn = [search.bound_tail(each) / np.log(10.0) for each in turned]
    for what, found in (
        (f"{len(untouched):,} looks at the speed as it was", untouched),
        (f"{len(everywhere):,} looks at all speeds", everywhere),
        (f"{signs:,} draws of the signs of 300 pilots", drawn),
    ):
        share = float((np.array(found) <= np.log10(CHANCE)).mean())
        yield Row(f"{what} by wrong keys: bounds below {CHANCE}", share, "", "promised", CHANCE)


def _looks(
    stamped: Sequence[Sound], keys: int, look: Callable[..., list[search.Place]]
) -> list[float]:
    found: list[float] = []
    for number in range(keys):
        sound = stamped[number % len(stamped)]
        layout = grid.lay_out(number.to_bytes(32, "big"))
        found.append(look(listen(sound.marked, sound.rate), layout)[0].log10_p)
    return found
