"""Step 2: the gate refuses with the rule and the evidence, and allows what is clean."""

import pytest

from tests.paths.conftest import World
from tests.people import ENROLMENT


@pytest.fixture(scope="module", autouse=True)
def _opted_out(world: World) -> None:
    brand = world.clients["rights_holder"]
    work = brand.post("/v1/works", json={"kind": "character", "title": "Nebula Fox"}).json()
    assert brand.post("/v1/optouts", json={"work_id": work["id"]}).status_code == 201


@pytest.mark.parametrize("disguise", ["N e b u l a F o x", "Ｎｅｂｕｌａ　Ｆｏｘ", "n3bul4_f0x"])
def test_the_opted_out_work_in_disguise_is_refused(world: World, disguise: str) -> None:
    prompt = f"a hill, and {disguise} on it"

    answer = world.clients["creator"].post("/v1/generations", json={"prompt": prompt})

    assert answer.status_code == 403
    problem = answer.json()
    assert problem["type"].endswith("/refused")
    (reason,) = problem["reasons"]
    assert (reason["rule"], reason["version"]) == ("work.opted_out", 2)
    assert reason["evidence"]["found"] == disguise
    assert prompt[reason["evidence"]["start"] :].startswith(disguise)
    shown = world.show(problem["generation_id"])
    assert shown["state"] == "refused"


def test_casting_without_consent_is_refused(world: World) -> None:
    world.clients["person"].post("/v1/subjects", json=ENROLMENT | {"handle": "grace"})

    answer = world.clients["creator"].post("/v1/generations", json={"prompt": "@Grace sings"})

    assert [reason["rule"] for reason in answer.json()["reasons"]] == ["cameo.consent"]


def test_a_clean_request_with_the_consented_cameo_is_allowed(world: World) -> None:
    answer = world.clients["creator"].post(
        "/v1/generations/preflight", json={"prompt": "@ada sings", "cameos": ["@ada"]}
    )

    assert answer.json()["outcome"] == "allow"
    assert answer.json()["consents"] == [world.ids["consent"]]
