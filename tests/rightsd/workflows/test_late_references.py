"""What came after a clip was looked at is held against it, so much at a time."""

from rightsd.db import fingerprints
from rightsd.domain.principal import Principal
from rightsd.runtime import Runtime
from rightsd.workflows.generations import references
from tests import people
from tests.rightsd.workflows.test_copies_of_parts import WORK, refer


def test_what_is_asked_again_and_again_is_held_against_so_many(
    rt: Runtime, brand: Principal
) -> None:
    ids: list[str] = []
    for title in ("Heron", "Osprey", "Merlin"):
        with rt.transaction() as tx:
            work = people.work(tx, brand, title=title)
        ids.append(refer(rt, brand, work))

    with rt.transaction() as tx:
        rows = fingerprints.of_references(tx, "org.rightsd.phash256.1", after=0, limit=9)
        some, through = references.late(tx, WORK, through=0, most=2)
        every, _ = references.late(tx, WORK, through=0)

    assert sorted(one.reference_id for one in some) == sorted(ids[:2])
    assert through == rows[1].id
    assert sorted(one.reference_id for one in every) == sorted(ids)
