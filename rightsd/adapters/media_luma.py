"""Luma of a decoded frame, small: in the process that decodes it, since full frames cost more."""

import av
from av.video.reformatter import Interpolation, VideoReformatter

MATRIX_UNSPECIFIED = 2  # ISO/IEC 23091-2, MatrixCoefficients.


def reduced(shape: tuple[int, int], side_max: int) -> tuple[int, int]:
    """Return width and height with a longer side of at most `side_max`, in proportion."""
    share = min(1.0, side_max / max(shape))
    return max(1, round(shape[0] * share)), max(1, round(shape[1] * share))


class Reducer:
    """Reduces one frame after the other: most of what it needs for that it keeps."""

    def __init__(self) -> None:
        """Begin."""
        self._reformatter = VideoReformatter()

    def reduce(self, frame: av.VideoFrame, size: tuple[int, int]) -> list[memoryview]:
        """Return luma of the full range, as it is stored: uint8, rows of w, h in all.

        Args:
            frame: Any picture; of the matrix of its colours it tells nothing after this.
            size: Width and height to come to.

        Returns:
            The rows in pieces, until the next frame is reduced.
        """
        if not frame.format.is_rgb:
            # Luma does not depend on it, and FFmpeg takes twice as long where it is stated.
            frame.colorspace = MATRIX_UNSPECIFIED
        # FFmpeg's triangle is as wide as what it reduces. A thread more would be made for each.
        grey = self._reformatter.reformat(
            frame,
            width=size[0],
            height=size[1],
            format="gray",
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )
        plane = grey.planes[0]
        step, rows = plane.line_size, memoryview(plane)
        if step == size[0]:
            return [rows]
        return [rows[step * row : step * row + size[0]] for row in range(size[1])]
