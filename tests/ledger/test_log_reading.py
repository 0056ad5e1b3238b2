import pytest
from psycopg import Connection

from ledger import log, proof, sequencing
from ledger.errors import BeyondError, ProofError
from tests.ledger import reference
from tests.ledger.conftest import Connect
from tests.ledger.counting import grow, record
from tests.ledger.oracle import KEY, SIGNER, bodies, check_log


def test_entries_are_read_by_range(conn: Connection) -> None:
    grow(conn, 0, 600)

    assert [entry.index for entry in log.entries(conn, 200, 590)] == list(range(200, 590))
    assert list(log.entries(conn, 5, 5)) == []
    with pytest.raises(BeyondError, match="600 entries, not 601"):
        next(log.entries(conn, 0, 601))


def test_what_is_no_entry_yet_is_pending(conn: Connection) -> None:
    grow(conn, 0, 1)
    record(conn, 1, 2)
    conn.commit()
    assert list(log.pending(conn)) == [b'{"number":1}', b'{"number":2}']

    sequencing.sequence(conn, signers=[SIGNER])

    assert list(log.pending(conn)) == []


def test_more_events_than_are_fetched_at_a_time_are_pending(conn: Connection) -> None:
    count = 2 * log.PENDING_BATCH + 1
    record(conn, 0, count)

    assert list(log.pending(conn)) == [b'{"number":%d}' % number for number in range(count)]


def test_proofs_are_made_for_every_size(conn: Connection) -> None:
    grow(conn, 0, 300)
    entries = bodies(conn)

    for size in (1, 2, 255, 256, 257, 299, 300):
        path = log.prove_inclusion(conn, size - 1, size)
        assert path == reference.path(size - 1, entries[:size])
        assert log.prove_consistency(conn, 1, size) == reference.consistency(1, entries[:size])


def test_a_proof_file_verifies_without_the_database(conn: Connection) -> None:
    signed = grow(conn, 0, 300).note
    assert signed is not None

    data = log.proof_of(conn, "evt_299", signed)

    assert data is not None
    assert proof.verify(data, b'{"number":299}', KEY).size == 300
    assert log.proof_of(conn, "evt_300", signed) is None


def test_a_proof_leads_to_the_checkpoint_that_is_asked_for(conn: Connection) -> None:
    earlier = grow(conn, 0, 5).note
    grow(conn, 5, 5)
    assert earlier is not None

    data = log.proof_of(conn, "evt_4", earlier)

    assert data is not None
    assert data.endswith(earlier)
    assert proof.verify(data, b'{"number":4}', KEY).size == 5
    assert log.find(conn, "evt_5") == 5
    assert log.proof_of(conn, "evt_5", earlier) is None


def test_what_the_newest_checkpoint_does_not_cover_is_not_served(conn: Connection) -> None:
    with pytest.raises(BeyondError):
        log.tile(conn, 0, 0, 1)
    grow(conn, 0, 257)

    assert len(log.tile(conn, 0, 1, 1)) == len(log.tile(conn, 1, 0, 1)) == 32
    assert len(log.tile(conn, 0, 0, 17)) == 17 * 32
    assert log.bundle(conn, 1, 1) == b'\x00\x0e{"number":256}'
    for level, n, width in [(0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 0, 1), (0, 0, 257), (0, 0, 0)]:
        with pytest.raises(BeyondError):
            log.tile(conn, level, n, width)
    for level, n, width in [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, -1)]:
        with pytest.raises(BeyondError):
            log.tile(conn, level, n, width)
    for n, width in [(1, 2), (2, 1), (0, 257), (0, 0), (-1, 1)]:
        with pytest.raises(BeyondError):
            log.bundle(conn, n, width)
    with pytest.raises(BeyondError):
        log.prove_inclusion(conn, 0, 258)
    with pytest.raises(BeyondError):
        log.prove_consistency(conn, 1, 258)
    with pytest.raises(ProofError):
        log.prove_inclusion(conn, 257, 257)


def test_readers_see_whole_batches_only(conn: Connection, connect: Connect) -> None:
    grow(conn, 0, 5)
    reader = connect()
    record(conn, 5, 5)
    conn.commit()

    sequencing.sequence(conn, signers=[SIGNER])

    check_log(reader)
    assert len(bodies(reader)) == 5
    reader.commit()
    conn.commit()
    check_log(reader)
    assert len(bodies(reader)) == 10


def test_entries_are_found_by_what_they_are_about(conn: Connection) -> None:
    for number, subject in enumerate(["con_1", "con_2", "con_1", "ntc_1"]):
        kind, body = "thing.done", str(number).encode()
        log.record(conn, event_id=f"evt_{number}", kind=kind, subject=subject, body=body)
    sequencing.sequence(conn, signers=[SIGNER])

    found = log.entries_about(conn, ["con_1", "ntc_1", "sub_1"])

    assert [(entry.index, entry.subject) for entry in found] == [
        (0, "con_1"),
        (2, "con_1"),
        (3, "ntc_1"),
    ]
