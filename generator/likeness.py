"""A cameo on a figure: which look and voice each role of a storyboard wears.

This is a likeness by colours, height and voice, not by face: the procedural engine draws toy
figures. A role without a cameo gets a look of its own from the seed.
"""

import hashlib

import numpy as np

from generator.base import Cameo, Colour, Look, Role, Shot
from generator.errors import GeneratorError
from generator.speech.klatt import Voice

_SKINS: tuple[Colour, ...] = (
    (246, 208, 177), (226, 172, 132), (198, 134, 96), (158, 102, 70), (112, 70, 48),
)  # fmt: skip
_HAIRS: tuple[Colour, ...] = (
    (32, 24, 22), (84, 52, 30), (150, 92, 44), (206, 168, 96), (150, 54, 34), (120, 116, 118),
)  # fmt: skip
_MAN_HZ = 120.0
_TRACT_MIN, _TRACT_MAX = 0.85, 1.35  # From the longest vocal tract of an adult to a child's.
_BODIES: dict[str, tuple[float, float]] = {  # Height in metres, voice in hertz.
    "man": (1.72, 118.0),
    "woman": (1.63, 205.0),
    "child": (1.22, 275.0),
    "person": (1.66, 160.0),
    "robot": (1.55, 90.0),
    "heavy": (1.7, 104.0),
    "tall": (1.92, 124.0),
    "old": (1.6, 150.0),
}


def voice(look: Look) -> Voice:
    """Return the voice of a look: its pitch, and the tract that was listened to or is likely."""
    # A high voice mostly comes from a small body: formants of women lie a sixth above men's.
    guess = (look.voice_hz / _MAN_HZ) ** 0.3
    tract = look.voice_tract if look.voice_tract is not None else guess
    airy = float(np.clip((look.voice_hz - 140) / 240, 0, 0.35))
    return Voice(look.voice_hz, float(np.clip(tract, _TRACT_MIN, _TRACT_MAX)), airy)


def dress(role: Role, cameos: tuple[Cameo, ...], *, seed: int) -> Look:
    """Return the look of a role: its cameo's, or one drawn from the seed and the role's name.

    Raises:
        GeneratorError: The role names a cameo that the request does not cast with a consent token.
    """
    if role.handle is not None:
        for cameo in cameos:
            if cameo.handle == role.handle:
                return cameo.look
        raise GeneratorError(f"The cameo @{role.handle} is not cast in this request.")
    digest = hashlib.sha256(f"{seed}/{role.name}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    height, voice = _BODIES.get(role.body, _BODIES["person"])
    return Look(
        skin=_SKINS[int(rng.integers(len(_SKINS)))],
        hair=_HAIRS[int(rng.integers(len(_HAIRS)))],
        clothes=role.clothes,
        height_m=height * float(rng.uniform(0.96, 1.04)),
        voice_hz=voice * float(rng.uniform(0.9, 1.1)),
    )


def looks(shots: tuple[Shot, ...], cameos: tuple[Cameo, ...], *, seed: int) -> dict[str, Look]:
    """Return the look of every role of a storyboard, by the role's name."""
    return {role.name: dress(role, cameos, seed=seed) for shot in shots for role in shot.cast}
