"""Logs and proofs that others made. Their files are not part of this project."""

import base64
import json
from pathlib import Path

import pytest
from psycopg import Connection

from ledger import checkpoint, fsck, log, merkle, note, sequencing, tiles
from ledger.errors import NoteError, ProofError
from tests.ledger.oracle import SIGNER, check_log, read_file

DATA = Path(__file__).parents[3] / "shared" / "standards" / "data" / "tlog"
TESSERA = DATA / "tessera-testdata" / "testdata" / "log"
SUNLIGHT = DATA / "sunlight-testdata" / "cmd" / "skylight" / "testdata"
MIRROR = "mirror/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"
TESSERA_VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
VECTORS = DATA / "merkle" / "testdata"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the vectors of others are not here")


def vectors(kind: str) -> list[Path]:
    return sorted((VECTORS / kind).rglob("*.json"))


def decoded(texts: list[str] | None) -> list[bytes]:
    return [base64.b64decode(text) for text in texts or []]


@pytest.mark.parametrize("file", vectors("inclusion"), ids=lambda file: file.stem)
def test_transparency_dev_inclusion(file: Path) -> None:
    case = json.loads(file.read_text())
    leaf, root = decoded([case["leafHash"], case["root"]])

    try:
        merkle.verify_inclusion(
            case["leafIdx"], case["treeSize"], leaf, decoded(case["proof"]), root
        )
    except ProofError:
        assert case["wantErr"]
    else:
        assert not case["wantErr"]


@pytest.mark.parametrize("file", vectors("consistency"), ids=lambda file: file.stem)
def test_transparency_dev_consistency(file: Path) -> None:
    case = json.loads(file.read_text())
    roots = decoded([case["root1"], case["root2"]])

    try:
        merkle.verify_consistency(case["size1"], case["size2"], *roots, decoded(case["proof"]))
    except ProofError:
        assert case["wantErr"]
    else:
        assert not case["wantErr"]


def test_all_vectors_are_here() -> None:
    assert len(vectors("inclusion")) == len(vectors("consistency")) == 98


def test_the_note_of_the_specification_verifies() -> None:
    case = json.loads((DATA / "derived-vectors.json").read_text())["signed_note"]

    key = note.parse_vkey(case["vkey"])

    assert key.vkey == case["vkey"]
    assert note.verify(case["note"].encode(), [key]).text == b"This is an example message.\n"


def test_the_tree_of_the_first_implementation_has_these_roots() -> None:
    case = json.loads((DATA / "derived-vectors.json").read_text())["rfc6962_tree"]
    edge, roots = merkle.EMPTY, [merkle.EMPTY_ROOT.hex()]
    for leaf in case["leaf_inputs_hex"]:
        edge, _ = merkle.append(edge, merkle.hash_leaf(bytes.fromhex(leaf)))
        roots.append(edge.root().hex())

    assert roots == case["roots_by_size_hex"]


@pytest.mark.parametrize("size", range(16))
def test_a_tessera_log_passes(size: int) -> None:
    signed = (TESSERA / f"checkpoint.{size}").read_bytes()
    seen: list[bytes] = []

    head = fsck.check(
        signed,
        TESSERA_VKEY,
        lambda path: (TESSERA / path).read_bytes(),
        visit=lambda _, entry: seen.append(entry),
    )

    assert head.size == size == len(seen)
    assert head.text + b"\n" == signed[: len(head.text) + 1]


def test_our_log_of_the_tessera_entries_is_the_same_bytes(conn: Connection) -> None:
    words = tiles.decode_bundle((TESSERA / "tile/entries/000.p/15").read_bytes(), 15)
    key = note.parse_vkey(TESSERA_VKEY)
    for size, word in enumerate(words, 1):
        log.record(conn, event_id=str(size), kind="word.said", subject="word", body=word)
        batch = sequencing.sequence(conn, signers=[SIGNER])
        conn.commit()

        assert batch is not None
        assert batch.note is not None
        ours = checkpoint.parse(note.parse(batch.note).text)
        theirs = checkpoint.verify((TESSERA / f"checkpoint.{size}").read_bytes(), key)
        assert (ours.size, ours.root) == (theirs.size, theirs.root)
        for path in (f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"):
            assert read_file(conn, path) == (TESSERA / path).read_bytes()
    check_log(conn)


def test_the_tiles_of_a_sunlight_mirror_lead_to_its_root() -> None:
    """Its entries are placeholders, and its key is a witness's; the hashes are all there is."""
    folder = SUNLIGHT / "witness" / MIRROR
    read = note.parse((folder / "checkpoint").read_bytes())
    head = checkpoint.parse(read.text)
    asked: list[str] = []

    def read_tile(tile: tiles.Tile) -> bytes:
        asked.append(tile.path)
        return (folder / tile.path).read_bytes()

    assert head.size == 300
    assert merkle.root(300, tiles.reader(300, read_tile)) == head.root
    assert set(asked) == {"tile/0/001.p/44", "tile/1/000.p/1"}
    full = tiles.decode_tile((folder / "tile/0/000").read_bytes(), 256)
    assert tiles.hash_tile(full) == (folder / "tile/1/000.p/1").read_bytes()


def test_a_signature_of_an_unknown_kind_is_read_and_not_believed() -> None:
    data = (SUNLIGHT / "tree" / "checkpoint").read_bytes()

    assert checkpoint.parse(note.parse(data).text).origin == "rome2026h1.example.org"
    with pytest.raises(NoteError, match="no signature"):
        note.verify(data, [note.parse_vkey(TESSERA_VKEY)])
