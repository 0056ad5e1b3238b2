"""A transparency log: append-only entries under a Merkle tree, kept in Postgres.

`ledger.log`, `ledger.sequencing` and `ledger.cosigning` write and read the database; everything
else works on bytes alone. The formats are those of c2sp.org (signed-note, tlog-checkpoint,
tlog-tiles, tlog-proof, tlog-witness) over an RFC 6962 tree, and the COSE receipts of RFC 9942, so
that tools which are not ours can check a log. What stands in an entry, and the rest of what we have
added, is in `api-specs/ledger.md`.
"""
