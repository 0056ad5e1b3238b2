"""What is heard all along: the air of a place and its weather."""

import numpy as np
from numpy.typing import NDArray

from generator.base import Shot
from generator.sound import effects, music, tones

Samples = NDArray[np.float64]

# Cues every place brings by itself; a place that is not listed has the tone of a room.
AIRS: dict[str, tuple[str, ...]] = {
    "court": ("wind",), "park": ("leaves", "birds"), "room": ("hum",), "street": ("traffic",),
    "beach": ("waves", "wind"), "forest": ("leaves", "birds"), "snowfield": ("wind",),
    "desert": ("wind",), "studio": ("hum",), "cafe": ("hum", "crowd"), "harbour": ("waves", "wind"),
    "kitchen": ("hum",), "library": ("hum",), "meadow": ("wind", "birds"),
    "rooftop": ("wind", "traffic"), "temple": ("leaves", "birds"), "theatre": ("hum",),
}  # fmt: skip
_INDOORS: tuple[str, ...] = ("hum",)
_WEATHER: dict[str, tuple[str, ...]] = {"rain": ("rain",), "fog": (), "snow": ("wind",)}
MUSIC = "music"  # Music of no mood in particular; a mood is named after a dash.
_USUAL_MOOD = "calm"


def cues(shot: Shot) -> tuple[str, ...]:
    """Return what is heard all through a shot: its place's air, weather, and what it asks for."""
    air = AIRS.get(shot.place, _INDOORS)
    if shot.light == "night":
        air = tuple("crickets" if cue == "birds" else cue for cue in air)
    if air != _INDOORS:
        air += _WEATHER.get(shot.weather, ())
    asked = tuple(cue for cue in shot.cues if goes_on(cue))
    every = tuple(dict.fromkeys(air + asked))
    return tuple(cue for cue in every if not ("silence" in shot.cues and is_music(cue)))


def goes_on(cue: str) -> bool:
    """Say whether a cue lasts as long as its shot; one that nobody knows does not."""
    return is_music(cue) or (cue in effects.EFFECTS and effects.EFFECTS[cue].seconds == 0)


def is_music(cue: str) -> bool:
    """Say whether a cue is music that can be played."""
    return cue == MUSIC or (cue.startswith(f"{MUSIC}-") and cue.partition("-")[2] in music.MOODS)


def bed(names: tuple[str, ...], *, count: int, seed: int) -> Samples:
    """Return the sum of some cues, float64 (count, 2), quiet: a few hundredths in size.

    Args:
        names: What `goes_on`; others are silent.
        count: Samples, at `tones.RATE`.
        seed: Of everything in them that is chance.
    """
    sound = np.zeros((count, 2))
    seconds = count / tones.RATE
    for name in names:
        if is_music(name):
            mood = name.partition("-")[2] or _USUAL_MOOD
            sound += music.play(mood, seconds=seconds, seed=seed)[:count]
        elif goes_on(name):
            # Two takes, one for each side, with a part in common.
            both, left = (
                effects.play(name, seconds=seconds, seed=seed + n)[:count] for n in (0, 1)
            )
            sound += np.stack([0.75 * both + 0.66 * left, both], axis=1)
    return sound
