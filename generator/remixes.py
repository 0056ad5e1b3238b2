"""Remixes: one shot of a storyboard changed, the others to the byte as they were.

What is in a shot depends on the shots before it: who stands where, how far a ball has come. So a
shot that is kept is filmed in the world of the version in which it was made, and only the changed
one in a world of the new version. All versions have the same cuts.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from generator import objects
from generator.base import VERSIONS_MAX, Samples, Shot, Storyboard
from generator.errors import GeneratorError
from generator.objects import Key

Made = TypeVar("Made")

FADE_SECONDS = 0.005  # Where sounds of two worlds meet.


def changed(storyboard: Storyboard, shot: int, anew: Shot) -> Storyboard:
    """Return a storyboard with one shot exchanged, without the words that asked for the old one.

    Args:
        storyboard: What is changed.
        shot: Which of its shots, from 0.
        anew: In its place; it lasts as long.

    Raises:
        GeneratorError: It was changed too often already.
    """
    if len(storyboard.before) + 1 >= VERSIONS_MAX:
        raise GeneratorError(f"A storyboard is changed at most {VERSIONS_MAX - 1} times.")
    old = storyboard.shots
    shots = (*old[:shot], replace(anew, seconds=old[shot].seconds), *old[shot + 1 :])
    words = tuple(word for word in storyboard.words if word.shot != shot)
    return replace(storyboard, shots=shots, words=words, before=(*storyboard.before, old))


def require_shot(storyboard: Storyboard, shot: int) -> None:
    """Refuse the number of a shot that there is none of.

    Raises:
        GeneratorError: There is no such shot.
    """
    if not 0 <= shot < len(storyboard.shots):
        raise GeneratorError(
            f"There are {len(storyboard.shots)} shots; {shot + 1} is none of them."
        )


def versions(storyboard: Storyboard) -> tuple[tuple[Shot, ...], ...]:
    """Return the shots of every version, the last one's last."""
    return (*storyboard.before, storyboard.shots)


def every_shot(storyboard: Storyboard) -> tuple[Shot, ...]:
    """Return the shots of all versions."""
    return tuple(shot for shots in versions(storyboard) for shot in shots)


def made_in(storyboard: Storyboard) -> tuple[int, ...]:
    """Return of each shot the version since which it has been as it is."""
    every = versions(storyboard)
    return tuple(
        max((n for n in range(1, len(every)) if every[n][shot] != every[n - 1][shot]), default=0)
        for shot in range(len(storyboard.shots))
    )


def by_shot(storyboard: Storyboard, make: Callable[[Storyboard], Made]) -> tuple[Made, ...]:
    """Return what is made of the version that each shot was made in, once of each version."""
    every, kept = versions(storyboard), made_in(storyboard)
    made = {n: make(replace(storyboard, shots=every[n], before=())) for n in sorted(set(kept))}
    return tuple(made[n] for n in kept)


def numbers(storyboard: Storyboard) -> Mapping[Key, int]:
    """Return the numbers of what any version names; a later one adds, it never renumbers."""
    return objects.numbers(every_shot(storyboard))


def spliced(sounds: tuple[Samples, ...], storyboard: Storyboard, *, rate: int) -> Samples:
    """Return the sound of a clip, each shot as it is heard in the world that it is filmed in.

    Args:
        sounds: Of each shot the whole sound of its version, float32 (N, channels), all as long; the
            same array where the version is the same.
        storyboard: Whose shots they are.
        rate: Samples a second.
    """
    lengths = [shot.seconds for shot in storyboard.shots]
    edges = [round(sum(lengths[:n]) * rate) for n in range(len(lengths))] + [len(sounds[0])]
    made = np.concatenate(
        [sound[a:b] for sound, (a, b) in zip(sounds, pairwise(edges), strict=True)]
    )
    slope = np.linspace(1, 0, round(FADE_SECONDS * rate), dtype=np.float32)[:, None]
    for at, (before, after) in zip(edges[1:], pairwise(sounds), strict=False):
        if before is not after:
            ahead, behind = slope[-min(at, len(slope)) :], slope[::-1][: len(made) - at]
            made[at - len(ahead) : at] *= ahead
            made[at : at + len(behind)] *= behind
    return made


def check(storyboard: Storyboard) -> None:
    """Refuse versions that have other cuts than the last one.

    Raises:
        GeneratorError: They have, or there are too many.
    """
    lengths = [shot.seconds for shot in storyboard.shots]
    if len(storyboard.before) >= VERSIONS_MAX:
        raise GeneratorError(f"A storyboard has at most {VERSIONS_MAX} versions.")
    if any([shot.seconds for shot in shots] != lengths for shots in storyboard.before):
        raise GeneratorError("The shots of an earlier version last longer or shorter than these.")
