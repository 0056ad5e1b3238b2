"""A sheet of every place under every light: `python -m generator.film.places_sheet PATH`.

A figure waves in each, so that faces are judged by the light they get. The picture is PNG.
"""

import argparse
import functools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from generator import likeness
from generator.base import Request
from generator.film import contact_sheet, lights, staging, weathers
from generator.film.casting import FilmHold
from generator.film.places import catalogue
from generator.film.scenes import Take
from generator.film.vocabulary import FILM
from generator.language import direction
from generator.simulate import world as worlds

WIDTH, HEIGHT = 240, 136  # Pixels of a tile.
_AT = 0.8  # Seconds into the shot.
_BAR = 40
_PROMPT = "A woman in a red jumper waves. 26mm wide shot, f/5.6, static, single take, studio."


def tile(place: str, light: str, weather: str, seed: int) -> Take:
    """Return the take of a place under a light in a weather."""
    request = Request(_PROMPT, seed, 2.0, WIDTH, HEIGHT, Fraction(24))
    board = direction.direct(request, engine="film", version=1, vocabulary=FILM)
    shot = replace(board.shots[0], place=place, light=light, weather=weather)
    board = replace(board, shots=(shot,))
    looks = likeness.looks(board.shots, (), seed=seed)
    world = worlds.build(board, looks, seconds=2.0, hold=FilmHold())
    return staging.take(staging.produce(world, aspect=WIDTH / HEIGHT, fps=24.0), _AT)


def main(arguments: list[str] | None = None) -> None:
    """Draw the sheet: a row a place, a column a light."""
    parser = argparse.ArgumentParser(description="Draw every place under every light.")
    parser.add_argument("path", type=Path, help="PNG to write")
    parser.add_argument("--places", nargs="*", choices=list(catalogue.PLACES))
    parser.add_argument("--lights", nargs="*", choices=list(lights.LIGHTS))
    parser.add_argument("--weather", choices=list(weathers.WEATHERS), default="clear")
    parser.add_argument("--seed", type=int, default=3)
    chosen = parser.parse_args(arguments)
    columns = chosen.lights or list(lights.LIGHTS)
    takes = [
        functools.partial(tile, place, light, chosen.weather, chosen.seed)
        for place in chosen.places or list(catalogue.PLACES)
        for light in columns
    ]
    picture = contact_sheet.sheet(
        list(takes), columns=len(columns), width=WIDTH, height=HEIGHT, progress=contact_sheet.bar
    )
    contact_sheet.save(chosen.path, picture)


if __name__ == "__main__":
    main()
