"""Decodes of one untrusted file what a fingerprint needs: small grey looks, and the sound.

`media_job` says how it is started and what it sends. Most of its time goes into decoding frames,
so those that are not needed are not decoded: nothing else refers to about half of them.
"""

import bisect
import contextlib
import struct
from collections.abc import Iterator
from typing import BinaryIO, cast

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import InvalidDataError
from av.packet import Packet
from av.video.stream import VideoStream

from rightsd.adapters import media_job
from rightsd.adapters.media_job import Job, Refusal
from rightsd.adapters.media_luma import Reducer, reduced

THREADS = 1  # Who wants little wants it of many files at once.
SOUND_SECONDS = 1.0  # To be sent at once: each message costs the reader as much as some sound.
HELD_MAX = 32  # Times: no codec shows a picture later than 16 others that come after it.


def _send_small(container: InputContainer, job: Job, out: BinaryIO) -> None:
    """Send frames small and grey, and between them the sound that was read on the way."""
    picture = media_job.find_picture(container, job, threads=THREADS)
    held: list[memoryview] = []
    decoded = _decoded(container, picture.stream, job, held)
    shown = media_job.show(container, picture, decoded, job, out)
    (wide, high), reducer = reduced(shown.upright, job["side_max"]), Reducer()
    sound_bytes = int(4 * SOUND_SECONDS * job["sound_rate"])
    for seconds, frame in shown.looks:
        turns = media_job.quarter_turns(frame.rotation) % 4
        rows = reducer.reduce(frame, (high, wide) if turns % 2 else (wide, high))
        media_job.send(out, b"G", struct.pack("<dB", seconds, turns), *rows)
        if sum(map(len, held)) >= sound_bytes:
            _send_sound(out, held)
    _send_sound(out, held)
    if picture.truncated:
        raise Refusal("truncated")


def _send_sound(out: BinaryIO, held: list[memoryview]) -> None:
    if held:
        media_job.send(out, b"A", *held)
        held.clear()


def _decoded(
    container: InputContainer, stream: VideoStream, job: Job, held: list[memoryview]
) -> Iterator[av.VideoFrame]:
    """Yield the frames that are needed; hold the sound."""
    sound = next(iter(container.streams.audio), None)
    sound = sound if sound is not None and _is_heard(sound) else None
    resampler = av.AudioResampler(format="flt", layout="mono", rate=job["sound_rate"])
    left = int(job["seconds_max"] * job["sound_rate"])
    context, unit = stream.codec_context, float(stream.time_base or 0)
    sparing = Sparing(1.0 / (job["looks_per_second"] or media_job.RATE_MAX))
    for packet in container.demux(stream) if sound is None else container.demux(stream, sound):
        if isinstance(packet.stream, VideoStream):
            at = None if packet.pts is None else packet.pts * unit
            context.skip_frame = "NONREF" if sparing.spares(at) else "DEFAULT"
            yield from cast("list[av.VideoFrame]", packet.decode())
            continue
        for piece in _heard(cast("Packet[AudioStream]", packet), resampler):
            left -= piece.samples
            if left < 0:
                raise Refusal("seconds")
            held.append(memoryview(piece.planes[0])[: 4 * piece.samples])


class Sparing:
    """Knows which frames may be left out, should no other refer to them.

    They come in the order in which they are decoded: what a frame refers to comes before it, even
    if it is shown after it. A frame may be missing between two that are decoded in any case and
    are near enough; one that is shown later than all before it may be the last of all.
    """

    def __init__(self, apart_max: float) -> None:
        """Begin.

        Args:
            apart_max: How far apart frames may be in the end, in seconds.
        """
        self._apart_max = apart_max + media_job.STEP_SECONDS_MIN
        self._certain: list[float] = []  # Times of frames that are decoded, in order.

    def spares(self, at: float | None) -> bool:
        """Return whether the next frame may be missing; None: nobody knows when it is shown."""
        if at is None:
            return False
        place = bisect.bisect(self._certain, at)
        if 0 < place < len(self._certain):
            before, after = self._certain[place - 1 : place + 1]
            if after - before <= self._apart_max:
                return True
        self._certain.insert(place, at)
        del self._certain[:-HELD_MAX]
        return False


def _heard(packet: "Packet[AudioStream]", resampler: av.AudioResampler) -> list[av.AudioFrame]:
    """Return the sound of a packet; of one that is broken, none."""
    pieces: list[av.AudioFrame] = []
    with contextlib.suppress(InvalidDataError):
        for frame in packet.decode():
            pieces += resampler.resample(frame)
    return pieces


def _is_heard(sound: AudioStream) -> bool:
    """Return whether a stream of sound is one that can be decoded."""
    context = cast("AudioCodecContext | None", sound.codec_context)
    return context is not None and context.sample_rate > 0 and context.channels > 0


if __name__ == "__main__":
    media_job.run(_send_small)
