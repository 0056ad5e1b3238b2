"""Stored cosignatures, and which checkpoint they publish."""

from itertools import permutations
from random import Random

import psycopg
import pytest
from psycopg import Connection

from ledger import cosignature, cosigning, log, note, policy
from ledger.errors import BeyondError
from ledger.policy import NONE, Group, Policy
from tests.ledger.conftest import Connect
from tests.ledger.cosigned import (
    NOW,
    SIGNERS,
    WITNESSES,
    check_cosigning,
    cosign,
    keep,
    quorum,
)
from tests.ledger.counting import grow
from tests.ledger.oracle import KEY, check_log

W1, W2, W3 = SIGNERS
NOBODY = Policy((), WITNESSES, (), NONE)
NESTED = Policy((), WITNESSES, (Group("either", 1, (W1, W2)), Group("q", 2, ("either", W3))), "q")
POLICIES = (None, NOBODY, quorum(1), quorum(2), quorum(3), NESTED)


def sizes_of(conn: Connection, asked: Policy | None) -> int | None:
    signed = cosigning.published(conn, asked)
    return None if signed is None else int(note.parse(signed).text.splitlines()[1])


def test_a_cosigned_checkpoint_verifies_with_the_policy(conn: Connection) -> None:
    grow(conn, 0, 5)

    keep(conn, 5, W1, W3)

    approval = policy.verify(cosigning.cosigned(conn, 5), quorum(2), logs=[KEY])
    assert approval.checkpoint.size == 5
    assert [one.key.name for one in approval.cosignatures] == [SIGNERS[W1].name, SIGNERS[W3].name]
    check_log(conn)


@pytest.mark.parametrize("names", list(permutations(SIGNERS)))
def test_the_order_of_cosignatures_is_not_that_of_their_coming(
    conn: Connection, names: tuple[str, ...]
) -> None:
    grow(conn, 0, 5)
    for name in names:
        when = NOW - 9 if name == W2 else NOW
        cosigning.keep(conn, 5, [cosign(conn, 5, name, timestamp=when)])

    lines = note.parse(cosigning.cosigned(conn, 5)).signatures[1:]

    assert [line.name for line in lines] == [SIGNERS[name].name for name in (W2, W1, W3)]


def test_a_cosignature_is_kept_once_and_the_first_stays(conn: Connection) -> None:
    grow(conn, 0, 5)
    first, later = cosign(conn, 5, W1), cosign(conn, 5, W1, timestamp=NOW + 60)

    for _ in range(2):
        cosigning.keep(conn, 5, [first, later])
    cosigning.keep(conn, 5, [later])

    assert cosignature.verify(cosigning.cosigned(conn, 5), [later.key]) == (first,)


@pytest.mark.parametrize("size", [0, 3, 6, 2**62])
def test_a_cosignature_of_no_checkpoint_is_refused(conn: Connection, size: int) -> None:
    grow(conn, 0, 5)

    with pytest.raises(BeyondError, match=f"no checkpoint of {size} entries"):
        cosigning.keep(conn, size, [cosign(conn, 5, W1)])
    with pytest.raises(BeyondError):
        cosigning.cosigned(conn, size)

    assert cosigning.last_sizes(conn) == {}


def test_more_cosignatures_than_a_note_has_room_for_are_not_shown(conn: Connection) -> None:
    grow(conn, 0, 1)
    conn.execute(
        """
        INSERT INTO ledger.cosignature (size, name, key_id, "timestamp", signature)
        SELECT 1, 'w' || number, '\\x01020304', 1, sha256('a') || sha256('b')
        FROM generate_series(1, 200) AS number
        """
    )

    assert len(note.parse(cosigning.cosigned(conn, 1)).signatures) == 81
    keep(conn, 1, W1, W2)
    approval = policy.verify(cosigning.published(conn, quorum(2)) or b"", quorum(2), logs=[KEY])
    assert len(approval.cosignatures) == 2


def test_before_the_first_checkpoint_nothing_is_published(conn: Connection) -> None:
    check_cosigning(conn, {}, POLICIES)
    grow(conn, 0, 0)

    assert [sizes_of(conn, asked) for asked in POLICIES] == [0, 0, None, None, None, None]
    keep(conn, 0, W1, W3)
    check_cosigning(conn, {0: {W1, W3}}, POLICIES)


def test_a_checkpoint_is_published_when_its_quorum_is_there(conn: Connection) -> None:
    for first in range(4):
        grow(conn, first, 1)
    keep(conn, 1, W1, W2, W3)
    keep(conn, 2, W1)
    keep(conn, 3, W2)
    assert sizes_of(conn, quorum(2)) == 1

    keep(conn, 3, W3)

    assert [sizes_of(conn, asked) for asked in POLICIES] == [4, 4, 3, 3, 1, 3]


def test_cosignatures_by_strangers_count_for_nothing(conn: Connection) -> None:
    grow(conn, 0, 1)
    keep(conn, 1, W1, W2)
    grow(conn, 1, 1)
    keep(conn, 2, W2, W3)

    assert sizes_of(conn, quorum(2, WITNESSES[:2])) == 1


