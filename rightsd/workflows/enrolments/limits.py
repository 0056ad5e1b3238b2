"""The most that one file of an enrolment may be, and the least that a face in it must be."""

from collections.abc import Mapping

from rightsd.adapters.media_process import Limits
from rightsd.domain.enrolment import PHOTOS_MAX, Kind

FACE_PIXELS_MIN = 64.0  # Recognition breaks at 40.
# A file is sealed in memory, so it is bounded; a minute of 720p video takes about 20 MiB.
OF: Mapping[Kind, Limits] = {
    Kind.CLIP: Limits(
        bytes_max=48 << 20,
        pixels_max=1920 * 1088,
        frames_max=60 * 61,
        seconds_max=60.0,
        cpu_seconds=120,
        wall_seconds=180.0,
    ),
    Kind.PHOTO: Limits(bytes_max=8 << 20, cpu_seconds=60, wall_seconds=60.0),
    Kind.VOICE: Limits(bytes_max=24 << 20, seconds_max=90.0, cpu_seconds=60, wall_seconds=90.0),
}
BYTES_MAX = sum(
    OF[kind].bytes_max * count
    for kind, count in {Kind.CLIP: 1, Kind.VOICE: 1, Kind.PHOTO: PHOTOS_MAX}.items()
)
