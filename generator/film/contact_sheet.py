# ruff: noqa: E501 - one of the cast is one line.
"""A sheet of all that can stand before the camera: `python -m generator.film.contact_sheet PATH`.

One tile each for builds, actions and props, on a sweep of paper under one soft key, as a catalogue
would show them. The picture is PNG.
"""

import argparse
import functools
import math
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.base import Colour, Look
from generator.film import figures, groups, pictures, shapes
from generator.film.finishes import mix
from generator.film.materials import Linear, Material
from generator.film.outfits import Outfit
from generator.film.props import catalogue
from generator.film.scenes import Fog, Grade, Group, Light, Plane, Scene, Sky, Sun, Take, camera
from generator.simulate import actions

TILE_WIDTH, TILE_HEIGHT = 320, 240
COLUMNS = 8
_PAPERS: tuple[Linear, ...] = (
    (0.42, 0.5, 0.52), (0.56, 0.46, 0.36), (0.4, 0.46, 0.36), (0.5, 0.42, 0.46), (0.36, 0.4, 0.52),
)  # fmt: skip
_BAR = 40
_MOMENTS: tuple[tuple[str, float], ...] = (
    ("stand", 0.6), ("wave", 0.8), ("talk", 1.0), ("run", 0.3), ("walk", 0.12), ("think", 1.2),
    ("dance", 2.3), ("clap", 1.0), ("jump", 0.7), ("cheer", 1.0), ("throw", 0.85), ("point", 1.0),
    ("kick", 0.7), ("bow", 1.2), ("pick_up", 0.9), ("fall", 1.5), ("sneak", 0.4), ("sit", 1.5),
    ("look", 1.0), ("spin", 1.6), ("nod", 0.3),
)  # fmt: skip
_CAST: tuple[tuple[str, Colour, Colour, float, str, Outfit], ...] = (
    ("man", (232, 178, 140), (44, 32, 26), 1.76, "short", Outfit("jumper", "trousers", (206, 74, 56), (52, 66, 104))),
    ("woman", (246, 208, 177), (132, 66, 34), 1.66, "bob", Outfit("dress", "skirt", (36, 118, 126), (36, 118, 126), (180, 60, 60))),
    ("child", (226, 172, 132), (214, 176, 104), 1.2, "pigtails", Outfit("t_shirt", "shorts", (246, 198, 64), (64, 96, 150))),
    ("heavy", (198, 134, 96), (60, 36, 24), 1.74, "curly", Outfit("shirt", "trousers", (130, 170, 206), (96, 80, 62), (70, 44, 32))),
    ("tall", (124, 80, 56), (24, 20, 20), 1.9, "quiff", Outfit("jacket", "trousers", (150, 86, 50), (46, 50, 60), (60, 40, 32))),
    ("old", (240, 200, 172), (206, 202, 198), 1.64, "receding", Outfit("hoodie", "trousers", (98, 124, 84), (94, 84, 78))),
    ("woman", (112, 70, 48), (22, 18, 18), 1.7, "afro", Outfit("t_shirt", "skirt", (240, 120, 60), (90, 60, 120), (240, 240, 236))),
    ("man", (246, 208, 177), (176, 84, 40), 1.8, "spiky", Outfit("hoodie", "trousers", (70, 110, 170), (60, 60, 66))),
    ("woman", (226, 172, 132), (40, 28, 24), 1.64, "ponytail", Outfit("jumper", "trousers", (232, 196, 200), (70, 80, 110), (200, 70, 80))),
    ("child", (158, 102, 70), (30, 24, 22), 1.16, "curly", Outfit("jumper", "shorts", (90, 160, 110), (70, 60, 60))),
    ("old", (232, 186, 156), (226, 224, 220), 1.6, "bun", Outfit("coat", "trousers", (130, 60, 80), (70, 66, 72))),
    ("robot", (0, 0, 0), (0, 0, 0), 1.6, "bald", Outfit(top_colour=(70, 140, 160))),
)  # fmt: skip


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
        _studio(made, size, distance, centre, paper),
        camera(
            (eye[0], eye[1], eye[2]), (centre[0], centre[1], centre[2]),
            lens_mm=lens, f_number=max(2.0, min(16.0, 4.0 / max(size, 0.05))), focus_m=distance,
        ),
    )  # fmt: skip


def _studio(
    made: tuple[Group, ...], size: float, far: float, centre: tuple[float, ...], paper: int
) -> Scene:
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
            zenith=tone, horizon=tone, below=mix(tone, (0.2, 0.18, 0.16), 0.4),
            light=0.9, clouds=0.0, disk=False,
        ),
        fog=Fog(density=0.5 / size, start=far + size, half_height=4000.0, colour=tone),
        grade=Grade(exposure=0.92, bloom=0.12, vignette=0.25, grain=0.0),
    )  # fmt: skip


def _scaled(colour: Linear, factor: float) -> Linear:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor


def takes(names: list[str]) -> list[Callable[[], Take]]:
    """Return the tiles of kinds of things, and of actions by `action:seconds`."""
    return [functools.partial(_tile, index, name) for index, name in enumerate(names)]


def everything() -> list[str]:
    """Return the names of all tiles: figures first."""
    return [f"{action}:{at}" for action, at in _MOMENTS] + list(catalogue.PROPS)


def _tile(index: int, name: str) -> Take:
    if ":" not in name:
        return portrait(catalogue.build(name, seconds=0.4), paper=index)
    action, at = name.split(":")
    member = _CAST[index % len(_CAST)]
    build, skin, hair, height, hair_style, outfit = member
    pose = actions.pose(action, float(at), build=build, phase=float(index))
    made = figures.figure(
        Look(skin, hair, outfit.top_colour, height, 150.0), build=build, pose=pose,
        outfit=outfit, hair_style=hair_style, key=index,
    )  # fmt: skip
    return portrait(made, paper=index, yaw=0.4, pitch=0.1, room=0.8)


def save(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write a PNG."""
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


def bar(share: float) -> None:
    """Show people on stderr how much is done, 0 to 1."""
    done = round(_BAR * share)
    sys.stderr.write(f"\r[{'#' * done}{'.' * (_BAR - done)}] {share:4.0%}")
    if share >= 1.0:
        sys.stderr.write("\n")
    sys.stderr.flush()


def main(arguments: list[str] | None = None) -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description="Draw every prop and figure as a tile.")
    parser.add_argument("path", type=Path, help="PNG to write")
    parser.add_argument(
        "names", nargs="*", help="only these: things, or action:seconds (default: all)"
    )
    parser.add_argument("--columns", type=int, default=COLUMNS)
    parser.add_argument("--width", type=int, default=TILE_WIDTH, help="pixels of a tile")
    chosen = parser.parse_args(arguments)
    names = chosen.names or everything()
    width = chosen.width // 8 * 8
    picture = sheet(
        takes(names),
        columns=min(chosen.columns, len(names)),
        width=width,
        height=width * 3 // 4 // 2 * 2,
        progress=bar,
    )
    save(chosen.path, picture)


if __name__ == "__main__":
    main()