@pytest.mark.parametrize("seed", range(4))
def test_whatever_witnesses_do_the_right_checkpoint_is_published(
    conn: Connection, seed: int
) -> None:
    random, size = Random(seed), 0
    kept: dict[int, set[str]] = {}
    for _ in range(20):
        if not size or random.random() < 0.4:
            count = random.choice([1, 2, 30])
            grow(conn, size, count)
            size += count
            kept[size] = set()
        at, name = random.choice(list(kept)[-4:]), random.choice(list(SIGNERS))
        keep(conn, at, name)
        kept[at].add(name)
        if random.random() < 0.2:
            conn.rollback()
            kept[at] = {row[0][-2:] for row in _names(conn, at)}
        conn.commit()
        check_cosigning(conn, kept, POLICIES)


def _names(conn: Connection, size: int) -> list[tuple[str]]:
    return conn.execute("SELECT name FROM ledger.cosignature WHERE size = %s", (size,)).fetchall()


MANY = 20_000  # Checkpoints.


def looked_at(conn: Connection) -> int:
    """Return how many cosignatures this transaction has read."""
    row = conn.execute(
        """
        SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables
        WHERE relid = 'ledger.cosignature'::regclass
        """
    ).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("turns", [(W1,), (W1, W2)])
def test_what_is_published_costs_no_search_where_the_quorum_never_met(
    conn: Connection, turns: tuple[str, ...]
) -> None:
    """Two of three must agree; one alone has cosigned what followed, or two took turns."""
    grow(conn, 0, 1)
    keep(conn, 1, W1, W2)
    conn.execute(
        """
        INSERT INTO ledger.checkpoint (size, root, note)
        SELECT number, sha256('a'), 'note' FROM generate_series(2, %s) AS number
        """,
        (MANY,),
    )
    for turn in range(len(turns)):
        conn.execute(
            """
            INSERT INTO ledger.cosignature (size, name, key_id, "timestamp", signature)
            SELECT number, %s, %s, 1, sha256('a') || sha256('b')
            FROM generate_series(2 + %s, %s, %s) AS number
            """,
            (WITNESSES[turn].key.name, WITNESSES[turn].key.key_id, turn, MANY, len(turns)),
        )
    assert sizes_of(conn, quorum(2)) is None
    cosigning.publish(conn, quorum(2), thoroughly=True)
    conn.commit()
    before = looked_at(conn)

    found = [cosigning.published_size(conn, quorum(2)) for _ in range(10)]

    assert found == [1] * 10
    assert looked_at(conn) - before <= 10 * cosigning.LOOK_MAX
    assert cosigning.published_size(conn, quorum(3)) is None


def test_what_was_published_stays_with_its_policy(conn: Connection) -> None:
    grow(conn, 0, 1)
    keep(conn, 1, W1, W2)
    for asked in (quorum(2), quorum(3), NOBODY):
        cosigning.publish(conn, asked)

    rows = conn.execute("SELECT size FROM ledger.publication").fetchall()

    assert rows == [(1,)]
    check_cosigning(conn, {1: {W1, W2}}, POLICIES)


def test_an_entry_can_be_seen_since_a_checkpoint_that_covers_it_was_published(
    conn: Connection,
) -> None:
    assert cosigning.published_at(conn, 0, None) is None
    grow(conn, 0, 2)
    grow(conn, 2, 2)
    keep(conn, 4, W1, W2)
    cosigning.publish(conn, quorum(2))
    rows = conn.execute("SELECT signed_at FROM ledger.checkpoint ORDER BY size").fetchall()
    (published,) = conn.execute("SELECT published_at FROM ledger.publication").fetchall()

    assert [cosigning.published_at(conn, index, None) for index in (0, 1, 2)] == [
        rows[0][0],
        rows[0][0],
        rows[1][0],
    ]
    assert cosigning.published_at(conn, 1, quorum(2)) == published[0]
    assert cosigning.published_at(conn, 4, quorum(2)) is None


def test_two_that_keep_the_same_at_once_both_succeed(conn: Connection, connect: Connect) -> None:
    grow(conn, 0, 5)
    other = connect()
    keep(conn, 5, W1)
    keep(other, 5, W2)
    conn.commit()
    keep(other, 5, W1)
    other.commit()

    check_cosigning(conn, {5: {W1, W2}}, POLICIES)


def test_a_log_goes_on_while_cosignatures_are_kept(conn: Connection, connect: Connect) -> None:
    grow(conn, 0, 5)
    keep(conn, 5, W1)
    other = connect()
    other.execute("SET lock_timeout = '1ms'")
    other.commit()

    grow(other, 5, 5)

    conn.commit()
    check_log(conn)
    assert log.find(conn, "evt_9") == 9


ROW = {"size": 1, "name": "w", "key_id": bytes(4), "timestamp": 1, "signature": bytes(64)}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"size": 2}, "ForeignKeyViolation"),
        ({"name": ""}, "CheckViolation"),
        ({"name": "w" * 256}, "CheckViolation"),
        ({"key_id": bytes(5)}, "CheckViolation"),
        ({"timestamp": 0}, "CheckViolation"),
        ({"signature": bytes(63)}, "CheckViolation"),
    ],
)
def test_the_database_refuses_what_is_no_cosignature(
    conn: Connection, change: dict[str, object], error: str
) -> None:
    grow(conn, 0, 1)

    with pytest.raises(psycopg.Error) as caught:
        conn.execute(
            """
            INSERT INTO ledger.cosignature (size, name, key_id, "timestamp", signature)
            VALUES (%(size)s, %(name)s, %(key_id)s, %(timestamp)s, %(signature)s)
            """,
            ROW | change,
        )

    assert type(caught.value).__name__ == error
