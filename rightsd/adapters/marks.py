"""The watermark of a file for which nobody vouches."""

from pathlib import Path

from rightsd.adapters import media
from rightsd.adapters.media_process import Limits
from watermark.detect import Detector


def read(path: Path, secret: bytes, *, limits: Limits) -> int | None:
    """Return the number of the mark that a file carries; None when it carries none of ours.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when it cannot be read.
    """
    with media.open_video(path, limits=limits) as video:
        return Detector(secret).detect(chunk.frames for chunk in video).payload_id
