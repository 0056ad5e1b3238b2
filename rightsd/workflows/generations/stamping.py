"""Making the marked file of a clip: drawn, marked, encoded and read back, until its mark holds.

How strong the mark has to be is chosen by a bad copy of the clip's beginning (`watermark.stamp`).
The finished file has the last word: if a stretch of it has no margin, the clip is drawn once more
and marked with all that is allowed; a file whose mark cannot be read even then is not released.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fingerprint import landmarks, pdq
from fingerprint.bundle import Fingerprint
from generator.base import Clip, Storyboard
from generator.base import Request as Drawing
from rightsd.adapters import fingerprints as shown
from rightsd.adapters import media, readings
from rightsd.adapters.likenesses.lookout import Lookout
from rightsd.adapters.marks import Marks
from rightsd.adapters.readings import Reading
from rightsd.db.picturemarks import PictureMark
from rightsd.db.soundmarks import SoundMark
from rightsd.domain.generation import Generation
from rightsd.domain.label import Label
from rightsd.domain.recognition import Seen
from rightsd.runtime import Runtime
from rightsd.workflows.generations import marking, soundtracks
from watermark import stamp
from watermark.detect import Detection
from watermark.errors import WatermarkError
from watermark.sound import stamp as sounds

DRAWN = 0.85  # Share of the whole work that is done when the last frame is drawn.
STRETCH_SECONDS = 5.0  # The excerpt that is to be recognised, as in sounds.
THUMBNAIL_WIDTH = 320


class UnfitError(Exception):
    """What was made cannot be released, and making it again would give the same."""


Report = Callable[[str, float], None]  # Takes the stage and the share of the whole work; may raise.


@dataclass(frozen=True, slots=True)
class Made:
    """What a marked file shows and carries, as it was read back.

    Attributes:
        thumbnail: A JPEG.
        sound_mark: None: its sound carries none.
        storyboard: What was carried out, with what the engine measured of it.
    """

    whole: Fingerprint
    pdq: shown.Moments
    thumbnail: bytes
    seen: Seen
    picture_mark: PictureMark
    sound_mark: SoundMark | None
    storyboard: Storyboard


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A file that was written and read.

    Attributes:
        stamped: What is known of the mark in its pictures.
        found: What was found of that mark.
        ample: Every stretch has a margin.
    """

    clip: Clip
    sound: sounds.Stamped | None
    stamped: stamp.Stamped
    found: Detection
    ample: bool
    reading: Reading
    lookout: Lookout
    hasher: pdq.Watcher


def make(
    rt: Runtime,
    generation: Generation,
    drawing: Drawing,
    storyboard: Storyboard,
    path: Path,
    *,
    labelled: Label,
    report: Report,
) -> Made:
    """Draw a clip and write it with its marks, and read them back.

    Args:
        rt: The runtime.
        generation: What it is for.
        drawing: What the engine is asked for.
        storyboard: What the engine makes of that.
        path: Where to.
        labelled: What the file is labelled with.
        report: Is told how far it is.

    Raises:
        UnfitError: The watermark does not come back, or the clip could not be recognised.
    """
    number = generation.watermark_id
    assert number is not None

    def attempt(strength: float | None) -> _Attempt:
        clip = rt.engine.generate(
            drawing, storyboard, progress=lambda share: report("drawing", DRAWN * share)
        )
        sound = soundtracks.mark(rt, generation, clip)
        audio = sound.samples if sound else clip.audio
        stamped = marking.encode(
            rt, generation, clip, path, audio=audio, labelled=labelled, strength=strength
        )
        report("reading the marks back", DRAWN)
        return _read_back(rt, generation, path, clip, sound, stamped)

    try:
        made = attempt(None)
        if not made.ample and made.stamped.strength < made.stamped.strength_max:
            made = attempt(made.stamped.strength_max)
    except WatermarkError as error:
        raise UnfitError(f"the clip cannot be marked: {error}") from error
    if made.found.payload_id != number:
        raise UnfitError("the watermark could not be read back, so nothing was released")
    if not len(made.reading.content.searchable()):
        raise UnfitError("the clip is too plain to be recognised again, so it was not released")
    made.lookout.listen(made.clip.audio, made.clip.rate)
    return Made(
        replace(made.reading.whole, sound=landmarks.describe(made.clip.audio, made.clip.rate)),
        made.hasher.moments,
        media.jpeg(made.reading.picture, width_max=THUMBNAIL_WIDTH),
        made.lookout.seen(),
        PictureMark(
            generation.account_id,
            made.stamped.strength,
            made.found.log10_p,
            made.found.z,
            made.stamped.log10_p,
            made.stamped.margin_db,
        ),
        soundtracks.read_back(rt, generation, path, made.sound),
        made.clip.storyboard,
    )


def _read_back(
    rt: Runtime,
    generation: Generation,
    path: Path,
    clip: Clip,
    sound: sounds.Stamped | None,
    stamped: stamp.Stamped,
) -> _Attempt:
    with rt.transaction() as tx:
        lookout = Lookout(rt.likenesses, rt.sought_kinds(tx))
    marks, hasher = Marks(rt.watermark_keys.all()), pdq.Watcher()
    watches = [marks.look, lookout.look, hasher.look]
    reading = readings.read(path, limits=media.LIMITS, watches=watches)
    found, number = marks.find(), generation.watermark_id
    ample = number is not None and _is_ample(marks, reading.seconds, number)
    return _Attempt(clip, sound, stamped, found, ample, reading, lookout, hasher)


def _is_ample(marks: Marks, seconds: float, number: int) -> bool:
    """Return whether the mark is read with a margin in every stretch."""
    frames = round(seconds * marking.FPS) + 1  # It is the last frame's time.
    count = max(1, math.floor(frames / marking.FPS / STRETCH_SECONDS))
    bounds = [each * STRETCH_SECONDS for each in range(count)] + [math.inf]
    return all(
        stamp.is_ample(marks.find_between(start, end, effort="quick"), number)
        for start, end in itertools.pairwise(bounds)
    )
