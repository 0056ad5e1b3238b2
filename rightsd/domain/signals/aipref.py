"""AIPREF preferences, as in the header field Content-Usage.

Source: draft-ietf-aipref-vocab and draft-ietf-aipref-attach, of August 2026. The vocabulary is not
settled, so it is handed in.
"""

from collections.abc import Mapping

from rightsd.domain.signals import fields
from rightsd.domain.signals.reservation import Reservation, SignalError, Source, Stance, Use

VOCABULARY: Mapping[str, Use] = {"train-ai": Use.TRAIN, "search": Use.SEARCH}
_TOKENS = {"y": Stance.ALLOW, "n": Stance.DENY}


def preferences(text: str, vocabulary: Mapping[str, Use] = VOCABULARY) -> dict[Use, Stance]:
    """Return what a preference says; nothing where it is malformed, as the draft wants it."""
    try:
        members = fields.tokens_of(text)
    except SignalError:
        return {}
    return {
        vocabulary[label]: _TOKENS[token]
        for label, token in members.items()
        if label in vocabulary and token in _TOKENS
    }


def header(value: str) -> tuple[Reservation, ...]:
    """Return what a Content-Usage field says of the content that it came with."""
    uses = preferences(value)
    return (Reservation(source=Source.AIPREF, scope="", uses=uses),) if uses else ()
