"""What is said of two clips: is one a copy of the other, which part, how, and how sure is that."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from fingerprint.geometry import Geometry
from fingerprint.motion import Motion
from fingerprint.soundmatch import SoundSegment
from fingerprint.timeline import Segment
from fingerprint.views import View

# One false match in a million hours of queries.
LOG10_P_MAX: Final = -6.0
# The same words of one synthetic voice, spoken twice, reach -7, and that is not chance.
SOUND_ALONE_LOG10_P_MAX: Final = -12.0


class Kind(StrEnum):
    """What one clip is to another."""

    COPY = "copy"  # The same recording: it moves alike, or sounds alike.
    PROBABLE = "probable"  # The same pictures, or sound like it; the recording cannot be told.
    SAME_SCENE = "same_scene"  # The same pictures, which move in another way: another take.
    NONE = "none"


# The best comes first.
_ORDER: Final = (Kind.COPY, Kind.PROBABLE, Kind.SAME_SCENE, Kind.NONE)


@dataclass(frozen=True, slots=True)
class Frames:
    """What whole frames say.

    Attributes:
        distinct: How many distinct frames agree.
        bits: How far the nearest of them is off, of 256.
        log10_p: Of a false match in an hour of queries.
    """

    distinct: int
    bits: int
    log10_p: float


@dataclass(frozen=True, slots=True)
class Points:
    """What local features say.

    Attributes:
        points: How many distinct points agree.
        frames: In how many frames.
        log10_p: Of a false match in an hour of queries.
    """

    points: float
    frames: int
    log10_p: float


@dataclass(frozen=True, slots=True)
class Sounds:
    """What sound says.

    Attributes:
        segments: Where in both, and how the clip is played.
        evidence: See `soundmatch.SoundMatch`.
        log10_p: Of a false match in an hour of queries.
    """

    segments: tuple[SoundSegment, ...]
    evidence: float
    log10_p: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A time line on which pictures of a clip are those of another.

    Attributes:
        query: Where in the clip, in order; what lies between shows something else.
        reference: Where each of these is in the other.
        speed: How much faster the clip plays.
        offset: Second q of the clip shows second speed * q + offset of the other.
        view: What was done to the picture as a whole, as frames tell.
        geometry: How the clip shows the picture, as points tell.
        frames: What whole frames say, if they say anything.
        points: What local features say, if they say anything.
        moves: What motion says; None: there is no record of the motion of both.
        log10_p: Of a false match in an hour of queries, all taken together.
    """

    query: tuple[Segment, ...]
    reference: tuple[Segment, ...]
    speed: float
    offset: float
    view: View
    geometry: Geometry | None
    frames: Frames | None
    points: Points | None
    moves: Motion | None
    log10_p: float

    @property
    def kind(self) -> Kind:
        """What the clip is to the other, as far as this passage tells."""
        if self.log10_p > LOG10_P_MAX:
            return Kind.NONE
        match self.moves and self.moves.agreement.decision:
            case "same recording":
                return Kind.COPY
            case "differs":
                return Kind.SAME_SCENE
            case _:
                return Kind.PROBABLE

    @property
    def agreeing(self) -> int:
        """How many frames agree, by points and as wholes; one at least."""
        frames = self.points.frames if self.points else 0
        frames += self.frames.distinct if self.frames else 0
        return max(frames, 1)

    @property
    def score(self) -> float:
        """How sure that is, as `align.Match` has it: the more frames agree, the nearer to 1."""
        return 1.0 - 0.5**self.agreeing

    def words(self) -> str:
        """Return in plain words what was done to the pictures."""
        if self.geometry is not None:
            done = self.geometry.words()
        else:
            done = "whole picture" if self.view is View.UPRIGHT else self.view.value
        return done if self.speed == 1.0 else f"{done}, {self.speed:g} × as fast"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one clip is to another.

    Attributes:
        asset_id: Which other; empty from a comparison of two.
        passages: Where pictures agree, the surest first; each more than chance.
        sound: Where sound agrees, if more than chance does.
    """

    asset_id: str
    passages: tuple[Passage, ...]
    sound: Sounds | None

    @property
    def kind(self) -> Kind:
        """What the passages and the sound tell: nothing is a copy by its pictures alone.

        What moves in another way anywhere is another take, unless something is surely a copy.
        """
        kinds = [passage.kind for passage in self.passages]
        if self.sound is not None and self.sound.log10_p <= LOG10_P_MAX:
            sure = self.sound.log10_p <= SOUND_ALONE_LOG10_P_MAX
            kinds.append(Kind.COPY if sure else Kind.PROBABLE)
        told = [kind for kind in (Kind.COPY, Kind.SAME_SCENE) if kind in kinds]
        return min(told or kinds, key=_ORDER.index, default=Kind.NONE)

    @property
    def log10_p(self) -> float:
        """How likely an hour of queries is to bring a match like this by chance, a power of ten."""
        channels = [passage.log10_p for passage in self.passages]
        return min([0.0, *channels, *([] if self.sound is None else [self.sound.log10_p])])

    def to_json(self) -> str:
        """Return all of it, with what follows from it, as JSON."""
        passages = [
            asdict(passage) | {"kind": passage.kind, "words": passage.words()}
            for passage in self.passages
        ]
        stated = {
            "kind": self.kind,
            "asset_id": self.asset_id,
            "log10_p": self.log10_p,
            "passages": passages,
            "sound": None if self.sound is None else asdict(self.sound),
        }
        return json.dumps(stated, indent=1)


def rank(verdict: Verdict) -> tuple[int, float, str]:
    """Return by what verdicts are sorted, the best first."""
    return _ORDER.index(verdict.kind), verdict.log10_p, verdict.asset_id
