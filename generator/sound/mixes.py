"""The sound of a clip: impacts, steps, voices, effects, music and air, heard by each shot's camera.

Nothing is delayed by distance: what is seen to touch is heard to touch, as in any film.
"""

import numpy as np
from numpy.typing import NDArray

from generator.base import Samples
from generator.simulate import cameras, steps
from generator.simulate.balls import ROLL_DECAY
from generator.simulate.cameras import View, Viewer
from generator.simulate.world import SURFACES, Thrown, World
from generator.sound import beds, effects, foley, impacts, loudness, spaces, tones, voices

RATE = tones.RATE
WISHED_LUFS = -16.0  # Usual for what is heard on telephones and in browsers.
AIR_LUFS = -30.0  # Of a clip in which nothing but its air is heard.
CUT_SECONDS = 0.03  # Beds cross over so quickly at a cut.
DUCK = 0.55  # Of air and music, what speech leaves.
_VOICE = 1.4
_STEP_SPEED, _LANDING_SPEED = 1.3, 3.0  # m/s of a walker's sole, and of one who jumps.
_END_SECONDS = 0.005  # The last samples fade out, whatever sounds.
# Samples are rounded to so many bits of full scale: what another processor's last digit of a sine
# would change is gone, so that the same clip is the same bytes everywhere.
_BITS = 18

Stereo = NDArray[np.float64]


def mix(world: World, *, seconds: float, aspect: float, view: Viewer = cameras.view) -> Samples:
    """Return the clip's sound, float32 (N, 2) in -1..1, N = the picture's length at RATE.

    Args:
        world: What sounds.
        seconds: Exact length of the picture.
        aspect: Width over height of the frame; the camera depends on it.
        view: The camera that also makes the picture.
    """
    count = round(seconds * RATE)
    stage = _Stage(world, count, aspect, view)
    _contacts(stage)
    _feet(stage)
    _rolling(stage)
    _effects(stage)
    voiced = _voices(stage)
    bed = _beds(world, count)
    played = sum(stage.dry.values(), np.zeros((count, 2)))
    close = any(said.any() for said in (played, voiced)) or any(
        beds.is_music(cue) for shot in world.shots for cue in beds.cues(shot)
    )
    total = played + voiced + bed * _ducked(voiced)[:, None]
    for place, dry in stage.dry.items():
        said = np.zeros_like(voiced)
        for index, shot in enumerate(world.shots):
            if shot.place == place:
                said += voiced * _fade(world, index, count)[:, None]
        total += spaces.echo(dry + 0.6 * said, place, seed=world.seed)
    loud = loudness.bring(total, WISHED_LUFS if close else AIR_LUFS)
    end = min(round(_END_SECONDS * RATE), count)
    loud[count - end :] *= np.linspace(1, 0, end)[:, None]
    return np.asarray(np.round(loud * 2**_BITS) / 2**_BITS, np.float32)


class _Stage:
    """Where sounds are set down: one track a place, as each place echoes in its own way."""

    def __init__(
        self, world: World, count: int, aspect: float, view: Viewer = cameras.view
    ) -> None:
        self.world, self.count, self._aspect, self._view = world, count, aspect, view
        self.dry: dict[str, Stereo] = {shot.place: np.zeros((count, 2)) for shot in world.shots}

    def put(self, sound: Stereo, shot: int, at: float, where: NDArray[np.float64]) -> None:
        """Set down a sound of one channel that starts at a time and place of a shot."""
        left, right, far = spaces.heard(self._seen(shot, at), where)
        track = self.dry[self.world.shots[shot].place]
        spaces.place_in(track, spaces.carried(sound, far), at, (left, right))

    def _seen(self, shot: int, at: float) -> View:
        return self._view(self.world, shot, at, aspect=self._aspect)

    def sides(self, shot: int, at: float, where: NDArray[np.float64]) -> tuple[float, float]:
        """Return how far to the left and right something is heard, at a level of its own."""
        left, right, _ = spaces.heard(self._seen(shot, at), where)
        # A voice stays intelligible in a wide shot: films do not thin it with distance.
        level = 2.0 / max(left + right, 1e-6)
        return level * left, level * right


def _contacts(stage: _Stage) -> None:
    for number, event in enumerate(stage.world.contacts()):
        sound = impacts.strike(
            event.body, event.surface, event.speed, seed=stage.world.seed + number
        )
        stage.put(sound, event.shot, event.at, np.array(event.position))


def _feet(stage: _Stage) -> None:
    world = stage.world
    for number, step in enumerate(steps.steps(world)):
        floor = SURFACES[world.shots[step.shot].place][0]
        speed = _LANDING_SPEED if step.both else _STEP_SPEED
        sound = foley.step(floor, speed, seed=world.seed + 2 * number)
        stage.put(sound, step.shot, step.at, np.array(step.position))
        if not step.both:
            stage.put(foley.rustle(0.3, seed=world.seed + number), step.shot, step.at - 0.15,
                      np.array((step.position[0], 1.0, step.position[2])))  # fmt: skip


