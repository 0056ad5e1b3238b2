"""A sheet of tiles that shows what can stand before the camera: `python -m generator.film.contact_sheet PATH`.

One tile each for props and figures, on a neutral sweep of paper under one soft key, as a
catalogue would show them. The picture is PNG.
"""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.film import groups, pictures, shapes
from generator.film.finishes import mix
from generator.film.materials import Linear, Material
from generator.film.props import catalogue
from generator.film.scenes import Fog, Grade, Group, Light, Plane, Scene, Sky, Sun, Take, camera

TILE_WIDTH, TILE_HEIGHT = 320, 240
COLUMNS = 8
_PAPERS: tuple[Linear, ...] = (
    (0.42, 0.5, 0.52), (0.56, 0.46, 0.36), (0.4, 0.46, 0.36), (0.5, 0.42, 0.46), (0.36, 0.4, 0.52),
)  # fmt: skip
_BAR = 40


def sheet(
    tiles: list[Callable[[], Take]],
    *,
    columns: int,
    width: int,
    height: int,
    progress: Callable[[float], None],
) -> NDArray[np.uint8]:
    """Return the pictures of some takes side by side, uint8 (H, W, 3) RGB."""
    rows = math.ceil(len(tiles) / columns)
    whole = np.full((rows * height, columns * width, 3), 28, np.uint8)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        picture = pictures.frame(tile(), width=width, height=height).rgb
        whole[row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
        progress((index + 1) / len(tiles))
    return whole


def portrait(
    made: tuple[Group, ...],
    *,
    paper: int = 0,
    yaw: float = 0.6,
    pitch: float = 0.24,
    room: float = 1.0,
) -> Take:
    """Return a take that fills the frame with some groups, seen from the front left.

    Args:
        made: Groups about the origin.
        paper: Which colour the sweep has.
        yaw: Radians the camera goes round to our right.
        pitch: Radians it looks down.
        room: Factor on the distance.
    """
    low, high = groups.bounds(made)
    centre = tuple((a + b) / 2 for a, b in zip(low, high, strict=True))
    span = [b - a for a, b in zip(low, high, strict=True)]
    # Flat things are looked at from higher up.
    pitch += 0.45 * max(0.0, 1.0 - 2.2 * span[1] / max(span[0], span[2]))
    wide = abs(span[0] * math.cos(yaw)) + abs(span[2] * math.sin(yaw))
    size = max(span[1] * 1.12, wide / 1.18, 0.02)
    lens = 70.0
    distance = (
        room * size * lens / 36.0 * (TILE_WIDTH / TILE_HEIGHT) * 1.12 + max(wide, span[2]) / 2
    )
    way = (math.sin(yaw) * math.cos(pitch), math.sin(pitch), math.cos(yaw) * math.cos(pitch))
    eye = tuple(c + distance * w for c, w in zip(centre, way, strict=True))
    return Take(
        _studio(made, size, centre, paper),
        camera(
            (eye[0], eye[1], eye[2]), (centre[0], centre[1], centre[2]),
            lens_mm=lens, f_number=max(2.0, min(16.0, 4.0 / max(size, 0.05))), focus_m=distance,
        ),
    )  # fmt: skip


def _studio(made: tuple[Group, ...], size: float, centre: tuple[float, ...], paper: int) -> Scene:
    tone = _PAPERS[paper % len(_PAPERS)]
    floor = Plane((0.0, 1.0, 0.0), 0.0, Material(tone, rough=0.9), id=1)
    at = (centre[0] - 1.3 * size, centre[1] + 1.4 * size, centre[2] + 1.5 * size)
    fill: Linear = (1.0, 0.75, 0.55)
    return Scene(
        groups.put(made, shapes.Pose(), number=7),
        planes=(floor,),
        lights=(Light(at, _scaled(fill, 2.2 * size * size), radius=0.5 * size, shadow=False),),
        sun=Sun((-0.42, 0.72, 0.62), (2.5, 2.35, 2.15), spread=0.12),
        sky=Sky(
            zenith=mix(tone, (0.9, 0.9, 0.95), 0.5), horizon=tone, below=mix(tone, (0.2, 0.18, 0.16), 0.4),
            light=0.9, clouds=0.0, disk=False,
        ),
        fog=Fog(density=0.09 / size, start=3.6 * size, half_height=400.0, colour=tone),
        grade=Grade(exposure=0.92, bloom=0.12, vignette=0.25, grain=0.0),
    )  # fmt: skip


def _scaled(colour: Linear, factor: float) -> Linear:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor


def takes(names: list[str]) -> list[Callable[[], Take]]:
    """Return the tiles of some kinds of things."""
    return [
        lambda index=index, name=name: portrait(catalogue.build(name, seconds=0.4), paper=index)
        for index, name in enumerate(names)
    ]


def save(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write a PNG."""
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


def _bar(share: float) -> None:
    done = round(_BAR * share)
    sys.stderr.write(f"\r[{'#' * done}{'.' * (_BAR - done)}] {share:4.0%}")
    if share >= 1.0:
        sys.stderr.write("\n")
    sys.stderr.flush()


def main(arguments: list[str] | None = None) -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description="Draw every prop and figure as a tile.")
    parser.add_argument("path", type=Path, help="PNG to write")
    parser.add_argument("names", nargs="*", help="only these (default: all)")
    parser.add_argument("--columns", type=int, default=COLUMNS)
    parser.add_argument("--width", type=int, default=TILE_WIDTH, help="pixels of a tile")
    chosen = parser.parse_args(arguments)
    names = chosen.names or list(catalogue.PROPS)
    width = chosen.width // 8 * 8
    picture = sheet(
        takes(names),
        columns=min(chosen.columns, len(names)),
        width=width,
        height=width * 3 // 4 // 2 * 2,
        progress=_bar,
    )
    save(chosen.path, picture)


if __name__ == "__main__":
    main()
