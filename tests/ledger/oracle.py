"""What must hold of a log in Postgres at every moment, rebuilt from its entries alone."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection

from ledger import checkpoint, fsck, log, note, proof, tiles
from ledger.note import Ed25519Signer
from tests.ledger import reference

SIGNER = Ed25519Signer("log.example/test", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEY = note.parse_vkey(SIGNER.vkey)


def read_file(conn: Connection, path: str) -> bytes:
    """Read a file of the log as a web server would."""
    file = tiles.parse_path(path)
    if isinstance(file, tiles.Tile):
        return log.tile(conn, file.level, file.index, file.width)
    return log.bundle(conn, file.index, file.width)


def bodies(conn: Connection) -> list[bytes]:
    return [row[0] for row in conn.execute('SELECT body FROM ledger.entry ORDER BY "index"')]


def check_log(conn: Connection) -> None:
    """Compare everything stored and served with the definition; then read it as an auditor."""
    rows = conn.execute(
        'SELECT "index", event_id, body, leaf_hash FROM ledger.entry ORDER BY "index"'
    ).fetchall()
    entries = [row[2] for row in rows]
    assert [row[0] for row in rows] == list(range(len(rows)))
    assert [row[3] for row in rows] == [reference.leaf(entry) for entry in entries]
    assert conn.execute(
        "SELECT count(*) FROM ledger.intake JOIN ledger.entry USING (event_id)"
    ).fetchone() == (0,)
    _check_nodes(conn, entries)
    sizes = _check_checkpoints(conn, entries)
    _check_head(conn, entries, sizes)
    for size in sizes[-3:]:
        for file in (*tiles.tiles_of(size), *tiles.bundles_of(size)):
            expected = (
                reference.tile(entries, file.level, file.index, file.width)
                if isinstance(file, tiles.Tile)
                else reference.bundle(entries, file.index, file.width)
            )
            assert read_file(conn, file.path) == expected
    if sizes:
        _check_proofs(conn, entries, [row[1] for row in rows], sizes)
        _check_audit(conn, entries)


def _check_nodes(conn: Connection, entries: list[bytes]) -> None:
    rows = conn.execute('SELECT level, "index", hash FROM ledger.node').fetchall()
    expected = {
        (level, index): reference.read(entries, 8 * level, index)
        for level in range(1, 4)
        for index in range(len(entries) >> (8 * level))
    }
    assert {(level, index): hash_ for level, index, hash_ in rows} == expected


def _check_checkpoints(conn: Connection, entries: list[bytes]) -> list[int]:
    rows = conn.execute("SELECT size, root, note FROM ledger.checkpoint ORDER BY size").fetchall()
    for size, root, signed in rows:
        assert root == reference.root(entries[:size])
        assert checkpoint.verify(signed, KEY) == checkpoint.Checkpoint(SIGNER.name, size, root)
    assert log.latest(conn) == (rows[-1][2] if rows else None)
    return [row[0] for row in rows]


def _check_head(conn: Connection, entries: list[bytes], sizes: list[int]) -> None:
    row = conn.execute("SELECT origin, size, edge FROM ledger.head").fetchone()
    assert row is not None
    origin, size, edge = row
    assert size == len(entries)
    assert sizes[-1:] == [size] if sizes else size == 0
    assert origin == (SIGNER.name if sizes else None)
    expected, start = list[bytes](), 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            expected.append(reference.read(entries, level, start >> level))
            start += 1 << level
    assert edge == expected


def _check_proofs(
    conn: Connection, entries: list[bytes], event_ids: list[str], sizes: list[int]
) -> None:
    size = len(entries)
    signed = log.latest(conn)
    assert signed is not None
    for index in range(0, size, max(1, size // 7)):
        assert log.prove_inclusion(conn, index, size) == reference.path(index, entries)
        assert log.find(conn, event_ids[index]) == index
        data = log.proof_of(conn, event_ids[index], signed)
        assert data is not None
        assert proof.verify(data, entries[index], KEY).size == size
    for old in [old for old in sizes if old][-3:]:
        assert log.prove_consistency(conn, old, size) == reference.consistency(old, entries)


def _check_audit(conn: Connection, entries: list[bytes]) -> None:
    signed = log.latest(conn)
    assert signed is not None
    seen: list[bytes] = []
    fsck.check(
        signed,
        SIGNER.vkey,
        lambda path: read_file(conn, path),
        visit=lambda _, entry: seen.append(entry),
    )
    assert seen == entries
