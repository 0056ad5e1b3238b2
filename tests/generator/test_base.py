from dataclasses import replace
from fractions import Fraction

import pytest

from generator import base
from generator.base import Request
from generator.errors import GeneratorError
from tests.generator.requests import CAMEO, LOOK, SMALL, request


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (request(""), "empty"),
        (request(" \n\t "), "empty"),
        (request("a ball " * 600), "4000 characters"),
        (request("x" * 1_000_000), "4000 characters"),
        (request("a ball\x00"), "U\\+0000"),
        (request("a ball\x1b[31m"), "U\\+001B"),
        (request("a \u202ellab"), "U\\+202E"),
        (request("a ball \ud800"), "U\\+D800"),
        (request(seconds=0.0), "seconds"),
        (request(seconds=-5.0), "seconds"),
        (request(seconds=600.0), "seconds"),
        (request(seconds=float("nan")), "seconds"),
        (request(seconds=float("inf")), "seconds"),
        (request(fps=Fraction(0)), "frames a second"),
        (request(fps=Fraction(1000)), "frames a second"),
        (request(width=7680, height=4320), "1920 x 1080"),
        (request(width=161), "even"),
        (request(height=91), "even"),
        (request(width=0), "at least"),
        (request(width=-160), "at least"),
        (request(seed=-1), "seed"),
        (request(seed=2**63), "seed"),
        (request(cameos=(CAMEO, CAMEO)), "twice"),
        (request(cameos=(replace(CAMEO, token=" "),)), "consent token"),
        (request(cameos=(replace(CAMEO, handle="Ay a"),)), "handle"),
        (request(cameos=(replace(CAMEO, look=replace(LOOK, skin=(0, 0, 256))),)), "colour"),
        (request(cameos=(replace(CAMEO, look=replace(LOOK, height_m=9.0)),)), "tall"),
        (request(cameos=(replace(CAMEO, look=replace(LOOK, voice_hz=0.0)),)), "voice"),
        (request(cameos=tuple(replace(CAMEO, handle=f"a{n}") for n in range(5))), "at most 4"),
    ],
)
def test_check_refuses_what_is_out_of_bounds_in_one_sentence(asked: Request, says: str) -> None:
    with pytest.raises(GeneratorError, match=says) as refusal:
        base.check(asked)

    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


def test_check_accepts_the_largest_frame_and_the_longest_clip() -> None:
    base.check(replace(SMALL, width=1920, height=1080, seconds=60.0, fps=Fraction(60)))


def test_frame_count_is_exact_for_film_rates() -> None:
    assert replace(SMALL, seconds=10.0, fps=Fraction(24000, 1001)).frame_count == 240