def _rolling(stage: _Stage) -> None:
    world = stage.world
    for thrown in world.thrown:
        last = thrown.path.segments[-1]
        if not last.rolling or last.start <= thrown.launched_at or not last.velocity.any():
            continue
        for index in thrown.shots:
            start = max(world.starts[index], last.start)
            end = min(world.starts[index] + world.shots[index].seconds, world.seconds)
            if end - start > 0.05:
                _roll(stage, thrown, index, start, end)


def _roll(stage: _Stage, thrown: Thrown, shot: int, start: float, end: float) -> None:
    last = thrown.path.segments[-1]
    passed = tones.span(end - start) + start - last.start
    speeds = float(np.linalg.norm(last.velocity)) * np.exp(-ROLL_DECAY * passed)
    floor = SURFACES[stage.world.shots[shot].place][0]
    sound = foley.roll(speeds, thrown.radius, floor, seed=stage.world.seed)
    edge = tones.swelled(end - start, 0.04, CUT_SECONDS)
    stage.put(sound[: len(edge)] * edge, shot, start, thrown.path.position(start))


def _effects(stage: _Stage) -> None:
    """Set down what happens once, spread over its shot; `name@seconds` says when in the shot."""
    world = stage.world
    for index, shot in enumerate(world.shots):
        named = [cue for cue in shot.cues if cue.partition("@")[0] in effects.EFFECTS]
        once = [cue for cue in named if not beds.goes_on(cue)]
        for number, cue in enumerate(once):
            name, _, when = cue.partition("@")
            effect = effects.EFFECTS[name]
            share = (number + 0.6) / (len(once) + 0.6)
            since = float(when) if _is_time(when) else 0.6 * share * shot.seconds
            for again in range(1 if when else effect.times):
                at = world.starts[index] + since + again * 0.5 * shot.seconds
                rng = np.random.default_rng((world.seed, 24, index, number, again))
                sound = effects.play(
                    name, seconds=shot.seconds, seed=world.seed + 31 * number + again
                )
                side = float(rng.uniform(-1.6, 1.6))
                stage.put(sound, index, at, np.array([side, 1.0, -1.0]))


def _is_time(text: str) -> bool:
    return text.replace(".", "", 1).isdigit() and text.isascii()


def _voices(stage: _Stage) -> Stereo:
    world = stage.world
    voiced = np.zeros((stage.count, 2))
    for number, line in enumerate(world.lines):
        said = line.utterance
        if not said.phones:
            continue
        look = world.looks[line.role]
        role = next(role for role in world.shots[line.shot].cast if role.name == line.role)
        spot, _ = world.figure(line.shot, role, said.start)
        lips = np.array([spot.x, look.height_m * 0.85, spot.z])
        if line.recording is not None:
            sound = _VOICE * voices.play(line.recording, rate=RATE)
        else:
            sound = _VOICE * voices.say(said, look, rate=RATE, seed=world.seed + number)
        spaces.place_in(voiced, sound, said.start, stage.sides(line.shot, said.start, lips))
    return voiced


def _ducked(voiced: Stereo) -> NDArray[np.float64]:
    """Return what speech leaves of the rest over time, 1 where nobody speaks."""
    spoken = np.abs(voiced).max(axis=1)
    return 1 - DUCK * np.clip(_smoothed(spoken, round(0.12 * RATE)) * 12, 0, 1)


def _beds(world: World, count: int) -> Stereo:
    total = np.zeros((count, 2))
    made: dict[str, Stereo] = {}
    for index, shot in enumerate(world.shots):
        here = np.zeros((count, 2))
        for cue in beds.cues(shot):
            if cue not in made:
                made[cue] = beds.bed((cue,), count=count, seed=world.seed)
            here += made[cue]
        total += here * _fade(world, index, count)[:, None]
    return total


def _fade(world: World, shot: int, count: int) -> NDArray[np.float64]:
    """Return 1 during a shot and 0 elsewhere, with short ramps at the cuts."""
    time = np.arange(count) / RATE
    start = world.starts[shot]
    end = start + world.shots[shot].seconds
    rise = np.clip((time - start) / CUT_SECONDS + 0.5, 0, 1) if shot > 0 else np.ones(count)
    last = shot == len(world.shots) - 1
    return rise * (1.0 if last else np.clip((end - time) / CUT_SECONDS + 0.5, 0, 1))


def _smoothed(signal: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return the running mean over `size` samples on either side."""
    padded = np.concatenate([np.zeros(size + 1), np.cumsum(signal), np.full(size, signal.sum())])
    return (padded[2 * size + 1 :] - padded[: len(signal)]) / (2 * size + 1)
