"""Outputs that were changed in every way: each answer is clear, and none says that it is genuine.

All 1,200 are asked about by `python -m tests.bench mutations`.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from tests.conftest import UNPACED
from tests.mutants import changes, outputs, stores
from tests.mutants.changes import WAYS, Original
from tests.mutants.containers import CONTAINERS, box
from tests.mutants.outputs import Tally
from tests.rightsd.web.conftest import daemon_of

pytestmark = pytest.mark.slow

# Each way twice of each format; some with all layers, which take longer.
COUNT = 2 * len(WAYS) * len(CONTAINERS)
THOROUGH = 12


@pytest.fixture(scope="module")
def rt(
    server: str, template: str, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runtime]:
    """Nobody is enrolled here, whose face a clip would have to be checked for."""
    with daemon_of(server, template, home, tmp_path_factory.mktemp("mutants")) as rt:
        yield rt


@pytest.fixture(scope="module")
def originals(rt: Runtime, tmp_path_factory: pytest.TempPathFactory) -> list[Original]:
    return outputs.make(rt, tmp_path_factory.mktemp("outputs"))


@pytest.fixture(scope="module")
def client(rt: Runtime) -> Iterator[TestClient]:
    with TestClient(
        create_app(rt, looked_at_per_minute=UNPACED), raise_server_exceptions=False
    ) as client:
        yield client


def test_the_originals_are_genuine(client: TestClient, originals: list[Original]) -> None:
    for original in originals:
        answer = client.post("/v1/verifications", files={"file": ("a", original.data)}).json()

        assert (answer["verdict"], answer["manifest"]["exact"]) == ("genuine", True)


def test_a_changed_output_is_never_genuine(
    client: TestClient, rt: Runtime, originals: list[Original], tmp_path: Path
) -> None:
    tally = Tally(tmp_path)

    for number, mutant in enumerate(changes.mutants(originals, COUNT)):
        layers = "manifest" if number % THOROUGH else "all"
        tally.take(mutant, outputs.ask(client, mutant, layers=layers))

    assert tally.falsely == []
    assert tally.unclear == []
    assert sum(tally.said.values()) == COUNT
    assert tally.said["altered"] > COUNT / 4
    # What no signature covers may be changed, and is, so that this is told apart.
    assert 0 < tally.rightly < COUNT / 4
    assert list(outputs.leftovers(rt)) == []


def test_files_are_changed_in_the_same_way_each_time(originals: list[Original]) -> None:
    first, again = (list(changes.mutants(originals, COUNT)) for _ in range(2))

    assert [one.data for one in first] == [one.data for one in again]
    ways = Counter((one.way, one.original.container.suffix) for one in first)
    assert set(ways.values()) == {2}
    assert len(ways) == len(WAYS) * len(CONTAINERS)


def test_what_is_covered_is_told_from_what_is_not(originals: list[Original]) -> None:
    """A judge that calls everything covered alike would find nothing false."""
    for original in originals:
        container, tree = original.container, original.tree
        labels = [each.label for each in tree.inside[-1].inside]
        assert labels[1:] == ["c2pa.assertions", "c2pa.claim.v2", "c2pa.signature"]
        covered = stores.covered(original.data, container)
        for at in (
            original.data.index(b"dec") if b"dec" in original.data else len(original.data) - 20,
            len(original.data) - 20,  # Content comes last.
            original.data.rindex(b"c2pa.hash."),
            original.data.rindex(b"instanceID"),
        ):
            changed = bytearray(original.data)
            changed[at] ^= 1
            assert stores.covered(bytes(changed), container) != covered
        stuffed = original.data + container.stuff(b"x")
        assert stores.covered(stuffed, container) != covered
    mp4 = originals[0]
    assert stores.covered(mp4.data + box(b"mfra", b"x"), mp4.container) == stores.covered(
        mp4.data, mp4.container
    )
