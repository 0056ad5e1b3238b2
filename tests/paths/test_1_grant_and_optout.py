"""Step 1: a person enrols and grants; a brand registers and opts out."""

from tests.paths.conftest import World


def test_consent_and_optout_are_on_record_at_once(world: World) -> None:
    brand = world.clients["rights_holder"]
    body = {"kind": "character", "title": "Comet Owl", "aliases": ["コメットオウル"]}
    work = brand.post("/v1/works", json=body).json()
    optout = brand.post("/v1/optouts", json={"work_id": work["id"]})

    assert optout.status_code == 201
    assert optout.json()["state"] == "standing"
    consents = world.clients["creator"].get("/v1/consents").json()
    assert [consent["id"] for consent in consents] == [world.ids["consent"]]
    answer = world.clients["creator"].post(
        "/v1/generations/preflight", json={"prompt": "C0met 0wl flies"}
    )
    assert answer.json()["outcome"] == "refuse"
