"""The vocabulary every engine shares: request, cameo, storyboard, clip, and their limits.

Nothing here knows how a picture is made. An engine is anything with the shape of `Generator`.
Space is in metres, right-handed: x to the right, y up, z towards the audience; the floor is y = 0.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generator.errors import GeneratorError

Frames: TypeAlias = NDArray[np.uint8]
Samples: TypeAlias = NDArray[np.float32]
Colour: TypeAlias = tuple[int, int, int]
Point: TypeAlias = tuple[float, float, float]

SECONDS_MIN = 0.5  # Shorter than two cuts can be seen.
SECONDS_MAX = 60.0  # A minute of 1080p is about twenty minutes of work for one core.
SHOTS_MAX = 12
VERSIONS_MAX = 8  # Of a storyboard that is changed shot by shot; each is a world of its own.
SHOT_SECONDS_MIN = 0.2
SIDE_MIN = 64
PIXELS_MAX = 1920 * 1080
FPS_MIN, FPS_MAX = Fraction(8), Fraction(60)
PROMPT_CHARS_MAX = 4000
CAMEOS_MAX = 4  # As many figures as a set seats without overlap.
TOKEN_CHARS_MAX = 4096
SEED_MAX = 2**63 - 1
PROGRESS_FRAMES = 12  # `progress` is called at least once per so many frames.
OWN_LICENCE = "LicenseRef-bundled"  # Comes with this program, under its terms.
UNKNOWN_LICENCE = "NOASSERTION"
GRAMMAR_REASON = "a grammar word; there is nothing to draw"
ABSENT_REASON = "said not to be there: none is put there"
HANDLE = re.compile(r"[a-z0-9_]{1,32}")
VOICE_HZ_MIN, VOICE_HZ_MAX = 60.0, 400.0
VOICE_TRACT_MIN, VOICE_TRACT_MAX = 0.8, 1.5  # From a giant's vocal tract to a small child's.
HEIGHT_MIN, HEIGHT_MAX = 0.8, 2.3


@dataclass(frozen=True, slots=True)
class Look:
    """How a cameo looks and sounds on a figure: sRGB colours 0-255, metres, hertz.

    `voice_tract` is the factor of the voice's formants on a man's, as `speech.listening.timbre`
    reads it from a recording; None if nobody listened to one, and then the pitch is the guide.
    """

    skin: Colour
    hair: Colour
    clothes: Colour
    height_m: float
    voice_hz: float
    voice_tract: float | None = None


@dataclass(frozen=True, slots=True)
class Cameo:
    """An enrolled person cast in this request.

    Attributes:
        handle: What the prompt calls them, without the `@`.
        token: Opaque proof from the gate that the person consents to this very request.
        look: Their likeness, as far as this generator can show it.
    """

    handle: str
    token: str
    look: Look


@dataclass(frozen=True, slots=True)
class Request:
    """One clip asked for; `width` and `height` in pixels, both even.

    With `strict`, 0..1, it is refused if a smaller share of the prompt's content words is drawn as
    they stand.
    """

    prompt: str
    seed: int
    seconds: float
    width: int
    height: int
    fps: Fraction
    cameos: tuple[Cameo, ...] = ()
    strict: float | None = None

    @property
    def frame_count(self) -> int:
        """The number of frames of the clip."""
        return round(Fraction(self.seconds) * self.fps)


class Fate(StrEnum):
    """What became of a word of the prompt."""

    DRAWN = "drawn"
    APPROXIMATED = "approximated"
    NOT_DRAWN = "not_drawn"


@dataclass(frozen=True, slots=True)
class Word:
    """One word or phrase of the prompt and what became of it.

    Attributes:
        text: As it was written.
        fate: What became of it.
        reason: Why it is not drawn as it stands; empty if it is.
        shot: The shot it was written for, None for all shots.
        object: What it is in the pictures' id pass (`storyboards.objects`); None for what is not
            one thing among others: light, lens, move, sound.
        share: The most of a measured frame that the object covers, 0..1; None if not measured.
    """

    text: str
    fate: Fate
    reason: str
    shot: int | None
    object: int | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A figure on the set: `handle` names its cameo, `clothes` is sRGB.

    `hair` is a style and `wear` a garment that the engine knows, or empty: left to the engine.
    """

    name: str
    body: str
    action: str
    clothes: Colour
    handle: str | None
    hair: str = ""
    wear: str = ""


