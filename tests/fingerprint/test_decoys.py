"""What chance makes, and what it is held to be."""

import numpy as np
import pytest

from fingerprint import decoys, descriptor, features, landmarks, motion
from fingerprint.decoys import Law
from fingerprint.errors import DescriptorsError
from tests.fingerprint import clips

LAW = Law(threshold=10.0, rate=1e-3, scale=2.0, trials=1e5, highest=30.0)


def test_a_law_of_an_exponential_tail_is_found_again() -> None:
    values = np.random.default_rng(1).exponential(2.0, 100_000)

    law = decoys.fit(values, len(values))

    assert law.scale == pytest.approx(2.0, rel=0.25)
    assert law.log10_p(20.0) == pytest.approx(-20.0 / 2.0 / np.log(10), abs=1.0)


def test_what_is_above_the_threshold_alone_is_enough() -> None:
    values = np.sort(np.random.default_rng(2).exponential(2.0, 50_000))[-1000:]

    law = decoys.fit(values, 50_000)

    assert law.log10_p(20.0) == pytest.approx(-20.0 / 2.0 / np.log(10), abs=1.0)


def test_a_law_describes_the_half_it_has_not_seen() -> None:
    values = np.random.default_rng(3).gumbel(0.0, 2.0, 40_000).tolist()

    steps = decoys.check(values, len(values))

    assert len(steps) == 5
    for step in steps:
        assert abs(np.log10(step.measured / step.fitted)) < 0.5


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0, 2.0]])
def test_no_tail_makes_no_law(values: list[float]) -> None:
    with pytest.raises(DescriptorsError, match="tail"):
        decoys.fit(values, 100)


def test_chance_falls_with_the_value_and_is_never_more_than_certain() -> None:
    chances = [LAW.log10_p(value) for value in (0.0, 10.0, 11.0, 20.0)]

    assert chances[0] == chances[1] == pytest.approx(-3)
    assert chances == sorted(chances, reverse=True)
    assert Law(0.0, 1.0, 1.0, 1.0, 1.0).log10_p(-5.0) == 0.0


def test_each_frame_on_a_line_adds_to_the_score_and_none_takes_away() -> None:
    law = Law(threshold=-100.0, rate=1e-3, scale=2.5, trials=1e6, highest=-80.0)

    one = decoys.score(law, [40], share=1.0)
    two = decoys.score(law, [40, 44], share=1.0)

    assert one == pytest.approx(3 + 60 / 2.5 / np.log(10))
    assert one < two < 2 * one
    assert decoys.score(law, [40, 76, 76], share=0.01) >= one


def test_laws_are_read_as_they_were_written() -> None:
    assert decoys.read(decoys.write({"a": LAW})) == {"a": LAW}


def test_every_algorithm_that_decides_has_a_law() -> None:
    deciding = (descriptor, features, landmarks, motion)
    assert set(decoys.LAWS) == {each.ALGORITHM for each in deciding}


def test_unrelated_pictures_differ_in_half_of_their_bits() -> None:
    """The impostor statistics of the codes, without which no distance says anything."""
    pictures = [decoys.noise(300, seed=1)]
    pictures += [
        descriptor.describe(clips.chunks(clips.textured(seed, seconds=1))) for seed in range(40, 52)
    ]
    codes = [clip.codes[clip.searchable()] for clip in pictures]
    groups = [*codes[0][:, None], *codes[1:]]
    bits = np.concatenate(
        [
            np.bitwise_count(one[:, None] ^ other[None]).sum(axis=2, dtype=np.int64).ravel()
            for number, one in enumerate(groups)
            for other in groups[:number]
        ]
    )

    assert len(bits) > 50_000
    assert bits.mean() == pytest.approx(128, abs=1)
    assert bits.std() < 9
    assert bits.min() > 64


def test_the_law_of_codes_is_not_kinder_than_these_pictures() -> None:
    clip = decoys.noise(400, seed=2)
    halves = [clip.codes[:200], clip.codes[200:]]
    bits = np.bitwise_count(halves[0][:, None] ^ halves[1][None]).sum(axis=2, dtype=np.int64)

    law = decoys.LAWS[descriptor.ALGORITHM]

    for most in (100, 96, 92):
        assert np.log10(max((bits <= most).mean(), 1e-9)) <= law.log10_p(-most) + 0.3


def test_an_odd_number_of_decoys_is_checked_by_halves_too() -> None:
    values = np.random.default_rng(0).exponential(size=301).tolist()

    assert decoys.check(values, trials=301)
