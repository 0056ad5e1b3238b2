"""The audit bundle: the log and where everything stands, as one tar that verifies offline.

The format is documented in api-specs/ledger.md. Every bit of a bundle is either checked against the
checkpoint, the SHA-256 list or the replay, or has only one value that is right.
"""
