"""The sounds that a prompt may ask for by name: what makes each, how long, and how loud.

To teach the engine a sound: write a function of a random generator and seconds, name it here, and
give it words in `language.lexicon`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.sound import creatures, elements, machines, tones

Samples = NDArray[np.float64]
FADE_SECONDS = 0.01  # Whatever is cut off fades out in so long.


@dataclass(frozen=True, slots=True)
class Effect:
    """A sound with a name.

    Attributes:
        make: Returns it, float64 (N,), of a random generator and seconds.
        seconds: How long it lasts; 0 if it goes on all through its shots.
        level: Root mean square of what goes on; peak of what happens once.
        times: How often it happens in a shot that names it.
    """

    make: Callable[[np.random.Generator, float], Samples]
    seconds: float
    level: float
    times: int = 1


EFFECTS: dict[str, Effect] = {
    # What goes on.
    "wind": Effect(elements.wind, 0.0, 0.012),
    "traffic": Effect(elements.traffic, 0.0, 0.012),
    "waves": Effect(elements.waves, 0.0, 0.016),
    "rain": Effect(elements.rain, 0.0, 0.018),
    "hum": Effect(elements.hum, 0.0, 0.004),
    "leaves": Effect(elements.leaves, 0.0, 0.006),
    "stream": Effect(elements.stream, 0.0, 0.014),
    "fire": Effect(elements.fire, 0.0, 0.02),
    "earthquake": Effect(elements.earthquake, 0.0, 0.06),
    "birds": Effect(creatures.birds, 0.0, 0.007),
    "crickets": Effect(creatures.crickets, 0.0, 0.007),
    "frogs": Effect(creatures.frogs, 0.0, 0.012),
    "crowd": Effect(creatures.crowd, 0.0, 0.014),
    "heartbeat": Effect(creatures.heartbeat, 0.0, 0.03),
    "clock": Effect(machines.clock, 0.0, 0.008),
    "typing": Effect(machines.typing, 0.0, 0.012),
    "siren": Effect(machines.siren, 0.0, 0.02),
    "alarm": Effect(machines.alarm, 0.0, 0.02),
    "engine": Effect(machines.engine, 0.0, 0.025),
    "train": Effect(machines.train, 0.0, 0.03),
    "drip": Effect(elements.drip, 0.0, 0.01),
    # What happens once or a few times.
    "door": Effect(machines.door, 0.8, 0.5),
    "knock": Effect(machines.knocking, 0.9, 0.4),
    "creak": Effect(machines.creak, 1.3, 0.22),
    "bell": Effect(machines.bell, 3.5, 0.35),
    "doorbell": Effect(machines.doorbell, 2.0, 0.3),
    "phone": Effect(machines.phone, 2.6, 0.3),
    "whistle": Effect(machines.whistle, 0.8, 0.3),
    "horn": Effect(machines.horn, 1.0, 0.35),
    "shutter": Effect(machines.shutter, 0.25, 0.35),
    "drum_roll": Effect(machines.drum_roll, 2.4, 0.4),
    "thunder": Effect(elements.thunder, 4.0, 0.6),
    "glass_break": Effect(elements.glass_break, 1.4, 0.5),
    "whoosh": Effect(elements.whoosh, 0.7, 0.4),
    "explosion": Effect(elements.explosion, 3.0, 0.8),
    "splash": Effect(elements.splash, 1.2, 0.45),
    "applause": Effect(creatures.applause, 3.5, 0.4),
    "cheer": Effect(creatures.cheer, 3.0, 0.4),
    "dog": Effect(creatures.dog, 1.4, 0.4, times=2),
    "cat": Effect(creatures.cat, 0.9, 0.3, times=2),
    "rooster": Effect(creatures.rooster, 1.6, 0.35),
    "owl": Effect(creatures.owl, 1.7, 0.25),
}


def play(name: str, *, seconds: float, seed: int) -> Samples:
    """Return an effect at its level, float64 (N,), at `tones.RATE`.

    Args:
        name: A name in EFFECTS.
        seconds: How long it goes on; what happens once takes its own time.
        seed: Of everything in it that is chance.
    """
    effect = EFFECTS[name]
    length = effect.seconds or seconds
    made = effect.make(np.random.default_rng((seed, 22, list(EFFECTS).index(name))), length)
    size = len(tones.span(length))
    made = np.pad(made[:size], (0, max(size - len(made), 0)))
    made -= made.mean()
    fade = min(round(FADE_SECONDS * tones.RATE), size)
    made[size - fade :] *= np.linspace(1, 0, fade)
    if effect.seconds:
        return tones.levelled(made, effect.level)
    loud = float(np.sqrt((made**2).mean()))
    return made * (effect.level / max(loud, 1e-9))
