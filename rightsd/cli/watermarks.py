"""Marks from the shell: putting them in, finding them, and their keys."""

import json
import math
import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from rightsd import bootstrap
from rightsd.adapters import media
from rightsd.adapters.keys import WatermarkKeys
from rightsd.adapters.marks import Marks
from rightsd.adapters.media import Frames
from rightsd.cli.commands import Commands, Late
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings
from watermark import null as wrong_keys
from watermark import payload, quality
from watermark.detect import LOG10_P_MAX, SIDE_MIN, Detection
from watermark.embed import STRENGTH_MAX
from watermark.errors import WatermarkError
from watermark.null import Null
from watermark.spectrum import Accumulator
from watermark.stamp import Stamped, stamp

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LOOKS_PER_SECOND = 8  # As a verification looks.
NULL_FRAMES_MAX = 40  # Of a clip: five seconds.
TRIALS = 100_000
STRENGTH_HELP = "Of the mark; left out: the least that a bad copy of the first seconds needs."


CARD = Late(
    "rightsd.cli.cards:card",
    "Mark the first seconds of FILE, attack them, and write what was left to FOLDER.",
)


@click.group(cls=Commands, late={"card": CARD})
def watermark() -> None:
    """Put watermarks in, find them, and look after their keys."""


@watermark.command("rotate-key")
def rotate_key() -> None:
    """Make the next secret, which marks from now on; marks of the older ones are still found."""
    number = _keys().rotate()
    click.echo(f"outputs are now marked with secret {number}; older ones are still looked for")


@watermark.command("embed")
@click.argument("source", type=FILE)
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--id", "number", metavar="HEX", required=True, help="What the mark is to say.")
@click.option(
    "--strength",
    type=click.FloatRange(0.0, STRENGTH_MAX, min_open=True),
    help=STRENGTH_HELP,
)
def embed(source: Path, target: Path, number: str, strength: float | None) -> None:
    """Write SOURCE to TARGET, as MP4, with a mark in it, and read the mark back."""
    keys = _keys()
    for line in _mark(keys.newest(), source, target, _parse(number), strength):
        click.echo(line)
    found = _find(keys, target)
    if found.payload_id != _parse(number):
        detail = f"The mark in {target} cannot be read back: take a greater strength."
        raise RightsError(Code.CONFLICT, detail)
    click.echo(_say(found))


@watermark.command("detect")
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print all that was found as JSON.")
def detect(file: Path, *, as_json: bool) -> None:
    """Say which mark of ours is in FILE, and how likely it is that there is none."""
    found = _find(_keys(), file)
    click.echo(json.dumps(asdict(found), indent=1) if as_json else _say(found))


@watermark.command("null")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option(
    "--trials",
    type=click.IntRange(wrong_keys.TRIALS_MIN, wrong_keys.TRIALS_MAX),
    default=TRIALS,
    show_default=True,
)
def null(files: tuple[Path, ...], trials: int) -> None:
    """Measure what wrong keys find in FILES, and hold the bound on chance against it."""
    clips = [_add_up(file) for file in files]
    found = wrong_keys.measure(clips, trials=trials, log10_p_max=LOG10_P_MAX)
    for line in _tabulate(found):
        click.echo(line)


def _mark(
    secret: bytes, source: Path, target: Path, number: int, strength: float | None
) -> Iterator[str]:
    """Write a file with a mark in it; yield what is known of the mark."""
    sound = media.read_audio(source)
    audio, rate = sound if sound is not None else (None, 48_000)
    noise, plain = quality.Noise(), deque[Frames]()
    with tempfile.TemporaryDirectory() as folder, media.open_video(source) as video:
        height, width = video.info.height // 2 * 2, video.info.width // 2 * 2

        def taken() -> Iterator[Frames]:
            for chunk in video:
                plain.append(chunk.frames[:, :height, :width])  # H.264 has no odd sides.
                yield plain[-1]

        recode = partial(media.recode, folder=Path(folder))
        try:
            stamped = stamp(
                taken(), secret=secret, payload_id=number, recode=recode, strength=strength
            )
        except WatermarkError as error:
            raise RightsError(Code.INVALID, f"{source} cannot be marked: {error}.") from error

        def marked() -> Iterator[Frames]:
            for frames in stamped.frames:
                noise.add(plain.popleft(), frames)
                yield frames

        media.write_video(
            target,
            width=width,
            height=height,
            fps=video.info.fps,
            frames=marked(),
            audio=None if audio is None else audio.repeat(2 // audio.shape[1], axis=1),
            rate=rate,
        )
    yield f"marked at {noise.decibels:.1f} dB of luma, {tell(stamped)}"


def tell(stamped: Stamped) -> str:
    """Say how strongly a file was marked, and what that is worth."""
    margin_db = stamped.margin_db
    read = "is not read" if margin_db is None else f"has a margin of {margin_db:.1f} dB"
    return f"with strength {stamped.strength:.2f}: in a bad copy of its beginning it {read}"


def _keys() -> WatermarkKeys:
    return WatermarkKeys(bootstrap.open_keys(Settings()))


def _parse(number: str) -> int:
    try:
        parsed = int(number, 16)
        payload.Payload(parsed)
    except (ValueError, WatermarkError) as error:
        detail = f"The id of a mark has up to {payload.ID_BITS // 4} hexadecimal digits."
        raise RightsError(Code.INVALID, detail) from error
    return parsed


def _find(keys: WatermarkKeys, file: Path) -> Detection:
    marks = Marks(keys.all())
    with media.open_video(file, looks_per_second=LOOKS_PER_SECOND) as video:
        for chunk in video:
            marks.look(chunk.frames, chunk.seconds)
    return marks.find()


def _say(found: Detection) -> str:
    chance = f"by chance in one of 10^{-found.log10_p:.0f} files"
    if found.payload_id is None:
        if found.present:
            return f"a mark of ours that cannot be read, {chance}"
        return "no mark of ours"
    assert found.geometry is not None
    where = found.geometry
    changes = [
        *(["mirrored"] if where.mirrored else []),
        *(
            []
            if where.whole
            else [f"scale {where.scale:.2f}, {where.rotation_degrees:.1f} degrees"]
        ),
    ]
    return ", ".join([f"{found.payload_id:015x}", chance, *changes])


def _add_up(file: Path) -> Accumulator:
    clip = Accumulator()
    with media.open_video(file, looks_per_second=LOOKS_PER_SECOND) as video:
        for chunk in video:
            clip.add(chunk.frames[: NULL_FRAMES_MAX - clip.frames])
            if clip.frames == NULL_FRAMES_MAX:
                break
    if clip.side < SIDE_MIN:
        raise RightsError(Code.INVALID, f"{file} has fewer than {SIDE_MIN} lines.")
    return clip


def _tabulate(found: Null) -> Iterator[str]:
    yield f"{found.trials:,} wrong keys in {found.clips} clips: {found.claims} below 1e-4."
    yield f"The highest z is {found.highest:.2f}, by the law {found.estimate(found.highest):.1e}."
    yield f"z * z / 2 follows Gumbel's law: location {found.location:.3f}, scale {found.scale:.3f}."
    yield ""
    yield "| z | measured | by the law | measured / law | by the bound | bound / law |"
    yield "|---|---|---|---|---|---|"
    for step in found.tail:
        yield (
            f"| {math.sqrt(2.0 * step.x):.2f} | {step.measured:.1e} | {step.fitted:.1e} "
            f"| {step.measured / step.fitted:.2f} | {step.bound:.1e} "
            f"| {step.bound / step.fitted:.0f} |"
        )
