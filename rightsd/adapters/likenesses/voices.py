"""Recognises voices: the GE2E speaker encoder of Resemblyzer, computed by numpy.

Three LSTM layers and a linear one over the mel energies of 1.6 s. A recording is the mean over its
windows. Windows that hold no speech (`voicing`) are left out.

Sources: Wan et al., "Generalized End-to-End Loss for Speaker Verification" (2018); the weights and
their preparation of sound are those of the package Resemblyzer (Apache-2.0); the mel filters are
Slaney's, "Auditory Toolbox" (1998).
"""

import math
import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rightsd.adapters.likenesses import catalogue, sound, voicing
from rightsd.domain.template import Bounds, Kind, Metric, Model, Template
from rightsd.errors import Code, RightsError
from rightsd.ports import Samples

DIMENSIONS = 256
LAYERS = 3
WIDTH = 400  # Samples of one spectrum, 25 ms.
HOP = 160  # 10 ms.
MELS = 40
WINDOW = 160  # Hops that the network sees: 1.6 s.
STEP = 80
WINDOWS_MAX = 750  # Ten minutes.
# Products this small are done in this thread by OpenBLAS. Of larger ones it does parts in others,
# and waiting for those, hundreds of times a second of sound, took ten times as long as the work.
BATCH = 16  # Windows at a time.
PIECES = 16  # Of a layer's outputs.
SECONDS_MIN = 1.0  # Of speech. One second alone agrees with its speaker at 0.77.
SHAPES = {
    **{
        f"lstm.{name}_l{layer}": shape
        for layer in range(LAYERS)
        for name, shape in {
            "weight_ih": (4 * DIMENSIONS, DIMENSIONS if layer else MELS),
            "weight_hh": (4 * DIMENSIONS, DIMENSIONS),
            "bias_ih": (4 * DIMENSIONS,),
            "bias_hh": (4 * DIMENSIONS,),
        }.items()
    },
    "linear.weight": (DIMENSIONS, DIMENSIONS),
    "linear.bias": (DIMENSIONS,),
}
# The closest two of 84 speakers were 0.868 alike. A hundred unknown recordings, sought among all of
# them, hit nobody at 0.85 and somebody 8 times at 0.80: a search asks for more than a claim.
CLAIMED = Bounds(accept=0.78, review=0.70)
SEARCH = Bounds(accept=0.90, review=0.85)

Floats = npt.NDArray[np.floating[Any]]


