"""How far apart the hashes of pictures are that have nothing to do with one another.

A hash can be searched if such distances are those of coins: then few are small, and how few can be
told. `imagehash.whash` and `dhash` fail this, and so does the DCT of a wrong axis.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint import align, descriptor, pdq
from generator import registry
from generator.base import Request
from tests.bench.fingerprint import OTHERS, PROMPTS
from tests.fingerprint import clips

Picture = NDArray[np.uint8]

COUNT = 60
HASHES: Mapping[str, Callable[[Picture], bytes]] = {
    "ours": lambda picture: descriptor.hash_frame(picture, seconds=0.0).code,
    "PDQ": lambda picture: pdq.hash_frame(picture)[0],
}


@pytest.fixture(scope="module")
def textured() -> Sequence[Picture]:
    return [clips.textured(seed, seconds=1 / 24)[0] for seed in range(100, 100 + COUNT)]


@pytest.fixture(scope="module")
def drawn() -> Sequence[Picture]:
    """A picture of the engine of each of many prompts."""
    engine = registry.engine(registry.DEFAULT)
    prompts = (*PROMPTS[::2], *OTHERS[::2])
    requests = [Request(each, n, 0.5, 320, 180, Fraction(8)) for n, each in enumerate(prompts)]
    made = [engine.generate(each, engine.plan(each), progress=lambda _: None) for each in requests]
    return [next(clip.frames)[0] for clip in made]


def distances(pictures: Sequence[Picture], hash_picture: Callable[[Picture], bytes]) -> Picture:
    found = np.stack([np.frombuffer(hash_picture(each), np.uint8) for each in pictures])
    apart = np.bitwise_count(found[:, None] ^ found).sum(axis=2, dtype=np.int64)
    return apart[np.triu_indices(len(found), 1)]


@pytest.mark.parametrize("hash_picture", HASHES.values(), ids=HASHES)
def test_unrelated_pictures_are_as_far_apart_as_coins(
    textured: Sequence[Picture], hash_picture: Callable[[Picture], bytes]
) -> None:
    apart = distances(textured, hash_picture)

    assert apart.mean() == pytest.approx(128, abs=1)
    assert apart.std() < 9
    assert apart.min() > 64


@pytest.mark.slow
@pytest.mark.parametrize("hash_picture", HASHES.values(), ids=HASHES)
def test_unrelated_drawn_scenes_are_nearer_and_still_beyond_the_radius(
    drawn: Sequence[Picture], hash_picture: Callable[[Picture], bytes]
) -> None:
    """They share a horizon and a light, so that coins are not what they are like."""
    apart = distances(drawn, hash_picture)

    assert apart.mean() == pytest.approx(128, abs=5)
    assert apart.std() < 12
    assert apart.min() > align.RADIUS
