"""A card: what the mark of one file outlives, and what it looks like."""

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path

import click
import numpy as np

from rightsd.adapters import media
from rightsd.adapters.media import Frames
from rightsd.cli import watermarks
from rightsd.errors import Code, RightsError
from watermark import attacks, quality
from watermark.attacks import ATTACKS, Attack
from watermark.detect import Detection, Detector
from watermark.embed import STRENGTH_MAX
from watermark.errors import WatermarkError
from watermark.stamp import HELD_FRAMES, Stamped, stamp

FRAMES_MAX = 72  # Three seconds, all of which lie in memory.
SIDE_MAX = 1280
SECRET = bytes(range(32))  # The same for every card: the home's secrets are not used up on tests.
PAYLOAD_ID = 0xC0FFEE
MASTER_CRF = 16
AMPLIFIED = 20.0
PICTURE_WIDTH_MAX = 1280


@click.command("card")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--strength",
    type=click.FloatRange(0.0, STRENGTH_MAX, min_open=True),
    help=watermarks.STRENGTH_HELP,
)
def card(file: Path, folder: Path, strength: float | None) -> None:
    """Mark the first seconds of FILE, attack them, and write what was left to FOLDER."""
    plain, fps = _read(file)
    stamped = _stamp(file, plain, strength)
    marked = np.concatenate(list(stamped.frames))
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"# The mark in {file.name}", "", *_measure(plain, marked, fps)]
    lines += [f"They are marked {watermarks.tell(stamped)}.", ""]
    lines += ["| what happened | read | chance, 10^ | z |", "|---|---|---|---|"]
    for line in lines:
        click.echo(line)
    for line in _survive(marked, fps):
        click.echo(line)
        lines.append(line)
    lines += ["", *_lay_out(), ""]
    (folder / "card.md").write_text("\n".join(lines))
    middle = len(plain) // 2
    shown = {
        "plain": plain[middle],
        "marked": marked[middle],
        "difference": attacks.amplify(plain[middle], marked[middle], factor=AMPLIFIED),
    }
    for name, picture in shown.items():
        (folder / f"{name}.jpg").write_bytes(media.jpeg(picture, width_max=PICTURE_WIDTH_MAX))


def _lay_out() -> Iterator[str]:
    """Yield a row of the pictures of one frame."""
    pictures = ("plain", "marked", "difference")
    yield f"| as it was | marked | what changed, {AMPLIFIED:.0f} times, about grey |"
    yield "|---" * len(pictures) + "|"
    yield "| " + " | ".join(f"![{name}]({name}.jpg)" for name in pictures) + " |"


def _stamp(file: Path, plain: Frames, strength: float | None) -> Stamped:
    chunks = (plain[:HELD_FRAMES], plain[HELD_FRAMES:])
    with tempfile.TemporaryDirectory() as folder:
        recode = partial(media.recode, folder=Path(folder))
        try:
            return stamp(
                chunks, secret=SECRET, payload_id=PAYLOAD_ID, recode=recode, strength=strength
            )
        except WatermarkError as error:
            raise RightsError(Code.INVALID, f"{file} cannot be marked: {error}.") from error


def _measure(plain: Frames, marked: Frames, fps: Fraction) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        sizes: list[int] = []
        for frames in (plain, marked):
            path = Path(folder) / "clip.mp4"
            _write(path, frames, fps, 23)
            sizes.append(path.stat().st_size)
    height, width = plain.shape[1:3]
    yield (
        f"The first {len(plain)} frames, of {width}x{height}, are marked at"
        f" {quality.psnr_luma(plain, marked):.1f} dB of luma and"
        f" {quality.psnr(plain, marked):.1f} dB over R, G and B;"
        f" at CRF 23 they have {100 * (sizes[1] / sizes[0] - 1):+.0f} % bytes."
    )
    yield "The blind detector alone was asked; attacks come after a file of CRF 16."


def _survive(marked: Frames, fps: Fraction) -> Iterator[str]:
    """Yield a line for each attack."""
    detector = Detector(SECRET)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        _write(path, marked, fps, MASTER_CRF)
        master, _ = _read(path)
        survived = 0
        for attack in ATTACKS:
            found = _attack(detector, path, master, fps, attack)
            survived += found.payload_id == PAYLOAD_ID
            read = "yes" if found.payload_id == PAYLOAD_ID else "no"
            if read == "no" and found.present:
                read = "present"
            yield f"| {attack.name} | {read} | {found.log10_p:.1f} | {found.z:.1f} |"
    yield f"| **all** | **{survived} of {len(ATTACKS)}** | | |"


def _attack(
    detector: Detector, path: Path, master: Frames, fps: Fraction, attack: Attack
) -> Detection:
    _write(path, attack.change(master), fps, attack.crf)
    attacked, _ = _read(path)
    return detector.detect([attacked])


def _write(path: Path, frames: Frames, fps: Fraction, crf: int) -> None:
    height, width = (side // 2 * 2 for side in frames.shape[1:3])
    even = frames[:, :height, :width]
    media.write_video(path, width=width, height=height, fps=fps, frames=[even], crf=crf)


def _read(path: Path) -> tuple[Frames, Fraction]:
    """Return the first frames of a file, of even sides of SIDE_MAX at most, and their rate."""
    chunks: list[Frames] = []
    with media.open_video(path) as video:
        share = min(1.0, SIDE_MAX / max(video.info.width, video.info.height))
        height, width = (
            max(2, round(side * share) // 2 * 2) for side in (video.info.height, video.info.width)
        )
        for chunk in video:
            frames = chunk.frames[: FRAMES_MAX - sum(map(len, chunks))]
            chunks.append(attacks.resize(frames, height=height, width=width))
            if sum(map(len, chunks)) == FRAMES_MAX:
                break
    return np.concatenate(chunks), video.info.fps
