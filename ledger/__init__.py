"""A transparency log: append-only entries under a Merkle tree, kept in Postgres.

`ledger.log`, `ledger.sequencing` and `ledger.cosigning` write and read the database; everything
else works on bytes alone. The formats are those of c2sp.org (signed-note, tlog-checkpoint,
tlog-tiles, tlog-proof, tlog-witness) over an RFC 6962 tree, so that tools which are not ours can
check a log. `api-specs/ledger.md` says what stands in an entry.
"""