@dataclass(frozen=True, slots=True)
class Prop:
    """`count` things of one kind and colour; `action` is what they do by themselves, or empty."""

    kind: str
    colour: Colour
    count: int
    action: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Something said by the role at index `speaker` of the shot's cast."""

    speaker: int
    text: str


@dataclass(frozen=True, slots=True)
class Shot:
    """What one camera sees from one cut to the next."""

    seconds: float
    lens_mm: float
    f_stop: float
    size: str
    angle: str
    move: str
    place: str
    light: str
    weather: str
    motion: str
    cast: tuple[Role, ...]
    props: tuple[Prop, ...]
    dialogue: tuple[Line, ...]
    cues: tuple[str, ...]
    shutter: float = 180.0  # Degrees of a turn; as long as the frame at 360.
    text: str = ""  # For an engine that draws from words: the words.


@dataclass(frozen=True, slots=True)
class Storyboard:
    """What an engine will make of a prompt. Holds no consent token and no likeness.

    Attributes:
        version: Of the engine that planned it.
        engine: Its name.
        seed: Of the request.
        shots: What is on screen, one after the other.
        words: What became of the words of the prompt.
        before: Of a remix the shots of what it was made of, the first version first: whichever
            shot is as it was there is filmed in the world of that version (`generator.remixes`).
    """

    version: int
    engine: str
    seed: int
    shots: tuple[Shot, ...]
    words: tuple[Word, ...]
    before: tuple[tuple[Shot, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Asset:
    """Something that a clip is made with.

    Attributes:
        kind: What it is: model, place, thing, figure, voice, music or sound.
        name: Its name, among those of its kind.
        revision: Which state of it.
        licence: An SPDX expression; OWN_LICENCE for what this program makes by itself,
            UNKNOWN_LICENCE if nothing says.
    """

    kind: str
    name: str
    revision: str
    licence: str


@dataclass(frozen=True, slots=True)
class ContactEvent:
    """Two things touched: at what second of the clip, where, how fast (m/s along the normal)."""

    at: float
    position: Point
    speed: float
    body: str
    surface: str
    shot: int


@dataclass(frozen=True, slots=True)
class Clip:
    """Picture and sound of one request.

    Attributes:
        storyboard: What was carried out.
        frames: Chunks of uint8 (T, H, W, 3) RGB, rendered as they are asked for.
        audio: float32 (N, 2) in -1..1, as long as the picture to within one sample.
        rate: Samples a second.
        events: Contacts in order of time; the sound of each starts at its `at`.
    """

    storyboard: Storyboard
    frames: Iterator[Frames]
    audio: Samples
    rate: int
    events: tuple[ContactEvent, ...]


class Generator(Protocol):
    """An engine. `digital_source_type` is the IPTC term its outputs are labelled with."""

    @property
    def name(self) -> str:
        """What the registry calls the engine."""
        ...

    @property
    def version(self) -> int:
        """Changes whenever the same request would give other bytes."""
        ...

    @property
    def digital_source_type(self) -> str:
        """IPTC digital source type of the outputs, a URI."""
        ...

    def plan(self, request: Request) -> Storyboard:
        """Return what the engine will make of the request, without making it."""
        ...

    def revise(self, request: Request, storyboard: Storyboard, *, shot: int) -> Storyboard:
        """Return a storyboard in which one shot is as the prompt of this request has it."""
        ...

    def assets(self, storyboard: Storyboard) -> tuple[Asset, ...]:
        """Return what a storyboard is carried out with, and the licence of each."""
        ...

    def generate(
        self, request: Request, storyboard: Storyboard, *, progress: Callable[[float], None]
    ) -> Clip:
        """Make the clip; `progress` gets the share done and may raise to cancel."""
        ...


def watched(
    chunks: Iterator[Frames], count: int, progress: Callable[[float], None]
) -> Iterator[Frames]:
    """Yield frames, each chunk after `progress` got the share of `count` that is done with it."""
    done = 0
    for chunk in chunks:
        done += len(chunk)
        progress(done / count)
        yield chunk


def check(request: Request) -> None:
    """Refuse a request that is out of bounds.

    Raises:
        GeneratorError: Which bound was broken.
    """
    _check_prompt(request.prompt)
    _check_format(request)
    if len(request.cameos) > CAMEOS_MAX:
        raise GeneratorError(f"A request casts at most {CAMEOS_MAX} cameos.")
    handles = [cameo.handle for cameo in request.cameos]
    if len(set(handles)) != len(handles):
        raise GeneratorError("A cameo is cast twice in this request.")
    for cameo in request.cameos:
        _check_cameo(cameo)


def _check_prompt(prompt: str) -> None:
    if len(prompt) > PROMPT_CHARS_MAX:
        raise GeneratorError(f"The prompt is longer than {PROMPT_CHARS_MAX} characters.")
    if not prompt.strip():
        raise GeneratorError("The prompt is empty.")
    # Bidirectional overrides make a reviewer read another prompt than the engine does.
    hidden = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    for char in prompt:
        if char in hidden or (unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\r\t"):
            raise GeneratorError(f"The prompt holds the control character U+{ord(char):04X}.")


def _check_format(request: Request) -> None:
    if not math.isfinite(request.seconds) or not SECONDS_MIN <= request.seconds <= SECONDS_MAX:
        raise GeneratorError(f"A clip lasts from {SECONDS_MIN} to {SECONDS_MAX:g} seconds.")
    if not FPS_MIN <= request.fps <= FPS_MAX:
        raise GeneratorError(f"A clip has from {FPS_MIN} to {FPS_MAX} frames a second.")
    if min(request.width, request.height) < SIDE_MIN:
        raise GeneratorError(f"A frame is at least {SIDE_MIN} pixels wide and high.")
    if request.width % 2 or request.height % 2:
        raise GeneratorError("Width and height are even numbers of pixels.")
    if request.width * request.height > PIXELS_MAX:
        raise GeneratorError("A frame has at most 1920 x 1080 pixels.")
    if not 0 <= request.seed <= SEED_MAX:
        raise GeneratorError("The seed is a whole number from 0 to 2**63 - 1.")
    if request.strict is not None and not 0 <= request.strict <= 1:
        raise GeneratorError("How strict a request is goes from 0 to 1.")


def _check_cameo(cameo: Cameo) -> None:
    if not HANDLE.fullmatch(cameo.handle):
        raise GeneratorError("A cameo handle is 1 to 32 of the characters a-z, 0-9 and _.")
    if not cameo.token.strip() or len(cameo.token) > TOKEN_CHARS_MAX:
        raise GeneratorError(f"The cameo @{cameo.handle} carries no usable consent token.")
    look = cameo.look
    colours = (*look.skin, *look.hair, *look.clothes)
    if len(colours) != 9 or not all(0 <= value <= 255 for value in colours):
        raise GeneratorError(f"A colour of the cameo @{cameo.handle} is outside 0 to 255.")
    if not HEIGHT_MIN <= look.height_m <= HEIGHT_MAX:
        raise GeneratorError(f"The cameo @{cameo.handle} is {HEIGHT_MIN} to {HEIGHT_MAX} m tall.")
    if not VOICE_HZ_MIN <= look.voice_hz <= VOICE_HZ_MAX:
        raise GeneratorError(
            f"The voice of @{cameo.handle} is {VOICE_HZ_MIN:g} to {VOICE_HZ_MAX:g} Hz."
        )
    if not VOICE_TRACT_MIN <= (look.voice_tract or 1.0) <= VOICE_TRACT_MAX:
        raise GeneratorError(
            f"The formants of @{cameo.handle} are {VOICE_TRACT_MIN} to {VOICE_TRACT_MAX} times "
            "those of a man."
        )
