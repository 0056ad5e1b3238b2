"""The videos of the benchmark of the fingerprint, as files: references, others, and other takes.

The engine makes references of prompts, two of each with different seeds, so that one is the same
scene as the other and another recording. Harder still are other takes of the same set: the seed and
the camera stay, what people and things do changes, shots are cut elsewhere, and the sound is that
of another seed. Of a long file of the folder that RIGHTSD_BENCH_CLIPS names, the first part is a
reference and the rest another take.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from generator import registry
from generator.base import Request, Shot, Storyboard
from rightsd.adapters import media
from rightsd.adapters.media import Frames, Samples
from tests.bench import fingerprint_changes
from tests.bench.watermark_clips import FOLDER

FPS = Fraction(24)
RATE = 48_000
FILE_SECONDS_MAX = 16.0
REFERENCE_SECONDS_MAX = 8.0  # Of a file that goes on.
REST_SECONDS_MIN = 3.0
CUT_SECONDS = 0.4  # By which another take is cut later.
SILENT = 1e-3  # Of full scale; less is no sound.
OTHER_SOUND = 1_000_000  # Between the seed of a clip and that of another take's sound.
MOTIONS: Mapping[str, str] = {"bounce": "roll", "roll": "drop", "drop": "bounce"}
ACTIONS: Mapping[str, str] = {
    "stand": "walk", "talk": "wave", "walk": "jump", "wave": "jump", "nod": "walk", "jump": "walk",
    "throw": "walk",
}  # fmt: skip


class Part(StrEnum):
    """What a clip is for."""

    REFERENCE = "reference"
    OTHER = "other"  # What no reference shows.
    TAKE = "take"  # The scene of a reference, recorded another time.


@dataclass(frozen=True, slots=True)
class Source:
    """Where a clip comes from.

    Attributes:
        name: Of the clip.
        scene: The same for the same prompt, and for parts of one file.
        part: What it is for; the clips of a file are a reference and another take.
        prompt: What the engine makes it of; empty, if it is a file.
        seed: For the engine.
        seconds: How long it makes it.
        words: Of a caption that the clip has of its own.
        retaken: Another take of it is made too.
        path: The file.
    """

    name: str
    scene: str
    part: Part
    prompt: str = ""
    seed: int = 0
    seconds: float = 0.0
    words: str = ""
    retaken: bool = False
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip as a file.

    Attributes:
        name: Of its own.
        scene: That of its source.
        part: What it is for.
        path: The file.
        audible: It has a sound that is more than silence.
    """

    name: str
    scene: str
    part: Part
    path: Path
    audible: bool


@dataclass(frozen=True, slots=True, eq=False)
class Footage:
    """What a clip shows: frames at FPS, and sound, float32, (N, 2), at RATE, or None."""

    frames: Frames
    sound: Samples | None


def files() -> list[Source]:
    """Return the files of the folder that FOLDER names, if any."""
    folder = os.environ.get(FOLDER)
    paths = sorted(Path(folder).iterdir()) if folder else []
    return [
        Source(path.stem, path.stem, Part.REFERENCE, path=path) for path in paths if path.is_file()
    ]


def prepare(folder: Path, source: Source, *, size: tuple[int, int]) -> list[Clip]:
    """Return the clips of a source, written as outputs are; (width, height) are of the engine's."""
    if source.path is not None:
        footage = _read_file(source.path, side=max(size))
        return [_write(folder, *each) for each in _parted(source, footage)]
    made = _generate(source, size)
    clips = [_write(folder, source, made)]
    if source.retaken:
        take = replace(source, name=f"{source.name}-take", part=Part.TAKE)
        clips.append(_write(folder, take, _generate(take, size)))
    return clips


def read(path: Path) -> Footage:
    """Return what a file of FPS shows, with sound at RATE."""
    with media.open_video(path) as video:
        frames = np.concatenate([chunk.frames for chunk in video])
    return Footage(frames, _hear(path))


