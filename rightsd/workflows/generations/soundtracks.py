"""The mark in the sound of an output, as far as the sound can carry one.

The picture's mark is what a release asks for; a clip that is silent, or too short or too bare to
hear a mark in, is released without one in its sound, and no row says that there is one.
"""

from pathlib import Path

from generator.base import Clip
from rightsd.adapters import media, sounds
from rightsd.db.soundmarks import SoundMark
from rightsd.domain.generation import Generation
from rightsd.runtime import Runtime
from watermark.sound.detect import Detector
from watermark.sound.stamp import Stamped, stamp


def mark(rt: Runtime, generation: Generation, clip: Clip) -> Stamped | None:
    """Return the sound of a clip with the number of the generation in it; None: it cannot be."""
    assert generation.watermark_id is not None
    return stamp(
        clip.audio,
        rate=clip.rate,
        secret=rt.watermark_keys.newest(),
        payload_id=generation.watermark_id,
    )


def read_back(
    rt: Runtime, generation: Generation, path: Path, stamped: Stamped | None
) -> SoundMark | None:
    """Return what is read of a mark in the encoded file, untouched otherwise; None: nothing."""
    if stamped is None:
        return None
    heard = sounds.hear(path, limits=media.LIMITS)
    if heard is None:
        return None
    # The next secret may have been made since it was marked.
    looks = (Detector(each).look(heard, effort="quick") for each in rt.watermark_keys.all())
    found = next((look for look in looks if look.payload_id == generation.watermark_id), None)
    if found is None:
        return None
    return SoundMark(
        stamped.strength, found.log10_p, stamped.log10_p, stamped.quality.noise_to_mask_db
    )
