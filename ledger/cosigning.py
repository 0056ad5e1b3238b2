"""Cosignatures beside the log in Postgres, and which checkpoint they make public.

Every function works inside the caller's transaction and never commits. Cosignatures come in one by
one, are added and never changed. A checkpoint that enough witnesses have cosigned stays published:
with the same policy, what is published only grows.
"""

from collections.abc import Mapping, Sequence

from psycopg import Connection

from ledger import cosignature, merkle
from ledger import policy as policies
from ledger.cosignature import Cosignature
from ledger.errors import BeyondError
from ledger.policy import Policy

# With one checkpoint; a note has room for 100, the log's own among them.
COSIGNATURES_MAX = 80

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


def cosigned(conn: Connection, size: int) -> bytes:
    """Return the checkpoint of `size` entries with its cosignatures, the earliest first.

    Raises:
        BeyondError: There is no checkpoint of that size.
    """
    signed = _signed(conn, size)
    rows = conn.execute(
        """
        SELECT name, key_id, "timestamp", signature FROM ledger.cosignature
        WHERE size = %s ORDER BY "timestamp", name, key_id LIMIT %s
        """,
        (size, COSIGNATURES_MAX),
    )
    return signed + b"".join(cosignature.write_line(*row) for row in rows)


def published(conn: Connection, policy: Policy | None) -> bytes | None:
    """Return the checkpoint for everyone to see, with its cosignatures; None if there is none."""
    size = published_size(conn, policy)
    return None if size is None else cosigned(conn, size)


def published_size(conn: Connection, policy: Policy | None) -> int | None:
    """Return the size of the checkpoint for everyone to see; None while there is none.

    That is the newest one whose cosignatures meet the policy's quorum: the newest of all when there
    is no policy, or its quorum is none. Where the quorum never came together, checkpoints are
    skipped by what each witness cosigned last, and not looked at one by one.
    """
    newest = _newest_size(conn)
    if newest is None or policy is None or policies.is_met(policy, ()):
        return newest
    size_max = newest
    while True:
        sizes = _by_name(policy, last_sizes(conn, size_max=size_max))
        # No larger one can do: too few witnesses have cosigned that far at all.
        candidates = sorted(set(sizes.values()), reverse=True)
        reached = (size for size in candidates if _is_met(policy, sizes, size))
        size = next(reached, None)
        if size is None or size == size_max:
            return size
        size_max = size


def last_sizes(conn: Connection, *, size_max: int = merkle.SIZE_MAX) -> dict[KeyId, int]:
    """Return the size of the last checkpoint, of at most `size_max`, that each witness cosigned."""
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
            WHERE name = witness.name AND key_id = witness.key_id AND size <= %s
            ORDER BY name DESC, key_id DESC, size DESC LIMIT 1
        ) AS last
        """,
        (size_max,),
    )
    return {(name, key_id): size for name, key_id, size in rows}


def _is_met(policy: Policy, sizes: Mapping[str, int], size: int) -> bool:
    return policies.is_met(policy, {name for name, last in sizes.items() if last >= size})


def _by_name(policy: Policy, sizes: Mapping[KeyId, int]) -> dict[str, int]:
    """Return the sizes by the policy's names of witnesses."""
    keys = {(witness.key.name, witness.key.key_id): witness.name for witness in policy.witnesses}
    return {keys[key]: size for key, size in sizes.items() if key in keys}


def _newest_size(conn: Connection) -> int | None:
    row = conn.execute("SELECT size FROM ledger.checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    return None if row is None else row[0]


def _signed(conn: Connection, size: int) -> bytes:
    row = conn.execute("SELECT note FROM ledger.checkpoint WHERE size = %s", (size,)).fetchone()
    if row is None:
        raise BeyondError(f"the log has no checkpoint of {size} entries")
    return row[0]
