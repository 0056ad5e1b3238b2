"""Small pieces of music, and the things that copyists do to them."""

import io
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

RATE = 22_050

Sound = NDArray[np.float32]


def music(seed: int, *, seconds: float = 20.0, rate: int = RATE) -> Sound:
    """Notes of several instruments on a scale, none twice alike, over a soft hiss; (N, 1)."""
    rng = np.random.default_rng([3, seed])
    count = round(seconds * rate)
    sound = rng.normal(0.0, 0.002, count + 2 * rate)
    scale = rng.choice(12, 7, replace=False)
    at = 0.1
    while at < seconds:
        for _ in range(int(rng.integers(1, 4))):
            midi = 12 * int(rng.integers(4, 7)) + int(rng.choice(scale))
            hertz = 440.0 * 2.0 ** ((midi - 69) / 12)
            time = np.arange(round(rng.uniform(0.2, 1.0) * rate)) / rate
            tones = np.arange(1, 5)[:, None]
            waves = np.sin(2 * np.pi * hertz * tones * time + rng.uniform(0, 6, (4, 1)))
            note = (waves * tones ** -rng.uniform(0.5, 1.5)).sum(axis=0)
            note *= np.exp(-rng.uniform(2, 8) * time) * np.minimum(1.0, time / 0.005)
            first = round(at * rate)
            sound[first : first + len(time)] += 0.1 * note
        at += rng.uniform(0.08, 0.35)
    return np.clip(sound[:count, None], -1.0, 1.0).astype(np.float32)


def filtered(sound: Sound, *stages: tuple[str, str], rate: int = RATE) -> Sound:
    """The sound after filters of FFmpeg, each with its arguments."""
    graph: Any = av.filter.Graph()
    last = graph.add(
        "abuffer", f"sample_rate={rate}:sample_fmt=fltp:channel_layout=mono:time_base=1/{rate}"
    )
    for name, arguments in (*stages, ("abuffersink", "")):
        stage = graph.add(name, arguments)
        last.link_to(stage)
        last = stage
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.T), format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    graph.push(frame)
    graph.push(None)
    pieces: list[Sound] = []
    while True:
        try:
            pieces.append(graph.pull().to_ndarray().T)
        except (av.BlockingIOError, av.EOFError):
            return np.concatenate(pieces).astype(np.float32)


def sped(sound: Sound, speed: float) -> Sound:
    """The sound played faster, and so higher."""
    return filtered(sound, ("asetrate", str(round(RATE * speed))), ("aresample", str(RATE)))


def stretched(sound: Sound, tempo: float) -> Sound:
    """The sound played faster, and no higher."""
    return filtered(sound, ("atempo", str(tempo)))


def pitched(sound: Sound, pitch: float) -> Sound:
    """The sound played higher, and no faster."""
    return stretched(sped(sound, pitch), 1.0 / pitch)


def coded(sound: Sound, *, bits: int = 64_000) -> Sound:
    """The sound after AAC."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=RATE, layout="mono")
        stream.bit_rate = bits
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.T), format="fltp", layout="mono"
        )
        frame.sample_rate = RATE
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as source:
        return np.concatenate([frame.to_ndarray().T for frame in source.decode(audio=0)])


def mixed(sound: Sound, other: Sound, *, louder_db: float) -> Sound:
    """A sound under another that is so much louder."""
    other = np.resize(other, sound.shape)
    gain = np.sqrt(np.mean(sound**2) / np.mean(other**2)) * 10 ** (louder_db / 20)
    return (0.4 * (sound + gain * other)).astype(np.float32)
