"""What is said of an output: its marks, and what it was drawn with."""

from rightsd.web.api.fields import Out


class PictureMarkOut(Out):
    """The mark in the pictures, as it was read back before the release.

    `log10_p`: bound on the chance of reading it where it is not; `z`: its pilots, in standard
    deviations. `copy_log10_p`: of a bad copy of the clip's beginning; 0, and no `margin_db` (of
    that copy's pilots, over what a claim needs): it is not read there.
    """

    strength: float
    log10_p: float
    z: float
    copy_log10_p: float
    margin_db: float | None


class SoundMarkOut(Out):
    """The mark in the sound, as it was read back before the release.

    `log10_p`, `copy_log10_p`: as in the pictures. `noise_to_mask_db`: power of what it changes over
    what the sound hides.
    """

    strength: float
    log10_p: float
    copy_log10_p: float
    noise_to_mask_db: float


class AssetOut(Out):
    """Something that an output was drawn with, and its licence.

    `licence`: an SPDX expression or a name that whoever made it gave; `LicenseRef-bundled`: it
    comes with this program; `NOASSERTION`: nothing says.
    """

    kind: str
    name: str
    revision: str
    licence: str
