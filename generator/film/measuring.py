"""What is really in the pictures: the share that each object covers, counted in the id pass."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from generator.base import Fate, Storyboard, Word
from generator.film import pictures, staging
from generator.film.staging import Production

WIDTH, HEIGHT = 96, 54  # Pixels; a tenth of a percent of them is five.
LOOKS = (0.08, 0.5, 0.92)  # Shares of each shot at which it is looked at.
SHARE_MIN = 0.001  # What covers less, in every look, is not seen.
_UNSEEN = "stands where the camera does not show it"


def measured(
    storyboard: Storyboard, productions: Sequence[Production], *, progress: Callable[[], None]
) -> Storyboard:
    """Return the storyboard with the share of each object, and what is never seen not drawn.

    Args:
        storyboard: Whose words name their objects.
        productions: Of each shot the version it was made in, staged.
        progress: Called before each look; what it raises ends the measurement.
    """
    shares = [_shares(production, shot, progress) for shot, production in enumerate(productions)]
    words = tuple(_told(word, shares) for word in storyboard.words)
    return replace(storyboard, words=words)


def _shares(production: Production, shot: int, progress: Callable[[], None]) -> dict[int, float]:
    world = production.world
    found: dict[int, float] = {}
    for look in LOOKS:
        progress()
        at = world.starts[shot] + look * world.shots[shot].seconds
        frame = pictures.frame(staging.take(production, at), width=WIDTH, height=HEIGHT)
        numbers, counts = np.unique(frame.ids, return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            found[number] = max(found.get(number, 0.0), count / frame.ids.size)
    return found


def _told(word: Word, shares: list[dict[int, float]]) -> Word:
    if word.object is None:
        return word
    shots = shares if word.shot is None else shares[word.shot : word.shot + 1]
    share = max((shot.get(word.object, 0.0) for shot in shots), default=0.0)
    if share >= SHARE_MIN or word.fate is Fate.NOT_DRAWN:
        return replace(word, share=share)
    return replace(word, share=share, fate=Fate.NOT_DRAWN, reason=_UNSEEN)
