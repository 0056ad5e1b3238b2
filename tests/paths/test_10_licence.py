"""Step 10: an opted-out work is licensed, used, metered once, and taken back."""

import pytest

from rightsd.workflows.generations import production
from tests.daemon import settle
from tests.paths.conftest import World, query

pytestmark = pytest.mark.slow

BODY = {
    "prompt": "Nebula Fox, a red ball, bounces in a park.",
    "seed": 5,
    "seconds": 3,
    "width": 320,
    "height": 180,
}
PRICE = {"amount": 40, "currency": "EUR", "per": "second"}
PERIOD = {"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}


def test_a_work_is_licensed_used_metered_and_taken_back(fresh: World) -> None:
    brand, creator = fresh.clients["rights_holder"], fresh.clients["creator"]
    work = brand.post("/v1/works", json={"kind": "character", "title": "Nebula Fox"}).json()
    brand.post("/v1/optouts", json={"work_id": work["id"]})
    body = {"work_id": work["id"], "price": PRICE, "terms": {"quota_total": 1}}
    made = brand.post("/v1/offers", json=body)
    assert made.status_code == 201, made.text

    refused = creator.post("/v1/generations", json=BODY)
    assert refused.status_code == 403
    (cost,) = refused.json()["alternatives"][0]["costs"]
    assert (cost["offer_id"], cost["due"]) == (made.json()["id"], 120)
    path = f"/v1/offers/{cost['offer_id']}/accept"
    licence = creator.post(path, json={"digest": made.json()["digest"]}).json()

    clip = fresh.generate(BODY)
    assert clip["state"] == "published", clip
    assert clip["decision"]["licences"] == [licence["id"]]
    production.produce(fresh.rt, clip["id"])  # A job may be run again.
    settle(fresh.rt)

    for client in (brand, creator):
        stated = client.get("/v1/licences/statements", params=PERIOD).json()
        assert stated["totals"] == {"EUR": 120}
        assert [line["uses"] for line in stated["lines"]] == [1]
    (ended,) = creator.get("/v1/licences").json()
    assert ended["state"] == "exhausted"
    file = fresh.download(clip["id"])  # What is out stays.
    assert fresh.verify(file)["verdict"] == "genuine"
    kinds = query(fresh.rt, 'SELECT kind FROM ledger.entry ORDER BY "index"')
    assert ("licence.issued",) in kinds
    assert ("licence.exhausted",) in kinds


def test_what_was_published_under_a_licence_is_gone_with_the_commit_that_revokes_it(
    fresh: World,
) -> None:
    brand, creator = fresh.clients["rights_holder"], fresh.clients["creator"]
    work = brand.post("/v1/works", json={"kind": "character", "title": "Nebula Fox"}).json()
    brand.post("/v1/optouts", json={"work_id": work["id"]})
    offer = brand.post("/v1/offers", json={"work_id": work["id"], "price": PRICE}).json()
    path = f"/v1/offers/{offer['id']}/accept"
    licence = creator.post(path, json={"digest": offer["digest"]}).json()
    clip = fresh.generate(BODY)
    file = fresh.download(clip["id"])

    revoked = brand.post(f"/v1/licences/{licence['id']}/revoke")
    assert revoked.status_code == 200, revoked.text

    # Nothing has been sequenced and no job has run: the line is the commit itself.
    assert creator.get(f"/v1/generations/{clip['id']}/file").status_code == 410
    assert fresh.verify(file)["verdict"] == "withdrawn"
    settle(fresh.rt)
    assert fresh.show(clip["id"])["state"] == "withdrawn"
