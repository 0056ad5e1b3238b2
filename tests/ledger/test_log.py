from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection

from ledger import checkpoint, log, note, sequencing
from ledger.errors import NoteError, RepeatError, SequenceError
from ledger.note import Ed25519Signer
from tests.ledger.counting import grow, record, waiting
from tests.ledger.oracle import KEY, SIGNER, bodies, check_log


def test_an_event_becomes_an_entry_when_it_is_sequenced(conn: Connection) -> None:
    record(conn, 7)
    conn.commit()
    assert log.find(conn, "evt_7") is None

    batch = sequencing.sequence(conn, signers=[SIGNER])

    assert batch is not None
    assert batch.first == 0
    assert batch.entries == (log.Entry(0, "evt_7", "number.counted", "num_1", b'{"number":7}'),)
    assert batch.note == log.latest(conn)
    assert log.find(conn, "evt_7") == 0
    check_log(conn)


def test_an_empty_log_gets_a_checkpoint_once(conn: Connection) -> None:
    check_log(conn)
    assert log.latest(conn) is None

    first = sequencing.sequence(conn, signers=[SIGNER])
    second = sequencing.sequence(conn, signers=[SIGNER])

    assert first is not None
    assert first.note is not None
    assert checkpoint.verify(first.note, KEY).size == 0
    assert second == sequencing.Batch(0, (), None)
    check_log(conn)


def test_nothing_new_signs_nothing(conn: Connection) -> None:
    batch = grow(conn, 0, 3)

    assert sequencing.sequence(conn, signers=[SIGNER]) == sequencing.Batch(3, (), None)
    assert log.latest(conn) == batch.note


def test_a_backlog_is_taken_in_batches_in_order(conn: Connection) -> None:
    record(conn, 0, 7)
    conn.commit()

    sizes = []
    while (batch := sequencing.sequence(conn, signers=[SIGNER], batch_max=3)) and batch.entries:
        conn.commit()
        sizes.append((batch.first, len(batch.entries)))
        check_log(conn)

    assert sizes == [(0, 3), (3, 3), (6, 1)]
    assert bodies(conn) == [b'{"number":%d}' % number for number in range(7)]


def test_a_log_across_tiles_is_whole_after_every_batch(conn: Connection) -> None:
    first = 0
    for count in (1, 254, 1, 1, 255, 300):
        grow(conn, first, count)
        first += count
        check_log(conn)

    assert conn.execute('SELECT level, "index" FROM ledger.node ORDER BY 1, 2').fetchall() == [
        (1, 0),
        (1, 1),
        (1, 2),
    ]


@pytest.mark.slow
def test_a_log_of_three_levels_is_whole(conn: Connection) -> None:
    conn.execute(
        """
        INSERT INTO ledger.intake (event_id, kind, subject, body)
        SELECT 'evt_' || number, 'number.counted', 'num_1', number::text::bytea
        FROM generate_series(0, 65799) AS number
        """
    )
    conn.commit()

    while (batch := sequencing.sequence(conn, signers=[SIGNER], batch_max=9_000)) and batch.entries:
        conn.commit()

    check_log(conn)
    assert conn.execute("SELECT count(*) FROM ledger.node WHERE level = 2").fetchone() == (1,)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_log_stays_whole(conn: Connection, seed: int) -> None:
    random, number = Random(seed), 0
    for _ in range(25):
        match random.choice(["record", "record", "sequence", "sequence", "undo record", "undo"]):
            case "record":
                count = random.choice([1, 2, 5, 90])
                record(conn, number, count)
                conn.commit()
                number += count
            case "sequence":
                sequencing.sequence(conn, signers=[SIGNER], batch_max=random.choice([1, 7, 300]))
                conn.commit()
            case "undo record":
                record(conn, number)
                conn.rollback()
            case _:
                sequencing.sequence(conn, signers=[SIGNER])
                conn.rollback()
        check_log(conn)

    assert len(bodies(conn)) + waiting(conn) == number


def test_a_rollback_leaves_nothing(conn: Connection) -> None:
    record(conn, 0)
    conn.rollback()
    assert waiting(conn) == 0

    record(conn, 0)
    conn.commit()
    sequencing.sequence(conn, signers=[SIGNER])
    conn.rollback()

    assert waiting(conn) == 1
    assert bodies(conn) == []
    assert log.latest(conn) is None
    check_log(conn)


def test_an_event_id_is_recorded_once(conn: Connection) -> None:
    record(conn, 0)
    conn.commit()
    with pytest.raises(RepeatError, match="evt_0"):
        record(conn, 0)
    conn.rollback()
    sequencing.sequence(conn, signers=[SIGNER])
    conn.commit()

    with pytest.raises(RepeatError, match="evt_0"):
        record(conn, 0)
    conn.rollback()
    check_log(conn)


def test_the_longest_entry_is_recorded(conn: Connection) -> None:
    log.record(conn, event_id="e" * 200, kind="k" * 100, subject="s" * 200, body=bytes(65_535))
    conn.commit()

    sequencing.sequence(conn, signers=[SIGNER])

    check_log(conn)


def test_sequencing_needs_a_transaction(conn: Connection) -> None:
    record(conn, 0)
    conn.commit()
    conn.autocommit = True
    with pytest.raises(SequenceError, match="in a transaction"):
        sequencing.sequence(conn, signers=[SIGNER])

    with conn.transaction():
        assert sequencing.sequence(conn, signers=[SIGNER])
    check_log(conn)


def test_a_batch_has_at_least_one_entry(conn: Connection) -> None:
    with pytest.raises(SequenceError, match="at least one"):
        sequencing.sequence(conn, signers=[SIGNER], batch_max=0)


def test_a_log_keeps_its_origin_but_may_change_its_key(conn: Connection) -> None:
    grow(conn, 0, 1)
    record(conn, 1)
    conn.commit()
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(SequenceError, match=r"log\.example/test"):
        sequencing.sequence(conn, signers=[Ed25519Signer("log.example/other", key)])
    conn.rollback()

    rotated = Ed25519Signer(SIGNER.name, key)
    batch = sequencing.sequence(conn, signers=[rotated])

    assert batch is not None
    assert batch.note is not None
    assert checkpoint.verify(batch.note, note.parse_vkey(rotated.vkey)).size == 2


class Liar:
    """A key service that answers with nonsense."""

    name = SIGNER.name
    vkey = SIGNER.vkey

    def sign(self, text: bytes) -> bytes:
        return text[:1] * 64


def test_a_signature_that_does_not_verify_is_never_stored(conn: Connection) -> None:
    record(conn, 0)
    conn.commit()

    with pytest.raises(NoteError, match="does not verify"):
        sequencing.sequence(conn, signers=[SIGNER, Liar()])
    conn.rollback()

    assert waiting(conn) == 1
    check_log(conn)


def test_two_keys_sign_while_one_takes_over_from_the_other(conn: Connection) -> None:
    next_one = Ed25519Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    record(conn, 0)
    conn.commit()

    batch = sequencing.sequence(conn, signers=[SIGNER, next_one])

    assert batch is not None
    assert batch.note is not None
    for vkey in (SIGNER.vkey, next_one.vkey):
        assert checkpoint.verify(batch.note, note.parse_vkey(vkey)).size == 1


def test_no_checkpoint_goes_unsigned(conn: Connection) -> None:
    with pytest.raises(SequenceError, match="signature"):
        sequencing.sequence(conn, signers=[])
