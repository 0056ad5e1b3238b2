import pytest

from generator import likeness
from generator.base import Role
from generator.errors import GeneratorError
from tests.generator.requests import CAMEO, LOOK

STRANGER = Role("man", "man", "stand", (1, 2, 3), None)


def test_a_cameo_wears_its_own_look() -> None:
    role = Role("@aya", "person", "wave", (0, 0, 0), "aya")

    assert likeness.dress(role, (CAMEO,), seed=1) == LOOK


def test_a_cameo_that_is_not_granted_is_refused() -> None:
    with pytest.raises(GeneratorError, match="@bob"):
        likeness.dress(Role("@bob", "person", "wave", (0, 0, 0), "bob"), (CAMEO,), seed=1)


def test_a_stranger_keeps_clothes_and_looks_alike_for_the_same_seed_only() -> None:
    first = likeness.dress(STRANGER, (), seed=1)

    assert first == likeness.dress(STRANGER, (), seed=1)
    assert first.clothes == STRANGER.clothes
    assert len({likeness.dress(STRANGER, (), seed=seed) for seed in range(8)}) > 4
