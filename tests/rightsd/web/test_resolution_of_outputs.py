"""What a frame's code leads to: outputs, in every state, and nothing else that is known by it."""

import base64

import pytest
from fastapi.testclient import TestClient

from fingerprint import descriptor
from rightsd.adapters import fingerprints as files
from rightsd.db import fingerprints
from rightsd.domain.generation import Generation
from rightsd.domain.principal import Role
from rightsd.domain.regime import Kind as NoticeKind
from rightsd.domain.staydown import Kind
from rightsd.runtime import Runtime
from rightsd.workflows import staydowns
from tests import people, pictures, upholding
from tests.resolving import resolver

FOX = pictures.clouds(1)
CODE = descriptor.hash_frame(FOX, seconds=0).code


@pytest.fixture
def output(rt: Runtime) -> Generation:
    """An output that shows a fox, beside a stay-down entry that shows the same."""
    with rt.transaction() as tx:
        out = people.published(tx, people.account(tx, Role.CREATOR))
        fingerprints.insert(tx, out.id, [files.pack(pictures.content(FOX))])
        staff = people.account(tx, Role.REVIEWER)
        staydowns.add(tx, staff, kind=Kind.PRIVACY, shown=pictures.shown(FOX), reason="So.")
    return out


def matches(api: TestClient, code: bytes) -> list[dict]:
    query = {"alg": descriptor.ALGORITHM, "value": base64.b64encode(code).decode()}
    return api.get("matches/byBinding", params=query).json()["matches"]


def test_a_code_leads_to_outputs_and_tells_of_no_stay_down_entry(
    rt: Runtime, output: Generation
) -> None:
    assert output.output is not None
    name = output.output.manifest_id

    assert matches(resolver(rt), CODE) == [{"manifestId": name, "similarityScore": 100}]


def test_the_score_falls_with_each_bit_until_it_is_no_match(
    rt: Runtime, output: Generation
) -> None:
    assert output.output is not None
    api = resolver(rt)

    def changed(bits: int) -> bytes:
        number = int.from_bytes(CODE, "big") ^ ((1 << bits) - 1)
        return number.to_bytes(len(CODE), "big")

    scores = [[each["similarityScore"] for each in matches(api, changed(b))] for b in (1, 37, 38)]

    assert scores == [[100], [72], []]


def test_what_was_taken_down_is_found_all_the_same(rt: Runtime, output: Generation) -> None:
    assert output.output is not None
    with rt.transaction() as tx:
        upholding.take_down(tx, output, NoticeKind.LIKENESS)

    (found,) = matches(resolver(rt), CODE)

    # It is being redacted, and until then goes by its first name.
    assert found["manifestId"] == output.output.manifest_id
