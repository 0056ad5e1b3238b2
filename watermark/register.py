"""Lay the frames of a clip over those of the original that they are thought to show.

A frame that is whole is found by its thumbnail. One that was cropped, filmed, tilted or put into
another picture is found by its corners (ORB), which say by a homography where it lies. Whatever
is found has to look like the original at a scale that the mark does not reach, so a mark that was
moved onto something else is not mistaken for the original.

Source: Rublee et al., "ORB: an efficient alternative to SIFT or SURF", ICCV 2011 (corners);
Evangelidis and Psarakis, "Parametric image alignment using enhanced correlation coefficient
maximization", IEEE Trans. PAMI 30(10), 2008 (refinement). Both as in OpenCV.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.errors import WatermarkError
from watermark.frames import Frames, Plane, blueness, check, luma

SIDE_MAX: Final = 360  # Of the shorter side of what is compared: the mark's waves take ten pixels.
FRAMES_MAX: Final = 96  # Twelve seconds at eight a second; the mark stands still.
REACH_MAX: Final = 16  # Frames by which the original may be elsewhere than thought.
# Of 130 pairs of unrelated clips none agreed by more than 0.45; what was filmed at an angle or
# encoded at CRF 43 agreed with its original by 0.94 or more.
AGREEMENT_MIN: Final = 0.7

_KEY_FRAMES: Final = 6  # Are compared by corners; the others follow them.
_CORNERS: Final = 800
_CORNER_LEVEL: Final = 8  # Grey levels by which a corner stands out: compression is soft.
_RATIO: Final = 0.8  # The nearest of two corners is this much nearer than the next (Lowe's test).
_INLIERS_MIN: Final = 15
_INLIER_PIXELS: Final = 2.5
_COMMON_SHARE: Final = 0.6  # Of the corners of all key frames: then they have one geometry.
_ENLARGED: Final = 1.6  # Small pictures in pictures have more corners then.

_THUMB_SIDE: Final = 72
_THUMB_SIGMAS: Final = (1.2, 4.8)  # Waves of 5 to 30 pixels of 72: longer than any of the mark.
_COVER_MIN: Final = 0.05  # Of the original's area.
_WHOLE_MIN: Final = 0.95  # Agreement at which a frame is taken for whole without looking on.
_RIM: Final = 5  # Pixels at the rim of what a frame covers that are left out.
_REFINED_UNTIL: Final = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)
_REFINED_BLUR: Final = 5  # Pixels: what compression added is smaller.

Grey: TypeAlias = NDArray[np.uint8]
Greys: TypeAlias = NDArray[np.uint8]
Views: TypeAlias = NDArray[np.uint8]
Matrix: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a frame lies in the original.

    Attributes:
        query: Number of the frame in the query.
        original: Number of the frame of the original that it shows.
        homography: float64, (3, 3): from (x, y, 1) in pixels of the query to the original's.
    """

    query: int
    original: int
    homography: Matrix


@dataclass(frozen=True, slots=True)
class Registration:
    """How a query lies over an original.

    Attributes:
        placings: In the order of the query; frames that were not found are left out.
        agreement: Median correlation of thumbnails, from what was asked for to 1.
    """

    placings: tuple[Placing, ...]
    agreement: float