class Ge2eVoices:
    """The network, loaded when it is first needed. Any thread may call anything."""

    def __init__(self, path: Path, sha256: str) -> None:
        """Name the file, which `installing` made; it is read later."""
        self._path, self._sha256 = path, sha256
        self._weights: dict[str, Floats] | None = None
        self._lock = threading.Lock()
        self._filters = _filters()
        self.model = Model(
            id=f"ge2e-resemblyzer@{sha256}",
            kind=Kind.VOICE,
            metric=Metric.COSINE,
            dimensions=DIMENSIONS,
            claimed=CLAIMED,
            search=SEARCH,
        )

    def embed(self, samples: Samples, rate: int) -> Template:
        """Return what the voice in a recording is recognised by.

        Raises:
            RightsError: INVALID: there is too little sound in it, or no speech.
        """
        mono = sound.resample(sound.require(samples, rate), rate)
        voice, _ = sound.speech(mono)
        seconds = len(voice) / sound.RATE
        if seconds < SECONDS_MIN:
            detail = f"the recording has {seconds:.1f} s of sound; {SECONDS_MIN:g} s is the least"
            raise RightsError(Code.INVALID, detail)
        starts = _spoken(voice)
        if not starts:
            raise RightsError(Code.INVALID, "nobody is heard to speak in the recording")
        return self._template(self._points(voice, starts).mean(0))

    def windows(self, samples: Samples, rate: int) -> list[tuple[float, Template]]:
        """Return what each 1.6 s of speech is recognised by, and when it begins, in seconds."""
        mono = sound.resample(sound.require(samples, rate), rate)
        voice, frames = sound.speech(mono)
        if len(voice) < SECONDS_MIN * sound.RATE:
            return []
        starts = _spoken(voice)
        if not starts:
            return []
        points = self._points(voice, starts)
        return [
            (float(frames[start * HOP // sound.FRAME]) * sound.FRAME / sound.RATE,
             self._template(point))
            for start, point in zip(starts, points, strict=True)
        ]  # fmt: skip

    def _template(self, point: Floats) -> Template:
        unit = point / np.linalg.norm(point)
        return Template(Kind.VOICE, self.model.id, unit.astype("<f4").tobytes())

    def _points(self, voice: Floats, starts: list[int]) -> Floats:
        """Return the network's answer to each window: (windows, DIMENSIONS), unit length."""
        missing = (starts[-1] + WINDOW) * HOP - len(voice)
        mels = _mels(np.pad(voice, (0, max(0, missing))), self._filters)
        weights = self._loaded()
        points: list[Floats] = []
        for first in range(0, len(starts), BATCH):
            batch = [mels[start : start + WINDOW] for start in starts[first : first + BATCH]]
            points.append(_forward(weights, np.stack(batch)))
        return np.concatenate(points)

    def _loaded(self) -> dict[str, Floats]:
        with self._lock:
            if self._weights is None:
                self._weights = _read(catalogue.require(self._path, self._sha256))
            return self._weights


def _read(path: Path) -> dict[str, Floats]:
    """Return the weights, which lie one after another as float32."""
    flat = np.fromfile(path, "<f4")
    counts = [math.prod(shape) for shape in SHAPES.values()]
    pieces = np.split(flat, np.cumsum(counts)[:-1])
    return {
        name: piece.reshape(shape)
        for (name, shape), piece in zip(SHAPES.items(), pieces, strict=True)
    }


def _starts(length: int) -> list[int]:
    """Return where windows begin, in hops; the last has sound for three quarters of it."""
    hops = length // HOP
    starts = range(0, max(1, hops - 3 * WINDOW // 4 + 1), STEP)
    return list(starts)[:WINDOWS_MAX]


def _spoken(voice: Floats) -> list[int]:
    """Return where the windows begin that hold speech."""
    return [
        start
        for start in _starts(len(voice))
        if voicing.is_speech(voice[start * HOP : (start + WINDOW) * HOP])
    ]


def _forward(weights: dict[str, Floats], mels: Floats) -> Floats:
    """Run the network on (B, WINDOW, MELS), B <= BATCH."""
    layer_in = mels
    for layer in range(LAYERS):
        w_in, w_hidden = (_pieces(weights[f"lstm.weight_{of}_l{layer}"]) for of in ("ih", "hh"))
        bias = weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"]
        hidden = np.zeros((len(mels), DIMENSIONS), np.float32)
        cell = np.zeros_like(hidden)
        out = np.empty((WINDOW, len(mels), DIMENSIONS), np.float32)
        for step, values in enumerate(np.ascontiguousarray(layer_in.swapaxes(0, 1))):
            driven = np.matmul(values, w_in) + np.matmul(hidden, w_hidden)
            gates = driven.transpose(1, 0, 2).reshape(len(mels), -1) + bias
            into, forget, new, open_ = np.split(gates, 4, axis=1)
            cell = _sigmoid(forget) * cell + _sigmoid(into) * np.tanh(new)
            hidden = _sigmoid(open_) * np.tanh(cell)
            out[step] = hidden
        layer_in = out.swapaxes(0, 1)
    raw = np.maximum(0, layer_in[:, -1] @ weights["linear.weight"].T + weights["linear.bias"])
    return raw / (np.linalg.norm(raw, axis=1, keepdims=True) + np.float32(1e-9))


def _pieces(matrix: Floats) -> Floats:
    """Return a layer's weights (outputs, inputs) as (PIECES, inputs, outputs / PIECES)."""
    pieces = matrix.reshape(PIECES, -1, matrix.shape[1]).transpose(0, 2, 1)
    return np.ascontiguousarray(pieces)


def _sigmoid(logits: Floats) -> Floats:
    return 0.5 * (1 + np.tanh(0.5 * logits))


def _mels(voice: Floats, filters: Floats) -> Floats:
    """Return the energies in mel bands, (1 + N / HOP, MELS): linear, not in decibels."""
    padded = np.pad(voice, WIDTH // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WIDTH)[::HOP]
    hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WIDTH) / WIDTH)).astype(np.float32)
    power = np.abs(np.fft.rfft(frames * hann, axis=1)) ** 2
    return power.astype(np.float32) @ filters.T


def _filters() -> Floats:
    """Return Slaney's mel filters, of equal area: (MELS, WIDTH / 2 + 1)."""
    linear_hz, knee_hz = 200 / 3, 1000.0
    knee, steps = knee_hz / linear_hz, math.log(6.4) / 27
    top = knee + math.log(sound.RATE / 2 / knee_hz) / steps
    mels: npt.NDArray[np.float64] = np.linspace(0, top, MELS + 2)
    edges = np.where(mels < knee, mels * linear_hz, knee_hz * np.exp(steps * (mels - knee)))
    away = edges[:, None] - np.fft.rfftfreq(WIDTH, 1 / sound.RATE)
    widths = np.diff(edges)
    rising, falling = -away[:-2] / widths[:-1, None], away[2:] / widths[1:, None]
    area = (2 / (edges[2:] - edges[:-2]))[:, None]
    return (np.maximum(0, np.minimum(rising, falling)) * area).astype(np.float32)
