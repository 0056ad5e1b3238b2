"""Cosignatures beside the log in Postgres, and which checkpoint they make public.

Every function works inside the caller's transaction and never commits. Cosignatures come in one by
one, are added and never changed. A checkpoint that enough witnesses have cosigned stays published:
with the same policy, what is published only grows.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

from psycopg import Connection

from ledger import cosignature, merkle
from ledger import policy as policies
from ledger.cosignature import Cosignature
from ledger.errors import BeyondError
from ledger.policy import Policy

# With one checkpoint; a note has room for 100, the log's own among them.
COSIGNATURES_MAX = 80

# At a time, to find what is published: minutes of a log that grows while witnesses are asked.
LOOK_MAX = 500

# Name and id of a witness's key, by which notes tell keys apart.
KeyId = tuple[str, bytes]


def keep(conn: Connection, size: int, cosignatures: Sequence[Cosignature]) -> None:
    """Keep cosignatures on the checkpoint of `size` entries; the first by each key stays.

    Nothing is verified here: these are verified cosignatures on that very checkpoint.

    Raises:
        BeyondError: There is no checkpoint of that size.
    """
    _signed(conn, size)
    for one in cosignatures:
        conn.execute(
            """
            INSERT INTO ledger.cosignature (size, name, key_id, "timestamp", signature)
            VALUES (%s, %s, %s, %s, %s) ON CONFLICT (name, key_id, size) DO NOTHING
            """,
            (size, one.key.name, one.key.key_id, one.timestamp, one.signature),
        )


def cosigned(conn: Connection, size: int, policy: Policy | None = None) -> bytes:
    """Return the checkpoint of `size` entries with its cosignatures, the earliest first.

    Args:
        conn: A connection.
        size: Of the checkpoint.
        policy: Whose witnesses are preferred, where a note has no room for all cosignatures.

    Raises:
        BeyondError: There is no checkpoint of that size.
    """
    signed, witnesses = _signed(conn, size), () if policy is None else policy.witnesses
    rows = conn.execute(
        """
        SELECT name, key_id, "timestamp", signature FROM ledger.cosignature
        WHERE size = %s
        ORDER BY (name, key_id) IN (
                SELECT asked.name, asked.key_id
                FROM unnest(%s::text[], %s::bytea[]) AS asked (name, key_id)
            ) DESC,
            "timestamp", name, key_id
        LIMIT %s
        """,
        (
            size,
            [one.key.name for one in witnesses],
            [one.key.key_id for one in witnesses],
            COSIGNATURES_MAX,
        ),
    ).fetchall()
    rows.sort(key=lambda row: (row[2], row[0], row[1]))
    return signed + b"".join(cosignature.write_line(*row) for row in rows)


def published(conn: Connection, policy: Policy | None) -> bytes | None:
    """Return the checkpoint for everyone to see, with its cosignatures; None if there is none."""
    size = published_size(conn, policy)
    return None if size is None else cosigned(conn, size, policy)


def published_size(conn: Connection, policy: Policy | None) -> int | None:
    """Return the size of the checkpoint for everyone to see; None while there is none.

    That is the newest one whose cosignatures meet the policy's quorum: the newest of all when there
    is no policy, or its quorum is none. What this costs does not grow with the log: only the
    LOOK_MAX newest cosignatures are looked at, and what `publish` has kept.
    """
    newest = _newest_size(conn)
    if newest is None or policy is None or policies.is_met(policy, ()):
        return newest
    kept = _kept_size(conn, policy)
    return next(_good_sizes(policy, _cosigned(conn, kept, merkle.SIZE_MAX + 1)), kept)


def publish(conn: Connection, policy: Policy, *, thoroughly: bool = False) -> None:
    """Keep which checkpoint is published under a policy, so that no one searches for it again.

    Args:
        conn: A connection.
        policy: The policy.
        thoroughly: Search all that was cosigned since what was kept last; for once, as after a
            change of policy, for the search takes the longer the more there is.
    """
    if _newest_size(conn) is None or policies.is_met(policy, ()):
        return
    kept, end, size = _kept_size(conn, policy), merkle.SIZE_MAX + 1, None
    while size is None and (found := _cosigned(conn, kept, end)):
        size = next(_good_sizes(policy, found), None)
        end = found[-1][0]
        if not thoroughly:
            break
    if size is not None:
        conn.execute(
            "INSERT INTO ledger.publication (policy, size) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (_digest(policy), size),
        )


def published_at(conn: Connection, index: int, policy: Policy | None) -> datetime | None:
    """Return since when an entry can be seen by everyone, as far as is kept; None if it is not.

    By the clock of the database. Under whatever policy was in force, never too early.
    """
    if policy is None or policies.is_met(policy, ()):
        statement = "SELECT signed_at FROM ledger.checkpoint WHERE size > %s ORDER BY size LIMIT 1"
    else:
        statement = "SELECT min(published_at) FROM ledger.publication WHERE size > %s"
    row = conn.execute(statement, (index,)).fetchone()
    return None if row is None else row[0]


def last_sizes(conn: Connection) -> dict[KeyId, int]:
    """Return the size of the last checkpoint that each witness cosigned."""
    # From one key to the next along the index: as many steps as there ever were witnesses.
    rows = conn.execute(
        """
        WITH RECURSIVE witness AS (
            (SELECT name, key_id FROM ledger.cosignature ORDER BY name, key_id LIMIT 1)
            UNION ALL
            SELECT further.name, further.key_id
            FROM witness CROSS JOIN LATERAL (
                SELECT name, key_id FROM ledger.cosignature
                WHERE (name, key_id) > (witness.name, witness.key_id)
                ORDER BY name, key_id LIMIT 1
            ) AS further
        )
        SELECT witness.name, witness.key_id, last.size
        FROM witness CROSS JOIN LATERAL (
            SELECT size FROM ledger.cosignature
            WHERE name = witness.name AND key_id = witness.key_id
            ORDER BY name DESC, key_id DESC, size DESC LIMIT 1
        ) AS last
        """
    )
    return {(name, key_id): size for name, key_id, size in rows}


def _good_sizes(policy: Policy, cosigned_by: Sequence[tuple[int, set[KeyId]]]) -> Iterator[int]:
    """Yield those of some checkpoints whose cosignatures meet the policy, in the order given."""
    keys = {(one.key.name, one.key.key_id): one.name for one in policy.witnesses}
    for size, found in cosigned_by:
        if policies.is_met(policy, {keys[key] for key in found if key in keys}):
            yield size


def _cosigned(conn: Connection, above: int | None, below: int) -> list[tuple[int, set[KeyId]]]:
    """Return the newest checkpoints between two sizes that anyone has cosigned, and who has."""
    rows = conn.execute(
        """
        SELECT size, name, key_id FROM ledger.cosignature
        WHERE size > %s AND size < %s ORDER BY size DESC LIMIT %s
        """,
        (-1 if above is None else above, below, LOOK_MAX),
    ).fetchall()
    found: dict[int, set[KeyId]] = {}
    for size, name, key_id in rows:
        found.setdefault(size, set()).add((name, key_id))
    if len(rows) == LOOK_MAX and len(found) > 1:
        found.popitem()  # There may be more of the last one.
    return list(found.items())


def _kept_size(conn: Connection, policy: Policy) -> int | None:
    row = conn.execute(
        "SELECT size FROM ledger.publication WHERE policy = %s ORDER BY size DESC LIMIT 1",
        (_digest(policy),),
    ).fetchone()
    return None if row is None else row[0]


def _digest(policy: Policy) -> bytes:
    """Return what tells policies apart that ask for other cosignatures; addresses do not matter."""
    lines = [(one.name, one.key.vkey) for one in policy.witnesses]
    lines += [(one.name, str(one.threshold), *one.members) for one in policy.groups]
    text = "\n".join(" ".join(line) for line in [*lines, (policy.quorum,)])
    return sha256(text.encode(errors="surrogateescape")).digest()


def _newest_size(conn: Connection) -> int | None:
    row = conn.execute("SELECT size FROM ledger.checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    return None if row is None else row[0]


def _signed(conn: Connection, size: int) -> bytes:
    row = conn.execute("SELECT note FROM ledger.checkpoint WHERE size = %s", (size,)).fetchone()
    if row is None:
        raise BeyondError(f"the log has no checkpoint of {size} entries")
    return row[0]
