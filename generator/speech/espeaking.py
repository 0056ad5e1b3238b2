"""A program of its own: says one line by eSpeak NG, and tells when each phone sounds.

It reads a JSON object from its input and writes one line of JSON, then 16-bit samples. It is run
by `espeak.py`, once a line: the library does not give the same twice in one process, and its
licence (GPL-3.0-or-later) is not this project's, so that nothing here imports this file.
"""

import ctypes
import json
import sys
from typing import Any

import espeakng_loader  # pyright: ignore[reportMissingImports] - the extra `voice`; may be absent.

_RETRIEVAL, _PHONEMES = 1, 1  # AUDIO_OUTPUT_RETRIEVAL; espeakINITIALIZE_PHONEME_EVENTS.
_IPA = 2  # espeakINITIALIZE_PHONEME_IPA.
_END, _PHONEME = 0, 7  # Kinds of events.
_UTF8 = 1
_RATE, _PITCH = 1, 3  # Parameters.


class _Name(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("text", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("kind", ctypes.c_int), ("message", ctypes.c_uint), ("position", ctypes.c_int),
        ("length", ctypes.c_int), ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p), ("name", _Name),
    )  # fmt: skip


def main() -> None:
    """Say the line that the input asks for."""
    asked = json.load(sys.stdin)
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    folder = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(_RETRIEVAL, 0, folder, _PHONEMES | _IPA)
    pieces: list[bytes] = []
    phones: list[tuple[float, str]] = []

    @ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
    )
    def take(samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            pieces.append(ctypes.string_at(samples, 2 * count))
        at = 0
        while events[at].kind != _END:
            event = events[at]
            if event.kind == _PHONEME:
                phones.append((event.milliseconds / 1000, event.name.text.decode("utf8", "ignore")))
            at += 1
        return 0

    library.espeak_SetSynthCallback(take)
    if rate <= 0 or library.espeak_SetVoiceByName(asked["voice"].encode()):
        raise SystemExit(f"eSpeak NG has no voice {asked['voice']}.")
    library.espeak_SetParameter(_RATE, int(asked["rate"]), 0)
    library.espeak_SetParameter(_PITCH, int(asked["pitch"]), 0)
    text = asked["text"].encode()
    library.espeak_Synth(text, len(text) + 1, 0, 1, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    sys.stdout.write(json.dumps({"rate": rate, "phones": phones}) + "\n")
    sys.stdout.flush()
    sys.stdout.buffer.write(b"".join(pieces))


if __name__ == "__main__":
    main()
