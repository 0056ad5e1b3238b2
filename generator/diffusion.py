"""The engine of models that others trained: Wan 2.x, LTX, LTX-2 with its sound, and CogVideoX.

A model knows no list of shots: it is called once a shot, with a seed of that shot, and its frames
are cut back to what was asked for. What it draws nobody has measured, so no word is called drawn.
"""

import hashlib
import importlib
import math
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from generator import assets, base, filters, likeness, storyboards, weights
from generator.base import (
    GRAMMAR_REASON,
    PROGRESS_FRAMES,
    Asset,
    Clip,
    Fate,
    Frames,
    Request,
    Samples,
    Shot,
    Storyboard,
    Word,
)
from generator.errors import GeneratorError
from generator.film.vocabulary import FILM
from generator.language import direction, reading
from generator.simulate import world as worlds
from generator.sound import mixes
from generator.weights import Kind

NAME = "diffusion"
VERSION = 1
DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
UNWANTED = "blurry, distorted, low quality, watermark, subtitles"
UNMEASURED = "given to the model; nobody has measured whether it is in the pictures"
UNENROLLED = "the model knows nobody who is enrolled"
WAIT_SECONDS = 0.5  # Whoever waits for the model asks so often whether to go on.
SHARE = 0.98  # Of the work that is done when the last shot is made.
_STRANGER = "a person"
_FADE_SECONDS = 0.005  # Sounds of shots do not click where they meet.


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pipeline in memory: frames come k * `ratio` + 1 at once, in multiples of `multiple`."""

    pipe: Any
    kind: Kind
    ratio: int
    multiple: int
    device: str
    rate: int  # Samples a second of its sound, 0: it makes none.


class Diffusion:
    """The engine of one model, which is loaded when it is first asked for a clip.

    Args:
        model: The path of its folder, or OWNER/NAME@COMMIT; only then the hub is asked.
        steps: Of denoising; None: as many as its pipeline takes by itself.

    Raises:
        GeneratorError: There is no such model, or the extra is missing.
    """

    def __init__(self, model: str, *, steps: int | None = None) -> None:
        weights.require_extra()
        self._source = weights.source(model)
        self._steps = steps
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None
        self._folder: Path | None = None
        self._asset: Asset | None = None

    @property
    def name(self) -> str:
        """What the registry calls the engine."""
        return NAME

    @property
    def version(self) -> int:
        """Changes whenever the same request would give other bytes."""
        return VERSION

    @property
    def digital_source_type(self) -> str:
        """IPTC digital source type of the outputs, a URI."""
        return DIGITAL_SOURCE_TYPE

    def assets(self, storyboard: Storyboard) -> tuple[Asset, ...]:
        """Return the model, and what our own sound is made of where the model makes none."""
        if self._asset is None:
            self._asset = weights.asset(self._source, self._files())
        if weights.kind(self._files()).sounds:
            return (self._asset,)
        own = assets.bundled(_heard(storyboard))
        return (self._asset, *(one for one in own if one.kind in ("voice", "music", "sound")))

    def plan(self, request: Request) -> Storyboard:
        """Return the storyboard of a request: what each shot tells the model to draw.

        Raises:
            GeneratorError: The request is out of bounds, a shot is longer than the model makes one,
                or the request is strict: what is drawn is not known beforehand.
        """
        base.check(request)
        board = direction.direct(
            request, engine=NAME, version=VERSION, vocabulary=FILM, splits=False
        )
        passages = reading.read(request.prompt, FILM.words)
        texts = [passage.text for passage in passages if passage.shot is not None]
        head = "".join(f"{passage.text} " for passage in passages if passage.shot is None)
        shots = tuple(
            replace(shot, text=f"{head}{text}")
            for shot, text in zip(board.shots, texts, strict=True)
        )
        handles = {f"@{cameo.handle}" for cameo in request.cameos}
        words = tuple(_told(word, handles) for word in board.words)
        board = replace(board, shots=shots, words=words)
        storyboards.check_strictness(board, request)
        for _, _, count in _spans(board, request):
            _frames(weights.kind(self._files()), count, request.fps)
        return board

    def revise(self, request: Request, storyboard: Storyboard, *, shot: int) -> Storyboard:
        """Return a storyboard in which one shot is as the prompt of this request has it.

        Raises:
            GeneratorError: The request is out of bounds, or there is no such shot.
        """
        base.check(request)
        board = direction.redirect(request, storyboard, shot=shot, vocabulary=FILM)
        handles = {f"@{cameo.handle}" for cameo in request.cameos}
        shots = list(board.shots)
        shots[shot] = replace(shots[shot], text=request.prompt)
        words = tuple(_told(word, handles) if word.shot == shot else word for word in board.words)
        return replace(board, shots=tuple(shots), words=words)

    def generate(
        self, request: Request, storyboard: Storyboard, *, progress: Callable[[float], None]
    ) -> Clip:
        """Return the clip of a storyboard; every shot is made before it is handed over.

        Args:
            request: What was asked for.
            storyboard: What `plan` answered, perhaps edited.
            progress: Gets the share done, 0..1, after every step of denoising, and while another
                clip has the model; what it raises ends the work there.

        Raises:
            GeneratorError: The request or the storyboard is out of bounds, or the model gave
                something that is no picture.
        """
        base.check(request)
        storyboards.check(storyboard, request, engine=NAME, version=VERSION, vocabulary=FILM)
        progress(0.0)
        spans = _spans(storyboard, request)
        # On disk, not in memory: a minute of large frames is gigabytes.
        with tempfile.TemporaryFile() as file:
            shape = (request.frame_count, request.height, request.width, 3)
            reel = np.memmap(file, np.uint8, "w+", shape=shape)
        sounds: list[Samples] = []
        with self._held(progress) as loaded:
            for number, (shot, first, count) in enumerate(spans):

                def step(share: float, number: int = number) -> None:
                    progress(SHARE * (number + share) / len(spans))

                made = self._shoot(loaded, request, shot, count, number, step)
                reel[first : first + count] = made[0]
                if made[1] is not None:
                    edges = [
                        round(edge / request.fps * mixes.RATE) for edge in (first, first + count)
                    ]
                    sounds.append(_fitted(made[1], edges[1] - edges[0]))
        audio = np.concatenate(sounds) if sounds else _accompanied(storyboard, request)
        return Clip(storyboard, _chunks(reel, progress), audio, mixes.RATE, ())

    def _files(self) -> Path:
        if self._folder is None:
            self._folder = weights.folder_of(self._source)
        return self._folder

    @contextmanager
    def _held(self, progress: Callable[[float], None]) -> Generator[Loaded]:
        """Hold the model, which makes one clip at a time."""
        while not self._lock.acquire(timeout=WAIT_SECONDS):
            progress(0.0)
        try:
            if self._loaded is None:
                self._loaded = _load(self._files())
            yield self._loaded
        finally:
            self._lock.release()

    def _shoot(
        self,
        loaded: Loaded,
        request: Request,
        shot: Shot,
        count: int,
        number: int,
        step: Callable[[float], None],
    ) -> tuple[Frames, NDArray[np.float64] | None]:
        """Return the frames of a shot, uint8 (count, H, W, 3), and its sound at mixes.RATE."""
        torch = cast("Any", importlib.import_module("torch"))
        asked = _frames(loaded.kind, count, request.fps)
        width, height = (_up(side, loaded.multiple) for side in (request.width, request.height))
        seed = int.from_bytes(hashlib.sha256(f"{request.seed}/{number}".encode()).digest()[:7])
        steps = 0

        def after(pipe: Any, index: int, _: object, kept: dict[str, Any]) -> dict[str, Any]:
            nonlocal steps
            steps = max(steps, int(pipe.num_timesteps), 1)
            step((index + 1) / steps)
            return kept

        told: dict[str, object] = {
            "prompt": _named(shot.text, request) or _STRANGER,
            "negative_prompt": UNWANTED,
            "width": width,
            "height": height,
            "num_frames": _up(asked - 1, loaded.ratio) + 1,
            # On the processor's generator a seed is the same noise on every accelerator.
            "generator": torch.Generator("cpu").manual_seed(seed),
            "output_type": "np",
            "callback_on_step_end": after,
        }
        if loaded.kind.fps is None:
            told["frame_rate"] = float(request.fps)
        if self._steps is not None:
            told["num_inference_steps"] = self._steps
        made = loaded.pipe(**told)
        pictures = np.asarray(made.frames[0], np.float32)
        if len(pictures) < asked or not np.isfinite(pictures).all():
            raise GeneratorError(
                "The model gave fewer frames than it was asked for, or none at all."
            )
        rate = request.fps if loaded.kind.fps is None else Fraction(loaded.kind.fps)
        picks = [math.floor(index / request.fps * rate) for index in range(count)]
        top, left = (height - request.height) // 2, (width - request.width) // 2
        cut = pictures[picks, top : top + request.height, left : left + request.width]
        frames = np.asarray(np.round(np.clip(cut, 0, 1) * 255), np.uint8)
        return frames, _sound(made, loaded.rate) if loaded.kind.sounds else None


def _load(folder: Path) -> Loaded:
    """Load a pipeline: safetensors alone, no code of its own, nothing from the network."""
    kind = weights.kind(folder)
    weights.require_safe(folder)
    torch, diffusers = (cast("Any", importlib.import_module(n)) for n in ("torch", "diffusers"))
    diffusers.utils.logging.disable_progress_bar()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        pipe = getattr(diffusers, kind.name).from_pretrained(
            str(folder),
            dtype=torch.bfloat16 if device == "cuda" else torch.float32,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise GeneratorError(f"The model cannot be loaded: {type(error).__name__}.") from error
    pipe.set_progress_bar_config(disable=True)
    pipe.to(device)
    spatial = _either(pipe, "vae_scale_factor_spatial", "vae_spatial_compression_ratio")
    temporal = _either(pipe, "vae_scale_factor_temporal", "vae_temporal_compression_ratio")
    patch = pipe.transformer.config.patch_size
    patch = int(patch if isinstance(patch, int) else patch[-1])
    vocoder = getattr(pipe, "vocoder", None)
    rate = int(vocoder.config.output_sampling_rate) if vocoder is not None else 0
    return Loaded(pipe, kind, temporal, math.lcm(spatial * patch, kind.multiple), device, rate)


def _either(pipe: Any, name: str, other: str) -> int:
    return int(getattr(pipe, name, None) or getattr(pipe, other))


def _told(word: Word, handles: set[str]) -> Word:
    """Return what is known of a word before anybody has looked at what the model made of it."""
    if word.reason == GRAMMAR_REASON:
        return word
    if word.text.lower() in handles or f"@{word.text.lower()}" in handles:
        return replace(word, fate=Fate.NOT_DRAWN, reason=UNENROLLED, object=None)
    return replace(word, fate=Fate.APPROXIMATED, reason=UNMEASURED, object=None)


def _named(text: str, request: Request) -> str:
    """Return what the model is told: of a cameo, that somebody is there."""
    for cameo in request.cameos:
        text = text.replace(f"@{cameo.handle}", _STRANGER)
    return text.strip()


def _spans(storyboard: Storyboard, request: Request) -> list[tuple[Shot, int, int]]:
    """Return the shots of which there are frames, the first frame of each, and how many."""
    lengths = [shot.seconds for shot in storyboard.shots]
    starts = [sum(lengths[:number]) for number in range(len(lengths))]
    edges = [math.ceil((start - 1e-9) * float(request.fps)) for start in starts]
    bounds = pairwise([*edges, request.frame_count])
    return [
        (shot, first, last - first)
        for shot, (first, last) in zip(storyboard.shots, bounds, strict=True)
        if last > first
    ]


def _frames(kind: Kind, count: int, fps: Fraction) -> int:
    """Return how many frames a model has to make for so many of a clip.

    Raises:
        GeneratorError: More than it makes at once.
    """
    needed = count if kind.fps is None else math.floor((count - 1) / fps * kind.fps) + 1
    if needed > kind.frames_max:
        most = kind.frames_max / (kind.fps or float(fps))
        raise GeneratorError(
            f"This model makes shots of at most {most:.1f} seconds, and one would be "
            f"{float(count / fps):.1f} seconds long. Ask for more shots, or for a shorter clip."
        )
    return needed


def _up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple


def _sound(made: Any, rate: int) -> NDArray[np.float64]:
    """Return what a model made to be heard, float64 (N, 2), at mixes.RATE."""
    heard = np.asarray(made.audio[0].float().cpu().numpy(), np.float64)
    heard = np.stack([heard, heard]) if heard.ndim == 1 else heard
    if not np.isfinite(heard).all():
        raise GeneratorError("The model gave a sound that is none.")
    common = math.gcd(mixes.RATE, rate)
    both = heard[[0, -1]].T
    return np.clip(filters.resampled(both, mixes.RATE // common, rate // common), -1, 1)


def _fitted(sound: NDArray[np.float64], count: int) -> Samples:
    """Return a sound cut, or filled with silence, to so many samples, faded at both ends."""
    fitted = np.zeros((count, 2), np.float32)
    fitted[: len(sound)] = sound[:count]
    fade = min(round(_FADE_SECONDS * mixes.RATE), count // 2)
    slope = np.linspace(0, 1, fade, dtype=np.float32)[:, None]
    fitted[:fade] *= slope
    fitted[count - fade :] *= slope[::-1]
    return fitted


def _heard(storyboard: Storyboard) -> Storyboard:
    """Return a storyboard of what is heard though nobody knows what is seen: air, cues, lines."""
    shots = tuple(
        replace(shot, props=(), cast=tuple(replace(role, action="talk") for role in shot.cast))
        for shot in storyboard.shots
    )
    return replace(storyboard, shots=shots)


def _accompanied(storyboard: Storyboard, request: Request) -> Samples:
    """Return our own sound for a model without one."""
    seconds = float(request.frame_count / request.fps)
    board = _heard(storyboard)
    looks = likeness.looks(board.shots, request.cameos, seed=request.seed)
    world = worlds.build(board, looks, seconds=seconds)
    return mixes.mix(world, seconds=seconds, aspect=request.width / request.height)


def _chunks(reel: Frames, progress: Callable[[float], None]) -> Iterator[Frames]:
    for first in range(0, len(reel), PROGRESS_FRAMES):
        chunk = np.array(reel[first : first + PROGRESS_FRAMES])
        progress(SHARE + (1 - SHARE) * min((first + PROGRESS_FRAMES) / len(reel), 1.0))
        yield chunk
