"""A signed receipt of a verification, to take along and to check without us.

`workflows/proofs.py` is the reader's side.
"""

from pathlib import Path

from ledger import cosigning, entry, log
from rightsd.adapters import fingerprints as files
from rightsd.adapters import jose
from rightsd.db.tx import Tx
from rightsd.domain import verification
from rightsd.domain.events import from_body
from rightsd.domain.generation import Generation, State
from rightsd.domain.verification import Logged, Receipt
from rightsd.runtime import Runtime
from rightsd.workflows.verifications.judging import Layers, Verification


def receipt(rt: Runtime, path: Path, of: Verification) -> str:
    """Return the receipt of what was just said of a file.

    What the log has of the output goes with it, as far as everyone can see the log: whatever is
    new is there a moment later.
    """
    with rt.transaction() as tx:
        checkpoint = cosigning.published(tx.conn, rt.witness_policy)
        entries = _logged(tx, of.generation, checkpoint) if checkpoint and of.generation else []
    credential = of.credential
    said = Receipt(
        sha256=files.digest(path),
        verdict=of.verdict.kind,
        reasons=of.verdict.reasons,
        grounds=of.verdict.grounds,
        layers=(Layers.ALL if of.look else Layers.MANIFEST).value,
        compared=of.compared,
        matched=of.matched,
        generation_id=of.verdict.generation_id,
        state=credential.state.value,
        trusted_now=credential.trusted_now,
        trusted_then=credential.trusted_then,
        # The verdict may be about another output than the one that the credential names.
        exact=of.exact and of.manifest_generation == of.verdict.generation_id,
        as_of=of.as_of,
        checkpoint=None if checkpoint is None else checkpoint.decode(),
        entries=tuple(entries),
    )
    claims = verification.claims(said, rt.issuer)
    return jose.sign(rt.credential_keys.signer(), verification.TYP, claims)


def _logged(tx: Tx, generation: Generation, checkpoint: bytes) -> list[Logged]:
    """Return what the log has of an output under a checkpoint."""
    bodies = {
        (event := from_body(entry.decode(body))).id: (event, body)
        for body in log.bodies_about(tx.conn, generation.id)
    }
    withdrawn = generation.state is State.WITHDRAWN
    told = verification.told([event for event, _ in bodies.values()], withdrawn=withdrawn)
    found: list[Logged] = []
    for event in told:
        proof = log.proof_of(tx.conn, event.id, checkpoint)
        if proof is None:
            break  # What came later is no entry of it either.
        found.append(Logged(bodies[event.id][1], proof))
    return found
