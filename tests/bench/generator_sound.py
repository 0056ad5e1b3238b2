"""Sound, speech and physics of the bundled generator, read back by listeners of their own.

What is heard is read from a finished MP4; what is simulated is held against formulas. The
reference of a time is a frame at 24 a second, of a share the goal itself.
"""

import math
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from generator import likeness, registry
from generator.base import Clip, Request
from generator.simulate import arrangements, balls, stacks
from generator.simulate import world as worlds
from generator.simulate.balls import GRAVITY, Ball
from generator.simulate.stacks import MATERIALS, Body
from generator.simulate.world import World
from generator.sound import loudness, mixes
from generator.speech import klatt, listening, mouths, tracks, utterances
from generator.speech.durations import Timed
from generator.speech.klatt import Voice
from generator.speech.phones import PHONES, Manner
from generator.speech.utterances import Utterance
from rightsd.adapters import media
from tests.bench.table import Row

FRAME_MS = 1000 / 24
SEEDS = (3, 4, 5)
VOICES = (Voice(95.0, 0.95, 0.0), Voice(118.0, 1.0, 0.0), Voice(205.0, 1.17, 0.25),
          Voice(275.0, 1.28, 0.35))  # fmt: skip
QUICK = {"seeds": (3,), "voices": (Voice(118.0, 1.0, 0.0),)}
BOUNCE = "A ball bounces in the studio. Wide shot, static, single take."
SPOKEN = 'A man says "Papa, a puppy! Pick up a cup, a pot, a cap, Peter." Studio, single take.'
LINE = "Good morning to all of you. The light is perfect today, and the ball keeps rolling."
DENSE = 'A man says "Hello there, my friend." in a room, a ball bounces, calm music, single take.'


def run(
    folder: Path, *, seeds: tuple[int, ...] = SEEDS, voices: tuple[Voice, ...] = VOICES
) -> list[Row]:
    return [
        *_contacts(folder, seeds),
        *_lips(folder, seeds),
        *_physics(),
        *_speech(voices),
        *_mixes(),
    ]


def _contacts(folder: Path, seeds: tuple[int, ...]) -> Iterator[Row]:
    offsets = [
        1000 * (_onset(heard, event.at) - event.at)
        for seed in seeds
        for clip, _, heard in [_finished(folder, BOUNCE, seed)]
        for event in clip.events[:3]
    ]
    yield from _times("impact heard in the MP4 against the contact", offsets)


def _lips(folder: Path, seeds: tuple[int, ...]) -> Iterator[Row]:
    offsets: list[float] = []
    for seed in seeds:
        _, world, heard = _finished(folder, SPOKEN, seed)
        (line,) = world.lines
        for said in line.utterance.phones:
            if said.phone == "P" and said.start > line.utterance.start + 0.02:
                around = said.release + np.arange(-0.06, 0.06, 0.0005)
                press = [mouths.at_time(line.utterance.keys, float(at)).press for at in around]
                parted = around[np.flatnonzero(np.array(press) >= mouths.CLOSED_PRESS)[-1]]
                offsets.append(1000 * (_onset(heard, said.release, reach=0.03) - float(parted)))
    yield from _times("burst of a p heard in the MP4 against the lips", offsets)


def _times(what: str, offsets: list[float]) -> Iterator[Row]:
    sizes = np.abs(offsets)
    assert len(sizes) > 2
    yield Row(f"{what}, 95 of 100 within", float(np.percentile(sizes, 95)), "ms",
              "a frame at 24/s", FRAME_MS, "≤ 10 ms")  # fmt: skip
    yield Row(f"{what}, worst", float(sizes.max()), "ms", "a frame at 24/s", FRAME_MS, "< 1 frame")


def _physics() -> Iterator[Row]:
    ball = Ball(0.12, 0.8, 0.0, (0.0, 1.62, 0.0), (1.0, 2.0, 0.0))
    path = balls.fly(ball, floor_restitution=1.0, wall=None, until=6.0)
    land = (2 + math.sqrt(4 + 2 * GRAVITY * 1.5)) / GRAVITY
    times = np.linspace(0, land, 200)
    exact = np.stack([times, 1.62 + 2 * times - GRAVITY / 2 * times**2, 0 * times], axis=1)
    flown = np.array([path.position(float(at)) for at in times])
    yield Row("ball: flight off its parabola, worst", 1000 * float(np.abs(flown - exact).max()),
              "mm", "the goal", 0.1, "≤ 0.1 mm")  # fmt: skip
    yield Row("ball: time of contact", 1000 * abs(path.contacts[0].at - land), "ms", "the goal",
              1.0, "≤ 1 ms")  # fmt: skip
    given = path.contacts[1].speed / path.contacts[0].speed
    yield Row("ball: restitution", 100 * abs(given / 0.8 - 1), "%", "the goal", 2.0, "≤ 2 %")
    yield from _stacked()


