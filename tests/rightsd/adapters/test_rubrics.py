"""The conformance programme's rubric, on its own vectors and on what we sign."""

import json
from pathlib import Path
from typing import Any

import pytest

from rightsd.adapters.c2pa import ContentCredentials
from tests import rubrics
from tests.rightsd.adapters.credentialed import sign, write_video

pytestmark = pytest.mark.skipif(not rubrics.FOLDER.exists(), reason="the rubrics are not here")


def vectors() -> list[dict[str, Any]]:
    listed = rubrics.VECTORS / "expected.json"
    return json.loads(listed.read_text())["vectors"] if listed.exists() else []


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["name"])
def test_we_read_the_rubric_as_its_authors_do(vector: dict[str, Any]) -> None:
    document = json.loads((rubrics.VECTORS / vector["crjson"]).read_text())

    traits = list(rubrics.judge(rubrics.CONFORMANCE, document))

    assert [trait.name for trait in traits if not trait.holds] == vector["fail"]
    assert sum(trait.holds for trait in traits) == vector["pass"]


def test_what_we_sign_has_every_trait_and_is_trusted(
    ours: ContentCredentials, tmp_path: Path
) -> None:
    write_video(tmp_path / "plain.mp4")
    sign(ours, tmp_path / "plain.mp4", tmp_path / "signed.mp4")

    document = json.loads(ours.read(tmp_path / "signed.mp4").json)

    assert rubrics.failed(rubrics.CONFORMANCE, document) == []
    assert rubrics.failed(rubrics.TRUST, document) == []
    assert len(list(rubrics.judge(rubrics.CONFORMANCE, document))) == 31
