"""What is kept of an asset for comparing: a row for each channel and version of its algorithm."""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """What of a file is compared."""

    FRAMES = "frames"
    PDQ = "pdq"
    FEATURES = "features"
    SOUND = "sound"
    MOTION = "motion"


@dataclass(frozen=True, slots=True)
class Packed:
    """All codes of a file that one algorithm made.

    Attributes:
        algorithm: Its name with its version.
        codes: How many there are; 0: there is nothing to keep.
        data: As the algorithm packs them.
    """

    channel: Channel
    algorithm: str
    codes: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What one algorithm made of an output, of a reference of a work, or of a stay-down entry.

    Attributes:
        id: Its row.
        asset_id: The output, the reference or the entry.
        of_reference: It is no output.
        data: As the algorithm packs its codes.
    """

    id: int
    asset_id: str
    of_reference: bool
    algorithm: str
    data: bytes
