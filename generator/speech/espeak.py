"""The voice of eSpeak NG, where it is installed (the extra `voice`): a fresh process a line.

What it says is bent to the speaker's pitch and tract, and its phones move the lips as those of our
own voice do. Where it is missing, or a line does not fit its time, our own voice speaks.
"""

import importlib.util
import json
import subprocess
import sys
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.errors import GeneratorError
from generator.speech import bending, mouths, utterances
from generator.speech.durations import Timed
from generator.speech.listening import Timbre
from generator.speech.phones import SILENCE
from generator.speech.utterances import Utterance

SECONDS_MAX = 30.0  # The process is ended then.
TEXT_MAX = 1000  # Characters of a line, its numbers read out.
_WORDS_A_MINUTE, _FASTEST = 150, 260
_PITCH = 50
# IPA, the longest first, to our phones; lips are all that they are read for.
_IPA: tuple[tuple[str, str], ...] = (
    ("tʃ", "CH"), ("tɕ", "CH"), ("dʒ", "JH"), ("dʑ", "JH"), ("ts", "TS"), ("ä", "a"), ("ʲ", "Y"),
    ("eɪ", "EY"), ("aɪ", "AY"), ("aʊ", "AW"),
    ("ɔɪ", "OY"), ("oʊ", "OW"), ("əʊ", "OW"), ("i", "IY"), ("ɪ", "IH"), ("ɛ", "EH"), ("e", "e"),
    ("æ", "AE"), ("ɑ", "AA"), ("ɒ", "AA"), ("a", "a"), ("ɔ", "AO"), ("o", "o"), ("ʌ", "AH"),
    ("ʊ", "UH"), ("u", "UW"), ("ɯ", "u"), ("ɜ", "ER"), ("ɚ", "ER"), ("ə", "AX"), ("ɐ", "AX"),
    ("w", "W"), ("j", "Y"), ("ɹ", "R"), ("ɾ", "r"), ("r", "r"), ("l", "L"), ("m", "M"), ("n", "N"),
    ("ŋ", "NG"), ("ɴ", "N:"), ("f", "F"), ("v", "V"), ("θ", "TH"), ("ð", "DH"), ("s", "S"),
    ("z", "Z"), ("ʃ", "SH"), ("ɕ", "SH"), ("ʒ", "ZH"), ("ʑ", "ZH"), ("ɸ", "f"), ("ç", "hy"),
    ("h", "HH"), ("p", "P"), ("b", "B"), ("t", "T"), ("d", "D"), ("k", "K"), ("ɡ", "G"), ("g", "G"),
)  # fmt: skip

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recording:
    """A line that was said: float64 (N,) at `rate`; the first sample is the utterance's start."""

    utterance: Utterance
    samples: Samples
    rate: int


def available() -> bool:
    """Say whether eSpeak NG is installed."""
    return importlib.util.find_spec("espeakng_loader") is not None


def speak(text: str, wished: Timbre, *, start: float, end: float) -> Recording | None:
    """Return a line said between two times of the clip; None if our own voice has to say it.

    Args:
        text: English, or Japanese in kana; of what has no reading, nothing is said by either.
        wished: The speaker's voice.
        start: Seconds of the clip at which it begins.
        end: Seconds by which it is over.

    Raises:
        GeneratorError: eSpeak NG is installed but does not work.
    """
    plain = unicodedata.normalize("NFKC", text)
    own = utterances.speak(plain, start=start, end=end)
    if not available() or not own.phones or own.unspoken or len(plain) > TEXT_MAX:
        return None
    japanese = utterances.is_japanese(plain)
    pace = float(_WORDS_A_MINUTE)
    for _ in range(2):
        phones, samples, rate = _run(plain, "ja" if japanese else "en-us", pace)
        spoken = len(samples) / rate
        if spoken <= end - start:
            timed = _timed(phones, start, spoken)
            if not timed:
                return None
            said = Utterance(plain, timed, ((start, 1.0),), (), 1.0, mouths.keys(timed))
            return Recording(said, bending.bend(samples, rate, wished), rate)
        pace = pace * spoken / max(end - start, 0.1) * 1.05
        if pace > _FASTEST:
            return None
    return None


def _run(text: str, voice: str, pace: float) -> tuple[list[tuple[float, str]], Samples, int]:
    asked = json.dumps({"text": text, "voice": voice, "rate": round(pace), "pitch": _PITCH})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "generator.speech.espeaking"],
            input=asked.encode(), capture_output=True, timeout=SECONDS_MAX, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise GeneratorError("eSpeak NG is installed but does not speak.") from error
    head, _, body = done.stdout.partition(b"\n")
    told = json.loads(head)
    samples = np.frombuffer(body, "<i2").astype(np.float64) / 32768
    return [(float(at), str(name)) for at, name in told["phones"]], samples, int(told["rate"])


def _timed(phones: list[tuple[float, str]], start: float, spoken: float) -> tuple[Timed, ...]:
    """Return eSpeak's phones in our names, each until the next."""
    timed: list[Timed] = []
    ends = [at for at, _ in phones[1:]] + [spoken]
    for (at, name), end in zip(phones, ends, strict=True):
        if end - at > 1e-4:
            timed.append(Timed(_named(name), start + at, end - at))
    return tuple(timed)


def _named(ipa: str) -> str:
    bare = ipa.lstrip("ˈˌ")
    return next((phone for sign, phone in _IPA if bare.startswith(sign)), SILENCE)
