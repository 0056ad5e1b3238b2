from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import merkle
from ledger.errors import ProofError
from tests.ledger import reference

ENTRIES = [bytes([number]) for number in range(70)]


def build(entries: list[bytes]) -> tuple[merkle.Edge, dict[tuple[int, int], bytes]]:
    edge, nodes = merkle.EMPTY, dict[tuple[int, int], bytes]()
    for entry in entries:
        edge, full = merkle.append(edge, merkle.hash_leaf(entry))
        nodes |= {(node.level, node.index): node.hash for node in full}
    return edge, nodes


EDGE, NODES = build(ENTRIES)


def read(level: int, index: int) -> bytes:
    return NODES[level, index]


def test_every_root_is_that_of_the_definition() -> None:
    edge = merkle.EMPTY
    for size, entry in enumerate(ENTRIES):
        assert edge.root() == merkle.root(size, read) == reference.root(ENTRIES[:size])
        edge, _ = merkle.append(edge, merkle.hash_leaf(entry))


def test_append_returns_every_full_subtree_once() -> None:
    expected = {
        (level, index): reference.read(ENTRIES, level, index)
        for level in range(7)
        for index in range(len(ENTRIES) >> level)
    }

    assert expected == NODES


def test_every_inclusion_proof_is_that_of_the_definition_and_verifies() -> None:
    for size in range(1, 41):
        root = reference.root(ENTRIES[:size])
        for index in range(size):
            path = merkle.prove_inclusion(index, size, read)
            assert path == reference.path(index, ENTRIES[:size])
            merkle.verify_inclusion(index, size, merkle.hash_leaf(ENTRIES[index]), path, root)


def test_every_consistency_proof_is_that_of_the_definition_and_verifies() -> None:
    roots = [reference.root(ENTRIES[:size]) for size in range(41)]
    for new in range(1, 41):
        for old in range(1, new + 1):
            path = merkle.prove_consistency(old, new, read)
            assert path == reference.consistency(old, ENTRIES[:new])
            merkle.verify_consistency(old, new, roots[old], roots[new], path)


@settings(deadline=None)
@given(st.data(), st.integers(1, 70))
def test_a_changed_inclusion_proof_is_refused(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaf, root = merkle.hash_leaf(ENTRIES[index]), reference.root(ENTRIES[:size])
    path = merkle.prove_inclusion(index, size, read)
    verify = partial(merkle.verify_inclusion, index, size, leaf, path, root)
    verify()

    match data.draw(st.sampled_from(["leaf", "root", "index", "path"])):
        case "leaf":
            verify = partial(merkle.verify_inclusion, index, size, bytes(32), path, root)
        case "root":
            verify = partial(merkle.verify_inclusion, index, size, leaf, path, bytes(32))
        case "index":
            other = data.draw(st.integers(-1, size + 5).filter(lambda at: at != index))
            verify = partial(merkle.verify_inclusion, other, size, leaf, path, root)
        case _:
            changed = data.draw(changed_paths(path))
            verify = partial(merkle.verify_inclusion, index, size, leaf, changed, root)

    with pytest.raises(ProofError):
        verify()


@settings(deadline=None)
@given(st.data(), st.integers(2, 70))
def test_a_changed_consistency_proof_is_refused(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    old_root, new_root = reference.root(ENTRIES[:old]), reference.root(ENTRIES[:new])
    path = merkle.prove_consistency(old, new, read)
    match data.draw(st.sampled_from(["old root", "new root", "path"])):
        case "old root":
            old_root = bytes(32)
        case "new root":
            new_root = bytes(32)
        case _:
            path = data.draw(changed_paths(path))

    with pytest.raises(ProofError):
        merkle.verify_consistency(old, new, old_root, new_root, path)


@st.composite
def changed_paths(draw: st.DrawFn, path: list[bytes]) -> list[bytes]:
    at = draw(st.integers(0, len(path)))
    changed = [*path]
    if at == len(path) or draw(st.booleans()):
        changed.insert(at, draw(st.binary(min_size=32, max_size=32)))
    elif draw(st.booleans()):
        del changed[at]
    else:
        bit = draw(st.integers(0, 255))
        flipped = int.from_bytes(changed[at]) ^ 1 << bit
        changed[at] = flipped.to_bytes(32)
    return changed


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_path_of_other_than_hashes_is_refused(length: int) -> None:
    path = [bytes(length)]

    with pytest.raises(ProofError, match="32"):
        merkle.verify_inclusion(0, 2, bytes(32), path, bytes(32))
    with pytest.raises(ProofError, match="32"):
        merkle.verify_consistency(1, 2, bytes(32), bytes(32), path)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (0, 0), (3, 3), (4, 3), (0, 2**63)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ProofError, match="outside"):
        merkle.prove_inclusion(index, size, read)
    with pytest.raises(ProofError, match="outside"):
        merkle.verify_inclusion(index, size, bytes(32), [], bytes(32))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 3), (-1, 3), (4, 3), (1, 2**63)])
def test_there_is_no_proof_between_such_sizes(old: int, new: int) -> None:
    with pytest.raises(ProofError, match="compared"):
        merkle.prove_consistency(old, new, read)
    with pytest.raises(ProofError, match="compared"):
        merkle.verify_consistency(old, new, bytes(32), bytes(32), [])


def test_the_largest_tree_has_paths_of_63_hashes() -> None:
    path = merkle.prove_inclusion(0, merkle.SIZE_MAX, lambda _level, _index: bytes(32))

    assert len(path) == 63
