"""What happens to a sound on its way: each takes and returns samples, (N, C), and their rate."""

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import av
import numpy as np

from watermark.sound.analysis import Samples

Attack = Callable[[Samples, int], tuple[Samples, int]]
PIECE = 4096


def same(samples: Samples, rate: int) -> tuple[Samples, int]:
    return samples, rate


def mix(samples: Samples, rate: int) -> tuple[Samples, int]:
    return samples.mean(axis=1, keepdims=True, dtype=np.float32), rate


def trim(samples: Samples, rate: int, *, seconds: float) -> tuple[Samples, int]:
    start = round(1.37 * rate)
    return samples[start : start + round(seconds * rate)], rate


def louder(samples: Samples, rate: int, *, decibels: float) -> tuple[Samples, int]:
    return (samples * 10.0 ** (decibels / 20.0)).astype(np.float32), rate


def noise(samples: Samples, rate: int, *, decibels: float) -> tuple[Samples, int]:
    """Add white noise that is so much softer than the sound."""
    level = np.sqrt(np.mean(np.square(samples, dtype=np.float64))) * 10.0 ** (-decibels / 20.0)
    added = level * np.random.default_rng(5).standard_normal(samples.shape)
    return (samples + added).astype(np.float32), rate


def narrow(samples: Samples, rate: int) -> tuple[Samples, int]:
    """Leave 300 to 3400 Hz, with the slopes of a filter of the fourth and the sixth order."""
    hertz = np.maximum(np.fft.rfftfreq(len(samples), 1.0 / rate), 1.0)
    kept = 1.0 / np.sqrt((1.0 + (300.0 / hertz) ** 8) * (1.0 + (hertz / 3_400.0) ** 12))
    spectrum = np.fft.rfft(samples, axis=0) * kept[:, np.newaxis]
    return np.fft.irfft(spectrum, n=len(samples), axis=0).astype(np.float32), rate


def echo(samples: Samples, rate: int) -> tuple[Samples, int]:
    """Play it in a room that rings for a quarter of a second, half as loud as what comes direct."""
    size = rate // 4
    ringing = np.random.default_rng(6).standard_normal(size) * np.exp(-6.9 * np.arange(size) / size)
    ringing *= 0.5 / np.sqrt(np.square(ringing).sum())
    ringing[0] = 1.0
    length = len(samples) + size
    spectrum = np.fft.rfft(samples, n=length, axis=0)
    spectrum *= np.fft.rfft(ringing, n=length)[:, np.newaxis]
    return np.fft.irfft(spectrum, n=length, axis=0)[: len(samples)].astype(np.float32), rate


def microphone(samples: Samples, rate: int) -> tuple[Samples, int]:
    """Record it in a room with a telephone, with noise 20 dB below."""
    return noise(*narrow(*echo(*mix(samples, rate))), decibels=20.0)


