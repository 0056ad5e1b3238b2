"""What a file is, held against how things stand: outputs that look alike, and who may show them."""

from datetime import timedelta
from pathlib import Path

import pytest

from rightsd.adapters import fingerprints as files
from rightsd.db import fingerprints
from rightsd.domain.exemption import Ground, Terms
from rightsd.domain.generation import Generation
from rightsd.domain.principal import Principal, Role
from rightsd.domain.verdict import Kind
from rightsd.runtime import Runtime
from rightsd.workflows import exemptions, verifications
from tests import people, pictures, upholding

FOX = pictures.clouds(1)


def publish(rt: Runtime, creator: Principal) -> Generation:
    """Return an output that shows the fox."""
    with rt.transaction() as tx:
        made = people.published(tx, creator)
        fingerprints.insert(tx, made.id, [files.pack(pictures.content(FOX))])
    return made


@pytest.mark.parametrize("objected", [False, True])
def test_an_exemption_covers_a_like_of_what_fell_by_notice_alone(
    rt: Runtime, tmp_path: Path, *, objected: bool
) -> None:
    with rt.transaction() as tx:
        maker, other = (people.account(tx, Role.CREATOR) for _ in range(2))
        staff = people.account(tx, Role.REVIEWER)
    down, mine = publish(rt, other), publish(rt, maker)
    with rt.transaction() as tx:
        upholding.take_down(tx, down)
        until = tx.now + timedelta(days=30)
        terms = Terms(down.id, maker.account_id, None, Ground.NEWS, "So.", until)
        exemptions.grant(tx, staff, terms)
        if objected:
            people.withdrawn(tx, down.id, {"because_of": "sub_who_objected"})
    (tmp_path / "fox.png").write_bytes(pictures.file(FOX))

    found = verifications.verify(rt, tmp_path / "fox.png")

    expected = (Kind.WITHDRAWN, down.id) if objected else (Kind.STRIPPED, mine.id)
    assert (found.verdict.kind, found.verdict.generation_id) == expected
