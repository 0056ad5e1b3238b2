"""What an import did, and what it left."""

from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.workflows.generations import requests
from rightsd.workflows.imports.applying import Imported
from tests import people


def tally(imported: Imported) -> dict[str, int]:
    names = ("works", "names", "opted_out", "lifted", "kept", "unchanged")
    return {name: getattr(imported, name) for name in names if getattr(imported, name)}


def count(rt: Runtime) -> dict[str, int]:
    with rt.transaction() as tx:
        row = tx.conn.execute(
            """
            SELECT (SELECT count(*) FROM rights.work), (SELECT count(*) FROM rights.alias),
                (SELECT count(*) FROM rights.optout), (SELECT count(*) FROM rights.evidence),
                (SELECT count(*) FROM ledger.intake) + (SELECT count(*) FROM ledger.entry)
            """
        ).fetchone()
    assert row is not None
    return dict(zip(("works", "names", "optouts", "evidence", "events"), row, strict=True))


def refused(rt: Runtime, prompt: str) -> bool:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        return bool(requests.preflight(tx, creator, prompt=prompt, cameos=()).reasons)