def resample(samples: Samples, rate: int, *, to: int) -> tuple[Samples, int]:
    count = round(len(samples) * to / rate)
    spectrum = np.fft.rfft(samples, axis=0)
    kept = np.zeros((count // 2 + 1, samples.shape[1]), dtype=complex)
    shared = min(len(kept), len(spectrum))
    kept[:shared] = spectrum[:shared]
    changed = np.fft.irfft(kept, n=count, axis=0) * (count / len(samples))
    return changed.astype(np.float32), to


def faster(samples: Samples, rate: int, *, times: float) -> tuple[Samples, int]:
    """Play it faster, and so higher."""
    return resample(samples, rate, to=round(rate / times))[0], rate


def stretch(samples: Samples, rate: int, *, times: float) -> tuple[Samples, int]:
    """Play it faster at the same pitch, as players do (FFmpeg's atempo, a WSOLA)."""
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    graph = av.filter.Graph()
    first = graph.add_abuffer(format="fltp", sample_rate=rate, layout=layout)
    second, third = graph.add("atempo", str(times)), graph.add("aformat", "sample_fmts=fltp")
    last = graph.add("abuffersink")
    first.link_to(second)
    second.link_to(third)
    third.link_to(last)
    graph.configure()
    pieces: list[np.ndarray] = []

    def pull() -> None:
        with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                pieces.append(graph.pull().to_ndarray())

    for frame in _frames(samples, rate, layout):
        graph.push(frame)
        pull()
    graph.push(None)
    pull()
    return np.ascontiguousarray(np.concatenate(pieces, axis=1).T, dtype=np.float32), rate


def higher(samples: Samples, rate: int, *, times: float) -> tuple[Samples, int]:
    """Raise the pitch and leave the speed."""
    return stretch(*faster(samples, rate, times=times), times=1.0 / times)


def compress(
    samples: Samples, rate: int, *, codec: str, kilobits: int, form: str
) -> tuple[Samples, int]:
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        stream.bit_rate = kilobits * 1000
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=rate)
        for frame in _frames(samples, rate, layout):
            for each in resampler.resample(frame):
                container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    file.seek(0)
    pieces: list[np.ndarray] = []
    with av.open(file) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", layout=layout, rate=stream.rate)
        for frame in container.decode(stream):
            pieces += [each.to_ndarray() for each in resampler.resample(frame)]
        return np.ascontiguousarray(np.concatenate(pieces, axis=1).T), stream.rate


def aac(samples: Samples, rate: int, *, kilobits: int) -> tuple[Samples, int]:
    return compress(samples, rate, codec="aac", kilobits=kilobits, form="mp4")


def _frames(samples: Samples, rate: int, layout: str) -> Iterator[av.AudioFrame]:
    for start in range(0, len(samples), PIECE):
        piece = np.ascontiguousarray(samples[start : start + PIECE].T)
        frame = av.AudioFrame.from_ndarray(piece, "fltp", layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame


def worn(samples: Samples, rate: int) -> tuple[Samples, int]:
    """Cut five seconds out, play them faster, and compress them for a telephone."""
    samples, rate = trim(samples, rate, seconds=5.0)
    return narrow(*aac(*faster(samples, rate, times=1.1), kilobits=64))


HARDEST = "in a room, by telephone, noise 20 dB"
ATTACKS: Mapping[str, Attack] = {
    "as marked": same,
    "AAC, 160 kb/s": lambda x, r: aac(x, r, kilobits=160),
    "AAC, 64 kb/s": lambda x, r: aac(x, r, kilobits=64),
    "MP3, 64 kb/s": lambda x, r: compress(x, r, codec="libmp3lame", kilobits=64, form="mp3"),
    "Opus, 32 kb/s": lambda x, r: compress(
        *resample(x, r, to=48_000), codec="libopus", kilobits=32, form="ogg"
    ),
    "at 44.1 kHz": lambda x, r: resample(x, r, to=44_100),
    "at 16 kHz": lambda x, r: resample(x, r, to=16_000),
    "at 8 kHz": lambda x, r: resample(x, r, to=8_000),
    "0.8 times as fast, and lower": lambda x, r: faster(x, r, times=0.8),
    "1.25 times as fast, and higher": lambda x, r: faster(x, r, times=1.25),
    "1.037 times as fast, and higher": lambda x, r: faster(x, r, times=1.037),
    "0.8 times as fast": lambda x, r: stretch(x, r, times=0.8),
    "1.25 times as fast": lambda x, r: stretch(x, r, times=1.25),
    "1.1 times as high": lambda x, r: higher(x, r, times=1.1),
    "white noise, 20 dB": lambda x, r: noise(x, r, decibels=20.0),
    "300 to 3400 Hz": narrow,
    HARDEST: microphone,
    "cut to 5 s": lambda x, r: trim(x, r, seconds=5.0),
    "cut to 3 s": lambda x, r: trim(x, r, seconds=3.0),
    "20 dB softer": lambda x, r: louder(x, r, decibels=-20.0),
    "mixed to one channel": mix,
    "5 s, 1.1 times as fast, AAC 64 kb/s, 300 to 3400 Hz": worn,
}
