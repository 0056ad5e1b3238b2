"""The sound of a clip: impacts, voices and beds, heard from where each shot's camera stands.

Nothing is delayed by distance: what is seen to touch is heard to touch, as in any film.
"""

import numpy as np
from numpy.typing import NDArray

from generator.base import Samples
from generator.simulate import cameras
from generator.simulate.cameras import Viewer
from generator.simulate.world import World
from generator.sound import beds, impacts, voices

RATE = 48_000  # Samples a second.
_NEAR = 2.2  # Metres within which a sound is at its full level.
_WIDTH = 0.8  # How far to the side the picture's edge is heard, 0..1.
_CUT_SECONDS = 0.03  # Beds cross over so quickly at a cut.
_ROOM_SECONDS = {
    "room": 0.35, "studio": 0.3, "court": 0.22, "street": 0.3, "kitchen": 0.4, "library": 0.5,
    "cafe": 0.45, "theatre": 0.9,
}  # fmt: skip
_CEILING = 0.89  # -1 dBFS.


def mix(world: World, *, seconds: float, aspect: float, view: Viewer = cameras.view) -> Samples:
    """Return the clip's sound, float32 (N, 2) in -1..1, N = the picture's length at RATE.

    Args:
        world: What sounds.
        seconds: Exact length of the picture.
        aspect: Width over height of the frame; the camera depends on it.
        view: The camera that also makes the picture.
    """
    count = round(seconds * RATE)
    dry = np.zeros((count, 2))
    for number, event in enumerate(world.contacts()):
        sound = impacts.strike(
            event.body, event.surface, event.speed, rate=RATE, seed=world.seed + number
        )
        left, right = _heard(world, event.shot, event.at, np.array(event.position), aspect, view)
        _add(dry, sound, event.at, (left, right))
    voiced = np.zeros((count, 2))
    for number, line in enumerate(world.lines):
        said = line.utterance
        if not said.phones:
            continue
        look = world.looks[line.role]
        role = next(role for role in world.shots[line.shot].cast if role.name == line.role)
        spot, _ = world.figure(line.shot, role, said.start)
        lips = np.array([spot.x, look.height_m * 0.85, spot.z])
        left, right = _heard(world, line.shot, said.start, lips, aspect, view)
        # A voice stays intelligible in a wide shot: films do not thin it with distance.
        level = 2.0 / max(left + right, 1e-6)
        sound = voices.say(said, look, rate=RATE, seed=world.seed + number)
        _add(voiced, sound, said.start, (level * left, level * right))
    bed = _beds(world, count)
    spoken = np.abs(voiced).max(axis=1)
    duck = 1 - 0.45 * np.clip(_smoothed(spoken, round(0.12 * RATE)) * 12, 0, 1)
    total = dry + _reverb(world, dry + voiced) + voiced + bed * duck[:, None]
    return np.asarray(_CEILING * np.tanh(total / _CEILING), np.float32)


def _heard(
    world: World, shot: int, at: float, where: NDArray[np.float64], aspect: float, view: Viewer
) -> tuple[float, float]:
    """Return the level in the left and the right channel of something at a place."""
    here = view(world, shot, at, aspect=aspect)
    way = where - here.eye
    far = float(np.linalg.norm(way))
    half = cameras.SENSOR_MM / (2 * here.lens_mm)  # Tangent of half the angle of view.
    ahead = max(float(way @ here.forward), 0.1)
    side = float(np.clip(_WIDTH * float(way @ here.right) / ahead / half, -1, 1))
    level = min(1.0, (_NEAR / max(far, 1e-3)) ** 0.6)
    return level * float(np.sqrt((1 - side) / 2)), level * float(np.sqrt((1 + side) / 2))


def _add(
    into: NDArray[np.float64], sound: NDArray[np.float64], at: float, levels: tuple[float, float]
) -> None:
    first = round(at * RATE)
    size = min(len(sound), len(into) - first)
    if size > 0:
        into[first : first + size] += sound[:size, None] * np.array(levels)


def _beds(world: World, count: int) -> NDArray[np.float64]:
    total = np.zeros((count, 2))
    kinds: dict[tuple[str, ...], NDArray[np.float64]] = {}
    for index, shot in enumerate(world.shots):
        air = beds.AIRS[shot.place] + (("rain",) if shot.weather == "rain" else ())
        cues = tuple(dict.fromkeys(air + shot.cues))
        if "silence" in cues:
            cues = tuple(cue for cue in cues if cue != "music")
        if cues not in kinds:
            kinds[cues] = beds.bed(cues, count=count, rate=RATE, seed=world.seed)
        total += kinds[cues] * _fade(world, index, count)[:, None]
    return total


def _fade(world: World, shot: int, count: int) -> NDArray[np.float64]:
    """Return 1 during a shot and 0 elsewhere, with short ramps at the cuts."""
    time = np.arange(count) / RATE
    start = world.starts[shot]
    end = start + world.shots[shot].seconds
    rise = np.clip((time - start) / _CUT_SECONDS + 0.5, 0, 1) if shot > 0 else np.ones(count)
    last = shot == len(world.shots) - 1
    return rise * (1.0 if last else np.clip((end - time) / _CUT_SECONDS + 0.5, 0, 1))


def _reverb(world: World, dry: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the first shot's room: decaying noise, after a gap that leaves onsets sharp."""
    seconds = _ROOM_SECONDS.get(world.shots[0].place, 0.0)
    if seconds == 0.0 or not dry.any():
        return np.zeros_like(dry)
    size = round(seconds * RATE)
    rng = np.random.default_rng((world.seed, 23))
    tail = rng.standard_normal((size, 2)) * np.exp(-6.9 * np.arange(size) / size)[:, None]
    tail[: round(0.012 * RATE)] = 0
    tail *= 0.14 / np.sqrt((tail**2).sum(axis=0))
    length = len(dry) + size
    spectrum = np.fft.rfft(dry.mean(axis=1), n=length)[:, None] * np.fft.rfft(
        tail, n=length, axis=0
    )
    return np.fft.irfft(spectrum, n=length, axis=0)[: len(dry)]


def _smoothed(signal: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return the running mean over `size` samples on either side."""
    padded = np.concatenate([np.zeros(size + 1), np.cumsum(signal), np.full(size, signal.sum())])
    return (padded[2 * size + 1 :] - padded[: len(signal)]) / (2 * size + 1)
