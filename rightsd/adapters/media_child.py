"""Decodes one untrusted file whole, in a process that is made for it and can do nothing else.

`media_job` says how it is started and what it sends.
"""

import json
import struct
from collections.abc import Iterator
from typing import BinaryIO

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.reformatter import Colorspace

from rightsd.adapters import media_job
from rightsd.adapters.media_job import Job, Refusal, Shown

HD_HEIGHT_MIN = 720  # What states no matrix is BT.601 below and BT.709 from here, as players hold.
MATRIX_UNSPECIFIED = 2  # ISO/IEC 23091-2, MatrixCoefficients.
THREADS = 2

Pixels = npt.NDArray[np.uint8]


def _send(container: InputContainer, job: Job, out: BinaryIO) -> None:
    if job["want"].startswith("audio"):
        _send_audio(container, job, out)
    else:
        _send_video(container, job, out)


def _send_video(container: InputContainer, job: Job, out: BinaryIO) -> None:
    """Send what the picture is, then each frame, upright."""
    picture = media_job.find_picture(container, job, threads=THREADS)
    shown = media_job.show(container, picture, container.decode(picture.stream), job, out)
    for seconds, frame in shown.looks:
        rows = _pixels(frame, shown).data.cast("B")
        media_job.send(out, b"F", struct.pack("<d", seconds), rows)
    if picture.truncated:
        raise Refusal("truncated")


def _pixels(frame: av.VideoFrame, shown: Shown) -> Pixels:
    """Return a frame as uint8, (H, W, 3), RGB, upright, of the same size as the first one."""
    turns = media_job.quarter_turns(frame.rotation)
    width, height = shown.shape if turns % 2 == shown.turned else shown.shape[::-1]
    unstated = frame.colorspace == MATRIX_UNSPECIFIED and frame.height >= HD_HEIGHT_MIN
    converted = frame.reformat(
        width=width,
        height=height,
        format="rgb24",
        src_colorspace=Colorspace.ITU709 if unstated else None,
    )
    return np.ascontiguousarray(np.rot90(converted.to_ndarray(), turns), dtype=np.uint8)


def _send_audio(container: InputContainer, job: Job, out: BinaryIO) -> None:
    """Send the sound at its own rate, as one channel or two."""
    if job["want"] == "audio alone" and container.streams.video:
        raise Refusal("pictures")
    stream = next(iter(container.streams.audio), None)
    if stream is None:
        media_job.send(out, b"I", b"null")
        return
    rate, channels = stream.codec_context.sample_rate, min(stream.codec_context.channels, 2)
    if rate <= 0 or channels <= 0:
        raise Refusal("sound")
    media_job.send(out, b"I", json.dumps({"rate": rate, "channels": channels}).encode())
    layout = "mono" if channels == 1 else "stereo"
    resampler = av.AudioResampler(format="flt", layout=layout, rate=rate)
    left = int(job["seconds_max"] * rate)
    for frame in _audio_frames(container, resampler):
        left -= frame.samples
        if left < 0:
            raise Refusal("seconds")
        samples = np.ascontiguousarray(frame.to_ndarray(), dtype="<f4")
        media_job.send(out, b"A", samples.data.cast("B"))


def _audio_frames(
    container: InputContainer, resampler: av.AudioResampler
) -> Iterator[av.AudioFrame]:
    for frame in container.decode(audio=0):
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


if __name__ == "__main__":
    media_job.run(_send)
