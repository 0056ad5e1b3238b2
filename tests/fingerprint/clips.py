"""Small moving clips, and the things that copyists do to them."""

import io
from collections.abc import Callable, Iterator
from fractions import Fraction

import av
import cv2
import numpy as np
from numpy.typing import NDArray

FPS = Fraction(24)
HEIGHT = 180
WIDTH = 320

Frames = NDArray[np.uint8]
Make = Callable[..., Frames]


def textured(seed: int, *, seconds: float = 5.0) -> Frames:
    """Shots of 1 to 2 s over clouds of colour, each panned and zoomed, with a moving disc."""
    rng = np.random.default_rng([1, seed])
    frames: list[Frames] = []
    count = round(seconds * FPS)
    while len(frames) < count:
        canvas = clouds(rng, 2 * HEIGHT, 2 * WIDTH)
        start, drift = rng.uniform(0.2, 0.8, 2), rng.uniform(-0.15, 0.15, 2)
        zoom = rng.uniform(0.9, 1.1) * np.array([1, rng.uniform(0.9, 1.1)])
        disc, roll = rng.uniform(0.2, 0.8, 2), rng.uniform(-0.4, 0.4, 2)
        colour = tuple(int(level) for level in rng.integers(0, 256, 3))
        length = min(int(rng.integers(24, 48)), count - len(frames))
        for step in np.linspace(0, 1, length):
            scale = zoom[0] + (zoom[1] - zoom[0]) * step
            high, wide = round(HEIGHT * scale), round(WIDTH * scale)
            corner = (start + drift * step) * (2 * HEIGHT - high, 2 * WIDTH - wide)
            top, left = corner.astype(int)
            view = cv2.resize(canvas[top : top + high, left : left + wide], (WIDTH, HEIGHT))
            centre = (disc + roll * step) * (WIDTH, HEIGHT)
            cv2.circle(view, (int(centre[0]), int(centre[1])), HEIGHT // 6, colour, -1, cv2.LINE_AA)
            frames.append(view)
    return np.stack(frames)


def rendered(seed: int, *, seconds: float = 5.0) -> Frames:
    """Two smooth shots (wide, close) of one place: a sky, a floor, a bouncing ball and a figure."""
    rng = np.random.default_rng([2, seed])
    horizon = rng.uniform(0.35, 0.65)
    sky, floor, coat, ball = rng.integers(30, 226, (4, 3)).astype(float)
    figure, left, speed = rng.uniform(0.15, 0.85), rng.uniform(0, 0.3), rng.uniform(0.1, 0.2)
    blocks = [(rng.uniform(0, 1), rng.uniform(0.05, 0.2), rng.uniform(0.1, 0.35)) for _ in range(4)]
    line = int(2 * HEIGHT * horizon)
    place = np.empty((2 * HEIGHT, 2 * WIDTH, 3))
    place[:line] = sky + np.linspace(-25, 25, line)[:, None, None]
    place[line:] = floor + np.linspace(30, -30, 2 * HEIGHT - line)[:, None, None]
    for middle, half, tall in blocks:
        start, end = (max(int((middle + side) * 2 * WIDTH), 0) for side in (-half / 2, half / 2))
        place[line - int(tall * 2 * HEIGHT) : line, start:end] *= 0.7
    foot = (int(figure * 2 * WIDTH), line + 60)
    cv2.ellipse(place, foot, (44, 10), 0, 0, 360, (floor * 0.6).tolist(), -1, cv2.LINE_AA)
    place = np.clip(place, 0, 255).astype(np.uint8)
    grain = rng.normal(0, 2, (HEIGHT + 16, WIDTH + 16, 3)).astype(np.int16)
    count = round(seconds * FPS)
    frames: list[Frames] = []
    for number in range(count):
        time = number / float(FPS)
        frame = place.copy()
        swing = int(10 * np.sin(4 * time))
        cv2.line(frame, foot, (foot[0] + swing, foot[1] - 110), coat.tolist(), 46, cv2.LINE_AA)
        head = (foot[0] + swing, foot[1] - 160)
        cv2.circle(frame, head, 32, (205, 165, 140), -1, cv2.LINE_AA)
        height = abs(np.sin(2.4 * time)) * 0.45
        spot = (int((left + speed * time) * 2 * WIDTH), line + 90 - int(height * 2 * HEIGHT))
        cv2.circle(frame, spot, 36, ball.tolist(), -1, cv2.LINE_AA)
        cv2.circle(frame, (spot[0] - 10, spot[1] - 12), 10, (ball * 0.5 + 127).tolist(), -1)
        if number >= count // 2:  # The close shot: the middle of the figure, twice as large.
            x = min(max(foot[0] - WIDTH // 2, 0), WIDTH)
            y = min(max(head[1] - HEIGHT // 2, 0), HEIGHT)
            frame = frame[y : y + HEIGHT, x : x + WIDTH]
        small = cv2.resize(frame, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        dy, dx = rng.integers(0, 16, 2)
        noisy = small + grain[dy : dy + HEIGHT, dx : dx + WIDTH]
        frames.append(np.clip(noisy, 0, 255).astype(np.uint8))
    return np.stack(frames)


def reencoded(frames: Frames, *, crf: int, scale: float = 1.0, fps: Fraction = FPS) -> Frames:
    """The frames after H.264 at a constant rate factor, and at another size where `scale` says."""
    high, wide = (round(side * scale) // 2 * 2 for side in frames.shape[1:3])
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=fps, options={"crf": str(crf)})
        stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
        for frame in frames:
            small = cv2.resize(frame, (wide, high), interpolation=cv2.INTER_AREA)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(small, format="rgb24")))
        output.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as source:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in source.decode(video=0)])


def letterboxed(frames: Frames, *, bar: float = 0.13) -> Frames:
    """The frames with black bars over and under them, `bar` of the height each."""
    rows = round(frames.shape[1] * bar)
    return np.pad(frames, ((0, 0), (rows, rows), (0, 0), (0, 0)))


def mirrored(frames: Frames) -> Frames:
    """The frames with left and right exchanged."""
    return frames[:, :, ::-1]


def sped(frames: Frames, *, speed: float) -> Frames:
    """The frames that are left when the clip plays `speed` times as fast at the same rate."""
    picks = np.arange(0, len(frames), speed).astype(int)
    return frames[picks]


def chunks(
    frames: Frames, *, fps: Fraction = FPS, length: int = 48
) -> Iterator[tuple[Frames, NDArray[np.float64]]]:
    """The clip as a decoder hands it out: frames and their times in seconds."""
    for start in range(0, len(frames), length):
        part = frames[start : start + length]
        yield part, (start + np.arange(len(part))) / float(fps)


def clouds(rng: np.random.Generator, height: int, width: int) -> Frames:
    """A colour picture whose spectrum falls with frequency, as that of a photograph does."""
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    fall = 1 / np.maximum(np.hypot(rows, columns), 1 / width) ** 1.3
    picture = np.empty((height, width, 3))
    for channel in range(3):
        noise = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(height, width))) * fall)
        low, high = np.percentile(noise, (1, 99))
        picture[:, :, channel] = (noise - low) / (high - low) * 255
    grey = picture.mean(axis=2, keepdims=True)
    return np.clip(0.6 * grey + 0.4 * picture, 0, 255).astype(np.uint8)