def write(path: Path, footage: Footage, *, fps: Fraction = FPS, crf: int = media.CRF) -> None:
    """Write a file; sides are made even."""
    height, width = (side // 2 * 2 for side in footage.frames.shape[1:3])
    frames = footage.frames[:, :height, :width]
    media.write_video(
        path,
        width=width,
        height=height,
        fps=fps,
        frames=[frames],
        audio=footage.sound,
        rate=RATE,
        crf=crf,
    )


def _write(folder: Path, source: Source, footage: Footage) -> Clip:
    path = folder / f"{source.name}.mp4"
    write(path, footage)
    audible = footage.sound is not None and float(np.abs(footage.sound).max(initial=0.0)) > SILENT
    return Clip(source.name, source.scene, source.part, path, audible)


def _generate(source: Source, size: tuple[int, int]) -> Footage:
    engine = registry.engine(registry.DEFAULT)
    request = Request(source.prompt, source.seed, source.seconds, *size, FPS)
    board = engine.plan(request)
    if source.part is Part.TAKE:
        board = _retake(board)
    clip = engine.generate(request, board, progress=lambda _: None)
    sound, rate = clip.audio, clip.rate
    if source.part is Part.TAKE:
        again = replace(request, seed=source.seed + OTHER_SOUND)
        sound = engine.generate(
            again, replace(board, seed=again.seed), progress=lambda _: None
        ).audio
    assert rate == RATE
    frames = np.concatenate(list(clip.frames))
    if source.words:
        frames = fingerprint_changes.write(frames, words=source.words)
    return Footage(frames, sound)


def _retake(board: Storyboard) -> Storyboard:
    """Return a storyboard of the same set in which something else is done."""
    shots = [
        replace(
            shot,
            motion=MOTIONS[shot.motion],
            cast=tuple(replace(role, action=ACTIONS[role.action]) for role in shot.cast),
        )
        for shot in board.shots
    ]
    if len(shots) > 1:
        shots[0], shots[1] = _longer(shots[0], CUT_SECONDS), _longer(shots[1], -CUT_SECONDS)
    return replace(board, shots=tuple(shots))


def _longer(shot: Shot, seconds: float) -> Shot:
    return replace(shot, seconds=shot.seconds + seconds)


def _parted(source: Source, footage: Footage) -> Iterator[tuple[Source, Footage]]:
    """Yield a file as a reference, and what is left of it as another take."""
    count = len(footage.frames)
    kept = round(REFERENCE_SECONDS_MAX * FPS)
    if count - kept < REST_SECONDS_MIN * FPS:
        yield source, footage
        return
    yield source, cut(footage, 0, kept)
    rest = replace(source, name=f"{source.name}-rest", part=Part.TAKE)
    yield rest, cut(footage, kept, count)


def cut(footage: Footage, start: int, end: int) -> Footage:
    """Return the frames from one to before another, and their sound."""
    sound = footage.sound
    if sound is not None:
        first, last = (round(at / FPS * RATE) for at in (start, end))
        sound = sound[first:last]
    return Footage(footage.frames[start:end], sound)


def _read_file(path: Path, *, side: int) -> Footage:
    """Return the beginning of a file of any rate and size, no larger than `side`."""
    frames: list[Frames] = []
    times: list[NDArray[np.float64]] = []
    with media.open_video(path) as video:
        for chunk in video:
            share = min(1.0, side / max(chunk.frames.shape[1:3]))
            size = [round(length * share / 2) * 2 for length in chunk.frames.shape[2:0:-1]]
            frames += [
                np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
                for frame in chunk.frames
            ]
            times.append(chunk.seconds)
            if chunk.seconds[-1] > FILE_SECONDS_MAX:
                break
    seconds = np.concatenate(times)
    count = int(min(seconds[-1], FILE_SECONDS_MAX) * FPS) + 1
    shown = np.searchsorted(seconds, np.arange(count) / float(FPS) + 1e-6, side="right") - 1
    sound = _hear(path)
    return Footage(
        np.stack([frames[at] for at in shown]),
        None if sound is None else sound[: round(count / FPS * RATE)],
    )


def _hear(path: Path) -> Samples | None:
    """Return the sound of a file, of two channels at RATE."""
    heard = media.read_audio(path)
    if heard is None:
        return None
    samples, rate = heard
    count = round(len(samples) * RATE / rate)
    if count != len(samples):
        at = np.arange(count) * rate / RATE
        whole = np.arange(len(samples))
        samples = np.stack([np.interp(at, whole, each) for each in samples.T], axis=1)
    two = samples if samples.shape[1] == 2 else np.repeat(samples[:, :1], 2, axis=1)
    return np.ascontiguousarray(two, np.float32)


def named(clips: Sequence[Clip], part: Part) -> list[Clip]:
    """Return the clips that are for one thing."""
    return [clip for clip in clips if clip.part is part]
