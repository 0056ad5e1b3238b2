"""Find and read a mark in a sound, knowing only the secret."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from watermark import ecc, payload
from watermark.keys import derive
from watermark.sound import grid
from watermark.sound.analysis import SILENCE, Heard, Listener, Samples
from watermark.sound.compare import AGREEMENT_MIN, measure_agreement
from watermark.sound.search import Place, look_everywhere, look_untouched

LOG10_P_MAX: Final = -4.0  # With the 40 bits of the MAC: one false claim in 1e12 sounds.
SECONDS_MIN: Final = 1.0  # A third of a period: a shorter sound misses too many bits of the code.

_STRETCH_SECONDS: Final = 12.0  # Longer ones blur, when the speed is a little off.
_STEP_SECONDS: Final = 6.0
_SEARCHED: Final = 10  # Stretches that are searched for another speed: two minutes, end to end.
_WHOLE_SHARE: Final = 0.5  # Most sounds are whole: that look may take half of all chance.
_SOUNDING_BANDS: Final = 4  # Bands that must sound in a window for it to carry anything.

Look: TypeAlias = Callable[[Heard, grid.Layout], list[Place]]


@dataclass(frozen=True, slots=True)
class Detection:
    """What a detector found in a sound.

    Attributes:
        payload_id: What the mark says; None where no mark is claimed.
        log10_p: Bound on the probability that a sound without the mark looks like this with a
            random secret, as its decimal logarithm, <= 0; all that was tried is counted.
        z: The pilot sum behind it, in standard deviations; 0 where the bound says nothing.
        seconds: How much of it is sound at all; below SECONDS_MIN no mark can be told.
        tempo: How many times faster the sound is than it was marked; None where none is claimed.
        pitch: How many times higher; the same.
        stretch: From where to where it was found, in seconds; None where none is claimed.
    """

    payload_id: int | None
    log10_p: float
    z: float
    seconds: float
    tempo: float | None = None
    pitch: float | None = None
    stretch: tuple[float, float] | None = None

    @property
    def able(self) -> bool:
        """Whether the sound is long and loud enough for a mark to be told."""
        return self.seconds >= SECONDS_MIN


class Detector:
    """Looks for the marks of one secret."""

    def __init__(self, secret: bytes, *, chances: int = 1) -> None:
        """Derive the keys of a secret of 32 bytes.

        Args:
            secret: Whose marks are looked for.
            chances: Into how many secrets chance is divided; this is one of them.

        Raises:
            WatermarkError: The secret has another length.
        """
        self._keys = derive(secret)
        self._layout = grid.lay_out(self._keys.layout)
        self._chances = chances

    def detect(
        self,
        pieces: Iterable[Samples],
        *,
        rate: int,
        effort: Literal["quick", "full"] = "full",
    ) -> Detection:
        """Return what the sound's mark says, or that none is claimed.

        A mark is claimed where the pilots are improbable (LOG10_P_MAX) and the MAC is right.

        Args:
            pieces: The sound in order, each float32, (N, C), of one C; what comes after
                `analysis.SECONDS_MAX` is not listened to.
            rate: Samples a second.
            effort: "quick" finds what has its speed still; "full" also what was made faster or
                slower, or higher or lower, for some hundred times the cost.

        Raises:
            WatermarkError: A piece or the rate is not of the kind above.
        """
        listener = Listener(rate)
        for piece in pieces:
            listener.add(piece)
        return self.look(listener.heard(), effort=effort)

    def look(self, heard: Heard, *, effort: Literal["quick", "full"] = "full") -> Detection:
        """Return what `detect` does, of a sound that was taken in."""
        seconds = measure_sounding(heard)
        best = Detection(None, 0.0, 0.0, seconds)
        if not best.able:
            return best
        for start, end, look, share in _plan(heard.seconds, effort):
            for place in look(heard.between(start, end), self._layout):
                log10_p = min(0.0, place.log10_p - math.log10(share / self._chances))
                payload_id = None
                if log10_p <= LOG10_P_MAX:
                    payload_id = self._read(place)
                if payload_id is not None:
                    stretch = (start, min(end, heard.seconds))
                    return Detection(
                        payload_id, log10_p, place.z, seconds, place.tempo, place.pitch, stretch
                    )
                if log10_p < best.log10_p:
                    best = Detection(None, log10_p, place.z, seconds)
        return best

    def is_of(self, heard: Heard, original: Heard, found: Detection) -> bool:
        """Return whether a sound is what was marked, and not another that the mark was moved to.

        Args:
            heard: A sound with a mark.
            original: What the mark names, from the start, as it was marked.
            found: The mark.
        """
        if found.payload_id is None or found.stretch is None:
            return False
        assert found.tempo is not None
        assert found.pitch is not None
        said = payload.Payload(found.payload_id, grid.VERSION)
        word = ecc.encode(payload.encode(said, self._keys.mac))
        directions = grid.modulate(self._layout, word)
        agreement = measure_agreement(
            heard.between(*found.stretch),
            original,
            directions,
            tempo=found.tempo,
            pitch=found.pitch,
        )
        return agreement >= AGREEMENT_MIN

    def _read(self, place: Place) -> int | None:
        """Return the id that the MAC confirms among the candidates of the decoder."""
        for bits in ecc.decode(grid.demodulate(self._layout, place.cells)):
            found = payload.decode(bits, self._keys.mac)
            if found is not None:
                return found.id
        return None


def measure_sounding(heard: Heard) -> float:
    """Return for how many seconds there is anything that could carry a mark."""
    sounding = (heard.powers() > SILENCE).sum(axis=1) >= _SOUNDING_BANDS
    return float(np.count_nonzero(sounding)) * heard.hop_seconds


def _plan(
    seconds: float, effort: Literal["quick", "full"]
) -> Iterator[tuple[float, float, Look, float]]:
    """Yield where to look, how, and the share of chance it may take, the likeliest look first.

    The shares add up to 1, so the bounds of all looks hold together (weighted union bound).
    """
    count = max(1, math.ceil((seconds - _STRETCH_SECONDS) / _STEP_SECONDS) + 1)
    stretches = [(i * _STEP_SECONDS, i * _STEP_SECONDS + _STRETCH_SECONDS) for i in range(count)]
    spread = {round(each * (count - 1) / (_SEARCHED - 1)) for each in range(_SEARCHED)}
    searched = [stretches[each] for each in sorted(spread)] if effort == "full" else []
    parts = stretches if count > 1 else []
    looks = len(parts) + len(searched)
    yield 0.0, math.inf, look_untouched, _WHOLE_SHARE if looks else 1.0
    for start, end in parts:
        yield start, end, look_untouched, (1.0 - _WHOLE_SHARE) / looks
    for start, end in searched:
        yield start, end, look_everywhere, (1.0 - _WHOLE_SHARE) / looks
