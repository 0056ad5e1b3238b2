"""RFC 6962 section 2.1, word for word, over a list of entries. Slow; the judge of the fast code."""

from hashlib import sha256


def leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def split(count: int) -> int:
    """The largest power of two smaller than count."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def root(entries: list[bytes]) -> bytes:
    """MTH(D[n])."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return leaf(entries[0])
    k = split(len(entries))
    return sha256(b"\x01" + root(entries[:k]) + root(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), root(entries[k:])]
    return [*path(m - k, entries[k:]), root(entries[:k])]


def consistency(m: int, entries: list[bytes]) -> list[bytes]:
    """PROOF(m, D[n])."""
    return subproof(m, entries, known=True)


def subproof(m: int, entries: list[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b)."""
    if m == len(entries):
        return [] if known else [root(entries)]
    k = split(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], known=known), root(entries[k:])]
    return [*subproof(m - k, entries[k:], known=False), root(entries[:k])]


def read(entries: list[bytes], level: int, index: int) -> bytes:
    """The hash of a full subtree."""
    width = 1 << level
    assert (index + 1) * width <= len(entries)
    return root(entries[index * width : (index + 1) * width])


def tile(entries: list[bytes], level: int, index: int, width: int) -> bytes:
    """MTH(D[(n * 256 + i) * 256**l : (n * 256 + i + 1) * 256**l]) of tlog-tiles, one per i."""
    return b"".join(read(entries, 8 * level, index * 256 + i) for i in range(width))


def bundle(entries: list[bytes], index: int, width: int) -> bytes:
    chosen = entries[index * 256 : index * 256 + width]
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in chosen)
