"""Step 4, for files that are named by their addresses: one, and many."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rightsd.adapters import media
from rightsd.adapters.http import Guard
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows.verifications import batches
from tests.paths.conftest import World
from tests.rightsd.adapters.loopback import reply, replying, serving

pytestmark = pytest.mark.slow


@pytest.fixture
def reaching(world: World) -> Runtime:
    return replace(world.rt, reference_guard=Guard(allow_private=True))


@pytest.fixture
def urls(file: Path, tmp_path: Path) -> Iterator[list[str]]:
    """Where the released file is, and a copy that was stripped."""
    media.transcode(file, tmp_path / "copy.mp4", crf=24, width=320)
    released, copy = (reply(200, path.read_bytes()) for path in (file, tmp_path / "copy.mp4"))
    with serving(replying(released)) as first, serving(replying(copy)) as second:
        yield [first.url, second.url]


def test_a_file_is_the_same_by_its_address_and_in_a_batch(
    world: World, clip: dict, file: Path, reaching: Runtime, urls: list[str]
) -> None:
    web = TestClient(create_app(reaching))
    asked = {"headers": world.clients["platform"].headers}
    sent = world.verify(file, who="platform")
    named = [web.post("/v1/verifications", data={"url": url}, **asked).json() for url in urls]
    batch = web.post("/v1/verifications/batches", json={"urls": urls}, **asked).json()
    while batches.verify_next(reaching):
        pass
    lines = web.get(f"/v1/verifications/batches/{batch['id']}/results", **asked).text.splitlines()
    told = [json.loads(line)["verification"] for line in lines]

    assert [each["verdict"] for each in told] == ["genuine", "stripped"]
    assert {each["ledger"]["generation_id"] for each in told} == {clip["id"]}
    for single, line in zip([sent, *named], [told[0], *told], strict=True):
        assert single | line | {"as_of": ""} == single | {"as_of": ""}
