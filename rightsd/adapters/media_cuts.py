"""Cuts a clip of ours into its shots, without encoding anything again."""

# PyAV leaves the type of its packets open; we only pass them on.
# pyright: reportUnknownMemberType=false

import bisect
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream

from rightsd.errors import Code, RightsError

FLAGS = {"movflags": "+faststart", "fflags": "+bitexact"}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A file that is being written; it begins at `start`, in seconds of the clip."""

    start: Fraction
    container: OutputContainer
    streams: Mapping[int, Stream]

    def write(self, packet: "Packet[Any]") -> None:
        """Write a packet of the clip, whose time is that of the clip."""
        stream = self.streams[packet.stream_index]
        back = int(self.start / packet.time_base)
        if packet.pts is not None and packet.dts is not None:
            packet.pts, packet.dts = packet.pts - back, packet.dts - back
        packet.stream = stream
        self.container.mux(packet)


def split(source: Path, folder: Path, cuts: Sequence[int], *, fps: Fraction) -> list[Path]:
    """Write each shot of a clip into a file of its own; pictures and sound stay as encoded.

    Args:
        source: A clip of ours, written by `media.write_video` with these cuts.
        folder: Where to.
        cuts: The number of the first frame of each shot, rising, the first 0.
        fps: Of the clip.

    Returns:
        The files, in the order of the shots. Sound begins with the first packet that begins in it.

    Raises:
        RightsError: INVALID: it was not written with these cuts.
    """
    paths = [folder / f"shot-{number}.mp4" for number in range(1, len(cuts) + 1)]
    starts = [Fraction(cut) / fps for cut in cuts]
    with contextlib.ExitStack() as stack:
        clip = stack.enter_context(av.open(str(source)))
        pieces: list[_Piece] = []
        for path, start in zip(paths, starts, strict=True):
            container = av.open(str(path), "w", format="mp4", options=FLAGS)
            stack.enter_context(container)
            tracks = (*clip.streams.video, *clip.streams.audio)
            copies = {each.index: container.add_stream_from_template(each) for each in tracks}
            pieces.append(_Piece(start, container, copies))
        begun: set[int] = set()
        for packet in clip.demux():
            if packet.pts is None:
                continue  # The end of a stream.
            index = max(0, bisect.bisect_right(starts, packet.pts * packet.time_base) - 1)
            if packet.stream.type == "video":
                # Pictures come in the order of decoding: a shot begins with one that is whole.
                if index not in begun and not packet.is_keyframe:
                    raise RightsError(Code.INVALID, f"Shot {index + 1} does not begin whole.")
                begun.add(index)
            pieces[index].write(packet)
    return paths
