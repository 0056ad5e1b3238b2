"""C2PA manifest stores as boxes (JUMBF): which manifests there are, and which is the active one.

Nothing inside a manifest is read here: whoever fetches it judges it. The boxes are anyone's, so
every size is held against the bytes that are there.

Sources: ISO/IEC 19566-5 for boxes; C2PA 2.4, section 11.1, for the store and its manifests.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rightsd.errors import Code, RightsError

MANIFESTS_MAX = 1000
LABEL = re.compile(rb"[\x21-\x7e]{1,200}")

_SUFFIX = bytes.fromhex("00110010800000AA00389B71")
_STORE = b"c2pa" + _SUFFIX
# Standard, update and compressed manifests.
_MANIFESTS = frozenset(kind + _SUFFIX for kind in (b"c2ma", b"c2um", b"c2cm"))
_HEADER_BYTES = 8
_REQUESTABLE_WITH_LABEL = 0x03


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest's label, and its whole box."""

    label: str
    box: bytes


@dataclass(frozen=True, slots=True)
class Store:
    """A manifest store: its description box, and its manifests; the last one is the active one."""

    description: bytes
    manifests: tuple[Manifest, ...]

    @property
    def active(self) -> Manifest:
        """The active manifest."""
        return self.manifests[-1]


def parse(data: bytes) -> Store:
    """Return what a manifest store is made of.

    Raises:
        RightsError: INVALID: it is none.
    """
    outer = list(_boxes(data, limit=1))
    if len(outer) != 1 or outer[0][0] != b"jumb":
        raise _invalid("it is not one box of JUMBF")
    inner = list(_boxes(outer[0][1], limit=MANIFESTS_MAX + 1))
    if not inner or _described(inner[0]) != (_STORE, b"c2pa"):
        raise _invalid("its box does not say that it is a store of C2PA")
    manifests = tuple(_manifest(box) for box in inner[1:])
    if not manifests or len({each.label for each in manifests}) != len(manifests):
        raise _invalid("it has no manifest, or two by one name")
    return Store(inner[0][2], manifests)


def only_active(data: bytes) -> bytes:
    """Return a store that holds nothing but the active manifest of another one.

    Raises:
        RightsError: INVALID: there is none.
    """
    store = parse(data)
    return _alone(store, store.active)


def only(data: bytes, label: str) -> bytes:
    """Return a store that holds nothing but one manifest of another one, by its label.

    Raises:
        RightsError: INVALID: there is no store. NOT_FOUND: it is not in it.
    """
    store = parse(data)
    for manifest in store.manifests:
        if manifest.label == label:
            return _alone(store, manifest)
    raise RightsError(Code.NOT_FOUND, "there is no manifest by this name in the store")


def _alone(store: Store, manifest: Manifest) -> bytes:
    content = store.description + manifest.box
    return (_HEADER_BYTES + len(content)).to_bytes(4, "big") + b"jumb" + content


def _manifest(box: tuple[bytes, bytes, bytes]) -> Manifest:
    kind, content, whole = box
    first = next(_boxes(content, limit=None), None)
    described = None if kind != b"jumb" or first is None else _described(first)
    if described is None or described[0] not in _MANIFESTS:
        raise _invalid("it holds a box that is no manifest")
    return Manifest(described[1].decode("ascii"), whole)


def _described(box: tuple[bytes, bytes, bytes]) -> tuple[bytes, bytes] | None:
    """Return what a description box says: the type and the label; None: it is none."""
    kind, content, _ = box
    if kind != b"jumd" or len(content) < 17:
        return None
    label, ended, _ = content[17:].partition(b"\0")
    if content[16] & _REQUESTABLE_WITH_LABEL != _REQUESTABLE_WITH_LABEL or not ended:
        return None
    return (content[:16], label) if LABEL.fullmatch(label) else None


def _boxes(data: bytes, *, limit: int | None) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield the boxes that bytes are made of: kind, content, and the whole box.

    Raises:
        RightsError: INVALID: they are not made of boxes, or of more than `limit`.
    """
    start, count = 0, 0
    while start < len(data):
        count += 1
        size, kind = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + 8]
        header = _HEADER_BYTES
        if size == 1:  # The size stands behind the kind, in eight bytes.
            header = 2 * _HEADER_BYTES
            size = int.from_bytes(data[start + 8 : start + header], "big")
        if not header <= size <= len(data) - start or (limit is not None and count > limit):
            raise _invalid("its boxes do not fit into one another")
        yield kind, data[start + header : start + size], data[start : start + size]
        start += size


def _invalid(detail: str) -> RightsError:
    return RightsError(Code.INVALID, f"this is no manifest store of C2PA: {detail}")
