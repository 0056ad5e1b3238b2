"""The speaker's lips over time: keys to move between, taken from the phones.

Lips that close for m, b or p are half-way, and count as touching, when the sound is cut off, and
again when it is let go.
"""

from bisect import bisect_right
from dataclasses import replace

from generator.speech.durations import Timed
from generator.speech.phones import PHONES, SILENCE, Manner, Mouth

CLOSING_SECONDS = 0.12  # After a line the mouth closes in so long.
OPENING_SECONDS = 0.09  # Before it, it opens.
CLOSED_PRESS = 0.5  # From here on, lips touch.
_LIPS_SECONDS = 0.05  # Lips that close pass through so much.
HUSH = Mouth(0.0, 0.0, 0.2)  # Lips at rest.
Keys = tuple[tuple[float, Mouth], ...]


def at_time(keys: Keys, at: float) -> Mouth:
    """Return the speaker's mouth at a time of the clip; closed where nothing is said."""
    after = bisect_right(keys, at, key=lambda key: key[0])
    if not 0 < after < len(keys):
        return HUSH
    (before_at, before), (after_at, ahead) = keys[after - 1], keys[after]
    share = (at - before_at) / max(after_at - before_at, 1e-9)
    return Mouth(
        before.open + share * (ahead.open - before.open),
        before.width + share * (ahead.width - before.width),
        before.press + share * (ahead.press - before.press),
    )


def keys(phones: tuple[Timed, ...]) -> Keys:
    """Return the mouth at the turning points of its movement."""
    half = _LIPS_SECONDS / 2
    turns: list[tuple[float, Mouth]] = [(phones[0].start - OPENING_SECONDS, HUSH)]
    for at, said in enumerate(phones):
        phone = PHONES[said.phone]
        shape = _beside(phones, at)
        if phone.mouth.press >= CLOSED_PRESS:
            # Lips touch when half-way, which is when the sound is cut off and let go.
            let_go = said.release
            slope = min(half, 0.45 * (let_go - said.start))
            turns += [
                (said.start - half, replace(turns[-1][1], open=0.14, press=0.0)),
                (said.start + slope, shape),
                (let_go - slope, shape),
                (let_go + half, replace(shape, open=0.14, press=0.0)),
            ]
        elif phone.manner is Manner.VOWEL:
            turns += [(said.start + share * said.seconds, shape) for share in (0.35, 0.7)]
        else:
            turns.append((said.start + 0.5 * said.seconds, shape))
    turns.append((phones[-1].end + CLOSING_SECONDS, HUSH))
    ordered: list[tuple[float, Mouth]] = []
    for time, shape in turns:
        # A short phone between two lip closures leaves no room for a key of its own.
        if not ordered or time > ordered[-1][0]:
            ordered.append((time, shape))
    return tuple(ordered)


def _beside(phones: tuple[Timed, ...], at: int) -> Mouth:
    """Return the mouth of a phone, leaning towards the vowel that follows."""
    own = PHONES[phones[at].phone].mouth
    if PHONES[phones[at].phone].manner is Manner.VOWEL or own.press >= CLOSED_PRESS:
        return own
    ahead = next(
        (
            PHONES[said.phone].mouth
            for said in phones[at + 1 : at + 3]
            if PHONES[said.phone].manner is Manner.VOWEL
        ),
        own,
    )
    lean = 0.0 if phones[at].phone == SILENCE else 0.4
    return Mouth(
        own.open + 0.5 * lean * (ahead.open - own.open),
        own.width + lean * (ahead.width - own.width),
        own.press,
    )
