"""Ways to change an output, and as many files changed by them as anyone wants: always the same."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cbor2

from tests.mutants import stores
from tests.mutants.containers import CONTAINERS, Container, chunk
from tests.mutants.stores import CBOR, JUMB, Box

LENGTHS = (0, 1, 7, 8, 15, 2**16, 2**31 - 1, 2**31, 2**32 - 1)
NESTED = 20_000  # Lists in one another.


@dataclass(frozen=True, slots=True)
class Original:
    """An output, and another one of the same format to take parts from."""

    data: bytes
    other: bytes
    container: Container

    @property
    def tree(self) -> Box:
        return stores.parse(self.container.store(self.data))

    def with_tree(self, tree: Box) -> bytes:
        return self.container.with_store(self.data, bytes(tree))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed output.

    Attributes:
        name: Which it is, to make it again.
        way: How it was changed.
        original: Of what.
    """

    name: str
    way: str
    original: Original
    data: bytes

    @property
    def is_covered_alike(self) -> bool:
        """Whether all that the signature covers is as it was."""
        container = self.original.container
        try:
            return stores.covered(self.data, container) == stores.covered(
                self.original.data, container
            )
        except stores.BrokenError:
            return False


Way = Callable[[random.Random, Original], bytes]


def mutants(originals: Sequence[Original], count: int) -> Iterator[Mutant]:
    """Yield changed files that differ from what they were made of: of each, by each way in turn."""
    for number in range(count):
        original = originals[number % len(originals)]
        # Each way comes to each original, and then again.
        way = WAYS[number // len(originals) % len(WAYS)]
        rng = random.Random(number)
        data = way(rng, original)
        while data == original.data:
            data = way(rng, original)
        name = f"{way.__name__}-{number}.{original.container.suffix}"
        yield Mutant(name, way.__name__, original, data)


def flip_a_bit(rng: random.Random, of: Original) -> bytes:
    return _flipped(rng, of.data)


def flip_bits(rng: random.Random, of: Original) -> bytes:
    data = of.data
    for _ in range(rng.randint(2, 64)):
        data = _flipped(rng, data)
    return data


def flip_a_bit_of_the_store(rng: random.Random, of: Original) -> bytes:
    return of.container.with_store(of.data, _flipped(rng, of.container.store(of.data)))


def flip_a_bit_beside_the_padding(rng: random.Random, of: Original) -> bytes:
    """Two thirds of a manifest are padding: keep to what says something."""
    tree, path = _signature(of)
    content = stores.at(tree, path).content
    start = content.index(b"cpad")
    end = len(content) - 80  # Payload and signature come last.
    at = rng.choice([rng.randrange(start), rng.randrange(end, len(content))])
    changed = content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]
    return of.with_tree(stores.put(tree, path, Box(CBOR, changed)))


def overwrite(rng: random.Random, of: Original) -> bytes:
    at, size = rng.randrange(len(of.data)), rng.randint(1, 512)
    return (of.data[:at] + rng.randbytes(size) + of.data[at + size :])[: len(of.data)]


def truncate(rng: random.Random, of: Original) -> bytes:
    return of.data[: rng.randrange(1, len(of.data))]


def cut_out(rng: random.Random, of: Original) -> bytes:
    start = rng.randrange(len(of.data))
    return of.data[:start] + of.data[start + rng.randint(1, 4096) :]


def insert(rng: random.Random, of: Original) -> bytes:
    at, size = rng.randrange(len(of.data)), rng.randint(1, 4096)
    new = rng.choice([bytes(size), rng.randbytes(size), of.data[:size]])
    return of.data[:at] + new + of.data[at:]


def append(rng: random.Random, of: Original) -> bytes:
    size = rng.randint(1, 4096)
    return of.data + rng.choice([bytes(size), rng.randbytes(size), of.other, of.data])


