"""The entries that we propose for C2PA's list of soft binding algorithms."""

import json
from pathlib import Path

import jsonschema
import pytest

from fingerprint import descriptor
from rightsd.domain import manifest
from watermark import keys

ROOT = Path(__file__).parents[3]
ENTRIES = json.loads((ROOT / "api-specs/softbinding-algorithms.json").read_text())
LIST = ROOT.parent / "shared/standards/data/c2pa/softbinding-algorithm-list"


def test_the_proposed_entries_are_of_the_algorithms_that_are_in_use() -> None:
    assert {entry["alg"]: entry["type"] for entry in ENTRIES} == {
        keys.ALGORITHM: "watermark",
        descriptor.ALGORITHM: "fingerprint",
    }


def test_only_what_is_proposed_is_named_in_manifests() -> None:
    assert {entry["alg"] for entry in ENTRIES} == manifest.SOFT_BINDINGS


@pytest.mark.skipif(not LIST.exists(), reason="the list is not here")
def test_the_proposed_entries_are_as_the_list_wants_them() -> None:
    schema = json.loads((LIST / "softbinding-algorithm-list.schema.json").read_text())
    known = json.loads((LIST / "softbinding-algorithm-list.json").read_text())
    checker = jsonschema.FormatChecker()

    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(known + ENTRIES)
    assert not {entry["alg"] for entry in known} & {entry["alg"] for entry in ENTRIES}
