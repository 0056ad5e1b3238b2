"""Manifest stores as trees of boxes, and what of a file a signature covers.

`covered` is the tests' own reading of C2PA 2.4: a change that leaves it as it was may leave the
verdict as it was, and no other may.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cbor2

from tests.mutants.containers import BrokenError, Container, box, boxes

JUMB, JUMD, CBOR = b"jumb", b"jumd", b"cbor"


@dataclass(frozen=True, slots=True)
class Box:
    """A box: a superbox has others in it, and any other has bytes."""

    kind: bytes
    content: bytes = b""
    inside: tuple["Box", ...] = ()

    @property
    def label(self) -> str:
        """What a superbox calls itself; nothing: it is none, or has no label."""
        if not self.inside or self.inside[0].kind != JUMD:
            return ""
        return self.inside[0].content[17:].partition(b"\0")[0].decode(errors="replace")

    def __bytes__(self) -> bytes:
        if self.kind == JUMB:
            return box(self.kind, b"".join(map(bytes, self.inside)))
        return box(self.kind, self.content)

    def child(self, kind: bytes) -> "Box":
        """Return the one superbox in here that says it is of a kind."""
        found = [each for each in self.inside if each.inside and each.inside[0].content[:4] == kind]
        if len(found) != 1:
            raise BrokenError(f"not one {kind!r}")
        return found[0]


Path = tuple[int, ...]


def parse(store: bytes) -> Box:
    """Return the tree of a store.

    Raises:
        BrokenError: It is none.
    """
    found = list(_parse(store))
    if len(found) != 1 or found[0].kind != JUMB:
        raise BrokenError("no superbox")
    return found[0]


def _parse(data: bytes) -> Iterator[Box]:
    # Like the readers of others: a box that says it is longer ends where there is no more.
    for _, kind, start, end in boxes(data, lenient=True):
        content = data[start:end]
        yield Box(kind, inside=tuple(_parse(content))) if kind == JUMB else Box(kind, content)


def paths(tree: Box, path: Path = ()) -> Iterator[Path]:
    """Yield where the boxes in a tree are, from the top down."""
    yield path
    for number, each in enumerate(tree.inside):
        yield from paths(each, (*path, number))


def at(tree: Box, path: Path) -> Box:
    for number in path:
        tree = tree.inside[number]
    return tree


def put(tree: Box, path: Path, *boxes_: Box) -> Box:
    """Return a tree with others, or none, in the place of a box; all sizes fit."""
    if not path:
        (only,) = boxes_
        return only
    number, inside = path[0], tree.inside
    if len(path) == 1:
        return replace(tree, inside=(*inside[:number], *boxes_, *inside[number + 1 :]))
    changed = put(inside[number], path[1:], *boxes_)
    return replace(tree, inside=(*inside[:number], changed, *inside[number + 1 :]))


def start(tree: Box, path: Path) -> int:
    """Return where a box begins in the bytes of its tree."""
    if not path:
        return 0
    number, *rest = path
    before = sum(len(bytes(each)) for each in tree.inside[:number])
    return 8 + before + start(tree.inside[number], tuple(rest))


def signature(tree: Box) -> Path:
    """Return where the signature of the active manifest is."""
    active = len(tree.inside) - 1
    for number, each in enumerate(tree.inside[active].inside):
        if each.label == "c2pa.signature":
            return (active, number, 1)
    raise BrokenError("no signature")


def covered(data: bytes, container: Container) -> object:
    """Return everything in a file that the signature of its active manifest vouches for.

    That is the content, each piece with its place, but for what the hash leaves out; of each
    manifest its name, its claim, its assertions in whatever order, and its signature; of that of
    the active one, what is signed of it.

    What is left over: how the boxes around these are called and how long they say that they are,
    which a reader finds by their types; and the unsigned header of the last signature, which is
    padding, and a time-stamp that has a signature of its own. Nothing of that is shown or believed.

    Raises:
        BrokenError: It cannot be told, since the file or its store has another shape than ours.
    """
    try:
        content = tuple(
            (piece.at, piece.data)
            for piece in container.pieces(data)
            if piece.store is None and piece.kind not in container.unhashed
        )
        *others, active = map(_stated, parse(container.store(data)).inside[1:])
        protected, _, payload, signed = cbor2.loads(active.signature).value
    except (IndexError, ValueError, TypeError, AttributeError, cbor2.CBORError) as error:
        raise BrokenError(str(error)) from error
    return content, others, replace(active, signature=b""), (protected, payload, signed)


@dataclass(frozen=True, slots=True)
class _Stated:
    """A manifest: what it states, and who signed that."""

    label: str
    assertions: tuple[bytes, ...]
    claim: tuple[bytes, ...]
    signature: bytes


def _stated(manifest: Box) -> _Stated:
    assertions, claim, signature = (manifest.child(kind) for kind in (b"c2as", b"c2cl", b"c2cs"))
    return _Stated(
        manifest.label,
        tuple(sorted(map(bytes, assertions.inside[1:]))),
        tuple(map(bytes, claim.inside[1:])),
        signature.inside[1].content,
    )