def shrink(frames: Frames) -> Views:
    """Return the luma and blueness of frames at the size at which they are compared.

    Args:
        frames: uint8, (T, H, W, 3), RGB.

    Returns:
        uint8, (T, h, w, 2), with min(h, w) <= SIDE_MAX, in their own proportions.

    Raises:
        WatermarkError: They are no such frames.
    """
    check(frames)
    height, width = frames.shape[1:3]
    scale = min(1.0, SIDE_MAX / min(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    views = np.empty((len(frames), size[1], size[0], 2), dtype=np.uint8)
    for frame, view in zip(frames, views, strict=True):
        small = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        view[..., 0], view[..., 1] = luma(small), blueness(small)
    return views


def register(
    query: Views,
    original: Views,
    expected: Sequence[int],
    *,
    reach: int = 0,
    agreement_min: float = AGREEMENT_MIN,
) -> Registration | None:
    """Return how a query lies over an original, None if it does not show it.

    Args:
        query: uint8, (T, h, w, 2), from `shrink`, 1 <= T <= FRAMES_MAX.
        original: uint8, (S, H, W, 2), from `shrink`, S >= 1.
        expected: For every frame of the query, the number of the original's that it should show;
            all of them may be off by the same number.
        reach: By how many they may be off, up to REACH_MAX.
        agreement_min: What counts as showing it; less for who looks closer afterwards.

    Raises:
        WatermarkError: An argument is outside its range.
    """
    if not 1 <= len(query) <= FRAMES_MAX or len(expected) != len(query) or not len(original):
        raise WatermarkError(f"1 to {FRAMES_MAX} frames can be registered, each to an expected one")
    if not 0 <= reach <= REACH_MAX:
        raise WatermarkError(f"the reach must be 0 to {REACH_MAX}, not {reach}")
    here, there = (np.ascontiguousarray(views[..., 0]) for views in (query, original))
    search = _Search(here, there, np.asarray(expected), reach, agreement_min)
    found = [search.as_whole(mirrored=mirrored) for mirrored in (False, True)]
    if max((one.agreement for one in found if one), default=0.0) < _WHOLE_MIN:
        found += [search.by_corners(mirrored=mirrored) for mirrored in (False, True)]
    best = max((one for one in found if one), key=lambda one: one.agreement, default=None)
    return best if best and best.agreement >= agreement_min else None


def warp(frame: Grey, under: Grey, homography: Matrix) -> tuple[Grey, NDArray[np.bool_]]:
    """Return a frame laid over another one, and where it covers that.

    Args:
        frame: uint8, (h, w).
        under: uint8, (H, W), shows where the frame does not cover it.
        homography: As in `Placing`.

    Returns:
        uint8, (H, W); bool, (H, W).
    """
    height, width = under.shape
    laid = cv2.warpPerspective(frame, homography, (width, height), flags=cv2.INTER_LINEAR)
    full = np.full(frame.shape, 255, dtype=np.uint8)
    cover = cv2.warpPerspective(full, homography, (width, height), flags=cv2.INTER_NEAREST)
    inside = np.asarray(cv2.erode(cover, np.ones((_RIM, _RIM), dtype=np.uint8))) > 0
    return np.where(inside, laid, under).astype(np.uint8), inside


@dataclass(frozen=True, slots=True)
class _Corners:
    """The corners of a frame: float32, (n, 2), in pixels, and what each looks like, (n, 32)."""

    points: NDArray[np.float32]
    looks: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Fit:
    """Corners of a frame and of the original that one homography lays over each other."""

    homography: Matrix
    here: NDArray[np.float32]
    there: NDArray[np.float32]


class _Search:
    """The frames of both sides, and what was computed of them."""

    def __init__(
        self,
        query: Greys,
        original: Greys,
        expected: NDArray[np.int64],
        reach: int,
        agreement_min: float,
    ) -> None:
        self._query, self._original = query, original
        self._expected, self._reach, self._agreement_min = expected, reach, agreement_min
        count = min(_KEY_FRAMES, len(query))
        keys = np.unique(np.linspace(0, len(query) - 1, count).round().astype(np.int64))
        self._keys: list[int] = keys.tolist()
        self._thumbs: dict[int, Plane] = {}
        self._corners: dict[tuple[bool, int], _Corners] = {}
        self._orb = cv2.ORB.create(_CORNERS, fastThreshold=_CORNER_LEVEL)
        self._matcher = cv2.BFMatcher(cv2.NORM_HAMMING)

    def as_whole(self, *, mirrored: bool) -> Registration | None:
        """Return the registration of a query whose frames are whole, at most mirrored."""
        scaling = self._scale(mirrored=mirrored)
        whole = dict.fromkeys(self._keys, scaling)
        rates = {offset: self._rate(whole, offset) for offset in self._offsets()}
        offset = max(rates, key=lambda one: rates[one])
        return self._settle(scaling, offset) if rates[offset] >= self._agreement_min else None

    def by_corners(self, *, mirrored: bool) -> Registration | None:
        """Return the registration of a query by its corners, mirrored before they are compared."""
        fits = {
            offset: {
                key: fit for key in self._keys if (fit := self._fit(key, offset, mirrored=mirrored))
            }
            for offset in self._offsets()
        }
        offset = max(fits, key=lambda one: sum(len(fit.here) for fit in fits[one].values()))
        if not fits[offset]:
            return None
        # Only proper turns are solved for (OpenCV rejects others), of the mirror image if need be.
        first = self._mirror() if mirrored else np.eye(3)
        common = self._agree(list(fits[offset].values()))
        if common is not None:
            return self._settle(common @ first, offset)
        each = {
            number: fit.homography @ first
            for number in range(len(self._query))
            if (fit := self._fit(number, offset, mirrored=mirrored))
        }
        # A frame in which too little shows lies about as the one nearest to it.
        near = {
            number: each[min(each, key=lambda one: abs(one - number))]
            for number in range(len(self._query))
        }
        return self._place(near, offset)

    def _offsets(self) -> range:
        return range(-self._reach, self._reach + 1)

    def _scale(self, *, mirrored: bool) -> Matrix:
        """Return the homography of a frame that is whole."""
        (height, width), (rows, columns) = self._query.shape[1:], self._original.shape[1:]
        x, y = columns / width, rows / height
        # Pixels have their centres at whole numbers.
        scaling = np.array([[x, 0.0, (x - 1.0) / 2.0], [0.0, y, (y - 1.0) / 2.0], [0.0, 0.0, 1.0]])
        return scaling @ self._mirror() if mirrored else scaling

    def _mirror(self) -> Matrix:
        return np.array([[-1.0, 0.0, self._query.shape[2] - 1.0], [0, 1, 0], [0, 0, 1]])

    def _at(self, number: int, offset: int) -> int:
        """Return the frame of the original that one of the query shows."""
        return int(np.clip(self._expected[number] + offset, 0, len(self._original) - 1))

    def _fit(self, number: int, offset: int, *, mirrored: bool) -> _Fit | None:
        """Return where the corners of a frame lie in the original, if enough of them do."""
        here, there = self._find(number, mirrored=mirrored), self._find_original(number, offset)
        if min(len(here.points), len(there.points)) < _INLIERS_MIN:
            return None
        pairs = self._matcher.knnMatch(here.looks, there.looks, k=2)
        good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < _RATIO * p[1].distance]
        if len(good) < _INLIERS_MIN:
            return None
        return _solve(
            here.points[[match.queryIdx for match in good]],
            there.points[[match.trainIdx for match in good]],
        )

    def _find(self, number: int, *, mirrored: bool) -> _Corners:
        """Return the corners of a frame of the query, or of its mirror image."""
        key = (mirrored, number)
        if key not in self._corners:
            frame = self._query[number][:, ::-1] if mirrored else self._query[number]
            self._corners[key] = self._detect(frame, _ENLARGED)
        return self._corners[key]

    def _find_original(self, number: int, offset: int) -> _Corners:
        at = self._at(number, offset)
        key = (False, -1 - at)
        if key not in self._corners:
            self._corners[key] = self._detect(self._original[at], 1.0)
        return self._corners[key]

    def _detect(self, frame: Grey, enlarged: float) -> _Corners:
        picture = cv2.resize(frame, None, fx=enlarged, fy=enlarged, interpolation=cv2.INTER_LINEAR)
        points, looks = self._orb.detectAndCompute(picture, None)
        # Pixels have their centres at whole numbers.
        places = (np.array([point.pt for point in points]).reshape(-1, 2) + 0.5) / enlarged - 0.5
        # Without any, OpenCV returns None for what they look like.
        return _Corners(
            places.astype(np.float32),
            np.zeros((0, 32), np.uint8) if not points else np.asarray(looks, np.uint8),
        )

    def _agree(self, fits: list[_Fit]) -> Matrix | None:
        """Return the geometry that most corners of all key frames share, if there is one."""
        here = np.concatenate([fit.here for fit in fits])
        pooled = _solve(here, np.concatenate([fit.there for fit in fits]))
        if pooled is None or len(pooled.here) < _COMMON_SHARE * len(here):
            return None
        return pooled.homography

    def _settle(self, homography: Matrix, offset: int) -> Registration:
        """Return the registration of frames that all lie nearly so."""
        refined = self._refine(homography, offset)
        return self._place(dict.fromkeys(range(len(self._query)), refined), offset)

    def _refine(self, homography: Matrix, offset: int) -> Matrix:
        """Return the homography that lays a frame best over the original, near the given one."""
        key = self._keys[len(self._keys) // 2]
        under = self._original[self._at(key, offset)]
        laid, inside = warp(self._query[key], under, homography)
        mask = inside.astype(np.uint8)
        try:
            before = cv2.computeECC(under, laid, mask)
            after, change = cv2.findTransformECC(
                under,
                laid,
                np.eye(3, dtype=np.float32),
                cv2.MOTION_HOMOGRAPHY,
                _REFINED_UNTIL,
                mask,
                _REFINED_BLUR,
            )
        except cv2.error:  # It does not converge, as in a picture with nothing in it.
            return homography
        closer = np.linalg.inv(np.asarray(change, dtype=np.float64)) @ homography
        return np.asarray(closer, dtype=np.float64) if after > before else homography

    def _place(self, homographies: Mapping[int, Matrix], offset: int) -> Registration:
        """Return the registration by a homography for every frame."""
        agreement = self._rate({key: homographies[key] for key in self._keys}, offset)
        placings = [
            Placing(number, self._at(number, offset), homography)
            for number, homography in homographies.items()
        ]
        return Registration(tuple(placings), agreement)

    def _rate(self, homographies: Mapping[int, Matrix], offset: int) -> float:
        """Return how much frames look like the original when they are laid over it so."""
        rates = [self._compare(key, each, offset) for key, each in homographies.items()]
        return float(np.median(rates))

    def _compare(self, number: int, homography: Matrix, offset: int) -> float:
        """Return the correlation of a frame's thumbnail with that of the original, -1 to 1."""
        at = self._at(number, offset)
        under = self._original[at]
        laid, inside = warp(self._query[number], under, homography)
        if at not in self._thumbs:
            self._thumbs[at] = thumb(under)
        there, here = self._thumbs[at], thumb(laid)
        cover = cv2.resize(inside.astype(np.uint8), here.shape[::-1], interpolation=cv2.INTER_AREA)
        common = np.asarray(cover) > 0
        if float(common.mean()) < _COVER_MIN:
            return 0.0
        a, b = here[common] - here[common].mean(), there[common] - there[common].mean()
        scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
        return float((a * b).sum()) / scale if scale > 0.0 else 0.0


def _solve(here: NDArray[np.float32], there: NDArray[np.float32]) -> _Fit | None:
    """Return the homography of most of these pairs of points, (n, 2) each."""
    found, _ = cv2.findHomography(here, there, cv2.USAC_MAGSAC, _INLIER_PIXELS)
    if np.shape(found) != (3, 3):  # OpenCV returns None when it finds none.
        return None
    homography = np.asarray(found, dtype=np.float64)
    laid = np.asarray(cv2.perspectiveTransform(here[np.newaxis], homography))[0]
    near = np.hypot(*(laid - there).T) <= _INLIER_PIXELS
    if near.sum() < _INLIERS_MIN:
        return None
    return _Fit(homography, here[near], there[near])


def thumb(frame: Grey) -> Plane:
    """Return what a frame shows at the scale at which frames are compared, float32."""
    height, width = frame.shape
    scale = _THUMB_SIDE / min(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    fine, coarse = (cv2.GaussianBlur(small, (0, 0), sigma) for sigma in _THUMB_SIGMAS)
    return np.asarray(fine - coarse, dtype=np.float32)
