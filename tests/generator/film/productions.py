"""Prompts made ready to be shot, for tests."""

from fractions import Fraction

from generator import likeness, registry
from generator.base import Request, Storyboard
from generator.film import staging
from generator.film.casting import FilmHold
from generator.film.staging import Production
from generator.simulate import world as worlds
from tests.generator.requests import request

ASPECT = 16 / 9


def asked(prompt: str, **changes: object) -> Request:
    base = {"seconds": 2.0, "width": 128, "height": 72, "fps": Fraction(12)}
    return request(prompt, **(base | changes))


def planned(prompt: str, **changes: object) -> Storyboard:
    return registry.engine("film").plan(asked(prompt, **changes))


def produced(board: Storyboard) -> Production:
    seconds = sum(shot.seconds for shot in board.shots)
    looks = likeness.looks(board.shots, (), seed=board.seed)
    world = worlds.build(board, looks, seconds=seconds, hold=FilmHold())
    return staging.produce(world, aspect=ASPECT, fps=12.0)
