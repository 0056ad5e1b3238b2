"""XML from strangers, as events; no document types, so no entities, and everything bounded."""

from collections.abc import Callable, Mapping
from xml.parsers import expat

from rightsd.domain.signals.reservation import SignalError

BYTES_MAX = 1024 * 1024
DEPTH_MAX = 32
ELEMENTS_MAX = 20_000
ATTRIBUTES_MAX = 64

# begin(name, attributes), with names as "namespace name"; end(name, text): the text directly in it.
Begin = Callable[[str, Mapping[str, str]], None]
End = Callable[[str, str], None]


class _Walk:
    """Where the parser is, and how much it has seen."""

    def __init__(self, begin: Begin, end: End) -> None:
        self._begin = begin
        self._end = end
        self._texts: list[list[str]] = []
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._texts.append([])
        if self._elements > ELEMENTS_MAX or len(self._texts) > DEPTH_MAX:
            raise SignalError(f"it has more than {ELEMENTS_MAX} elements, or {DEPTH_MAX} levels")
        if len(attributes) > ATTRIBUTES_MAX:
            raise SignalError(f"an element has more than {ATTRIBUTES_MAX} attributes")
        self._begin(name, attributes)

    def finish(self, name: str) -> None:
        self._end(name, "".join(self._texts.pop()))

    def text(self, piece: str) -> None:
        if self._texts:
            self._texts[-1].append(piece)


def walk(data: bytes, *, begin: Begin, end: End) -> None:
    """Parse a document, UTF-8 whatever it says of itself.

    Raises:
        SignalError: It is not well-formed, has a document type, or is beyond a limit.
    """
    if len(data) > BYTES_MAX:
        raise SignalError(f"it has more than {BYTES_MAX} bytes")
    walked = _Walk(begin, end)
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_type
    parser.StartElementHandler = walked.start
    parser.EndElementHandler = walked.finish
    parser.CharacterDataHandler = walked.text
    try:
        parser.Parse(data, True)  # noqa: FBT003 -- Its own signature: this is all there is.
    except expat.ExpatError as error:
        raise SignalError(f"it is not well-formed XML: line {error.lineno}") from error


def _refuse_type(*_: object) -> None:
    """Refuse a document type before anything in it is read: nowhere else are entities declared."""
    raise SignalError("it has a document type, which is not read here")