def splice(rng: random.Random, of: Original) -> bytes:
    """The beginning of one and the end of another, cut at the same place or anywhere."""
    at = rng.randrange(len(of.data))
    return of.data[:at] + of.other[rng.choice([min(at, len(of.other)), len(of.other) // 2]) :]


def duplicate_a_piece(rng: random.Random, of: Original) -> bytes:
    pieces = _pieces(of)
    pieces.insert(rng.randint(0, len(pieces)), rng.choice(pieces))
    return b"".join(pieces)


def drop_a_piece(rng: random.Random, of: Original) -> bytes:
    pieces = _pieces(of)
    del pieces[rng.randrange(len(pieces))]
    return b"".join(pieces)


def move_a_piece(rng: random.Random, of: Original) -> bytes:
    pieces = _pieces(of)
    moved = pieces.pop(rng.randrange(len(pieces)))
    pieces.insert(rng.randint(0, len(pieces)), moved)
    return b"".join(pieces)


def take_a_piece_of_another(rng: random.Random, of: Original) -> bytes:
    pieces, others = _pieces(of), [piece.data for piece in of.container.pieces(of.other)]
    at = rng.randrange(len(pieces))
    pieces[at : at + rng.randint(0, 1)] = [rng.choice(others)]
    return b"".join(pieces)


def stuff_something_in(rng: random.Random, of: Original) -> bytes:
    pieces = _pieces(of)
    pieces.insert(rng.randint(1, len(pieces)), of.container.stuff(rng.randbytes(64)))
    return b"".join(pieces)


def lie_about_a_piece(rng: random.Random, of: Original) -> bytes:
    """Let a box, a segment or a chunk say another size."""
    piece = rng.choice(of.container.pieces(of.data))
    width, at = (2, piece.at + 2) if of.container.suffix == "jpg" else (4, piece.at)
    return _with_size(rng, of.data, at, width)


def lie_about_a_box(rng: random.Random, of: Original) -> bytes:
    """Let a box in the store say another size."""
    tree = of.tree
    path = rng.choice(list(stores.paths(tree)))
    lying = _with_size(rng, bytes(tree), stores.start(tree, path), 4)
    return of.container.with_store(of.data, lying)


def drop_a_box(rng: random.Random, of: Original) -> bytes:
    tree = of.tree
    return of.with_tree(stores.put(tree, _inner(rng, tree)))


def duplicate_a_box(rng: random.Random, of: Original) -> bytes:
    tree = of.tree
    path = _inner(rng, tree)
    found = stores.at(tree, path)
    return of.with_tree(stores.put(tree, path, found, found))


def move_a_box(rng: random.Random, of: Original) -> bytes:
    tree = of.tree
    path = _inner(rng, tree)
    without = stores.put(tree, path)
    target = rng.choice([each for each in stores.paths(without) if each])
    moved, there = stores.at(tree, path), stores.at(without, target)
    return of.with_tree(stores.put(without, target, *rng.sample([moved, there], 2)))


def take_a_box_of_another(rng: random.Random, of: Original) -> bytes:
    """Put what another output has by the same label: claim, signature, assertion, manifest."""
    tree, other = of.tree, stores.parse(of.container.store(of.other))
    theirs = [stores.at(other, path) for path in stores.paths(other) if path]
    paths = [path for path in stores.paths(tree) if path and stores.at(tree, path).label]
    rng.shuffle(paths)
    for path in paths:
        label = stores.at(tree, path).label
        found = [each for each in theirs if each.label == label or label.startswith("urn:")]
        if found:
            return of.with_tree(stores.put(tree, path, rng.choice(found)))
    raise AssertionError("the two have no label in common")


def rename_a_box(rng: random.Random, of: Original) -> bytes:
    """Change a character of a label or of the type."""
    tree = of.tree
    path = rng.choice([p for p in stores.paths(tree) if stores.at(tree, p).kind == b"jumd"])
    found = stores.at(tree, path)
    return of.with_tree(stores.put(tree, path, Box(found.kind, _flipped(rng, found.content))))


def edit_an_assertion(rng: random.Random, of: Original) -> bytes:
    """Change what a box of CBOR or JSON says."""
    tree = of.tree
    path = rng.choice([p for p in stores.paths(tree) if stores.at(tree, p).kind in _SAYING])
    found = stores.at(tree, path)
    return of.with_tree(stores.put(tree, path, Box(found.kind, _flipped(rng, found.content))))


def blow_up_an_assertion(rng: random.Random, of: Original) -> bytes:
    """Nest it, or let it claim to have more than it has."""
    tree = of.tree
    path = rng.choice([p for p in stores.paths(tree) if stores.at(tree, p).kind in _SAYING])
    found = stores.at(tree, path)
    blown = rng.choice(_BLOWN[found.kind])
    return of.with_tree(stores.put(tree, path, Box(found.kind, blown)))


def change_the_padding(rng: random.Random, of: Original) -> bytes:
    """Change what is in the unsigned header of the signature: nothing covers that."""
    tree, path = _signature(of)
    tagged = cbor2.loads(stores.at(tree, path).content)
    protected, unsigned, payload, signature = tagged.value
    padding = unsigned["pad"]
    new = rng.choice([rng.randbytes(len(padding)), padding[: -rng.randint(1, 4096)]])
    changed = cbor2.CBORTag(18, [protected, {**unsigned, "pad": new}, payload, signature])
    return of.with_tree(stores.put(tree, path, Box(CBOR, cbor2.dumps(changed))))


def hide_something_in_the_padding(rng: random.Random, of: Original) -> bytes:
    """Keep the store's place and end as they were, and put the content of another file there."""
    tree, path = _signature(of)
    tagged = cbor2.loads(stores.at(tree, path).content)
    protected, unsigned, payload, signature = tagged.value
    stuffed = of.container.stuff(rng.randbytes(rng.randint(100, 4000)))
    if of.container.suffix == "png":
        stuffed += chunk(b"IDAT", rng.randbytes(64))
    less = {**unsigned, "pad": unsigned["pad"][: -len(stuffed)]}
    changed = Box(CBOR, cbor2.dumps(cbor2.CBORTag(18, [protected, less, payload, signature])))
    file = of.with_tree(stores.put(tree, path, changed))
    pieces = of.container.pieces(file)
    at = next(number for number, piece in enumerate(pieces) if piece.store is not None)
    hidden = [piece.data for piece in pieces]
    hidden.insert(at + rng.randint(0, 1), stuffed)
    return b"".join(hidden)


def take_the_store_of_another(rng: random.Random, of: Original) -> bytes:
    """Put another output's store here, alone, before ours or behind it."""
    theirs, tree = of.container.store(of.other), of.tree
    manifests = stores.parse(theirs).inside[1:]
    at = len(tree.inside) - rng.randint(0, 1)
    both = Box(JUMB, inside=(*tree.inside[:at], *manifests, *tree.inside[at:]))
    return of.container.with_store(of.data, rng.choice([theirs, bytes(both)]))


def take_the_container_of_another(rng: random.Random, of: Original) -> bytes:
    """Put the store into a file of another format."""
    others = [each for each in CONTAINERS if each is not of.container]
    wrapped = rng.choice(others).wrap(of.container.store(of.data))
    pieces = _pieces(of)
    pieces[rng.randrange(1, len(pieces))] = wrapped
    return b"".join(pieces)


def _nested(kind: bytes) -> bytes:
    return b"\x81" * NESTED + b"\x00" if kind == CBOR else b"[" * NESTED + b"]" * NESTED


_SAYING = frozenset({CBOR, b"json"})
_BLOWN = {
    CBOR: (
        _nested(CBOR),
        b"\x9b" + b"\xff" * 8,  # A list of 2^64 - 1 members, a text, bytes, a map.
        b"\x7b" + b"\xff" * 8,
        b"\x5b" + b"\x7f" + b"\xff" * 7,
        b"\xbb" + b"\xff" * 8,
        b"\x9f" * 1000,
        b"\xa1\x61a\xfb\x7f\xf8\0\0\0\0\0\0",  # Not a number.
        b"",
    ),
    b"json": (_nested(b"json"), b'{"a":' * NESTED, b'"' + b"\\ud800" * 100 + b'"', b"1e999", b""),
}


def _flipped(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def _with_size(rng: random.Random, data: bytes, at: int, width: int) -> bytes:
    size = int.from_bytes(data[at : at + width], "big")
    wrong = rng.choice([*LENGTHS, size + 1, size - 1, size + rng.randint(2, 64), size // 2])
    return data[:at] + (wrong % 256**width).to_bytes(width, "big") + data[at + width :]


def _pieces(of: Original) -> list[bytes]:
    return [piece.data for piece in of.container.pieces(of.data)]


def _inner(rng: random.Random, tree: Box) -> stores.Path:
    return rng.choice([path for path in stores.paths(tree) if path])


def _signature(of: Original) -> tuple[Box, stores.Path]:
    tree = of.tree
    return tree, stores.signature(tree)


WAYS: tuple[Way, ...] = (
    flip_a_bit,
    flip_bits,
    flip_a_bit_of_the_store,
    flip_a_bit_beside_the_padding,
    overwrite,
    truncate,
    cut_out,
    insert,
    append,
    splice,
    duplicate_a_piece,
    drop_a_piece,
    move_a_piece,
    take_a_piece_of_another,
    stuff_something_in,
    lie_about_a_piece,
    lie_about_a_box,
    drop_a_box,
    duplicate_a_box,
    move_a_box,
    take_a_box_of_another,
    rename_a_box,
    edit_an_assertion,
    blow_up_an_assertion,
    change_the_padding,
    hide_something_in_the_padding,
    take_the_store_of_another,
    take_the_container_of_another,
)