def _stacked() -> Iterator[Row]:
    errors, late, back = list[float](), list[float](), list[float]()
    wanted = math.sqrt(MATERIALS["rubber"].restitution * MATERIALS["wood"].restitution)
    step = stacks.KEPT_STEPS * stacks.STEP_SECONDS
    for height in np.linspace(0.3, 0.9, 13):
        fall = math.sqrt(2 * height / GRAVITY)
        body = Body("ball", "sphere", (0.1, 0.1, 0.1), "rubber", (0.0, 0.1 + float(height), 0.0))
        track = stacks.let_go((body,), floor="wood", seconds=fall + 0.35)
        free = np.arange(0, fall - 2 * step, step)
        centre = track.positions[: len(free), 0, 1]
        errors.append(1000 * float(np.abs(centre - 0.1 - height + GRAVITY / 2 * free**2).max()))
        late.append(1000 * abs(track.knocks[0].at - fall))
        speeds = np.diff(track.positions[:, 0, 1]) / step
        back.append(float(speeds.max() / -speeds.min()))
    yield Row("stack: flight off its parabola, worst", max(errors), "mm", "the goal", 0.1,
              "≤ 0.1 mm")  # fmt: skip
    yield Row("stack: time of contact, worst", max(late), "ms", "the goal", 1.0, "≤ 1 ms")
    yield Row("stack: restitution, mean of 13 falls", 100 * abs(np.mean(back) / wanted - 1), "%",
              "the goal", 2.0, "≤ 2 %")  # fmt: skip
    worst = max(abs(each / wanted - 1) for each in back)
    yield Row("stack: restitution, worst of 13 falls", 100 * worst, "%", "the goal", 2.0)
    began = time.process_time()
    stacks.let_go(arrangements.tower(12), floor="wood", seconds=2.0)
    yield Row("stack: processor time of a second of 12 crates", (time.process_time() - began) / 2,
              "s", "that second", 1.0)  # fmt: skip


def _speech(voices: tuple[Voice, ...]) -> Iterator[Row]:
    man = Voice(118.0, 1.0, 0.0)
    errors: list[float] = []
    for name, phone in PHONES.items():
        if phone.manner is Manner.VOWEL and phone.glide == phone.formants:
            line = Utterance(
                "", (Timed(name, 0.0, 0.5, stressed=True),), ((0.0, 1.0),), (), 1.0, ()
            )
            sound = klatt.synthesise(tracks.track(line, tail=0.02), man, seed=1)
            found = np.median(listening.formants(sound, klatt.RATE, ceiling=5000), axis=0)[:3]
            errors += list(np.abs(found / np.array(phone.formants) - 1))
    yield Row("formants of 14 vowels by linear prediction, worst", 100 * max(errors), "%",
              "the goal", 5.0, "≤ 5 %")  # fmt: skip
    line = utterances.speak(LINE, start=0.0, end=60.0)
    pitch, tract = list[float](), list[float]()
    began = time.process_time()
    sounds = [klatt.synthesise(tracks.track(line, tail=0.02), voice, seed=1) for voice in voices]
    spent = (time.process_time() - began) / sum(len(sound) / klatt.RATE for sound in sounds)
    for voice, sound in zip(voices, sounds, strict=True):
        heard = listening.timbre(sound, klatt.RATE)
        assert heard is not None
        pitch.append(abs(heard.hertz / voice.hertz - 1))
        tract.append(abs(heard.tract / voice.tract - 1))
    yield Row(f"pitch of {len(voices)} voices, worst", 100 * max(pitch), "%", "the goal", 3.0,
              "≤ 3 %")  # fmt: skip
    yield Row(f"formants of {len(voices)} voices against a man's, worst", 100 * max(tract), "%",
              "the goal", 5.0, "≤ 5 %")  # fmt: skip
    yield Row("processor time of a second of speech", spent, "s", "that second", 1.0)


def _mixes() -> Iterator[Row]:
    world = _world(DENSE, 5.0, 3)
    mixes.mix(world, seconds=5.0, aspect=16 / 9)  # Filters that are designed once are not counted.
    began = time.process_time()
    audio = mixes.mix(world, seconds=5.0, aspect=16 / 9)
    yield Row("processor time of a mix of 5 s", time.process_time() - began, "s", "the goal", 0.5,
              "≤ 0.5 s")  # fmt: skip
    off = abs(loudness.measure(audio.astype(np.float64)) - mixes.WISHED_LUFS)
    yield Row("its loudness off the wished one", off, "LU", "the goal", 2.0)


def _world(prompt: str, seconds: float, seed: int) -> World:
    asked = _asked(prompt, seconds, seed)
    board = registry.engine(registry.DEFAULT).plan(asked)
    return worlds.build(board, likeness.looks(board.shots, (), seed=seed), seconds=seconds)


def _asked(prompt: str, seconds: float, seed: int) -> Request:
    return Request(prompt, seed, seconds, 160, 90, Fraction(24))


def _finished(folder: Path, prompt: str, seed: int) -> tuple[Clip, World, np.ndarray]:
    """Return a clip, its world, and what is heard in the MP4 that is made of it, one channel."""
    seconds = 5.0
    asked = _asked(prompt, seconds, seed)
    engine = registry.engine(registry.DEFAULT)
    clip = engine.generate(asked, engine.plan(asked), progress=lambda _: None)
    path = folder / f"{seed}.mp4"
    media.write_video(
        path, width=160, height=90, fps=asked.fps, frames=clip.frames, audio=clip.audio,
        rate=clip.rate,
    )  # fmt: skip
    read = media.read_audio(path)
    assert read is not None
    audio, rate = read
    assert rate == clip.rate
    return clip, _world(prompt, seconds, seed), audio.mean(axis=1)


def _onset(heard: np.ndarray, near: float, *, reach: float = 0.06) -> float:
    """Return when the energy of half milliseconds, high-passed, rises most near a time."""
    rate = mixes.RATE
    sharp = np.diff(heard, prepend=0.0)
    hop = rate // 2000
    count = len(sharp) // hop
    energy = (sharp[: count * hop].reshape(count, hop) ** 2).mean(axis=1)
    smooth = np.log(np.convolve(energy, np.ones(4) / 4, "full")[:count] + 1e-9)
    first = max(round((near - reach) * 2000), 4)
    rise = (
        smooth[first + 4 : round((near + reach) * 2000)]
        - smooth[first : round((near + reach) * 2000) - 4]
    )
    return (first + 1 + int(np.argmax(rise))) / 2000
