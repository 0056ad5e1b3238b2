"""Witnesses of the log in Postgres, and what must hold of their cosignatures at every moment."""

from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection

from ledger import checkpoint, cosignature, cosigning, note, policy
from ledger.cosignature import Cosignature, Ed25519Signer
from ledger.errors import PolicyError
from ledger.policy import Group, Policy, Witness
from tests.ledger.oracle import KEY

NOW = 1764061200
SIGNERS = {
    f"w{number}": Ed25519Signer(
        f"witness.example/w{number}", Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    )
    for number in range(1, 4)
}
WITNESSES = tuple(
    Witness(name, cosignature.parse_vkey(signer.vkey)) for name, signer in SIGNERS.items()
)


def quorum(threshold: int, witnesses: Sequence[Witness] = WITNESSES) -> Policy:
    """A policy that asks for so many of these witnesses."""
    names = tuple(witness.name for witness in witnesses)
    return Policy((), tuple(witnesses), (Group("quorum", threshold, names),), "quorum")


def cosign(conn: Connection, size: int, name: str, *, timestamp: int = NOW) -> Cosignature:
    """Cosign the checkpoint of a size, whatever that witness said before."""
    row = conn.execute("SELECT note FROM ledger.checkpoint WHERE size = %s", (size,)).fetchone()
    assert row is not None
    return cosignature.sign(note.parse(row[0]).text, SIGNERS[name], timestamp=timestamp)


def keep(conn: Connection, size: int, *names: str) -> None:
    cosigning.keep(conn, size, [cosign(conn, size, name) for name in names])


def check_cosigning(
    conn: Connection, kept: Mapping[int, set[str]], policies: Sequence[Policy | None]
) -> None:
    """Compare what is read with the definition: every checkpoint, looked at one by one."""
    sizes = [row[0] for row in conn.execute("SELECT size FROM ledger.checkpoint ORDER BY size")]
    for size in sizes:
        found = cosignature.verify(cosigning.cosigned(conn, size), [one.key for one in WITNESSES])
        assert {one.key.vkey for one in found} == {
            SIGNERS[name].vkey for name in kept.get(size, set())
        }
    last = {name: max((s for s in kept if name in kept[s]), default=None) for name in SIGNERS}
    assert cosigning.last_sizes(conn) == {
        (one.key.name, one.key.key_id): last[one.name]
        for one in WITNESSES
        if last[one.name] is not None
    }
    for asked in policies:
        signed = cosigning.published(conn, asked)
        good = [size for size in sizes if asked is None or _is_good(conn, size, asked)]
        if not good:
            assert signed is None
        else:
            assert signed == cosigning.cosigned(conn, good[-1])
            assert checkpoint.verify(signed, KEY).size == good[-1]


def _is_good(conn: Connection, size: int, asked: Policy) -> bool:
    try:
        policy.verify(cosigning.cosigned(conn, size), asked, logs=[KEY])
    except PolicyError:
        return False
    return True
