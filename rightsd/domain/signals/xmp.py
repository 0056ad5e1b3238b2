"""The “Data Mining” property of pictures and videos, in the XMP packets that they carry.

Sources: IPTC Photo Metadata and Video Metadata Hub 1.5; the PLUS vocabulary; ISO 16684-1 for XMP.
TDMRep has properties there too.
"""

from collections.abc import Mapping
from mmap import mmap

from rightsd.domain.signals import markup
from rightsd.domain.signals.reservation import Reservation, SignalError, Source, Stance, Use, shown

PACKET_BYTES_MAX = markup.BYTES_MAX
PACKETS_MAX = 4
BEGIN, END = b"<x:xmpmeta", b"</x:xmpmeta>"

_MINING = "http://ns.useplus.org/ldf/xmp/1.0/ DataMining"
_TDM = "http://www.w3.org/ns/tdmrep# reservation", "http://www.w3.org/ns/tdmrep/ reservation"
_POLICY = "http://www.w3.org/ns/tdmrep# policy", "http://www.w3.org/ns/tdmrep/ policy"
_OWNER = "http://ns.useplus.org/ldf/xmp/1.0/ CopyrightOwnerName"
_RESOURCE = "http://www.w3.org/1999/02/22-rdf-syntax-ns# resource"
_VOCABULARY = "http://ns.useplus.org/ldf/vocab/DMI-"
_ALL = (Use.TRAIN, Use.MINE, Use.INPUT, Use.GENERATE)
_MEANINGS: Mapping[str, Mapping[Use, Stance]] = {
    "ALLOWED": dict.fromkeys((*_ALL, Use.SEARCH), Stance.ALLOW),
    "PROHIBITED": dict.fromkeys((*_ALL, Use.SEARCH), Stance.DENY),
    "PROHIBITED-AIMLTRAINING": {Use.TRAIN: Stance.DENY},
    "PROHIBITED-GENAIMLTRAINING": {Use.TRAIN: Stance.DENY},
    "PROHIBITED-EXCEPTSEARCHENGINEINDEXING": dict.fromkeys(_ALL, Stance.DENY)
    | {Use.SEARCH: Stance.ALLOW},
    "PROHIBITED-SEECONSTRAINT": dict.fromkeys(_ALL, Stance.CONSTRAINED),
    "PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": dict.fromkeys(_ALL, Stance.CONSTRAINED),
    "PROHIBITED-SEELINKEDRIGHTSEXPR": dict.fromkeys(_ALL, Stance.CONSTRAINED),
}


def packets(data: bytes | mmap) -> list[bytes]:
    """Return the XMP packets in a file's bytes, as they stand there.

    Raises:
        SignalError: One is larger than PACKET_BYTES_MAX, or has no end; or they are too many.
    """
    found: list[bytes] = []
    place = 0
    while (begin := data.find(BEGIN, place)) >= 0:
        end = data.find(END, begin, begin + PACKET_BYTES_MAX)
        if end < 0 or len(found) == PACKETS_MAX:
            raise SignalError("its XMP is cut off, too large, or in too many packets")
        place = end + len(END)
        found.append(data[begin:place])
    return found


def parse(packet: bytes) -> tuple[Reservation, ...]:
    """Return what an XMP packet says of the file that it stands in.

    Raises:
        SignalError: It is not well-formed, or beyond a limit.
    """
    said: dict[str, str] = {}

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        # A property is an attribute, an element with text, or an element that names a resource.
        said.update(attributes)
        if _RESOURCE in attributes:
            said[name] = attributes[_RESOURCE]

    def end(name: str, text: str) -> None:
        if text.strip():
            said[name] = text.strip()

    markup.walk(packet, begin=begin, end=end)
    holder, policy = shown(said.get(_OWNER)), shown(_first(said, _POLICY))
    found: list[Reservation] = []
    mining = said.get(_MINING, "").removeprefix(_VOCABULARY)
    if mining in _MEANINGS:
        uses = _MEANINGS[mining]
        found.append(Reservation(source=Source.IPTC, scope="", uses=uses, holder=holder))
    reserved = {"0": Stance.ALLOW, "1": Stance.DENY}.get(_first(said, _TDM) or "")
    if reserved is not None:
        uses = {Use.MINE: reserved}
        found.append(
            Reservation(source=Source.TDMREP, scope="", uses=uses, holder=holder, policy_url=policy)
        )
    return tuple(found)


def _first(said: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((said[name] for name in names if name in said), None)
