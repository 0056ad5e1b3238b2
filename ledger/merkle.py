"""RFC 6962 Merkle tree: hashes, the right edge, inclusion and consistency proofs.

Everything here is a pure function over SHA-256 digests (32 bytes). A tree that is stored somewhere
is handed in as `Read`. Sources: RFC 6962 section 2.1; RFC 9162 section 2.1 for the verifiers; the
right edge is the compact range [0, size) of transparency-dev/merkle, docs/compact_ranges.md.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ledger.errors import ProofError

HASH_BYTES = 32
SIZE_MAX = 2**63 - 1  # Sizes and indexes are signed 64-bit integers in Postgres and in Go.
LEAF, INNER = b"\x00", b"\x01"  # What is hashed before an entry, and before two hashes.
EMPTY_ROOT = hashlib.sha256(b"").digest()

# read(level, index) returns the hash of the index-th full subtree of 2**level leaves.
Read = Callable[[int, int], bytes]


def hash_leaf(entry: bytes) -> bytes:
    """Return the leaf hash of one entry: SHA-256(0x00 || entry)."""
    return hashlib.sha256(LEAF + entry).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(INNER + left + right).digest()


@dataclass(frozen=True, slots=True)
class Node:
    """The hash of one full subtree: 2**level leaves, the index-th such subtree from the left."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: its size in leaves, and its full subtrees from left to right."""

    size: int
    hashes: tuple[bytes, ...]

    def root(self) -> bytes:
        """Return the root hash of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = hash_children(left, root)
        return root


EMPTY = Edge(0, ())


def append(edge: Edge, leaf_hash: bytes) -> tuple[Edge, list[Node]]:
    """Add one leaf; return the new right edge and the full subtrees that it completed.

    The first of these is the leaf itself, at level 0; each further one is one level higher.
    """
    hashes = list(edge.hashes)
    nodes = [Node(0, edge.size, leaf_hash)]
    while nodes[-1].index & 1:
        right = nodes[-1]
        parent = hash_children(hashes.pop(), right.hash)
        nodes.append(Node(right.level + 1, right.index >> 1, parent))
    hashes.append(nodes[-1].hash)
    return Edge(edge.size + 1, tuple(hashes)), nodes


def root(size: int, read: Read) -> bytes:
    """Return the root hash of the tree of the first `size` leaves, 0 <= size <= SIZE_MAX."""
    return _subtree(0, size, read) if size else EMPTY_ROOT


def prove_inclusion(index: int, size: int, read: Read) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves, from leaf to root.

    Raises:
        ProofError: There is no such leaf in a tree of that size.

    Source: RFC 6962 section 2.1.1.
    """
    if not 0 <= index < size <= SIZE_MAX:
        raise ProofError(f"leaf {index} is outside a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = _split(start, end)
        if index < split:
            path.append(_subtree(split, end, read))
            end = split
        else:
            path.append(_subtree(start, split, read))
            start = split
    path.reverse()
    return path


def verify_inclusion(
    index: int, size: int, leaf_hash: bytes, path: Sequence[bytes], root_hash: bytes
) -> None:
    """Check that leaf `index` is in the tree of `size` leaves with this root hash.

    Raises:
        ProofError: The path does not lead to the root.

    Source: RFC 9162 section 2.1.3.2.
    """
    reached = root_above(index, size, leaf_hash, path)
    if reached != root_hash:
        raise ProofError(f"the path leads to {reached.hex()}, not to {root_hash.hex()}")


def root_above(index: int, size: int, leaf_hash: bytes, path: Sequence[bytes]) -> bytes:
    """Return the root hash that a path leads to from leaf `index` of a tree of `size` leaves.

    Raises:
        ProofError: There is no such leaf, or the path is not as long as its way up.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size <= SIZE_MAX:
        raise ProofError(f"leaf {index} is outside a tree of {size}")
    _require_hashes([leaf_hash, *path])
    current = leaf_hash
    for sibling, is_left in _climb(index, size - 1, path):
        current = hash_children(sibling, current) if is_left else hash_children(current, sibling)
    return current


def prove_consistency(old: int, new: int, read: Read) -> list[bytes]:
    """Return the proof that the tree of `old` leaves is the beginning of the tree of `new`.

    Raises:
        ProofError: Not 1 <= old <= new. There is nothing to prove about an empty tree.

    Source: RFC 6962 section 2.1.2.
    """
    if not 1 <= old <= new <= SIZE_MAX:
        raise ProofError(f"a tree of {old} cannot be compared with a tree of {new}")
    path: list[bytes] = []
    start, end = 0, new
    while end != old:
        split = _split(start, end)
        if old <= split:
            path.append(_subtree(split, end, read))
            end = split
        else:
            path.append(_subtree(start, split, read))
            start = split
    # A verifier that knows the old root knows this hash when the old tree is one full subtree.
    if start:
        path.append(_subtree(start, end, read))
    path.reverse()
    return path


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the tree of `old` leaves is the beginning of the tree of `new` leaves.

    Raises:
        ProofError: The path does not lead to both roots, or not 1 <= old <= new.

    Source: RFC 9162 section 2.1.4.2.
    """
    if not 1 <= old <= new <= SIZE_MAX:
        raise ProofError(f"a tree of {old} cannot be compared with a tree of {new}")
    _require_hashes(path)
    if old == new:
        if path or old_root != new_root:
            raise ProofError("two trees of the same size have different roots")
        return
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        raise ProofError("the path is too short: its length is not that of the way to the root")
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    from_old = from_new = hashes[0]
    for sibling, is_left in _climb(node, last, hashes[1:]):
        if is_left:
            from_old = hash_children(sibling, from_old)
            from_new = hash_children(sibling, from_new)
        else:
            from_new = hash_children(from_new, sibling)
    if from_old != old_root:
        raise ProofError(f"the path leads to the old root {from_old.hex()}, not {old_root.hex()}")
    if from_new != new_root:
        raise ProofError(f"the path leads to the new root {from_new.hex()}, not {new_root.hex()}")


def _split(start: int, end: int) -> int:
    """Return where RFC 6962 splits the leaves: after the largest power of two that leaves some."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _subtree(start: int, end: int, read: Read) -> bytes:
    width = end - start
    if width & (width - 1) == 0:
        return read(width.bit_length() - 1, start // width)
    split = _split(start, end)
    return hash_children(_subtree(start, split, read), _subtree(split, end, read))


def _climb(node: int, last: int, path: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each hash of a path, from below, and whether it is the left one of its pair.

    Args:
        node: Index of the node the path begins at, within its level.
        last: Index of the last node of that level.
        path: The siblings on the way to the root.

    Raises:
        ProofError: The path ends below the root, or goes on above it.
    """
    for sibling in path:
        if last == 0:
            raise ProofError("the path is too long: its length is not that of the way to the root")
        is_left = bool(node & 1) or node == last
        yield sibling, is_left
        # At the right edge a node without a sibling stands for its parent as well.
        while is_left and node and not node & 1:
            node >>= 1
            last >>= 1
        node >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("the path is too short: its length is not that of the way to the root")


def _require_hashes(path: Sequence[bytes]) -> None:
    for hash_ in path:
        if len(hash_) != HASH_BYTES:
            raise ProofError(f"the proof holds {len(hash_)} bytes where a hash has {HASH_BYTES}")
